#include "service/app/duty_app.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "service/app/duty_view.h"
#include "service/app/idempotency.h"
#include "service/app/names.h"
#include "service/app/page_token.h"
#include "service/app/resource_name.h"
#include "service/base/error.h"
#include "service/domain/recognition/words.h"

namespace comity::app {
namespace {

using domain::Rotation;

absl::Status NotTheirLead() {
  return Error(absl::StatusCode::kPermissionDenied, ErrorReason::kRoleRequired, "only somebody who leads the team can do this");
}

void SetRotationTitle(const v1::Rotation& from, Rotation& to, std::vector<FieldFault>& faults) {
  if (!domain::IsSoundText(from.title(), domain::kMaxRotationTitle, false)) {
    faults.push_back({"rotation.title", "write 1 to 80 characters on one line"});
  }
  to.title = from.title();
}

void SetRotationCadence(const v1::Rotation& from, absl::Time now, Rotation& to, std::vector<FieldFault>& faults) {
  const auto day = domain::ParseIsoDay(from.start_date());
  const int32_t today = domain::DayNumber(domain::DayOf(now));
  if (!day.has_value() || std::abs(domain::DayNumber(*day) - today) > domain::kFarthestStart) {
    faults.push_back({"rotation.start_date", "write a day as 2026-09-07, at most a year before or after today"});
  } else {
    to.start_day = domain::DayNumber(*day);
  }
  to.interval_weeks = from.interval_weeks() == 0 ? 1 : from.interval_weeks();
  if (to.interval_weeks < 1 || to.interval_weeks > domain::kMaxIntervalWeeks) {
    faults.push_back({"rotation.interval_weeks", "send 1 to 26, or leave it out for 1"});
  }
}

// All but its team, which is looked at first. All faults at once.
absl::Status SetRotationFields(const v1::CreateRotationRequest& request, absl::Time now, Rotation& to) {
  std::vector<FieldFault> faults;
  if (!domain::IsSlug(request.rotation_id())) {
    faults.push_back({"rotation_id", "1 to 60 lower-case letters, digits and dashes, beginning with a letter"});
  }
  to.id = request.rotation_id();
  const v1::Rotation& from = request.rotation();
  if (!v1::Rotation::Duty_IsValid(from.duty()) || from.duty() == v1::Rotation::DUTY_UNSPECIFIED) {
    faults.push_back({"rotation.duty", "send NOMINATOR, FACILITATOR, NOTE_TAKER, STORY_EDITOR or SPOTTER"});
  }
  to.duty = static_cast<domain::Duty>(from.duty());
  SetRotationTitle(from, to, faults);
  SetRotationCadence(from, now, to, faults);
  if (faults.empty()) return absl::OkStatus();
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "the rotation is not sound", std::move(faults));
}

// The team that the caller leads. Whether there are others they do not learn.
absl::StatusOr<domain::TeamUid> LedTeam(const Viewer& viewer, const domain::Directory& directory, const std::string& name) {
  COMITY_ASSIGN_OR_RETURN(const std::string id, IdOf("teams", name, "rotation.team"));
  const domain::TeamRow* team = directory.FindTeamById(id);
  if (team == nullptr || !viewer.lead || !viewer.IsIn(team->uid)) return NotTheirLead();
  return team->uid;
}

absl::Status CheckRoomForRotation(store::Transaction& transaction, const Rotation& rotation) {
  COMITY_ASSIGN_OR_RETURN(const auto there, transaction.duties().FindRotation(rotation.id));
  if (there.has_value()) {
    return Error(absl::StatusCode::kAlreadyExists, ErrorReason::kRotationExists, "there is a rotation of this id",
                 {{"rotation_id", "choose another id"}});
  }
  COMITY_ASSIGN_OR_RETURN(const auto rows, transaction.duties().RotationsOf(rotation.team));
  const auto running = std::count_if(rows.begin(), rows.end(),
                                     [](const store::RotationRow& row) { return row.rotation.archived == absl::InfiniteFuture(); });
  if (static_cast<size_t>(running) < domain::kMaxRotationsOfTeam) return absl::OkStatus();
  return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kRotationsFull,
               "a team has no more than 20 rotations at a time; archive one");
}

// The teams whose rotations are listed.
absl::StatusOr<std::vector<domain::TeamUid>> TeamsListed(const Viewer& viewer, const domain::Directory& directory,
                                                         const std::string& name) {
  if (name.empty()) return viewer.teams;
  COMITY_ASSIGN_OR_RETURN(const std::string id, IdOf("teams", name, "team"));
  const domain::TeamRow* team = directory.FindTeamById(id);
  if (team != nullptr && (viewer.oversees || viewer.IsIn(team->uid))) return std::vector{team->uid};
  return Error(absl::StatusCode::kNotFound, ErrorReason::kTeamNotFound, "no such team among yours", {{"team", "send `teams/ID`"}});
}

}  // namespace

