// Duties that a team's people take in turns: rotations, whose turn it is, giving turns away, absences, what a spotter looks through.
#include <ostream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/names.h"
#include "clients/cli/session.h"
#include "clients/cli/verb.h"
#include "comity/v1/duty.pb.h"
#include "service/base/error.h"

namespace comity::cli {
namespace {

std::string RotationOf(const Arguments& arguments) { return FullName("rotations", arguments.Get("ROTATION")); }

void PrintRotation(std::ostream& out, const v1::Rotation& rotation) {
  const auto line = [&](const char* word, const std::string& text) {
    if (!text.empty()) out << Printable(absl::StrCat(word, text)) << "\n";
  };
  line("Rotation   ", BareName(rotation.name()));
  line("Title      ", rotation.title());
  line("Duty       ", EnumWords(*v1::Rotation::Duty_descriptor(), rotation.duty()));
  line("Team       ", BareName(rotation.team()));
  line("Rounds     ", absl::StrCat("of ", rotation.interval_weeks(), rotation.interval_weeks() == 1 ? " week" : " weeks", ", from ",
                                   rotation.start_date(), " on"));
  line("Seed       ", rotation.seed().empty() ? absl::StrCat("shown once it is archived; its SHA-256 is ", rotation.seed_sha256())
                                              : absl::StrCat(rotation.seed(), ", whose SHA-256 is ", rotation.seed_sha256()));
  if (rotation.has_archive_time()) line("Archived   ", Instant(rotation.archive_time()));
  for (const std::string& prompt : rotation.prompts()) line("  - ", prompt);
}

absl::Status ShowRotation(Session& session, std::string_view done, const v1::Rotation& rotation) {
  if (session.json()) return session.PrintJson(rotation);
  if (!done.empty()) session.out() << session.style().Good(done) << "\n\n";
  PrintRotation(session.out(), rotation);
  return absl::OkStatus();
}

// Whose turn it is, with why.
void PrintAssignment(std::ostream& out, const v1::Assignment& assignment) {
  const std::string who = assignment.person().empty() ? "nobody, or somebody who is not named" : BareName(assignment.person());
  out << Printable(
             absl::StrCat(assignment.first_date(), " to ", assignment.last_date(), "  ", who,
                          assignment.offered_to().empty() ? "" : absl::StrCat(" (offered to ", BareName(assignment.offered_to()), ")")))
      << "\n";
  for (const std::string& words : assignment.explanation()) out << Printable(absl::StrCat("  ", words)) << "\n";
}

absl::Status ListRotations(Session& session, const Arguments& arguments) {
  int64_t limit = 0;
  COMITY_RETURN_IF_ERROR(ReadLimit(arguments, &limit));
  v1::ListRotationsRequest request;
  request.set_team(FullName("teams", arguments.Get("team")));
  request.set_show_archived(arguments.Has("archived"));
  v1::ListRotationsResponse response;
  COMITY_RETURN_IF_ERROR(session.List("DutyService/ListRotations", request, limit, &response));
  const bool more = !response.next_page_token().empty();
  if (session.json()) return session.PrintJson(response);
  Table table({"ROTATION", "TEAM", "DUTY", "WEEKS", "STATE", "TITLE"});
  for (const v1::Rotation& rotation : response.rotations()) {
    table.Add({BareName(rotation.name()), BareName(rotation.team()), EnumWords(*v1::Rotation::Duty_descriptor(), rotation.duty()),
               absl::StrCat(rotation.interval_weeks()), rotation.has_archive_time() ? "archived" : "goes on", rotation.title()});
  }
  table.Print(session.out(), session.style(), "No rotations.");
  session.SayMore(more, limit);
  return absl::OkStatus();
}

absl::Status ShowRotationByName(Session& session, const Arguments& arguments) {
  v1::GetRotationRequest request;
  request.set_name(RotationOf(arguments));
  v1::Rotation rotation;
  COMITY_RETURN_IF_ERROR(session.Call("DutyService/GetRotation", request, &rotation));
  return ShowRotation(session, "", rotation);
}

absl::Status CreateRotation(Session& session, const Arguments& arguments) {
  v1::CreateRotationRequest request;
  request.set_rotation_id(arguments.Get("ID"));
  v1::Rotation& rotation = *request.mutable_rotation();
  rotation.set_team(FullName("teams", arguments.Get("team")));
  rotation.set_duty(static_cast<v1::Rotation::Duty>(EnumFromWords(*v1::Rotation::Duty_descriptor(), arguments.Get("duty"))));
  rotation.set_title(arguments.Get("title"));
  rotation.set_start_date(arguments.Get("from"));
  int32_t weeks = 0;
  if (!absl::SimpleAtoi(arguments.Get("weeks"), &weeks) || weeks < 1) return UsageError("--weeks is a number from 1 to 26");
  rotation.set_interval_weeks(weeks);
  v1::Rotation made;
  COMITY_RETURN_IF_ERROR(session.Call("DutyService/CreateRotation", request, &made));
  COMITY_RETURN_IF_ERROR(ShowRotation(session, "Begun.", made));
  if (!session.json()) session.out() << "\nWhose turn it is: comity duties assignments " << Printable(BareName(made.name())) << "\n";
  return absl::OkStatus();
}

absl::Status UpdateRotation(Session& session, const Arguments& arguments) {
  v1::UpdateRotationRequest request;
  request.mutable_rotation()->set_name(RotationOf(arguments));
  request.mutable_rotation()->set_title(arguments.Get("title"));
  request.mutable_update_mask()->add_paths("title");
  v1::Rotation rotation;
  COMITY_RETURN_IF_ERROR(session.Call("DutyService/UpdateRotation", request, &rotation));
  return ShowRotation(session, "Changed.", rotation);
}

absl::Status ArchiveRotation(Session& session, const Arguments& arguments) {
  v1::ArchiveRotationRequest request;
  request.set_name(RotationOf(arguments));
  v1::Rotation rotation;
  COMITY_RETURN_IF_ERROR(session.Call("DutyService/ArchiveRotation", request, &rotation));
  return ShowRotation(session, "Archived; its team can draw every lot again now.", rotation);
}

absl::Status ListAssignments(Session& session, const Arguments& arguments) {
  int64_t limit = 0;
  COMITY_RETURN_IF_ERROR(ReadLimit(arguments, &limit));
  v1::ListAssignmentsRequest request;
  request.set_rotation(RotationOf(arguments));
  v1::ListAssignmentsResponse response;
  COMITY_RETURN_IF_ERROR(session.List("DutyService/ListAssignments", request, limit, &response));
  const bool more = !response.next_page_token().empty();
  if (session.json()) return session.PrintJson(response);
  if (response.assignments().empty()) session.out() << "No rounds yet.\n";
  for (const v1::Assignment& assignment : response.assignments()) {
    session.out() << Printable(absl::StrCat("[", EnumWords(*v1::Assignment::State_descriptor(), assignment.state()), "] round ",
                                            BareName(assignment.name().substr(assignment.name().rfind('/') + 1)), ": "));
    PrintAssignment(session.out(), assignment);
  }
  session.SayMore(more, limit);
  return absl::OkStatus();
}

// `ROTATION ROUND` as the name of a turn.
absl::Status ReadTurn(const Arguments& arguments, std::string* name) {
  int32_t round = 0;
  if (!absl::SimpleAtoi(arguments.Get("ROUND"), &round) || round < 0) {
    return UsageError("ROUND is a number, as `comity duties assignments ROTATION` shows it");
  }
  *name = absl::StrCat(RotationOf(arguments), "/assignments/", round);
  return absl::OkStatus();
}

template <typename Request>
absl::Status ChangeTurn(Session& session, const char* method, Request& request, const Arguments& arguments, std::string_view done) {
  COMITY_RETURN_IF_ERROR(ReadTurn(arguments, request.mutable_name()));
  v1::Assignment assignment;
  COMITY_RETURN_IF_ERROR(session.Call(method, request, &assignment));
  if (session.json()) return session.PrintJson(assignment);
  session.out() << session.style().Good(done) << "\n\n";
  PrintAssignment(session.out(), assignment);
  return absl::OkStatus();
}

absl::Status SkipTurn(Session& session, const Arguments& arguments) {
  v1::SkipAssignmentRequest request;
  return ChangeTurn(session, "DutyService/SkipAssignment", request, arguments, "Skipped; it goes to another, and yours comes sooner.");
}

absl::Status OfferTurn(Session& session, const Arguments& arguments) {
  v1::OfferSwapRequest request;
  request.set_person(FullName("people", arguments.Get("to")));
  return ChangeTurn(session, "DutyService/OfferSwap", request, arguments, "Offered; it is yours until they accept.");
}

absl::Status AcceptTurn(Session& session, const Arguments& arguments) {
  v1::AcceptSwapRequest request;
  return ChangeTurn(session, "DutyService/AcceptSwap", request, arguments, "It is yours, and counts for you.");
}

absl::Status DeclineTurn(Session& session, const Arguments& arguments) {
  v1::DeclineSwapRequest request;
  return ChangeTurn(session, "DutyService/DeclineSwap", request, arguments, "Not offered any more; nothing is kept of it.");
}

absl::Status AddAbsence(Session& session, const Arguments& arguments) {
  v1::CreateAbsenceRequest request;
  request.mutable_absence()->set_first_date(arguments.Get("from"));
  request.mutable_absence()->set_last_date(arguments.Has("to") ? arguments.Get("to") : arguments.Get("from"));
  v1::Absence absence;
  COMITY_RETURN_IF_ERROR(session.Call("DutyService/CreateAbsence", request, &absence));
  if (session.json()) return session.PrintJson(absence);
  session.out() << Printable(absl::StrCat("No duties from ", absence.first_date(), " to ", absence.last_date(),
                                          ". You alone read this; it is deleted when it is past."))
                << "\nTake it back: comity duties forget-absence " << Printable(BareName(absence.name())) << "\n";
  return absl::OkStatus();
}

absl::Status ListAbsences(Session& session, const Arguments& /*arguments*/) {
  v1::ListAbsencesResponse response;
  COMITY_RETURN_IF_ERROR(session.Call("DutyService/ListAbsences", v1::ListAbsencesRequest(), &response));
  if (session.json()) return session.PrintJson(response);
  Table table({"ABSENCE", "FROM", "TO"});
  for (const v1::Absence& absence : response.absences()) table.Add({BareName(absence.name()), absence.first_date(), absence.last_date()});
  table.Print(session.out(), session.style(), "No absences.");
  return absl::OkStatus();
}

absl::Status ForgetAbsence(Session& session, const Arguments& arguments) {
  v1::DeleteAbsenceRequest request;
  request.set_name(FullName("absences", arguments.Get("ABSENCE")));
  v1::DeleteAbsenceResponse response;
  COMITY_RETURN_IF_ERROR(session.Call("DutyService/DeleteAbsence", request, &response));
  if (session.json()) return session.PrintJson(response);
  session.out() << "Taken back.\n";
  return absl::OkStatus();
}

absl::Status ListUnthanked(Session& session, const Arguments& arguments) {
  int64_t limit = 0;
  COMITY_RETURN_IF_ERROR(ReadLimit(arguments, &limit));
  v1::ListUnthankedRequest request;
  request.set_rotation(RotationOf(arguments));
  v1::ListUnthankedResponse response;
  COMITY_RETURN_IF_ERROR(session.List("DutyService/ListUnthanked", request, limit, &response));
  const bool more = !response.next_page_token().empty();
  if (session.json()) return session.PrintJson(response);
  Table table({"DEED", "WHEN", "ABOUT", "FROM TEAM", "BY"});
  for (const v1::UnthankedHelp& help : response.help()) {
    std::vector<std::string> helpers;
    for (const std::string& helper : help.helpers()) helpers.push_back(BareName(helper));
    table.Add({BareName(help.deed()), Instant(help.occur_time()), help.subject(), BareName(help.helper_team()),
               helpers.empty() ? "not shown" : absl::StrJoin(helpers, ", ")});
  }
  table.Print(session.out(), session.style(), "Nothing waits for thanks.");
  session.SayMore(more, limit);
  if (!response.help().empty()) session.out() << "Thank for what helped you or your team: comity thank DEED --saw TEXT. Let the rest be.\n";
  return absl::OkStatus();
}

Parameter RotationParameter() {
  return {.name = "ROTATION", .kind = Parameter::Kind::kPositional, .help = "rotations/… or its bare id", .required = true};
}

std::vector<Parameter> TurnParameters() {
  return {RotationParameter(),
          {.name = "ROUND", .kind = Parameter::Kind::kPositional, .help = "its number, as assignments shows it", .required = true}};
}

std::vector<Parameter> CreateParameters() {
  return {{.name = "ID", .kind = Parameter::Kind::kPositional, .help = "lower-case letters, digits and dashes", .required = true},
          {.name = "--team", .value = "ID", .help = "whose people take turns; you lead it", .required = true},
          {.name = "--duty",
           .value = "DUTY",
           .help = "what they take turns in",
           .required = true,
           .choices = EnumChoices(*v1::Rotation::Duty_descriptor())},
          {.name = "--title", .value = "TEXT", .help = "1 to 80 characters; name nobody", .required = true},
          {.name = "--from", .value = "DAY", .help = "first day of the first round, as 2026-09-07 (UTC)", .required = true},
          {.name = "--weeks", .value = "N", .help = "how long a round is", .fallback = "1"}};
}

}  // namespace

std::vector<Verb> DutyVerbs() {
  std::vector<Parameter> offer = TurnParameters();
  offer.push_back({.name = "--to", .value = "ID", .help = "somebody of the team", .required = true});
  return {
      {.noun = "duties",
       .name = "list",
       .summary = "rotations of your teams",
       .parameters = {{.name = "--team", .value = "ID", .help = "of this one alone"},
                      {.name = "--archived", .kind = Parameter::Kind::kFlag, .help = "also those that ended"},
                      LimitParameter()},
       .run = ListRotations},
      {.noun = "duties",
       .name = "show",
       .summary = "one rotation, and what helps whoever has the duty",
       .parameters = {RotationParameter()},
       .run = ShowRotationByName},
      {.noun = "duties",
       .name = "assignments",
       .summary = "whose turn it is, was and will be, and why",
       .parameters = {RotationParameter(), LimitParameter()},
       .run = ListAssignments},
      {.noun = "duties",
       .name = "skip",
       .summary = "let your turn go to another; one is owed at most, and nobody asks why",
       .parameters = TurnParameters(),
       .run = SkipTurn},
      {.noun = "duties", .name = "offer", .summary = "ask somebody to take your turn", .parameters = offer, .run = OfferTurn},
      {.noun = "duties",
       .name = "accept",
       .summary = "take a turn that was offered to you",
       .parameters = TurnParameters(),
       .run = AcceptTurn},
      {.noun = "duties",
       .name = "decline",
       .summary = "take an offer off: one to you, or your own",
       .parameters = TurnParameters(),
       .run = DeclineTurn},
      {.noun = "duties",
       .name = "away",
       .summary = "have no duties on some days; you alone read which",
       .parameters = {{.name = "--from", .value = "DAY", .help = "the first, as 2026-09-07", .required = true},
                      {.name = "--to", .value = "DAY", .help = "the last; the same day if left out"}},
       .run = AddAbsence},
      {.noun = "duties", .name = "absences", .summary = "your own days without duties", .parameters = {}, .run = ListAbsences},
      {.noun = "duties",
       .name = "forget-absence",
       .summary = "take one back",
       .parameters = {{.name = "ABSENCE", .kind = Parameter::Kind::kPositional, .help = "absences/… or its bare id", .required = true}},
       .run = ForgetAbsence},
      {.noun = "duties",
       .name = "unthanked",
       .summary = "as the spotter: help of your team that nobody has thanked for",
       .parameters = {RotationParameter(), LimitParameter()},
       .run = ListUnthanked},
      {.noun = "duties", .name = "create", .summary = "begin a rotation (leads)", .parameters = CreateParameters(), .run = CreateRotation},
      {.noun = "duties",
       .name = "update",
       .summary = "change a rotation's title (leads)",
       .parameters = {RotationParameter(), {.name = "--title", .value = "TEXT", .help = "1 to 80 characters", .required = true}},
       .run = UpdateRotation},
      {.noun = "duties",
       .name = "archive",
       .summary = "end a rotation for good, and show its seed to the team (leads)",
       .parameters = {RotationParameter()},
       .run = ArchiveRotation},
  };
}

}  // namespace comity::cli
