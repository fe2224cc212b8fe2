// Policies: shown, drafted, approved, activated. What they change is compared and restated in policy_history.cc.
#include <filesystem>
#include <fstream>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "clients/cli/names.h"
#include "clients/cli/policy_verbs.h"
#include "clients/cli/session.h"
#include "clients/cli/verb.h"
#include "comity/v1/deed.pb.h"
#include "service/base/error.h"
#include "service/base/percent.h"

namespace comity::cli {
namespace {

constexpr size_t kMaxFileBytes = 64 * 1024;

std::string Hours(int64_t seconds) {
  if (seconds % 86'400 == 0 && seconds > 0) return Count(seconds / 86'400, "day", "days");
  return seconds % 3'600 == 0 ? Count(seconds / 3'600, "hour", "hours") : Count(seconds, "second", "seconds");
}

std::string StateWords(const v1::Policy& policy) {
  const std::string state = EnumWords(*v1::Policy::State_descriptor(), policy.state());
  if (policy.state() == v1::Policy::STATE_DRAFT || (policy.state() == v1::Policy::STATE_APPROVED && !policy.has_active_time())) {
    return absl::StrCat(state, ", ", policy.approvals_size(), " of ", policy.required_approval_count(), " approvals");
  }
  return state == "approved" ? "scheduled" : state;
}

std::string From(const v1::Policy& policy) {
  if (!policy.has_active_time()) return "";
  return policy.active_time().seconds() == 0 ? "the beginning" : Instant(policy.active_time());
}

// What a steward can do with it next.
void SayNext(Session& session, const v1::Policy& policy) {
  const std::string id = Printable(BareName(policy.name()));
  std::ostream& out = session.out();
  if (policy.state() == v1::Policy::STATE_DRAFT) {
    out << "\nNext: comity policy compare " << id << "\n      comity policy approve " << id << "\n";
  } else if (policy.state() == v1::Policy::STATE_APPROVED && !policy.has_active_time()) {
    out << "\nNext: comity policy activate " << id << " --from DATE\n";
  }
}

void PrintChanges(Session& session, const v1::Policy& policy) {
  std::ostream& out = session.out();
  if (policy.returned().kind() != v1::Deed::KIND_UNSPECIFIED) out << ReturnWords(policy.returned(), session.style()) << "\n";
  if (!policy.because().empty()) out << Wrap("Because: " + Printable(policy.because()), session.style()) << "\n";
  if (policy.based_on().empty()) return;
  out << (policy.changes().empty() ? "Nothing differs from " : "What differs from ") << Printable(policy.based_on())
      << (policy.changes().empty() ? ".\n" : ":\n");
  for (const std::string& change : policy.changes()) out << "  - " << Wrap(Printable(change), session.style(), "    ") << "\n";
}

absl::Status Finish(Session& session, const v1::Policy& policy, std::string_view done) {
  if (session.json()) return session.PrintJson(policy);
  std::ostream& out = session.out();
  out << session.style().Good(absl::StrCat(std::string(done), " ", Printable(policy.name()), ": ", StateWords(policy), ".")) << "\n";
  PrintChanges(session, policy);
  SayNext(session, policy);
  return absl::OkStatus();
}

absl::Status Get(Session& session, const Arguments& arguments, v1::Policy* policy) {
  v1::GetPolicyRequest request;
  request.set_name(FullName("policies", arguments.Get("NAME")));
  return session.Call("DeedService/GetPolicy", request, policy);
}

absl::Status ShowPolicy(Session& session, const Arguments& arguments) {
  v1::Policy policy;
  COMITY_RETURN_IF_ERROR(Get(session, arguments, &policy));
  if (session.json()) return session.PrintJson(policy);
  std::ostream& out = session.out();
  if (arguments.Has("yaml")) {
    out << Printable(policy.file(), true);
    return absl::OkStatus();
  }
  out << session.style().Bold(Printable(policy.name())) << ", " << StateWords(policy);
  if (policy.has_active_time() && policy.active_time().seconds() != 0)
    out << ", for facts from " << Instant(policy.active_time()) << " UTC on";
  out << "\n";
  PrintChanges(session, policy);
  out << "\n" << Wrap(Printable(policy.prose(), true), session.style()) << "\n\n";
  Table table({"RULE", "MODE", "CAN BE UNDONE FOR"});
  for (const v1::Policy::Rule& rule : policy.rules()) {
    table.Add({EnumWords(*v1::Deed::Kind_descriptor(), rule.kind()), EnumWords(*v1::Policy::Rule::Mode_descriptor(), rule.mode()),
               Hours(rule.hold().seconds())});
  }
  table.Print(out, session.style());
  SayNext(session, policy);
  return absl::OkStatus();
}

absl::Status ListPolicies(Session& session, const Arguments& arguments) {
  int64_t limit = 0;
  COMITY_RETURN_IF_ERROR(ReadLimit(arguments, &limit));
  v1::ListPoliciesRequest request;
  v1::ListPoliciesResponse response;
  COMITY_RETURN_IF_ERROR(session.List("DeedService/ListPolicies", request, limit, &response));
  const bool more = !response.next_page_token().empty();
  if (session.json()) return session.PrintJson(response);
  Table table({"POLICY", "STATE", "FACTS FROM", "FROM POLICY", "WHY"});
  for (const v1::Policy& policy : response.policies()) {
    const bool returned = policy.returned().kind() != v1::Deed::KIND_UNSPECIFIED;
    const std::string why =
        returned ? "corrected too often: " + EnumWords(*v1::Deed::Kind_descriptor(), policy.returned().kind()) : policy.because();
    table.Add({BareName(policy.name()), StateWords(policy), From(policy), BareName(policy.based_on()), why});
  }
  table.Print(session.out(), session.style());
  session.SayMore(more, limit);
  return absl::OkStatus();
}

absl::StatusOr<std::string> ReadPolicyFile(Session& session, const std::string& path) {
  std::ifstream file;
  if (path != "-") {
    file.open(path, std::ios::binary);
    std::error_code ignored;
    if (!file || std::filesystem::is_directory(path, ignored))
      return absl::NotFoundError(absl::StrCat(path, " cannot be opened; name a policy file in YAML, or - for standard input"));
  }
  std::istream& in = path == "-" ? session.in() : file;
  std::string text(kMaxFileBytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(in.gcount()));
  if (text.size() > kMaxFileBytes) return absl::InvalidArgumentError(absl::StrCat(path, " is larger than 64 KiB; is it a policy?"));
  return text;
}

// File, --set and --because as one YAML document.
absl::StatusOr<std::string> DocumentOf(Session& session, const Arguments& arguments) {
  std::string document;
  if (arguments.Has("FILE")) {
    COMITY_ASSIGN_OR_RETURN(document, ReadPolicyFile(session, arguments.Get("FILE")));
    if (!document.empty() && document.back() != '\n') document.push_back('\n');
  }
  for (const std::string& setting : arguments.All("set")) {
    const size_t equals = setting.find('=');
    if (equals == 0 || equals == std::string::npos || setting.find('\n') != std::string::npos) {
      return UsageError(absl::StrCat("\"", setting, "\" sets nothing: write KEY=VALUE, for example --set rules.reviewed.mode=shadow"));
    }
    absl::StrAppend(&document, setting.substr(0, equals), ": ", setting.substr(equals + 1), "\n");
  }
  if (arguments.Has("because")) {
    std::string quoted;
    for (const char c : arguments.Get("because")) {
      if (c == '"' || c == '\\') quoted.push_back('\\');
      quoted.push_back(c);
    }
    absl::StrAppend(&document, "because: \"", quoted, "\"\n");
  }
  return document;
}

absl::Status DraftPolicy(Session& session, const Arguments& arguments) {
  COMITY_ASSIGN_OR_RETURN(const std::string document, DocumentOf(session, arguments));
  v1::Policy policy;
  if (!arguments.Has("update")) {
    v1::CreatePolicyRequest request;
    request.set_file(document);
    request.set_based_on(FullName("policies", arguments.Get("from")));
    COMITY_RETURN_IF_ERROR(session.Call("DeedService/CreatePolicy", request, &policy));
    return Finish(session, policy, "Drafted");
  }
  if (arguments.Has("from")) return UsageError("--from is for a new draft; --update changes one as it is");
  if (document.empty()) return UsageError("there is nothing to update; give FILE, --set or --because");
  v1::UpdatePolicyRequest request;
  request.mutable_policy()->set_name(FullName("policies", arguments.Get("update")));
  request.set_file(document);
  COMITY_RETURN_IF_ERROR(session.Call("DeedService/UpdatePolicy", request, &policy));
  return Finish(session, policy, "Updated");
}

absl::Status Drop(Session& session, const Arguments& arguments) {
  v1::DeletePolicyRequest request;
  request.set_name(FullName("policies", arguments.Get("NAME")));
  v1::DeletePolicyResponse response;
  COMITY_RETURN_IF_ERROR(session.Call("DeedService/DeletePolicy", request, &response));
  if (session.json()) return session.PrintJson(response);
  session.out() << session.style().Good("Dropped " + Printable(request.name()) + ".") << "\n";
  return absl::OkStatus();
}

absl::Status Approve(Session& session, const Arguments& arguments) {
  v1::Policy read;
  COMITY_RETURN_IF_ERROR(Get(session, arguments, &read));
  v1::ApprovePolicyRequest request;
  request.set_name(read.name());
  request.set_etag(arguments.Has("etag") ? arguments.Get("etag") : read.etag());
  v1::Policy policy;
  COMITY_RETURN_IF_ERROR(session.Call("DeedService/ApprovePolicy", request, &policy));
  return Finish(session, policy, "Approved");
}

absl::Status Activate(Session& session, const Arguments& arguments) {
  v1::ActivatePolicyRequest request;
  request.set_name(FullName("policies", arguments.Get("NAME")));
  if (arguments.Has("from")) {
    COMITY_ASSIGN_OR_RETURN(*request.mutable_active_time(), ReadTime(arguments.Get("from"), absl::ToUnixSeconds(absl::Now())));
  }
  v1::Policy policy;
  COMITY_RETURN_IF_ERROR(session.Call("DeedService/ActivatePolicy", request, &policy));
  if (session.json()) return session.PrintJson(policy);
  session.out() << session.style().Good(
                       absl::StrCat(Printable(policy.name()), " judges what happens from ", Instant(policy.active_time()), " UTC on."))
                << "\nWhat happened before is judged as it was. Everybody can read it: comity policy show "
                << Printable(BareName(policy.name())) << "\n";
  return absl::OkStatus();
}

Parameter Name(std::string help, bool required) {
  return {.name = "NAME", .kind = Parameter::Kind::kPositional, .help = std::move(help), .required = required};
}

}  // namespace

