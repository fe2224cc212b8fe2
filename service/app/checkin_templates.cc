// What teams ask, and when.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/app/checkin_app.h"
#include "service/app/checkin_view.h"
#include "service/app/idempotency.h"
#include "service/app/page_token.h"
#include "service/app/resource_name.h"
#include "service/domain/recognition/words.h"

namespace comity::app {
namespace {

using domain::CheckInTemplate;

constexpr int kMaxLabel = 100;
constexpr char kMask[] = "name title, trigger, series, label, teams, questions or open_hours";

std::string Field(const char* name) { return absl::StrCat("check_in_template.", name); }

// Those of this team alone, so that nobody asks about what others agreed on.
absl::StatusOr<bool> IsNormSetOf(store::Transaction& transaction, domain::TeamUid team, const std::string& id) {
  COMITY_ASSIGN_OR_RETURN(const auto versions, transaction.checkins().NormSetVersionsOf(id));
  return !versions.empty() && versions.back().team == team;
}

absl::Status ReadQuestions(store::Transaction& transaction, const v1::CheckInTemplate& from, CheckInTemplate& to,
                           std::vector<FieldFault>& faults) {
  to.questions.clear();
  if (from.questions_size() < 1 || from.questions_size() > static_cast<int>(domain::kMaxQuestions)) {
    faults.push_back({Field("questions"), "send 1 to 3 questions"});
    return absl::OkStatus();
  }
  for (int i = 0; i < from.questions_size(); ++i) {
    const v1::Question& question = from.questions(i);
    const std::string field = absl::StrCat(Field("questions"), "[", i, "].");
    if (question.kind() == v1::Question::KIND_UNSPECIFIED || !v1::Question::Kind_IsValid(question.kind())) {
      faults.push_back({field + "kind", "send SCALE, YES_NO or TEXT"});
    }
    if (!domain::IsSoundText(question.text(), domain::kMaxQuestionText, false)) {
      faults.push_back({field + "text", "write one line of 1 to 200 characters"});
    }
    domain::Question& added = to.questions.emplace_back();
    added.kind = static_cast<domain::QuestionKind>(question.kind());
    added.text = question.text();
    if (question.norm_set().empty()) continue;
    const auto norm_set = IdOf("normSets", question.norm_set(), field + "norm_set");
    added.norm_set = norm_set.ok() ? *norm_set : "";
    COMITY_ASSIGN_OR_RETURN(const bool theirs, IsNormSetOf(transaction, to.team, added.norm_set));
    if (!theirs) faults.push_back({field + "norm_set", "name norms of the same team, or none; list them with `comity norms list`"});
  }
  return absl::OkStatus();
}

void ReadTeams(const domain::Directory& directory, const v1::CheckInTemplate& from, CheckInTemplate& to, std::vector<FieldFault>& faults) {
  to.teams.clear();
  if (from.teams_size() > static_cast<int>(domain::kMaxTriggerTeams)) faults.push_back({Field("teams"), "name at most 20"});
  for (const std::string& name : from.teams()) {
    const auto team = TeamOf(directory, name, Field("teams"));
    if (!team.ok()) {
      faults.push_back({Field("teams"), "name teams of the directory, `teams/ID`"});
      return;
    }
    if (std::find(to.teams.begin(), to.teams.end(), *team) == to.teams.end()) to.teams.push_back(*team);
  }
}

// `to` with what `from` says, all faults at once.
absl::StatusOr<CheckInTemplate> Read(store::Transaction& transaction, const domain::Directory& directory, const v1::CheckInTemplate& from,
                                     CheckInTemplate to) {
  std::vector<FieldFault> faults;
  if (!domain::IsSoundText(from.title(), domain::kMaxCheckInTitle, false)) {
    faults.push_back({Field("title"), "write one line of 1 to 100 characters"});
  }
  if (from.trigger() == v1::CheckInTemplate::TRIGGER_UNSPECIFIED || !v1::CheckInTemplate::Trigger_IsValid(from.trigger())) {
    faults.push_back({Field("trigger"), "send MEETING_END, MEETING_START or TICKET_CLOSED"});
  }
  const bool of_ticket = from.trigger() == v1::CheckInTemplate::TRIGGER_TICKET_CLOSED;
  if (from.series().size() > domain::kMaxSeries || (of_ticket && !from.series().empty())) {
    faults.push_back({Field("series"), "send at most 200 bytes, as a meeting's facts name it, or leave it out; tickets have none"});
  }
  if (!from.label().empty() && !domain::IsSoundText(from.label(), kMaxLabel, false)) {
    faults.push_back({Field("label"), "write one line of at most 100 characters, or leave it out"});
  }
  if (from.open_hours() < 0 || from.open_hours() > domain::kMaxOpenHours) {
    faults.push_back({Field("open_hours"), "send 1 to 168, or 0 for 48"});
  }
  ReadTeams(directory, from, to, faults);
  COMITY_RETURN_IF_ERROR(ReadQuestions(transaction, from, to, faults));
  if (!faults.empty()) {
    return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "the template is not sound", std::move(faults));
  }
  to.title = from.title();
  to.trigger = static_cast<domain::CheckInTrigger>(from.trigger());
  to.series = from.series();
  to.label = from.label();
  to.open_hours = from.open_hours() == 0 ? domain::kDefaultOpenHours : from.open_hours();
  return to;
}

// Copies what the mask names. Errors: INVALID_ARGUMENT (FIELD_INVALID) for none, or for a path that cannot be changed.
absl::Status Overlay(const v1::CheckInTemplate& from, const google::protobuf::FieldMask& mask, v1::CheckInTemplate& to) {
  for (const std::string& path : mask.paths()) {
    if (path == "title") {
      to.set_title(from.title());
    } else if (path == "trigger") {
      to.set_trigger(from.trigger());
    } else if (path == "series") {
      to.set_series(from.series());
    } else if (path == "label") {
      to.set_label(from.label());
    } else if (path == "teams") {
      *to.mutable_teams() = from.teams();
    } else if (path == "questions") {
      *to.mutable_questions() = from.questions();
    } else if (path == "open_hours") {
      to.set_open_hours(from.open_hours());
    } else {
      return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "update_mask names a field that cannot be changed",
                   {{"update_mask", kMask}});
    }
  }
  if (mask.paths_size() > 0) return absl::OkStatus();
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "update_mask names nothing", {{"update_mask", kMask}});
}

}  // namespace

