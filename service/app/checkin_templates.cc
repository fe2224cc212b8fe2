// What teams ask, and when.
#include <algorithm>
#include <iterator>
#include <set>
#include <string_view>
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

// Fields that can be changed, in the order in which faults are told.
constexpr std::string_view kFields[] = {"title", "trigger", "series", "label", "open_hours", "teams", "questions"};

// `to` with what `from` says in the fields that are `named`, all faults at once. What is not named stays whatever the directory has become:
// an edit never widens what a template opens for.
absl::StatusOr<CheckInTemplate> Read(store::Transaction& transaction, const domain::Directory& directory, const v1::CheckInTemplate& from,
                                     const std::set<std::string_view>& named, CheckInTemplate to) {
  std::vector<FieldFault> faults;
  if (named.contains("title")) {
    if (!domain::IsSoundText(from.title(), domain::kMaxCheckInTitle, false)) {
      faults.push_back({Field("title"), "write one line of 1 to 100 characters"});
    }
    to.title = from.title();
  }
  if (named.contains("trigger")) {
    if (from.trigger() == v1::CheckInTemplate::TRIGGER_UNSPECIFIED || !v1::CheckInTemplate::Trigger_IsValid(from.trigger())) {
      faults.push_back({Field("trigger"), "send MEETING_END, MEETING_START or TICKET_CLOSED"});
    }
    to.trigger = static_cast<domain::CheckInTrigger>(from.trigger());
  }
  if (named.contains("series")) to.series = from.series();
  const bool sound = to.series.size() <= domain::kMaxSeries && domain::IsSoundText(to.series, domain::kMaxSeries, false);
  if (!to.series.empty() && (!sound || to.trigger == domain::CheckInTrigger::kTicketClosed)) {
    faults.push_back({Field("series"), "send at most 200 bytes, as a meeting's facts name it, or leave it out; tickets have none"});
  }
  if (named.contains("label")) {
    if (!from.label().empty() && !domain::IsSoundText(from.label(), kMaxLabel, false)) {
      faults.push_back({Field("label"), "write one line of at most 100 characters, or leave it out"});
    }
    to.label = from.label();
  }
  if (named.contains("open_hours")) {
    if (from.open_hours() < 0 || from.open_hours() > domain::kMaxOpenHours) {
      faults.push_back({Field("open_hours"), "send 1 to 168, or 0 for 48"});
    }
    to.open_hours = from.open_hours() == 0 ? domain::kDefaultOpenHours : from.open_hours();
  }
  if (named.contains("teams")) ReadTeams(directory, from, to, faults);
  if (named.contains("questions")) COMITY_RETURN_IF_ERROR(ReadQuestions(transaction, from, to, faults));
  if (faults.empty()) return to;
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "the template is not sound", std::move(faults));
}

// The fields that the mask names. Errors: INVALID_ARGUMENT (FIELD_INVALID) for none, or for a path that cannot be changed.
absl::StatusOr<std::set<std::string_view>> Named(const google::protobuf::FieldMask& mask) {
  std::set<std::string_view> named;
  for (const std::string& path : mask.paths()) {
    const auto* const field = std::find(std::begin(kFields), std::end(kFields), path);
    if (field == std::end(kFields)) {
      return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "update_mask names a field that cannot be changed",
                   {{"update_mask", kMask}});
    }
    named.insert(*field);
  }
  if (!named.empty()) return named;
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "update_mask names nothing", {{"update_mask", kMask}});
}

bool OpensOnTheSame(const CheckInTemplate& a, const CheckInTemplate& b) {
  return a.trigger == b.trigger && a.series == b.series && a.label == b.label && a.teams == b.teams;
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
    first.created = first.changed = first.since = now;
    COMITY_ASSIGN_OR_RETURN(const auto there, transaction.checkins().LatestTemplates());
    if (std::any_of(there.begin(), there.end(), [&](const CheckInTemplate& other) { return other.id == first.id; })) {
      return Error(absl::StatusCode::kAlreadyExists, ErrorReason::kTemplateExists, "there is a template of this id",
                   {{"check_in_template_id", "choose another id"}});
    }
    const auto theirs = std::count_if(there.begin(), there.end(),
                                      [&](const CheckInTemplate& other) { return other.team == first.team && !other.archived; });
    COMITY_RETURN_IF_ERROR(CheckHasRoom(static_cast<size_t>(theirs), kMaxOfTeam, "check_in_template_id",
                                        "archive one that the team no longer needs: `comity checkin-templates archive`"));
    COMITY_ASSIGN_OR_RETURN(const CheckInTemplate made, Read(transaction, *directory, request.check_in_template(),
                                                             {std::begin(kFields), std::end(kFields)}, std::move(first)));
    COMITY_RETURN_IF_ERROR(CheckInserted(transaction.checkins().InsertTemplate(made), "check_in_template_id"));
    return ToTemplate(made, *directory);
  };
  return WriteOnce<v1::CheckInTemplate>(context_, caller, "CreateCheckInTemplate", request, run);
}

absl::StatusOr<v1::ListCheckInTemplatesResponse> CheckInApp::ListCheckInTemplates(const Caller& /*caller*/,
                                                                                  const v1::ListCheckInTemplatesRequest& request) {
  std::vector<CheckInTemplate> templates;
  std::shared_ptr<const domain::Directory> directory;
  {
    COMITY_ASSIGN_OR_RETURN(const auto transaction, context_.store.BeginRead());
    COMITY_ASSIGN_OR_RETURN(directory, context_.snapshots.DirectoryIn(*transaction));
    COMITY_ASSIGN_OR_RETURN(templates, transaction->checkins().LatestTemplates());
  }
  const auto add = [&](v1::ListCheckInTemplatesResponse& response, const CheckInTemplate& asked) {
    *response.add_check_in_templates() = ToTemplate(asked, *directory);
  };
  const auto key_of = [](const CheckInTemplate& asked) { return asked.id; };
  return PageOf<v1::ListCheckInTemplatesResponse>(context_, templates, "ListCheckInTemplates", request.page_size(), request.page_token(),
                                                  key_of, add);
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
    // One is left for archiving it.
    COMITY_RETURN_IF_ERROR(CheckHasRoom(versions.size(), kMaxCheckInVersions - 1, Field("name"),
                                        "of one template there are no more versions; archive it and make another"));
    COMITY_ASSIGN_OR_RETURN(const auto named, Named(request.update_mask()));
    COMITY_ASSIGN_OR_RETURN(CheckInTemplate next, Read(transaction, *directory, request.check_in_template(), named, before));
    ++next.version;
    next.changed = now;
    if (!OpensOnTheSame(before, next)) next.since = now;
    COMITY_RETURN_IF_ERROR(CheckInserted(transaction.checkins().InsertTemplate(next), Field("etag")));
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
    COMITY_RETURN_IF_ERROR(CheckInserted(transaction.checkins().InsertTemplate(next), "etag"));
    return ToTemplate(next, *directory);
  };
  return WriteOnce<v1::CheckInTemplate>(context_, caller, "ArchiveCheckInTemplate", request, run);
}

}  // namespace comity::app
