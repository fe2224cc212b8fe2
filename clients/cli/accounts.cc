#include <google/protobuf/struct.pb.h>

#include <istream>
#include <ostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "clients/cli/account_proposals.h"
#include "clients/cli/names.h"
#include "clients/cli/session.h"
#include "clients/cli/verb.h"
#include "comity/v1/directory.pb.h"
#include "service/base/error.h"

namespace comity::cli {
namespace {

absl::Status List(Session& session, const Arguments& arguments) {
  int64_t limit = 0;
  COMITY_RETURN_IF_ERROR(ReadLimit(arguments, &limit));
  v1::ListAccountsRequest request;
  request.set_unlinked(arguments.Has("unlinked"));
  v1::ListAccountsResponse response;
  COMITY_RETURN_IF_ERROR(session.List("DirectoryService/ListAccounts", request, limit, &response));
  const bool more = !response.next_page_token().empty();
  if (session.json()) return session.PrintJson(response);
  Table table({"ACCOUNT", "LOGIN", "KIND", "PERSON", "WAITING", "FIRST SEEN"});
  for (const v1::DirectoryAccount& account : response.accounts()) {
    table.Add({BareName(account.name()), account.login(), EnumWords(*v1::AccountKind_descriptor(), account.kind()),
               BareName(account.person()), account.waiting_subject_count() > 0 ? absl::StrCat(account.waiting_subject_count()) : "",
               Instant(account.first_seen_time())});
  }
  table.Print(session.out(), session.style(), request.unlinked() ? "Every account that was seen is linked." : "No accounts.");
  session.SayMore(more, limit);
  if (request.unlinked() && response.accounts_size() > 0)
    session.out() << "\nSay whose one is (a bot is nobody's): comity accounts link ACCOUNT PERSON\n";
  return absl::OkStatus();
}

constexpr int64_t kAll = 1'000'000;

std::string_view Words(Confidence confidence) {
  return confidence == Confidence::kHigh ? "high" : confidence == Confidence::kMedium ? "medium" : "low";
}

absl::Status Propose(Session& session, const Arguments&) {
  v1::ListAccountsRequest accounts_request;
  v1::ListAccountsResponse accounts;
  COMITY_RETURN_IF_ERROR(session.List("DirectoryService/ListAccounts", accounts_request, kAll, &accounts));
  v1::ListPeopleRequest people_request;
  v1::ListPeopleResponse people;
  COMITY_RETURN_IF_ERROR(session.List("DirectoryService/ListPeople", people_request, kAll, &people));
  const std::vector<AccountProposal> proposals =
      ProposeLinks({accounts.accounts().begin(), accounts.accounts().end()}, {people.people().begin(), people.people().end()});
  if (session.json()) {
    google::protobuf::Struct all;
    auto& list = *(*all.mutable_fields())["proposals"].mutable_list_value();
    for (const AccountProposal& proposal : proposals) {
      auto& fields = *list.add_values()->mutable_struct_value()->mutable_fields();
      fields["account"].set_string_value(proposal.account);
      fields["person"].set_string_value(proposal.person);
      fields["confidence"].set_string_value(std::string(Words(proposal.confidence)));
      fields["reason"].set_string_value(proposal.reason);
    }
    return session.PrintJson(all);
  }
  Table table({"ACCOUNT", "PERSON", "CONFIDENCE", "BECAUSE OF"});
  for (const AccountProposal& proposal : proposals) {
    table.Add({BareName(proposal.account), BareName(proposal.person), std::string(Words(proposal.confidence)), proposal.reason});
  }
  table.Print(session.out(), session.style(), "Nothing points to anybody: every account is linked, or none looks like one that is.");
  if (!proposals.empty()) session.out() << "\nNothing is linked by this. Where it is right: comity accounts link ACCOUNT PERSON\n";
  return absl::OkStatus();
}

template <typename Response>
absl::Status Show(Session& session, const Response& response, const std::string& done) {
  if (session.json()) return session.PrintJson(response);
  session.out() << Printable(done) << "\n";
  if (response.restated_subject_count() > 0) {
    session.out() << Printable(absl::StrCat(Count(response.restated_subject_count(), "subject is", "subjects are"), " judged again (",
                                            response.job(), ")."))
                  << "\n";
  }
  return absl::OkStatus();
}

absl::Status Link(Session& session, const Arguments& arguments) {
  v1::LinkAccountRequest request;
  request.set_account(FullName("accounts", arguments.Get("ACCOUNT")));
  request.set_person(FullName("people", arguments.Get("PERSON")));
  v1::LinkAccountResponse response;
  COMITY_RETURN_IF_ERROR(session.Call("DirectoryService/LinkAccount", request, &response));
  return Show(session, response, absl::StrCat(BareName(request.account()), " is ", BareName(request.person()), "."));
}

std::string Foreseen(const v1::UnlinkAccountResponse& response) {
  return DeedsChanged(response.restated_deed_count(), response.restated_deed_count_is_minimum(), /*is_preview=*/true);
}

// What would become of it, before anything is done; somebody at a terminal is asked.
absl::Status AskFirst(Session& session, v1::UnlinkAccountRequest request, bool yes) {
  request.set_dry_run(true);
  v1::UnlinkAccountResponse foreseen;
  COMITY_RETURN_IF_ERROR(session.Call("DirectoryService/UnlinkAccount", request, &foreseen));
  session.err() << Printable(absl::StrCat(BareName(foreseen.account().name()), " is ", BareName(foreseen.account().person()),
                                          ". Without that, ", Foreseen(foreseen), "; ",
                                          Count(foreseen.restated_subject_count(), "subject is", "subjects are"), " judged again.\n"));
  if (yes || !session.environment().in_is_terminal) return absl::OkStatus();
  session.err() << "Take the link back? [y/N] " << std::flush;
  std::string typed;
  std::getline(session.in(), typed);
  return typed == "y" || typed == "Y" || typed == "yes" ? absl::OkStatus() : UsageError("nothing was done");
}

absl::Status Unlink(Session& session, const Arguments& arguments) {
  v1::UnlinkAccountRequest request;
  request.set_account(FullName("accounts", arguments.Get("ACCOUNT")));
  request.set_dry_run(arguments.Has("dry-run"));
  v1::UnlinkAccountResponse response;
  if (!request.dry_run()) COMITY_RETURN_IF_ERROR(AskFirst(session, request, arguments.Has("yes")));
  COMITY_RETURN_IF_ERROR(session.Call("DirectoryService/UnlinkAccount", request, &response));
  if (request.dry_run()) {
    if (session.json()) return session.PrintJson(response);
    session.out() << Printable(absl::StrCat("Without the link, ", Foreseen(response), "; ",
                                            Count(response.restated_subject_count(), "subject", "subjects"),
                                            " would be judged again. Nothing was taken back.\n"));
    return absl::OkStatus();
  }
  return Show(session, response, absl::StrCat(BareName(request.account()), " waits again for someone to say who it is."));
}

const Parameter kAccount = {.name = "ACCOUNT",
                            .kind = Parameter::Kind::kPositional,
                            .help = "suite:instance:id, for example github:github.com:583231",
                            .required = true};

}  // namespace

std::vector<Verb> AccountVerbs() {
  return {
      {.noun = "accounts",
       .name = "list",
       .summary = "accounts seen in events or named by the directory",
       .parameters = {{.name = "--unlinked", .kind = Parameter::Kind::kFlag, .help = "only those that nobody is linked to"},
                      LimitParameter()},
       .run = List},
      {.noun = "accounts",
       .name = "link",
       .summary = "say whose an account is; what it did is judged again",
       .parameters = {kAccount,
                      {.name = "PERSON", .kind = Parameter::Kind::kPositional, .help = "people/… or the bare id", .required = true}},
       .run = Link},
      {.noun = "accounts", .name = "propose", .summary = "whose accounts may be, and why; links nothing", .run = Propose},
      {.noun = "accounts",
       .name = "unlink",
       .summary = "take that back; says before what would be judged anew",
       .parameters = {kAccount,
                      {.name = "--dry-run", .kind = Parameter::Kind::kFlag, .help = "say what would be judged anew, take nothing back"},
                      {.name = "--yes", .kind = Parameter::Kind::kFlag, .help = "do not ask"}},
       .run = Unlink},
  };
}

}  // namespace comity::cli
