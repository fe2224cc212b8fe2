// Check-ins in the API's form, and what their use cases check alike.
#ifndef COMITY_SERVICE_APP_CHECKIN_VIEW_H_
#define COMITY_SERVICE_APP_CHECKIN_VIEW_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "comity/v1/checkin.pb.h"
#include "service/app/caller.h"
#include "service/app/context.h"
#include "service/app/names.h"
#include "service/base/error.h"

namespace comity::app {

inline constexpr size_t kMaxOfTeam = 20, kMaxCheckInVersions = 100;

v1::CheckInTemplate ToTemplate(const domain::CheckInTemplate& asked, const domain::Directory& directory);
v1::NormSet ToNormSet(const domain::NormSet& norms, const domain::Directory& directory);
// With the norms as they were at `time`.
absl::StatusOr<v1::Question> ToQuestion(store::Transaction& transaction, const domain::Question& question, absl::Time time);

// Every version. Errors: NOT_FOUND (TEMPLATE_NOT_FOUND, NORM_SET_NOT_FOUND); INVALID_ARGUMENT (FIELD_INVALID) for a name that is
// none.
absl::StatusOr<std::vector<domain::CheckInTemplate>> OpenTemplate(store::Transaction& transaction, std::string_view name,
                                                                  std::string_view field);
absl::StatusOr<std::vector<domain::NormSet>> OpenNormSet(store::Transaction& transaction, std::string_view name, std::string_view field);

// The team of this name. Errors: NOT_FOUND (TEAM_NOT_FOUND); INVALID_ARGUMENT (FIELD_INVALID).
absl::StatusOr<domain::TeamUid> TeamOf(const domain::Directory& directory, std::string_view name, std::string_view field);
// Whoever reaches the whole organisation, and today's members. Errors: PERMISSION_DENIED (ROLE_REQUIRED).
absl::Status CheckActsFor(const Caller& caller, const domain::Directory& directory, domain::TeamUid team, absl::Time now);
// Errors: ABORTED (ETAG_STALE) unless `etag` is empty or names the version.
absl::Status CheckVersion(std::string_view etag, int32_t version, std::string_view field);
// Errors: FAILED_PRECONDITION (CATALOGUE_FULL) with what to do about that field.
absl::Status CheckHasRoom(size_t there, size_t most, std::string_view field, std::string_view remedy);
// Of what was to be inserted. Errors: ABORTED (ETAG_STALE) if somebody else was quicker.
absl::Status CheckInserted(const absl::Status& inserted, std::string_view field);
// Errors: INVALID_ARGUMENT (FIELD_INVALID) unless 1 to 60 lower-case letters, digits and dashes.
absl::Status CheckSlug(std::string_view id, const char* field);

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_CHECKIN_VIEW_H_
