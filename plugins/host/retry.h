// What handing facts over again has in common, whoever does it.
#ifndef COMITY_PLUGINS_HOST_RETRY_H_
#define COMITY_PLUGINS_HOST_RETRY_H_

#include <chrono>

#include "absl/status/status.h"

namespace comity::host {

// About so long: up to a fifth shorter or longer, so that those who failed together do not come back together.
std::chrono::milliseconds Jittered(std::chrono::milliseconds delay);

// The service will never take this as it is.
bool IsRefusal(const absl::Status& status);

}  // namespace comity::host

#endif  // COMITY_PLUGINS_HOST_RETRY_H_
