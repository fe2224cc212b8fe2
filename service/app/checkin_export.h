// What is kept of somebody's answers to check-ins, for them.
#ifndef COMITY_SERVICE_APP_CHECKIN_EXPORT_H_
#define COMITY_SERVICE_APP_CHECKIN_EXPORT_H_

#include "absl/status/status.h"
#include "comity/v1/privacy.pb.h"
#include "service/store/store.h"

namespace comity::app {

// All at once: they are few, since nobody is asked often and answers are kept for some days. `own`: they ask themselves. Nobody else, an
// administrator included, learns what they answered or whether they did.
absl::Status ExportCheckIns(store::Transaction& transaction, domain::PersonUid person, bool own, v1::ExportPersonResponse& response);

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_CHECKIN_EXPORT_H_
