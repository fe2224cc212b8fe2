#include <ctime>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/deed_text.h"
#include "clients/cli/names.h"
#include "clients/cli/session.h"
#include "clients/cli/verb.h"
#include "comity/v1/admin.pb.h"
#include "comity/v1/deed.pb.h"
#include "service/base/error.h"
#include "service/base/percent.h"

namespace comity::cli {
namespace {

std::string DeedName(const Arguments& arguments) { return FullName("deeds", arguments.Get("NAME")); }

absl::Status ListDeeds(Session& session, const Arguments& arguments) {
  int64_t limit = 0;
  COMITY_RETURN_IF_ERROR(ReadLimit(arguments, &limit));
  v1::ListDeedsRequest request;
  request.set_person(FullName("people", arguments.Get("person")));
  request.set_team(FullName("teams", arguments.Get("team")));
  if (arguments.Has("state"))
    request.set_state(static_cast<v1::Deed::State>(EnumFromWords(*v1::Deed::State_descriptor(), arguments.Get("state"))));
  if (arguments.Has("since")) {
    COMITY_ASSIGN_OR_RETURN(*request.mutable_since_time(), ReadTime(arguments.Get("since"), std::time(nullptr)));
  }
  v1::ListDeedsResponse response;
  COMITY_RETURN_IF_ERROR(session.List("DeedService/ListDeeds", request, limit, &response));
  const bool more = !response.next_page_token().empty();
  if (session.json()) return session.PrintJson(response);
  PrintDeeds(session.out(), session.style(), response);
  session.SayMore(more, limit);
  return absl::OkStatus();
}

absl::Status Explain(Session& session, const Arguments& arguments) {
  v1::ExplainDeedRequest request;
  request.set_name(DeedName(arguments));
  v1::ExplainDeedResponse response;
  COMITY_RETURN_IF_ERROR(session.Call("DeedService/ExplainDeed", request, &response));
  if (session.json()) return session.PrintJson(response);
  PrintDeed(session.out(), session.style(), response.deed());
  PrintExplanation(session.out(), session.style(), response.explanation());
  PrintEntries(session.out(), session.style(), response);
  PrintRemedies(session.out(), session.style(), {response.explanation().remedies().begin(), response.explanation().remedies().end()});
  return absl::OkStatus();
}

// What a change left behind.
absl::Status Show(Session& session, std::string_view done, const v1::Deed& deed) {
  if (session.json()) return session.PrintJson(deed);
  session.out() << session.style().Good(Printable(done, true)) << "\n\n";
  PrintDeed(session.out(), session.style(), deed);
  return absl::OkStatus();
}

template <typename Request>
absl::Status Change(Session& session, std::string_view method, const Request& request, std::string_view done) {
  v1::Deed deed;
  COMITY_RETURN_IF_ERROR(session.Call(method, request, &deed));
  return Show(session, done, deed);
}

absl::Status Confirm(Session& session, const Arguments& arguments) {
  v1::ConfirmDeedRequest request;
  request.set_name(DeedName(arguments));
  return Change(session, "DeedService/ConfirmDeed", request, "Confirmed. Thank you for saying so.");
}

// A helper may give away only their own share; when the percentages do not make a whole, they are meant as parts of that.
absl::Status FitToOwnShare(Session& session, const v1::Deed& deed, std::vector<Share>& shares) {
  v1::Status status;
  COMITY_RETURN_IF_ERROR(session.Call("AdminService/GetStatus", v1::GetStatusRequest(), &status));
  std::string own;
  for (const v1::Deed::Helper& helper : deed.helpers()) {
    if (status.caller().empty() || helper.person() != status.caller() || helper.declined()) continue;
    if (FitShares(helper.share_ppm(), shares)) return absl::OkStatus();
    own = absl::StrCat(", or your own ", Percent(helper.share_ppm()), " to give it away");
  }
  int64_t sum = 0;
  for (const Share& share : shares) sum += share.share_ppm;
  return UsageError(absl::StrCat("--to makes ", Percent(static_cast<int32_t>(sum)), "; it must make 100 %", own));
}

std::string Bare(const google::protobuf::RepeatedPtrField<std::string>& people) {
  std::vector<std::string> names;
  for (const std::string& person : people) names.push_back(BareName(person));
  return absl::StrJoin(names, " and ");
}

absl::Status Correct(Session& session, const Arguments& arguments) {
  COMITY_ASSIGN_OR_RETURN(std::vector<Share> shares, ReadShares(arguments.All("to")));
  v1::GetDeedRequest get;
  get.set_name(DeedName(arguments));
  v1::Deed deed;
  COMITY_RETURN_IF_ERROR(session.Call("DeedService/GetDeed", get, &deed));
  if (!FitShares(1'000'000, shares)) COMITY_RETURN_IF_ERROR(FitToOwnShare(session, deed, shares));
  v1::CorrectDeedRequest request;
  request.set_name(deed.name());
  request.set_because(arguments.Get("because"));
  request.set_etag(deed.etag());
  for (const Share& share : shares) {
    auto& added = *request.add_shares();
    added.set_person(share.person);
    added.set_share_ppm(share.share_ppm);
  }
  COMITY_RETURN_IF_ERROR(session.Call("DeedService/CorrectDeed", request, &deed));
  if (deed.pending_people().empty()) return Show(session, "Corrected.", deed);
  return Show(session,
              absl::StrCat("Noted. It waits for ", Bare(deed.pending_people()), ", newly named, to say: comity deeds accept ", deed.name(),
                           "\nNobody is told by Comity yet; without an answer it lapses after 14 days."),
              deed);
}

absl::Status Accept(Session& session, const Arguments& arguments) {
  v1::AcceptDeedRequest request;
  request.set_name(DeedName(arguments));
  return Change(session, "DeedService/AcceptDeed", request, "Accepted.");
}

absl::Status Decline(Session& session, const Arguments& arguments) {
  v1::DeclineDeedRequest request;
  request.set_name(DeedName(arguments));
  return Change(session, "DeedService/DeclineDeed", request, "Declined. Nobody else gets that share.");
}

absl::Status ShareNames(Session& session, const Arguments& arguments) {
  v1::ShareDeedRequest request;
  request.set_name(DeedName(arguments));
  request.set_withdraw(arguments.Has("withdraw"));
  return Change(session, "DeedService/ShareDeed", request,
                request.withdraw() ? "Taken back: the teams no longer see your name on it." : "Shared: both teams see your name on it.");
}

const Parameter kName = {.name = "NAME", .kind = Parameter::Kind::kPositional, .help = "deeds/… or its bare id", .required = true};

}  // namespace

std::vector<Verb> DeedVerbs() {
  return {
      {.noun = "deeds",
       .name = "list",
       .summary = "deeds you may see, newest first",
       .parameters =
           {{.name = "--person", .value = "ID", .help = "only those in which this person helped or asked; they can see that you looked"},
            {.name = "--team", .value = "ID", .help = "only those by or for this team"},
            {.name = "--since", .value = "TIME", .help = "only from then on: 2026-09-02, 7d, 12h"},
            {.name = "--state", .value = "STATE", .help = "only in this state", .choices = EnumChoices(*v1::Deed::State_descriptor())},
            LimitParameter()},
       .run = ListDeeds},
      {.noun = "deeds", .name = "explain", .summary = "why this deed, and what you can do about it", .parameters = {kName}, .run = Explain},
      {.noun = "deeds", .name = "confirm", .summary = "say yes, this helped (the asker)", .parameters = {kName}, .run = Confirm},
      {.noun = "deeds",
       .name = "correct",
       .summary = "say whose it really was (the asker, or a helper giving away their own share)",
       .parameters = {kName,
                      {.name = "--to",
                       .kind = Parameter::Kind::kRepeated,
                       .value = "PERSON=PERCENT,…",
                       .help = "whose, in percent with up to four decimals",
                       .required = true},
                      {.name = "--because", .value = "TEXT", .help = "why, in one line; those concerned read it", .required = true}},
       .run = Correct,
       .details = "Example: comity deeds correct 20260902-k3f9 --to ana=70,ben=30 --because \"Ben found the cause\"\nPeople newly named "
                  "accept first: comity deeds accept NAME"},
      {.noun = "deeds", .name = "accept", .summary = "accept a correction that newly names you", .parameters = {kName}, .run = Accept},
      {.noun = "deeds",
       .name = "decline",
       .summary = "decline your share, or a correction that newly names you",
       .parameters = {kName},
       .run = Decline},
      {.noun = "deeds",
       .name = "share",
       .summary = "let both teams see your name on it",
       .parameters = {kName, {.name = "--withdraw", .kind = Parameter::Kind::kFlag, .help = "take that back"}},
       .run = ShareNames},
  };
}

}  // namespace comity::cli
