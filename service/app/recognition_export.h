// What is kept of thanks, for the person it is about.
#ifndef COMITY_SERVICE_APP_RECOGNITION_EXPORT_H_
#define COMITY_SERVICE_APP_RECOGNITION_EXPORT_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "comity/v1/privacy.pb.h"
#include "service/domain/directory/directory.h"
#include "service/store/store.h"

namespace comity::app {

// Where it goes on; zero at first.
struct ThanksPlace {
  enum Stage : int64_t { kGiven, kReceived, kComments, kReports, kChoices };
  int64_t stage = kGiven;
  int64_t number = 0;  // of the row it stopped at
};

// Adds about `limit` parts. True when there is no more. `own`: they ask themselves; nobody else learns of their check-ins.
absl::StatusOr<bool> ExportThanks(store::Transaction& transaction, const domain::Directory& directory, domain::PersonUid person, bool own,
                                  int limit, ThanksPlace& place, v1::ExportPersonResponse& response);

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_RECOGNITION_EXPORT_H_