absl::StatusOr<v1::Rotation> DutyApp::CreateRotation(const Caller& caller, const v1::CreateRotationRequest& request) {
  const auto run = [&](store::Transaction& transaction) -> absl::StatusOr<v1::Rotation> {
    const absl::Time now = context_.clock.Now();
    COMITY_ASSIGN_OR_RETURN(const auto directory, context_.snapshots.DirectoryIn(transaction));
    Rotation rotation;
    COMITY_ASSIGN_OR_RETURN(rotation.team, LedTeam(ViewerOf(caller, *directory, now), *directory, request.rotation().team()));
    COMITY_RETURN_IF_ERROR(SetRotationFields(request, now, rotation));
    COMITY_RETURN_IF_ERROR(CheckRoomForRotation(transaction, rotation));
    rotation.created = rotation.changed = now;
    while (rotation.seed.size() < domain::kSeedBytes) {
      const auto part = context_.uids.Next("rotation-seed");
      rotation.seed.append(reinterpret_cast<const char*>(part.data()), part.size());
    }
    COMITY_RETURN_IF_ERROR(transaction.duties().InsertRotation(rotation));
    COMITY_ASSIGN_OR_RETURN(auto row, transaction.duties().FindRotation(rotation.id));
    COMITY_ASSIGN_OR_RETURN(LoadedRotation loaded, LoadRotation(transaction, *std::move(row)));
    const DutyPeople people(*directory);
    DutyLook look(transaction, people, loaded, now);
    COMITY_RETURN_IF_ERROR(look.TakeDue());
    COMITY_RETURN_IF_ERROR(look.Write());
    return ToRotation(rotation, *directory, /*of_team=*/true);
  };
  return WriteOnce<v1::Rotation>(context_, caller, "CreateRotation", request, run);
}

absl::StatusOr<v1::Rotation> DutyApp::GetRotation(const Caller& caller, const v1::GetRotationRequest& request) {
  COMITY_ASSIGN_OR_RETURN(const auto transaction, context_.store.BeginRead());
  COMITY_ASSIGN_OR_RETURN(const OpenedRotation opened, OpenRotation(context_, *transaction, caller, request.name(), "name"));
  return ToRotation(opened.rotation(), *opened.directory, opened.of_team());
}

absl::StatusOr<v1::ListRotationsResponse> DutyApp::ListRotations(const Caller& caller, const v1::ListRotationsRequest& request) {
  std::vector<Rotation> rotations;
  std::shared_ptr<const domain::Directory> directory;
  Viewer viewer;
  {
    COMITY_ASSIGN_OR_RETURN(const auto transaction, context_.store.BeginRead());
    COMITY_ASSIGN_OR_RETURN(directory, context_.snapshots.DirectoryIn(*transaction));
    viewer = ViewerOf(caller, *directory, context_.clock.Now());
    COMITY_ASSIGN_OR_RETURN(const auto teams, TeamsListed(viewer, *directory, request.team()));
    for (const domain::TeamUid team : teams) {
      COMITY_ASSIGN_OR_RETURN(auto rows, transaction->duties().RotationsOf(team));
      for (store::RotationRow& row : rows) {
        if (request.show_archived() || row.rotation.archived == absl::InfiniteFuture()) rotations.push_back(std::move(row.rotation));
      }
    }
  }
  std::sort(rotations.begin(), rotations.end(), [](const Rotation& a, const Rotation& b) { return a.id < b.id; });
  const std::string filter = "ListRotations " + caller.person.ToText() + (request.show_archived() ? " all " : " ") + request.team();
  const auto key_of = [](const Rotation& rotation) { return rotation.id; };
  const auto add = [&](v1::ListRotationsResponse& response, const Rotation& rotation) {
    *response.add_rotations() = ToRotation(rotation, *directory, viewer.IsIn(rotation.team));
  };
  return PageOf<v1::ListRotationsResponse>(context_, rotations, filter, request.page_size(), request.page_token(), key_of, add);
}

absl::StatusOr<v1::Rotation> DutyApp::Change(store::Transaction& transaction, const Caller& caller, const std::string& name,
                                             const std::string& field, const std::string& etag,
                                             const std::function<void(Rotation&)>& change) {
  COMITY_ASSIGN_OR_RETURN(OpenedRotation opened, OpenRotation(context_, transaction, caller, name, field));
  if (!opened.leads()) return NotTheirLead();
  Rotation& rotation = opened.loaded.row.rotation;
  if (rotation.archived != absl::InfiniteFuture()) {
    return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kRotationArchived, "the rotation is archived; begin another");
  }
  if (!etag.empty() && etag != std::to_string(rotation.version)) {
    return Error(absl::StatusCode::kAborted, ErrorReason::kEtagStale, "the rotation has changed since it was read; read it again",
                 {{"etag", "send the etag of the rotation as it is now, or none"}});
  }
  change(rotation);
  rotation.changed = opened.now;
  ++rotation.version;
  COMITY_RETURN_IF_ERROR(transaction.duties().UpdateRotation(opened.loaded.row.number, rotation));
  return ToRotation(rotation, *opened.directory, /*of_team=*/true);
}

absl::StatusOr<v1::Rotation> DutyApp::UpdateRotation(const Caller& caller, const v1::UpdateRotationRequest& request) {
  const auto& paths = request.update_mask().paths();
  if (paths.empty() || std::any_of(paths.begin(), paths.end(), [](const std::string& path) { return path != "title"; })) {
    return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "update_mask names nothing, or what cannot be changed",
                 {{"update_mask", "name title; for all else archive the rotation and begin another"}});
  }
  std::vector<FieldFault> faults;
  Rotation wanted;
  SetRotationTitle(request.rotation(), wanted, faults);
  if (!faults.empty()) {
    return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "the rotation is not sound", std::move(faults));
  }
  const auto run = [&](store::Transaction& transaction) {
    return Change(transaction, caller, request.rotation().name(), "rotation.name", request.rotation().etag(),
                  [&](Rotation& rotation) { rotation.title = wanted.title; });
  };
  return WriteOnce<v1::Rotation>(context_, caller, "UpdateRotation", request, run);
}

absl::StatusOr<v1::Rotation> DutyApp::ArchiveRotation(const Caller& caller, const v1::ArchiveRotationRequest& request) {
  const auto run = [&](store::Transaction& transaction) {
    return Change(transaction, caller, request.name(), "name", request.etag(),
                  [&](Rotation& rotation) { rotation.archived = context_.clock.Now(); });
  };
  return WriteOnce<v1::Rotation>(context_, caller, "ArchiveRotation", request, run);
}

}  // namespace comity::app