absl::StatusOr<v1::CheckInTemplate> CheckInApp::CreateCheckInTemplate(const Caller& caller,
                                                                      const v1::CreateCheckInTemplateRequest& request) {
  COMITY_RETURN_IF_ERROR(CheckSlug(request.check_in_template_id(), "check_in_template_id"));
  const auto run = [&](store::Transaction& transaction) -> absl::StatusOr<v1::CheckInTemplate> {
    const absl::Time now = context_.clock.Now();
    COMITY_ASSIGN_OR_RETURN(const auto directory, context_.snapshots.DirectoryIn(transaction));
    CheckInTemplate first;
    COMITY_ASSIGN_OR_RETURN(first.team, TeamOf(*directory, request.check_in_template().team(), Field("team")));
    COMITY_RETURN_IF_ERROR(CheckActsFor(caller, *directory, first.team, now));
    first.id = request.check_in_template_id();
    first.created = first.changed = now;
    COMITY_ASSIGN_OR_RETURN(const auto all, transaction.checkins().LoadTemplates());
    const auto there = domain::InForce(all);
    if (std::any_of(there.begin(), there.end(), [&](const CheckInTemplate& other) { return other.id == first.id; })) {
      return Error(absl::StatusCode::kAlreadyExists, ErrorReason::kTemplateExists, "there is a template of this id",
                   {{"check_in_template_id", "choose another id"}});
    }
    COMITY_RETURN_IF_ERROR(CheckHasRoom(there.size(), kMaxCheckInCatalogue, "templates"));
    COMITY_ASSIGN_OR_RETURN(const CheckInTemplate made, Read(transaction, *directory, request.check_in_template(), std::move(first)));
    COMITY_RETURN_IF_ERROR(transaction.checkins().PutTemplate(made));
    return ToTemplate(made, *directory);
  };
  return WriteOnce<v1::CheckInTemplate>(context_, caller, "CreateCheckInTemplate", request, run);
}

