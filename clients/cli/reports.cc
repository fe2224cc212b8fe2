// Something is wrong with thanks: saying so, and what stewards make of it.
#include <ostream>

#include "absl/strings/str_cat.h"
#include "clients/cli/names.h"
#include "clients/cli/recognition_text.h"
#include "clients/cli/session.h"
#include "clients/cli/verb.h"
#include "comity/v1/recognition.pb.h"
#include "service/base/error.h"

namespace comity::cli {
namespace {

std::string DecisionText(const v1::Report& report) {
  return report.decision() == v1::Report::DECISION_UNSPECIFIED ? "open" : EnumWords(*v1::Report::Decision_descriptor(), report.decision());
}

absl::Status CreateReport(Session& session, const Arguments& arguments) {
  v1::ReportRecognitionRequest request;
  request.set_name(FullName("recognitions", arguments.Get("RECOGNITION")));
  request.set_because(arguments.Get("because"));
  v1::Report report;
  COMITY_RETURN_IF_ERROR(session.Call("RecognitionService/ReportRecognition", request, &report));
  if (session.json()) return session.PrintJson(report);
  session.out() << "Reported as " << Printable(report.name())
                << ". Only stewards and auditors see who did; their answer: comity reports list\n";
  return absl::OkStatus();
}

absl::Status ListReports(Session& session, const Arguments& arguments) {
  int64_t limit = 0;
  COMITY_RETURN_IF_ERROR(ReadLimit(arguments, &limit));
  v1::ListReportsRequest request;
  request.set_open(arguments.Has("open"));
  v1::ListReportsResponse response;
  COMITY_RETURN_IF_ERROR(session.List("RecognitionService/ListReports", request, limit, &response));
  const bool more = !response.next_page_token().empty();
  if (session.json()) return session.PrintJson(response);
  Table table({"REPORT", "WHEN", "THANKS", "BECAUSE", "DECISION", "ITS REASON"});
  for (const v1::Report& report : response.reports()) {
    table.Add({BareName(report.name()), Instant(report.create_time()), BareName(report.recognition()), FirstLine(report.because()),
               DecisionText(report), FirstLine(report.decision_because())});
  }
  table.Print(session.out(), session.style(), "No reports.");
  session.SayMore(more, limit);
  return absl::OkStatus();
}

absl::Status Decide(Session& session, const Arguments& arguments) {
  v1::ResolveReportRequest request;
  request.set_name(FullName("reports", arguments.Get("NAME")));
  request.set_decision(static_cast<v1::Report::Decision>(EnumFromWords(*v1::Report::Decision_descriptor(), arguments.Get("decision"))));
  request.set_because(arguments.Get("because"));
  v1::Report report;
  COMITY_RETURN_IF_ERROR(session.Call("RecognitionService/ResolveReport", request, &report));
  if (session.json()) return session.PrintJson(report);
  session.out() << Printable(report.name()) << ": " << DecisionText(report) << ". Whoever reported it reads why"
                << (report.decision() == v1::Report::DECISION_TAKEN_DOWN ? ", and so does its author.\n" : ".\n");
  return absl::OkStatus();
}

}  // namespace

std::vector<Verb> ReportVerbs() {
  return {
      {.noun = "reports",
       .name = "create",
       .summary = "tell the stewards that something is wrong with thanks you see",
       .parameters =
           {{.name = "RECOGNITION", .kind = Parameter::Kind::kPositional, .help = "recognitions/… or its bare id", .required = true},
            {.name = "--because", .value = "TEXT", .help = "what is wrong with it", .required = true}},
       .run = CreateReport},
      {.noun = "reports",
       .name = "list",
       .summary = "your reports and their answers; to stewards, everybody's",
       .parameters = {{.name = "--open", .kind = Parameter::Kind::kFlag, .help = "only those without an answer"}, LimitParameter()},
       .run = ListReports},
      {.noun = "reports",
       .name = "decide",
       .summary = "answer one, with a reason that those concerned read (stewards)",
       .parameters = {{.name = "NAME", .kind = Parameter::Kind::kPositional, .help = "reports/… or its bare id", .required = true},
                      {.name = "--decision",
                       .value = "WHAT",
                       .help = "whether it stays",
                       .required = true,
                       .choices = EnumChoices(*v1::Report::Decision_descriptor())},
                      {.name = "--because", .value = "TEXT", .help = "why", .required = true}},
       .run = Decide},
  };
}

}  // namespace comity::cli