std::string ReturnWords(const v1::Policy::Return& returned, const Style& style) {
  return Wrap(absl::StrCat("The rule \"", EnumWords(*v1::Deed::Kind_descriptor(), returned.kind()),
                           "\" went back to trial by itself: ", returned.corrected_count(), " of ",
                           Count(returned.deed_count(), "deed was", "deeds were"), " corrected, which is more than 10 % wrong (at least ",
                           Percent(returned.lower_ppm()), " with 95 % confidence). It credits nobody until a steward activates it again."),
              style);
}

std::vector<Verb> PolicyVerbs() {
  std::vector<Verb> verbs = {
      {.noun = "policy",
       .name = "show",
       .summary = "the rules in force, in plain words",
       .parameters = {Name("policies/… for another than the one in force", false),
                      {.name = "--yaml", .kind = Parameter::Kind::kFlag, .help = "as a file for `comity policy draft FILE`"}},
       .run = ShowPolicy},
      {.noun = "policy",
       .name = "list",
       .summary = "every policy that was ever approved; for stewards drafts too",
       .parameters = {LimitParameter()},
       .run = ListPolicies},
      {.noun = "policy",
       .name = "draft",
       .summary = "draft a policy, or change a draft; judges nothing yet",
       .parameters = {{.name = "FILE",
                       .kind = Parameter::Kind::kPositional,
                       .help = "YAML with the keys that differ; - for standard input"},
                      {.name = "--from", .value = "POLICY", .help = "what it starts from (else the one in force)"},
                      {.name = "--set",
                       .kind = Parameter::Kind::kRepeated,
                       .value = "KEY=VALUE",
                       .help = "for example rules.reviewed.mode=shadow or bulk_limit=30"},
                      {.name = "--because", .value = "TEXT", .help = "why, in one line; published with it"},
                      {.name = "--update", .value = "POLICY", .help = "change this draft; voids its approvals"}},
       .run = DraftPolicy,
       .details =
           "Keys: because, rules.KIND.mode (active, shadow), rules.KIND.hold, done_resolutions, bulk_limit, bulk_window, "
           "fast_approval,\nclosed_by_change, handover_window, bot_accounts. Start from a file: comity policy show --yaml > policy.yaml"},
      {.noun = "policy", .name = "drop", .summary = "drop a draft", .parameters = {Name("policies/…", true)}, .run = Drop},
      {.noun = "policy",
       .name = "approve",
       .summary = "say yes to exactly what a draft says now",
       .parameters = {Name("policies/…", true), {.name = "--etag", .value = "ETAG", .help = "of the content you read (else as it is now)"}},
       .run = Approve},
      {.noun = "policy",
       .name = "activate",
       .summary = "judge what happens from an instant on by an approved policy",
       .parameters = {Name("policies/…", true), {.name = "--from", .value = "TIME", .help = "at least 10 minutes ahead (else that)"}},
       .run = Activate},
  };
  for (Verb& verb : PolicyHistoryVerbs()) verbs.push_back(std::move(verb));
  return verbs;
}

}  // namespace comity::cli
