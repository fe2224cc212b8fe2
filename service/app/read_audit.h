// Every read of somebody else's deed is recorded, and shown to them.
#ifndef COMITY_SERVICE_APP_READ_AUDIT_H_
#define COMITY_SERVICE_APP_READ_AUDIT_H_

#include <set>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "service/app/caller.h"
#include "service/app/context.h"

namespace comity::app {

// Records that `caller` read these people's names; the caller themself is left out. Waits until it is durable: what cannot be recorded is
// not shown. Errors: UNAVAILABLE (AUDIT_UNAVAILABLE).
absl::Status RecordReads(Context& context, const Caller& caller, std::string_view method, const std::string& target,
                         std::set<domain::PersonUid> people);

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_READ_AUDIT_H_
