// Policies against history: compared, restated, and how often they are wrong.
#include <ostream>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clients/cli/deed_text.h"
#include "clients/cli/names.h"
#include "clients/cli/policy_verbs.h"
#include "clients/cli/session.h"
#include "comity/v1/deed.pb.h"
#include "service/base/error.h"
#include "service/base/percent.h"

namespace comity::cli {
namespace {

std::string KindWords(v1::Deed::Kind kind) { return EnumWords(*v1::Deed::Kind_descriptor(), kind); }

// Nothing for 0, so that what differs stands out.
std::string Some(int64_t count) { return count == 0 ? "" : absl::StrCat(count); }

std::string PeopleWords(const v1::PolicyDifference& difference) {
  return difference.people() == 0 ? "fewer than 5 people" : Count(difference.people(), "person", "people");
}

bool IsEmpty(const v1::PolicyDifference& difference) {
  return difference.counted() + difference.not_counted() + difference.changed_shares() + difference.waits() +
             difference.no_longer_waits() ==
         0;
}

std::string DifferenceWords(const v1::PolicyDifference& difference) {
  if (IsEmpty(difference)) return "nothing comes out otherwise";
  std::string words = absl::StrCat(difference.counted(), " would count, ", difference.not_counted(), " would not count any more");
  if (difference.changed_shares() > 0) absl::StrAppend(&words, ", ", difference.changed_shares(), " would have other shares");
  if (difference.waits() > 0) absl::StrAppend(&words, ", ", difference.waits(), " would wait for a yes");
  if (difference.no_longer_waits() > 0) absl::StrAppend(&words, ", ", difference.no_longer_waits(), " would no longer wait");
  return absl::StrCat(words, "; ", PeopleWords(difference));
}

absl::StatusOr<google::protobuf::Timestamp> TimeOf(const Arguments& arguments, const std::string& name) {
  return ReadTime(arguments.Get(name), absl::ToUnixSeconds(absl::Now()));
}

void PrintExamples(Session& session, const v1::ComparePolicyResponse& response) {
  std::ostream& out = session.out();
  for (const v1::ComparePolicyResponse::Example& example : response.examples()) {
    out << "\n"
        << session.style().Bold(
               Printable(absl::StrCat(example.subject(), ", ", KindWords(example.kind()), ", ", Instant(example.occur_time()), " UTC")))
        << "\n  before: " << Wrap(Printable(example.before().text()), session.style(), "          ")
        << "\n  after:  " << Wrap(Printable(example.after().text()), session.style(), "          ") << "\n";
  }
}

absl::Status ComparePolicies(Session& session, const Arguments& arguments) {
  v1::ComparePolicyRequest request;
  request.set_name(FullName("policies", arguments.Get("NAME")));
  if (arguments.Has("from")) {
    COMITY_ASSIGN_OR_RETURN(*request.mutable_start_time(), TimeOf(arguments, "from"));
  }
  if (arguments.Has("to")) {
    COMITY_ASSIGN_OR_RETURN(*request.mutable_end_time(), TimeOf(arguments, "to"));
  }
  request.set_with_names(arguments.Has("names"));
  v1::ComparePolicyResponse response;
  COMITY_RETURN_IF_ERROR(session.Call("DeedService/ComparePolicy", request, &response));
  if (session.json()) return session.PrintJson(response);
  std::ostream& out = session.out();
  out << Printable(absl::StrCat(response.name(), " instead of what was in force, ", Instant(response.start_time()), " to ",
                                Instant(response.end_time()), " UTC"))
      << "\n"
      << Count(response.fact_count(), "fact", "facts") << " read, " << Count(response.judged_subject_count(), "subject", "subjects")
      << " judged by both (the others cannot differ)\n";
  if (!response.complete()) out << "Time ran out: go on with --from " << Instant(response.end_time()).substr(0, 10) << "\n";
  if (response.bulk_window_ignored()) out << "Its bulk_window is not compared: what was closed at once is counted as it was then.\n";
  out << "\n" << Wrap(Printable("In all: " + DifferenceWords(response.total()) + "."), session.style()) << "\n\n";
  if (response.rows().empty()) return absl::OkStatus();
  Table table({"HELPED BY", "HELPED", "RULE", "COUNT", "NO LONGER", "SHARES", "WAIT", "NO WAIT", "PEOPLE"});
  for (const auto& row : response.rows()) {
    const v1::PolicyDifference& difference = row.difference();
    table.Add({BareName(row.helper_team()), BareName(row.helped_team()), KindWords(row.kind()), Some(difference.counted()),
               Some(difference.not_counted()), Some(difference.changed_shares()), Some(difference.waits()),
               Some(difference.no_longer_waits()), difference.people() == 0 ? "few" : absl::StrCat(difference.people())});
  }
  table.Print(out, session.style());
  PrintExamples(session, response);
  return absl::OkStatus();
}

absl::Status Print(Session& session, const v1::Restatement& restatement, std::string_view done) {
  if (session.json()) return session.PrintJson(restatement);
  const std::string id = Printable(restatement.name());
  std::ostream& out = session.out();
  out << session.style().Good(absl::StrCat(std::string(done), " ", id, ".")) << "\n"
      << Wrap(Printable(absl::StrCat("Facts from ", Instant(restatement.start_time()), " to ", Instant(restatement.end_time()), " UTC by ",
                                     restatement.policy(), ", because: ", restatement.because())),
              session.style())
      << "\n"
      << Wrap(absl::StrCat("Preview: ", DifferenceWords(restatement.preview()),
                           restatement.preview_complete() ? "." : "; and more, since the range was too long to look at all of it."),
              session.style())
      << "\n";
  switch (restatement.state()) {
    case v1::Restatement::STATE_ANNOUNCED:
      out << restatement.approvals_size() << " of " << restatement.required_approval_count()
          << " approvals. Everybody can read it: comity policy restatements\nNext: comity policy restate " << id << " --approve\n";
      break;
    case v1::Restatement::STATE_APPROVED:
      out << "It has its approvals.\nNext: comity policy restate " << id << " --start\n";
      break;
    default:
      out << (restatement.job().empty() ? "No fact lies in the range." : "It is judged again by " + Printable(restatement.job()) + ".")
          << "\n";
  }
  return absl::OkStatus();
}

template <typename Request>
absl::Status Change(Session& session, const std::string& method, const std::string& name, std::string_view done) {
  Request request;
  request.set_name(name);
  v1::Restatement restatement;
  COMITY_RETURN_IF_ERROR(session.Call("DeedService/" + method, request, &restatement));
  return Print(session, restatement, done);
}

absl::Status ChangeRestatement(Session& session, const Arguments& arguments, const std::string& name) {
  const int asked = (arguments.Has("approve") ? 1 : 0) + (arguments.Has("start") ? 1 : 0) + (arguments.Has("drop") ? 1 : 0);
  if (asked != 1) return UsageError("say what to do with " + name + ": one of --approve, --start and --drop");
  if (arguments.Has("approve")) return Change<v1::ApproveRestatementRequest>(session, "ApproveRestatement", name, "Approved");
  if (arguments.Has("start")) return Change<v1::StartRestatementRequest>(session, "StartRestatement", name, "Started");
  v1::DeleteRestatementRequest request;
  request.set_name(name);
  v1::DeleteRestatementResponse response;
  COMITY_RETURN_IF_ERROR(session.Call("DeedService/DeleteRestatement", request, &response));
  if (session.json()) return session.PrintJson(response);
  session.out() << session.style().Good("Dropped " + Printable(name) + ".") << "\n";
  return absl::OkStatus();
}

absl::Status Restate(Session& session, const Arguments& arguments) {
  const std::string& name = arguments.Get("NAME");
  if (name.rfind("restatements/", 0) == 0) return ChangeRestatement(session, arguments, name);
  if (!arguments.Has("from") || !arguments.Has("to") || !arguments.Has("because")) {
    return UsageError("to announce one give --from, --to and --because; to approve or start one name restatements/…");
  }
  v1::CreateRestatementRequest request;
  v1::Restatement& restatement = *request.mutable_restatement();
  restatement.set_policy(FullName("policies", name));
  COMITY_ASSIGN_OR_RETURN(*restatement.mutable_start_time(), TimeOf(arguments, "from"));
  COMITY_ASSIGN_OR_RETURN(*restatement.mutable_end_time(), TimeOf(arguments, "to"));
  restatement.set_because(arguments.Get("because"));
  v1::Restatement made;
  COMITY_RETURN_IF_ERROR(session.Call("DeedService/CreateRestatement", request, &made));
  return Print(session, made, "Announced");
}

absl::Status Restatements(Session& session, const Arguments& arguments) {
  int64_t limit = 0;
  COMITY_RETURN_IF_ERROR(ReadLimit(arguments, &limit));
  v1::ListRestatementsRequest request;
  v1::ListRestatementsResponse response;
  COMITY_RETURN_IF_ERROR(session.List("DeedService/ListRestatements", request, limit, &response));
  const bool more = !response.next_page_token().empty();
  if (session.json()) return session.PrintJson(response);
  Table table({"RESTATEMENT", "STATE", "POLICY", "FACTS FROM", "TO", "COUNT", "NO LONGER", "WHY"});
  for (const v1::Restatement& restatement : response.restatements()) {
    table.Add({restatement.name(), EnumWords(*v1::Restatement::State_descriptor(), restatement.state()), BareName(restatement.policy()),
               Instant(restatement.start_time()), Instant(restatement.end_time()), Some(restatement.preview().counted()),
               Some(restatement.preview().not_counted()), restatement.because()});
  }
  table.Print(session.out(), session.style(), "History was never restated.");
  session.SayMore(more, limit);
  return absl::OkStatus();
}

absl::Status Accuracy(Session& session, const Arguments&) {
  v1::Accuracy accuracy;
  COMITY_RETURN_IF_ERROR(session.Call("DeedService/GetAccuracy", v1::GetAccuracyRequest(), &accuracy));
  if (session.json()) return session.PrintJson(accuracy);
  Table table({"RULE", "SOURCE", "MODE", "SINCE", "CONFIRMED", "CORRECTED", "DECLINED", "UNTOUCHED", "WRONG", "95 % INTERVAL"});
  for (const v1::Accuracy::Row& row : accuracy.rows()) {
    const std::string source = row.suite().empty() ? "all" : absl::StrCat(row.suite(), ":", row.instance());
    std::vector<std::string> cells = {KindWords(row.kind()), source, EnumWords(*v1::Policy::Rule::Mode_descriptor(), row.mode()),
                                      row.has_since_time() ? Instant(row.since_time()) : "the beginning"};
    if (row.withheld()) {
      cells.insert(cells.end(), {"-", "-", "-", "-", "-", "fewer than 5 people"});
    } else {
      for (const int64_t count : {row.confirmed_count(), row.corrected_count(), row.declined_count(), row.untouched_count()}) {
        cells.push_back(absl::StrCat(count));
      }
      cells.push_back(Percent(row.rate_ppm()));
      cells.push_back(Percent(row.lower_ppm()) + " to " + Percent(row.upper_ppm()));
    }
    table.Add(std::move(cells));
  }
  table.Print(session.out(), session.style(), "No rule has made a deed yet.");
  session.out()
      << "\n"
      << Wrap(
             "Wrong = corrected by those concerned, of all deeds that stand; silence is no yes. A rule that is more than 10 % wrong "
             "at the lower end, with at least 20 deeds of 5 people, goes back to trial by itself.",
             session.style())
      << "\n";
  return absl::OkStatus();
}

}  // namespace

std::vector<Verb> PolicyHistoryVerbs() {
  return {
      {.noun = "policy",
       .name = "compare",
       .summary = "what a policy would have made of real history",
       .parameters = {{.name = "NAME", .kind = Parameter::Kind::kPositional, .help = "policies/…", .required = true},
                      {.name = "--from", .value = "TIME", .help = "facts from then on (else 90 days before the end)"},
                      {.name = "--to", .value = "TIME", .help = "up to then (else now)"},
                      {.name = "--names",
                       .kind = Parameter::Kind::kFlag,
                       .help = "name people in the examples; they can see that you did"}},
       .run = ComparePolicies,
       .deadline_seconds = 300},
      {.noun = "policy",
       .name = "restate",
       .summary = "announce, approve or start judging history by another policy",
       .parameters = {{.name = "NAME",
                       .kind = Parameter::Kind::kPositional,
                       .help = "policies/… to announce, restatements/… to go on",
                       .required = true},
                      {.name = "--from", .value = "TIME", .help = "facts from then on"},
                      {.name = "--to", .value = "TIME", .help = "up to then; not later than now"},
                      {.name = "--because", .value = "TEXT", .help = "why, in one line; everybody reads it"},
                      {.name = "--approve", .kind = Parameter::Kind::kFlag, .help = "say yes to it"},
                      {.name = "--start", .kind = Parameter::Kind::kFlag, .help = "judge again now"},
                      {.name = "--drop", .kind = Parameter::Kind::kFlag, .help = "take it back, if it was not started"}},
       .run = Restate,
       .details = "Example: comity policy restate policies/3 --from 2026-06-01 --to 2026-09-01 --because \"the bot list was wrong\"",
       .deadline_seconds = 300},
      {.noun = "policy",
       .name = "restatements",
       .summary = "which history was, or is to be, judged by another policy, and why",
       .parameters = {LimitParameter()},
       .run = Restatements},
      {.noun = "policy", .name = "accuracy", .summary = "how often each rule is corrected by those concerned", .run = Accuracy},
  };
}

}  // namespace comity::cli
