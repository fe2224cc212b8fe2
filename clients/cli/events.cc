#include <fstream>
#include <istream>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "clients/cli/deed_text.h"
#include "clients/cli/names.h"
#include "clients/cli/push.h"
#include "clients/cli/session.h"
#include "clients/cli/verb.h"
#include "comity/v1/admin.pb.h"
#include "comity/v1/event.pb.h"
#include "google/protobuf/struct.pb.h"
#include "service/base/error.h"

namespace comity::cli {
namespace {

absl::Status ListEvents(Session& session, const Arguments& arguments) {
  int64_t limit = 0;
  COMITY_RETURN_IF_ERROR(ReadLimit(arguments, &limit));
  v1::ListEventsRequest request;
  if (arguments.Has("outcome")) {
    request.set_outcome(static_cast<v1::Event::Outcome>(EnumFromWords(*v1::Event::Outcome_descriptor(), arguments.Get("outcome"))));
  }
  v1::ListEventsResponse response;
  COMITY_RETURN_IF_ERROR(session.List("EventService/ListEvents", request, limit, &response));
  const bool more = !response.next_page_token().empty();
  if (session.json()) return session.PrintJson(response);
  PrintEvents(session.out(), session.style(), response.events());
  session.SayMore(more, limit);
  return absl::OkStatus();
}

absl::Status Replay(Session& session, const Arguments& arguments) {
  v1::ReplayEventRequest request;
  request.set_name(FullName("events", arguments.Get("NAME")));
  v1::Event event;
  COMITY_RETURN_IF_ERROR(session.Call("EventService/ReplayEvent", request, &event));
  if (session.json()) return session.PrintJson(event);
  google::protobuf::RepeatedPtrField<v1::Event> events;
  *events.Add() = event;
  PrintEvents(session.out(), session.style(), events);
  PrintExplanation(session.out(), session.style(), event.explanation());
  PrintRemedies(session.out(), session.style(), {event.explanation().remedies().begin(), event.explanation().remedies().end()});
  return absl::OkStatus();
}

// A connector's token usually names one source: then nobody needs to say it again.
absl::StatusOr<std::string> SourceFor(Session& session, const Arguments& arguments) {
  if (arguments.Has("source")) return FullName("sources", arguments.Get("source"));
  v1::ListSourcesRequest request;
  v1::ListSourcesResponse response;
  COMITY_RETURN_IF_ERROR(session.List("AdminService/ListSources", request, 0, &response));
  if (response.sources_size() == 1) return response.sources(0).name();
  std::string known;
  for (const v1::Source& source : response.sources()) absl::StrAppend(&known, known.empty() ? "" : ", ", BareName(source.name()));
  return UsageError(known.empty() ? "there is no source yet; make one: comity sources create ID --suite S --instance I"
                                  : absl::StrCat("say for which source: --source ID, one of ", known));
}

google::protobuf::Value List(const std::vector<PushReport::Problem>& problems) {
  google::protobuf::Value list;
  list.mutable_list_value();
  for (const PushReport::Problem& problem : problems) {
    auto& fields = *list.mutable_list_value()->add_values()->mutable_struct_value()->mutable_fields();
    fields["line"].set_number_value(static_cast<double>(problem.line));
    fields["event"].set_string_value(problem.event);
    fields["reason"].set_string_value(problem.reason);
    fields["message"].set_string_value(problem.words);
  }
  return list;
}

absl::Status PrintReport(Session& session, const PushReport& report) {
  if (session.json()) {
    google::protobuf::Struct json;
    (*json.mutable_fields())["stored"].set_number_value(static_cast<double>(report.stored));
    (*json.mutable_fields())["duplicates"].set_number_value(static_cast<double>(report.duplicates));
    (*json.mutable_fields())["setAside"] = List(report.set_aside);
    (*json.mutable_fields())["unreadable"] = List(report.unreadable);
    return session.PrintJson(json);
  }
  std::ostream& out = session.out();
  out << report.stored << " stored, " << report.duplicates << " known already, " << report.set_aside.size() << " set aside, "
      << report.unreadable.size() << " not readable\n";
  for (const PushReport::Problem& problem : report.set_aside) {
    out << Printable(absl::StrCat("line ", problem.line, ": set aside as ", problem.event,
                                  problem.reason.empty() ? "" : " (" + problem.reason + ")", ": ", problem.words))
        << "\n";
  }
  for (const PushReport::Problem& problem : report.unreadable)
    out << Printable(absl::StrCat("line ", problem.line, ": ", problem.words)) << "\n";
  return absl::OkStatus();
}

absl::Status Push(Session& session, const Arguments& arguments) {
  const std::string& path = arguments.Get("FILE");
  std::ifstream file;
  if (path != "-") {
    file.open(path, std::ios::binary);
    if (!file) return absl::NotFoundError(absl::StrCat(path, " cannot be opened; name a file of JSON lines, or - for standard input"));
  }
  COMITY_ASSIGN_OR_RETURN(const std::string source, SourceFor(session, arguments));
  COMITY_ASSIGN_OR_RETURN(client::Client * connected, session.client());
  COMITY_ASSIGN_OR_RETURN(const PushReport report, Pusher(*connected, source).Push(path == "-" ? session.in() : file));
  COMITY_RETURN_IF_ERROR(PrintReport(session, report));
  if (report.unreadable.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(Count(static_cast<int64_t>(report.unreadable.size()), "line was", "lines were"), " not readable; the others were sent"));
}

}  // namespace

std::vector<Verb> EventVerbs() {
  return {
      {.noun = "events",
       .name = "list",
       .summary = "events, newest first",
       .parameters = {{.name = "--outcome",
                       .value = "OUTCOME",
                       .help = "only what was made of them so",
                       .choices = EnumChoices(*v1::Event::Outcome_descriptor())},
                      LimitParameter()},
       .run = ListEvents},
      {.noun = "events",
       .name = "replay",
       .summary = "try a set-aside event again, or judge a stored one anew",
       .parameters = {{.name = "NAME", .kind = Parameter::Kind::kPositional, .help = "events/… or its bare id", .required = true}},
       .run = Replay},
      {.noun = "events",
       .name = "push",
       .summary = "send facts, one JSON object a line",
       .parameters = {{.name = "FILE", .kind = Parameter::Kind::kPositional, .help = "- for standard input", .required = true},
                      {.name = "--source", .value = "ID", .help = "for which source (not needed if the token names one)"}},
       .run = Push,
       .details = "A line is a comity.v1.Fact in JSON, for example:\n"
                  "{\"kind\":\"FACT_KIND_RESOLVED\",\"suite\":\"desk\",\"instance\":\"desk.example\",\"subject\":{\"kind\":\"SUBJECT_KIND_"
                  "ISSUE\",\"id\":\"4711\"},"
                  "\"objectId\":\"4711\",\"occurTime\":\"2026-09-02T10:00:00Z\",\"actor\":{\"id\":\"17\"},\"asker\":{\"id\":\"4\"}}"},
  };
}

}  // namespace comity::cli
