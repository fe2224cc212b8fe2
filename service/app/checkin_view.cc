#include "service/app/checkin_view.h"

#include "absl/strings/str_cat.h"
#include "service/app/convert.h"
#include "service/app/resource_name.h"
#include "service/domain/recognition/words.h"

namespace comity::app {

v1::CheckInTemplate ToTemplate(const domain::CheckInTemplate& from, const domain::Directory& directory) {
  v1::CheckInTemplate to;
  to.set_name(NameOf("checkInTemplates", from.id));
  to.set_team(TeamName(directory, from.team));
  to.set_title(from.title);
  to.set_trigger(static_cast<v1::CheckInTemplate::Trigger>(from.trigger));
  to.set_series(from.series);
  to.set_label(from.label);
  for (const domain::TeamUid& team : from.teams) {
    const std::string name = TeamName(directory, team);
    if (!name.empty()) to.add_teams(name);
  }
  for (const domain::Question& question : from.questions) {
    v1::Question& added = *to.add_questions();
    added.set_kind(static_cast<v1::Question::Kind>(question.kind));
    added.set_text(question.text);
    added.set_norm_set(NameOf("normSets", question.norm_set));
  }
  to.set_open_hours(from.open_hours);
  to.set_archived(from.archived);
  to.set_version(from.version);
  *to.mutable_create_time() = ToTimestamp(from.created);
  *to.mutable_update_time() = ToTimestamp(from.changed);
  to.set_etag(std::to_string(from.version));
  return to;
}

v1::NormSet ToNormSet(const domain::NormSet& from, const domain::Directory& directory) {
  v1::NormSet to;
  to.set_name(NameOf("normSets", from.id));
  to.set_team(TeamName(directory, from.team));
  to.set_title(from.title);
  for (const std::string& norm : from.norms) to.add_norms(norm);
  to.set_version(from.version);
  *to.mutable_update_time() = ToTimestamp(from.changed);
  to.set_etag(std::to_string(from.version));
  return to;
}

absl::StatusOr<v1::Question> ToQuestion(store::Transaction& transaction, const domain::Question& from, absl::Time time) {
  v1::Question to;
  to.set_kind(static_cast<v1::Question::Kind>(from.kind));
  to.set_text(from.text);
  if (from.norm_set.empty()) return to;
  to.set_norm_set(NameOf("normSets", from.norm_set));
  COMITY_ASSIGN_OR_RETURN(const auto versions, transaction.checkins().NormSetVersionsOf(from.norm_set));
  const domain::NormSet* const norms = domain::VersionAt(versions, time);
  if (norms == nullptr) return to;
  for (const std::string& norm : norms->norms) to.add_norms(norm);
  return to;
}

absl::StatusOr<std::vector<domain::CheckInTemplate>> OpenTemplate(store::Transaction& transaction, std::string_view name,
                                                                  std::string_view field) {
  COMITY_ASSIGN_OR_RETURN(const std::string id, IdOf("checkInTemplates", name, field));
  COMITY_ASSIGN_OR_RETURN(auto versions, transaction.checkins().TemplateVersionsOf(id));
  if (!versions.empty()) return versions;
  return Error(absl::StatusCode::kNotFound, ErrorReason::kTemplateNotFound,
               "no such template; list them with `comity checkin-templates list`", {{std::string(field), "name one of those"}});
}

absl::StatusOr<std::vector<domain::NormSet>> OpenNormSet(store::Transaction& transaction, std::string_view name, std::string_view field) {
  COMITY_ASSIGN_OR_RETURN(const std::string id, IdOf("normSets", name, field));
  COMITY_ASSIGN_OR_RETURN(auto versions, transaction.checkins().NormSetVersionsOf(id));
  if (!versions.empty()) return versions;
  return Error(absl::StatusCode::kNotFound, ErrorReason::kNormSetNotFound, "no such norms; list them with `comity norms list`",
               {{std::string(field), "name one of those"}});
}

absl::StatusOr<domain::TeamUid> TeamOf(const domain::Directory& directory, std::string_view name, std::string_view field) {
  COMITY_ASSIGN_OR_RETURN(const std::string id, IdOf("teams", name, field));
  const domain::TeamRow* const team = directory.FindTeamById(id);
  if (team != nullptr) return team->uid;
  return Error(absl::StatusCode::kNotFound, ErrorReason::kTeamNotFound, "the directory has no team of this id",
               {{std::string(field), "name a team of the directory, `teams/ID`"}});
}

absl::Status CheckActsFor(const Caller& caller, const domain::Directory& directory, domain::TeamUid team, absl::Time now) {
  if (caller.scope == v1::SCOPE_ORGANISATION || ViewerOf(caller, directory, now).IsIn(team)) return absl::OkStatus();
  return Error(absl::StatusCode::kPermissionDenied, ErrorReason::kRoleRequired, "it is another team's; ask one of its members or leads");
}

absl::Status CheckVersion(std::string_view etag, int32_t version, std::string_view field) {
  if (etag.empty() || etag == std::to_string(version)) return absl::OkStatus();
  return Error(absl::StatusCode::kAborted, ErrorReason::kEtagStale, "it has changed since it was read; read it again, then decide",
               {{std::string(field), "send the etag as it is now, or none"}});
}

absl::Status CheckHasRoom(size_t there, size_t most, std::string_view field, std::string_view remedy) {
  if (there < most) return absl::OkStatus();
  return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kCatalogueFull, absl::StrCat("there is room for no more than ", most),
               {{std::string(field), std::string(remedy)}});
}

absl::Status CheckInserted(const absl::Status& inserted, std::string_view field) {
  if (!absl::IsAlreadyExists(inserted)) return inserted;
  return Error(absl::StatusCode::kAborted, ErrorReason::kEtagStale, "somebody else changed it just now; read it again, then decide",
               {{std::string(field), "send the etag as it is now"}});
}

absl::Status CheckSlug(std::string_view id, const char* field) {
  if (domain::IsSlug(id)) return absl::OkStatus();
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, absl::StrCat(field, " is no id"),
               {{field, "1 to 60 lower-case letters, digits and dashes, beginning with a letter"}});
}

}  // namespace comity::app
