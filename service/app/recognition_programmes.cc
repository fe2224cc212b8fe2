// Programmes: what recognition is meant to bring about, with an owner and a day of review.
#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "service/app/convert.h"
#include "service/app/idempotency.h"
#include "service/app/names.h"
#include "service/app/page_token.h"
#include "service/app/recognition_app.h"
#include "service/app/recognition_catalogue.h"
#include "service/app/resource_name.h"
#include "service/base/error.h"
#include "service/domain/recognition/words.h"

namespace comity::app {
namespace {

using domain::Programme;

constexpr size_t kMaxProgrammes = 200;
constexpr int32_t kLongestUntilReview = 366;
constexpr char kProgrammeFields[] = "name owner, purpose, behaviours, audience, start_date or review_date";

v1::Programme ToProgramme(const Programme& from, const domain::Directory& directory, absl::Time now) {
  v1::Programme to;
  to.set_name(NameOf("programmes", from.id));
  to.set_owner(PersonName(directory, from.owner));
  to.set_purpose(from.purpose);
  for (const std::string& behaviour : from.behaviours) to.add_behaviours(NameOf("behaviours", behaviour));
  for (const domain::TeamUid team : from.audience) {
    const std::string name = TeamName(directory, team);
    if (!name.empty()) to.add_audience(name);
  }
  to.set_start_date(domain::IsoDay(domain::DayFromNumber(from.start_day)));
  to.set_review_date(domain::IsoDay(domain::DayFromNumber(from.review_day)));
  to.set_review_due(domain::DayNumber(domain::DayOf(now)) > from.review_day);
  *to.mutable_update_time() = ToTimestamp(from.changed);
  to.set_etag(std::to_string(from.version));
  return to;
}

// What a programme is checked against.
struct Around {
  const domain::Directory& directory;
  const std::vector<domain::Criteria>& behaviours;
  absl::Time now;
};

// Each sets one field of `to`, or says what is wrong with it.
void SetOwner(const v1::Programme& from, const Around& around, Programme& to, std::vector<FieldFault>& faults) {
  const auto id = IdOf("people", from.owner(), "programme.owner");
  const domain::PersonRow* owner = id.ok() ? around.directory.FindPersonById(*id) : nullptr;
  if (owner == nullptr || owner->former) {
    faults.push_back({"programme.owner", "name somebody of the organisation: `people/ID`"});
  } else {
    to.owner = owner->uid;
  }
}

void SetPurpose(const v1::Programme& from, const Around& /*around*/, Programme& to, std::vector<FieldFault>& faults) {
  if (!domain::IsSoundText(domain::PlainLineBreaks(from.purpose()), domain::kMaxPurpose, true)) {
    faults.push_back({"programme.purpose", "write 1 to 1000 characters"});
  }
  to.purpose = domain::PlainLineBreaks(from.purpose());
}

void SetBehaviours(const v1::Programme& from, const Around& around, Programme& to, std::vector<FieldFault>& faults) {
  if (static_cast<size_t>(from.behaviours_size()) > domain::kMaxProgrammeBehaviours) {
    faults.push_back({"programme.behaviours", "name at most 50"});
    return;
  }
  std::set<std::string> ids;
  for (int i = 0; i < from.behaviours_size(); ++i) {
    const std::string field = "programme.behaviours[" + std::to_string(i) + "]";
    const auto found = FindBehaviour(around.behaviours, from.behaviours(i), field);
    if (found.ok()) {
      ids.insert(found->behaviour);
    } else {
      faults.push_back({field, "is no behaviour; list them with `comity behaviours list`"});
    }
  }
  to.behaviours.assign(ids.begin(), ids.end());
}

void SetAudience(const v1::Programme& from, const Around& around, Programme& to, std::vector<FieldFault>& faults) {
  if (static_cast<size_t>(from.audience_size()) > domain::kMaxProgrammeTeams) {
    faults.push_back({"programme.audience", "name at most 100"});
    return;
  }
  std::set<domain::TeamUid> teams;
  for (int i = 0; i < from.audience_size(); ++i) {
    const std::string field = "programme.audience[" + std::to_string(i) + "]";
    const auto id = IdOf("teams", from.audience(i), field);
    const domain::TeamRow* team = id.ok() ? around.directory.FindTeamById(*id) : nullptr;
    if (team == nullptr) {
      faults.push_back({field, "is no team; send `teams/ID`"});
    } else {
      teams.insert(team->uid);
    }
  }
  to.audience.assign(teams.begin(), teams.end());
}

void SetStart(const v1::Programme& from, const Around& around, Programme& to, std::vector<FieldFault>& faults) {
  if (from.start_date().empty()) {
    if (to.start_day == 0) to.start_day = domain::DayNumber(domain::DayOf(around.now));  // it is being created
    return;
  }
  const auto day = domain::ParseIsoDay(from.start_date());
  if (!day.has_value()) {
    faults.push_back({"programme.start_date", "write a day as 2026-09-02"});
  } else {
    to.start_day = domain::DayNumber(*day);
  }
}

void SetReview(const v1::Programme& from, const Around& around, Programme& to, std::vector<FieldFault>& faults) {
  const auto day = domain::ParseIsoDay(from.review_date());
  const int32_t today = domain::DayNumber(domain::DayOf(around.now));
  if (!day.has_value() || domain::DayNumber(*day) <= today || domain::DayNumber(*day) > today + kLongestUntilReview) {
    faults.push_back({"programme.review_date", "write a day as 2026-09-02, from tomorrow and at most 366 days ahead"});
  } else {
    to.review_day = domain::DayNumber(*day);
  }
}

using Set = void (*)(const v1::Programme&, const Around&, Programme&, std::vector<FieldFault>&);
struct ProgrammeField {
  const char* path;
  Set set;
};
constexpr ProgrammeField kFields[] = {{"owner", SetOwner},       {"purpose", SetPurpose},  {"behaviours", SetBehaviours},
                                      {"audience", SetAudience}, {"start_date", SetStart}, {"review_date", SetReview}};

// Sets the fields that `wanted` names; all faults at once.
template <typename Wanted>
absl::Status SetFields(const v1::Programme& from, const Around& around, Wanted wanted, Programme& to) {
  std::vector<FieldFault> faults;
  for (const ProgrammeField& field : kFields) {
    if (wanted(field.path)) field.set(from, around, to, faults);
  }
  if (faults.empty() && to.review_day <= to.start_day) faults.push_back({"programme.review_date", "must be after start_date"});
  if (faults.empty()) return absl::OkStatus();
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "the programme is not sound", std::move(faults));
}

absl::Status CheckMask(const google::protobuf::FieldMask& mask) {
  const auto is_field = [](const std::string& path) {
    return std::any_of(std::begin(kFields), std::end(kFields), [&](const ProgrammeField& field) { return path == field.path; });
  };
  if (mask.paths_size() > 0 && std::all_of(mask.paths().begin(), mask.paths().end(), is_field)) return absl::OkStatus();
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "update_mask names nothing, or what cannot be changed",
               {{"update_mask", kProgrammeFields}});
}

}  // namespace

