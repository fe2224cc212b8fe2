// The first step of a deployment: a store with policy 1 and a first token.
#ifndef COMITY_SERVICE_INIT_H_
#define COMITY_SERVICE_INIT_H_

#include <string>

#include "absl/status/status.h"
#include "service/config.h"
#include "service/domain/values.h"
#include "service/obs/clock.h"

namespace comity {

// Creates the data directory (0700), the store with policy 1 (`pilot`: every rule in SHADOW), and DIR/admin.token (0600) with the secret
// of a token that is administrator and steward. Interrupted anywhere, it can be repeated.
// Errors: ALREADY_EXISTS when the deployment has its first token: nothing is overwritten; the store's and the file's own.
absl::Status InitDeployment(const Config& config, bool pilot, const obs::Clock& clock, domain::UidSource& uids);

// Makes the data directory if it is not there, for its owner only. Errors: PERMISSION_DENIED (CONFIG_INVALID).
absl::Status MakeDataDir(const std::string& path);

// Where the first token is.
std::string AdminTokenFile(const Config& config);

}  // namespace comity

#endif  // COMITY_SERVICE_INIT_H_
