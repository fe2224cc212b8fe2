// Duties of somebody, for what is kept about them.
#ifndef COMITY_SERVICE_APP_DUTY_EXPORT_H_
#define COMITY_SERVICE_APP_DUTY_EXPORT_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "comity/v1/privacy.pb.h"
#include "service/domain/directory/directory.h"
#include "service/store/store.h"

namespace comity::app {

// Absences, and turns that were theirs, that they skipped or gave away, that were offered to them; the first `place` are left out, then
// come `limit` at most. True when there are no more; else `place` is where to go on.
absl::StatusOr<bool> ExportDuties(store::Transaction& transaction, const domain::Directory& directory, domain::PersonUid person, int limit,
                                  int64_t& place, v1::ExportPersonResponse& response);

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_DUTY_EXPORT_H_