absl::StatusOr<v1::ListCheckInTemplatesResponse> CheckInApp::ListCheckInTemplates(const Caller& /*caller*/,
                                                                                  const v1::ListCheckInTemplatesRequest& request) {
  std::vector<CheckInTemplate> versions;
  std::shared_ptr<const domain::Directory> directory;
  {
    COMITY_ASSIGN_OR_RETURN(const auto transaction, context_.store.BeginRead());
    COMITY_ASSIGN_OR_RETURN(directory, context_.snapshots.DirectoryIn(*transaction));
    COMITY_ASSIGN_OR_RETURN(versions, transaction->checkins().LoadTemplates());
  }
  const auto add = [&](v1::ListCheckInTemplatesResponse& response, const CheckInTemplate& asked) {
    *response.add_check_in_templates() = ToTemplate(asked, *directory);
  };
  const auto key_of = [](const CheckInTemplate& asked) { return asked.id; };
  return PageOf<v1::ListCheckInTemplatesResponse>(context_, domain::InForce(versions), "ListCheckInTemplates", request.page_size(),
                                                  request.page_token(), key_of, add);
}

absl::StatusOr<v1::CheckInTemplate> CheckInApp::UpdateCheckInTemplate(const Caller& caller,
                                                                      const v1::UpdateCheckInTemplateRequest& request) {
  const auto run = [&](store::Transaction& transaction) -> absl::StatusOr<v1::CheckInTemplate> {
    const absl::Time now = context_.clock.Now();
    COMITY_ASSIGN_OR_RETURN(const auto directory, context_.snapshots.DirectoryIn(transaction));
    COMITY_ASSIGN_OR_RETURN(const auto versions, OpenTemplate(transaction, request.check_in_template().name(), Field("name")));
    const CheckInTemplate& before = versions.back();
    COMITY_RETURN_IF_ERROR(CheckActsFor(caller, *directory, before.team, now));
    COMITY_RETURN_IF_ERROR(CheckVersion(request.check_in_template().etag(), before.version, Field("etag")));
    COMITY_RETURN_IF_ERROR(CheckHasRoom(versions.size(), kMaxCheckInVersions, "versions of one template"));
    v1::CheckInTemplate edited = ToTemplate(before, *directory);
    COMITY_RETURN_IF_ERROR(Overlay(request.check_in_template(), request.update_mask(), edited));
    COMITY_ASSIGN_OR_RETURN(CheckInTemplate next, Read(transaction, *directory, edited, before));
    ++next.version;
    next.changed = now;
    COMITY_RETURN_IF_ERROR(transaction.checkins().PutTemplate(next));
    return ToTemplate(next, *directory);
  };
  return WriteOnce<v1::CheckInTemplate>(context_, caller, "UpdateCheckInTemplate", request, run);
}

absl::StatusOr<v1::CheckInTemplate> CheckInApp::ArchiveCheckInTemplate(const Caller& caller,
                                                                       const v1::ArchiveCheckInTemplateRequest& request) {
  const auto run = [&](store::Transaction& transaction) -> absl::StatusOr<v1::CheckInTemplate> {
    const absl::Time now = context_.clock.Now();
    COMITY_ASSIGN_OR_RETURN(const auto directory, context_.snapshots.DirectoryIn(transaction));
    COMITY_ASSIGN_OR_RETURN(const auto versions, OpenTemplate(transaction, request.name(), "name"));
    CheckInTemplate next = versions.back();
    COMITY_RETURN_IF_ERROR(CheckActsFor(caller, *directory, next.team, now));
    COMITY_RETURN_IF_ERROR(CheckVersion(request.etag(), next.version, "etag"));
    if (next.archived) return ToTemplate(next, *directory);
    ++next.version;
    next.changed = now;
    next.archived = true;
    COMITY_RETURN_IF_ERROR(transaction.checkins().PutTemplate(next));
    return ToTemplate(next, *directory);
  };
  return WriteOnce<v1::CheckInTemplate>(context_, caller, "ArchiveCheckInTemplate", request, run);
}

}  // namespace comity::app