absl::StatusOr<v1::Programme> RecognitionApp::CreateProgramme(const Caller& caller, const v1::CreateProgrammeRequest& request) {
  if (!domain::IsSlug(request.programme_id())) {
    return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "programme_id is no id",
                 {{"programme_id", "1 to 60 lower-case letters, digits and dashes, beginning with a letter"}});
  }
  const auto run = [&](store::Transaction& transaction) -> absl::StatusOr<v1::Programme> {
    const absl::Time now = context_.clock.Now();
    COMITY_ASSIGN_OR_RETURN(const auto programmes, transaction.recognition().LoadProgrammes());
    if (std::any_of(programmes.begin(), programmes.end(), [&](const Programme& there) { return there.id == request.programme_id(); })) {
      return Error(absl::StatusCode::kAlreadyExists, ErrorReason::kProgrammeExists, "there is a programme of this id; change that one",
                   {{"programme_id", "choose another id"}});
    }
    if (programmes.size() >= kMaxProgrammes) {
      return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kCatalogueFull,
                   "there are no more than 200 programmes; word one anew");
    }
    COMITY_ASSIGN_OR_RETURN(const auto directory, context_.snapshots.DirectoryIn(transaction));
    COMITY_ASSIGN_OR_RETURN(const auto behaviours, CatalogueIn(transaction, now));
    Programme programme;
    programme.id = request.programme_id();
    programme.changed = now;
    COMITY_RETURN_IF_ERROR(SetFields(
        request.programme(), {*directory, behaviours, now}, [](const char*) { return true; }, programme));
    COMITY_RETURN_IF_ERROR(transaction.recognition().PutProgramme(programme));
    return ToProgramme(programme, *directory, now);
  };
  return WriteOnce<v1::Programme>(context_, caller, "CreateProgramme", request, run);
}

