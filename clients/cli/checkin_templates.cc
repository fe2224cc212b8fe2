// What teams ask, and what they agreed on.
#include <ostream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/checkin_verbs.h"
#include "clients/cli/names.h"
#include "clients/cli/session.h"
#include "service/base/error.h"

namespace comity::cli {
namespace {

constexpr char kQuestionForm[] = "a question is KIND: TEXT or KIND@NORMS: TEXT, and KIND is scale, yes-no or text";

// Fills what was given, and names it in `mask` if there is one.
absl::Status ReadTemplate(const Arguments& arguments, v1::CheckInTemplate& to, google::protobuf::FieldMask* mask) {
  const auto given = [&](const char* name, const char* path) {
    if (!arguments.Has(name)) return false;
    if (mask != nullptr) mask->add_paths(path);
    return true;
  };
  if (given("title", "title")) to.set_title(arguments.Get("title"));
  if (given("on", "trigger")) {
    to.set_trigger(
        static_cast<v1::CheckInTemplate::Trigger>(EnumFromWords(*v1::CheckInTemplate::Trigger_descriptor(), arguments.Get("on"))));
  }
  if (given("series", "series")) to.set_series(arguments.Get("series"));
  if (given("label", "label")) to.set_label(arguments.Get("label"));
  if (given("with", "teams")) {
    for (const std::string& team : arguments.All("with")) {
      if (!team.empty()) to.add_teams(FullName("teams", team));
    }
  }
  if (given("question", "questions")) {
    for (const std::string& text : arguments.All("question")) {
      COMITY_ASSIGN_OR_RETURN(*to.add_questions(), ReadQuestion(text));
    }
  }
  if (given("open-hours", "open_hours")) {
    int32_t hours = 0;
    if (!absl::SimpleAtoi(arguments.Get("open-hours"), &hours)) return UsageError("--open-hours is a whole number from 1 to 168");
    to.set_open_hours(hours);
  }
  return absl::OkStatus();
}

absl::Status Show(Session& session, std::string_view done, const google::protobuf::Message& message, const std::string& name) {
  if (session.json()) return session.PrintJson(message);
  session.out() << session.style().Good(done) << " " << Printable(name) << "\n";
  return absl::OkStatus();
}

absl::Status CreateTemplate(Session& session, const Arguments& arguments) {
  v1::CreateCheckInTemplateRequest request;
  request.set_check_in_template_id(arguments.Get("ID"));
  request.mutable_check_in_template()->set_team(FullName("teams", arguments.Get("team")));
  COMITY_RETURN_IF_ERROR(ReadTemplate(arguments, *request.mutable_check_in_template(), nullptr));
  v1::CheckInTemplate made;
  COMITY_RETURN_IF_ERROR(session.Call("CheckInService/CreateCheckInTemplate", request, &made));
  return Show(session, "From now on this asks:", made, made.name());
}

absl::Status UpdateTemplate(Session& session, const Arguments& arguments) {
  v1::UpdateCheckInTemplateRequest request;
  request.mutable_check_in_template()->set_name(FullName("checkInTemplates", arguments.Get("NAME")));
  COMITY_RETURN_IF_ERROR(ReadTemplate(arguments, *request.mutable_check_in_template(), request.mutable_update_mask()));
  if (request.update_mask().paths_size() == 0) return UsageError("say what is to change, such as --title or --question");
  v1::CheckInTemplate changed;
  COMITY_RETURN_IF_ERROR(session.Call("CheckInService/UpdateCheckInTemplate", request, &changed));
  return Show(session, absl::StrCat("Version ", changed.version(), ", for what opens from now on:"), changed, changed.name());
}

absl::Status ArchiveTemplate(Session& session, const Arguments& arguments) {
  v1::ArchiveCheckInTemplateRequest request;
  request.set_name(FullName("checkInTemplates", arguments.Get("NAME")));
  v1::CheckInTemplate archived;
  COMITY_RETURN_IF_ERROR(session.Call("CheckInService/ArchiveCheckInTemplate", request, &archived));
  return Show(session, "Opens nothing any more:", archived, archived.name());
}

std::string WhenText(const v1::CheckInTemplate& asked) {
  std::string text = EnumWords(*v1::CheckInTemplate::Trigger_descriptor(), asked.trigger());
  if (!asked.series().empty()) absl::StrAppend(&text, " of ", asked.series());
  if (!asked.label().empty()) absl::StrAppend(&text, " labelled ", asked.label());
  for (const std::string& team : asked.teams()) absl::StrAppend(&text, " with ", BareName(team));
  return text;
}

absl::Status ListTemplates(Session& session, const Arguments& arguments) {
  int64_t limit = 0;
  COMITY_RETURN_IF_ERROR(ReadLimit(arguments, &limit));
  v1::ListCheckInTemplatesRequest request;
  v1::ListCheckInTemplatesResponse response;
  COMITY_RETURN_IF_ERROR(session.List("CheckInService/ListCheckInTemplates", request, limit, &response));
  const bool more = !response.next_page_token().empty();
  if (session.json()) return session.PrintJson(response);
  Table table({"TEMPLATE", "TEAM", "OPENS ON", "HOURS", "QUESTIONS"});
  for (const v1::CheckInTemplate& asked : response.check_in_templates()) {
    const auto text = [](std::string* out, const v1::Question& question) { absl::StrAppend(out, question.text()); };
    table.Add({BareName(asked.name()), BareName(asked.team()), asked.archived() ? "archived" : WhenText(asked),
               std::to_string(asked.open_hours()), absl::StrJoin(asked.questions(), " · ", text)});
  }
  table.Print(session.out(), session.style(), "No templates yet.");
  session.SayMore(more, limit);
  return absl::OkStatus();
}

void ReadNorms(const Arguments& arguments, v1::NormSet& to, google::protobuf::FieldMask* mask) {
  if (arguments.Has("title")) {
    to.set_title(arguments.Get("title"));
    if (mask != nullptr) mask->add_paths("title");
  }
  if (!arguments.Has("norm")) return;
  for (const std::string& norm : arguments.All("norm")) to.add_norms(norm);
  if (mask != nullptr) mask->add_paths("norms");
}

absl::Status CreateNorms(Session& session, const Arguments& arguments) {
  v1::CreateNormSetRequest request;
  request.set_norm_set_id(arguments.Get("ID"));
  request.mutable_norm_set()->set_team(FullName("teams", arguments.Get("team")));
  ReadNorms(arguments, *request.mutable_norm_set(), nullptr);
  v1::NormSet made;
  COMITY_RETURN_IF_ERROR(session.Call("CheckInService/CreateNormSet", request, &made));
  return Show(session, "Agreed:", made, made.name());
}

absl::Status UpdateNorms(Session& session, const Arguments& arguments) {
  v1::UpdateNormSetRequest request;
  request.mutable_norm_set()->set_name(FullName("normSets", arguments.Get("NAME")));
  ReadNorms(arguments, *request.mutable_norm_set(), request.mutable_update_mask());
  if (request.update_mask().paths_size() == 0) return UsageError("say what is to change: --title or --norm");
  v1::NormSet changed;
  COMITY_RETURN_IF_ERROR(session.Call("CheckInService/UpdateNormSet", request, &changed));
  return Show(session, absl::StrCat("Version ", changed.version(), ", from now on:"), changed, changed.name());
}

void PrintNorms(Session& session, const v1::NormSet& norms) {
  session.out() << session.style().Bold(Printable(norms.title())) << "  " << Printable(BareName(norms.name())) << ", version "
                << norms.version() << ", " << Printable(norms.team()) << "\n";
  for (const std::string& norm : norms.norms()) session.out() << "  - " << Printable(norm) << "\n";
}

absl::Status ListNorms(Session& session, const Arguments& arguments) {
  int64_t limit = 0;
  COMITY_RETURN_IF_ERROR(ReadLimit(arguments, &limit));
  v1::ListNormSetsRequest request;
  v1::ListNormSetsResponse response;
  COMITY_RETURN_IF_ERROR(session.List("CheckInService/ListNormSets", request, limit, &response));
  const bool more = !response.next_page_token().empty();
  if (session.json()) return session.PrintJson(response);
  if (response.norm_sets_size() == 0) session.out() << "No norms yet.\n";
  for (const v1::NormSet& norms : response.norm_sets()) PrintNorms(session, norms);
  session.SayMore(more, limit);
  return absl::OkStatus();
}

absl::Status NormHistory(Session& session, const Arguments& arguments) {
  int64_t limit = 0;
  COMITY_RETURN_IF_ERROR(ReadLimit(arguments, &limit));
  v1::ListNormSetVersionsRequest request;
  request.set_name(FullName("normSets", arguments.Get("NAME")));
  v1::ListNormSetVersionsResponse response;
  COMITY_RETURN_IF_ERROR(session.List("CheckInService/ListNormSetVersions", request, limit, &response));
  const bool more = !response.next_page_token().empty();
  if (session.json()) return session.PrintJson(response);
  for (const v1::NormSet& norms : response.versions()) PrintNorms(session, norms);
  session.SayMore(more, limit);
  return absl::OkStatus();
}

const Parameter kId = {
    .name = "ID", .kind = Parameter::Kind::kPositional, .help = "lower-case letters, digits and dashes", .required = true};
const Parameter kTeam = {.name = "--team", .value = "TEAM", .help = "owns it; today's members read the answers", .required = true};

// What a template says; `required` where it is made.
std::vector<Parameter> TemplateParameters(Parameter first, bool required) {
  return {std::move(first),
          {.name = "--title", .value = "TEXT", .help = "1 to 100 characters", .required = required},
          {.name = "--on",
           .value = "WHAT",
           .help = "what opens it",
           .required = required,
           .choices = EnumChoices(*v1::CheckInTemplate::Trigger_descriptor())},
          {.name = "--question",
           .kind = Parameter::Kind::kRepeated,
           .value = "KIND: TEXT",
           .help = "scale, yes-no or text; 1 to 3; KIND@NORMS shows norms with it",
           .required = required},
          {.name = "--series", .value = "SERIES", .help = "only meetings of this series, as their facts name it"},
          {.name = "--label", .value = "LABEL", .help = "only what bears this label"},
          {.name = "--with", .kind = Parameter::Kind::kRepeated, .value = "TEAM", .help = "only where this team took part too"},
          {.name = "--open-hours", .value = "N", .help = "how long it stays open, 1 to 168; 48 unless said"}};
}

}  // namespace

absl::StatusOr<v1::Question> ReadQuestion(const std::string& text) {
  const size_t colon = text.find(':');
  if (colon == std::string::npos) return UsageError(kQuestionForm);
  const std::string head = text.substr(0, colon);
  const size_t at = head.find('@');
  v1::Question question;
  const int kind = EnumFromWords(*v1::Question::Kind_descriptor(), head.substr(0, at));
  if (kind <= 0) return UsageError(kQuestionForm);
  question.set_kind(static_cast<v1::Question::Kind>(kind));
  if (at != std::string::npos) question.set_norm_set(FullName("normSets", head.substr(at + 1)));
  const size_t begin = text.find_first_not_of(' ', colon + 1);
  if (begin == std::string::npos) return UsageError(kQuestionForm);
  question.set_text(text.substr(begin));
  return question;
}

std::vector<Verb> CheckInTemplateVerbs() {
  const Parameter name = {
      .name = "NAME", .kind = Parameter::Kind::kPositional, .help = "checkInTemplates/… or its bare id", .required = true};
  std::vector<Parameter> create = TemplateParameters(kId, true);
  create.insert(create.begin() + 1, kTeam);
  return {
      {.noun = "checkin-templates",
       .name = "list",
       .summary = "what is asked, by which team and when",
       .parameters = {LimitParameter()},
       .run = ListTemplates},
      {.noun = "checkin-templates",
       .name = "create",
       .summary = "have those who just worked together asked (leads of the team, stewards)",
       .parameters = std::move(create),
       .run = CreateTemplate,
       .details = "Example: comity checkin-templates create retro --team payments --title \"After our retro\" --on meeting-end \\\n"
                  "           --question \"scale: Did everybody get to finish?\" --question \"yes-no@how-we-meet: Did we keep to it?\""},
      {.noun = "checkin-templates",
       .name = "update",
       .summary = "change what is given, for what opens from now on",
       .parameters = TemplateParameters(name, false),
       .run = UpdateTemplate},
      {.noun = "checkin-templates", .name = "archive", .summary = "open nothing any more", .parameters = {name}, .run = ArchiveTemplate},
  };
}

std::vector<Verb> NormVerbs() {
  const Parameter name = {.name = "NAME", .kind = Parameter::Kind::kPositional, .help = "normSets/… or its bare id", .required = true};
  const Parameter norm = {.name = "--norm", .kind = Parameter::Kind::kRepeated, .value = "TEXT", .help = "one line; 1 to 10 of them"};
  Parameter required_norm = norm;
  required_norm.required = true;
  return {
      {.noun = "norms", .name = "list", .summary = "what teams agreed on", .parameters = {LimitParameter()}, .run = ListNorms},
      {.noun = "norms",
       .name = "create",
       .summary = "write down what a team agreed on (its leads, stewards)",
       .parameters = {kId, kTeam, {.name = "--title", .value = "TEXT", .help = "1 to 100 characters", .required = true}, required_norm},
       .run = CreateNorms},
      {.noun = "norms",
       .name = "update",
       .summary = "word them anew: the next version",
       .parameters = {name, {.name = "--title", .value = "TEXT", .help = "1 to 100 characters"}, norm},
       .run = UpdateNorms},
      {.noun = "norms",
       .name = "history",
       .summary = "every version, oldest first",
       .parameters = {name, LimitParameter()},
       .run = NormHistory},
  };
}

}  // namespace comity::cli