absl::StatusOr<v1::ListProgrammesResponse> RecognitionApp::ListProgrammes(const Caller& /*caller*/,
                                                                          const v1::ListProgrammesRequest& request) {
  std::vector<Programme> programmes;
  std::shared_ptr<const domain::Directory> directory;
  {
    COMITY_ASSIGN_OR_RETURN(const auto transaction, context_.store.BeginRead());
    COMITY_ASSIGN_OR_RETURN(programmes, transaction->recognition().LoadProgrammes());
    COMITY_ASSIGN_OR_RETURN(directory, context_.snapshots.DirectoryIn(*transaction));
  }
  const auto key_of = [](const Programme& programme) { return programme.id; };
  const auto add = [&, now = context_.clock.Now()](v1::ListProgrammesResponse& response, const Programme& programme) {
    *response.add_programmes() = ToProgramme(programme, *directory, now);
  };
  return PageOf<v1::ListProgrammesResponse>(context_, programmes, "ListProgrammes", request.page_size(), request.page_token(), key_of, add);
}

absl::StatusOr<v1::Programme> RecognitionApp::UpdateProgramme(const Caller& caller, const v1::UpdateProgrammeRequest& request) {
  COMITY_RETURN_IF_ERROR(CheckMask(request.update_mask()));
  COMITY_ASSIGN_OR_RETURN(const std::string id, IdOf("programmes", request.programme().name(), "programme.name"));
  const auto run = [&](store::Transaction& transaction) -> absl::StatusOr<v1::Programme> {
    const absl::Time now = context_.clock.Now();
    COMITY_ASSIGN_OR_RETURN(auto programmes, transaction.recognition().LoadProgrammes());
    const auto found = std::find_if(programmes.begin(), programmes.end(), [&](const Programme& there) { return there.id == id; });
    if (found == programmes.end()) {
      return Error(absl::StatusCode::kNotFound, ErrorReason::kProgrammeNotFound,
                   "no such programme; list them with `comity programmes list`");
    }
    const std::string& etag = request.programme().etag();
    if (!etag.empty() && etag != std::to_string(found->version)) {
      return Error(absl::StatusCode::kAborted, ErrorReason::kEtagStale, "the programme has changed since it was read; read it again",
                   {{"programme.etag", "send the etag of the programme as it is now, or none"}});
    }
    COMITY_ASSIGN_OR_RETURN(const auto directory, context_.snapshots.DirectoryIn(transaction));
    COMITY_ASSIGN_OR_RETURN(const auto behaviours, CatalogueIn(transaction, now));
    const auto& paths = request.update_mask().paths();
    const auto wanted = [&](const char* path) { return std::find(paths.begin(), paths.end(), path) != paths.end(); };
    COMITY_RETURN_IF_ERROR(SetFields(request.programme(), {*directory, behaviours, now}, wanted, *found));
    ++found->version;
    found->changed = now;
    COMITY_RETURN_IF_ERROR(transaction.recognition().PutProgramme(*found));
    return ToProgramme(*found, *directory, now);
  };
  return WriteOnce<v1::Programme>(context_, caller, "UpdateProgramme", request, run);
}

}  // namespace comity::app
