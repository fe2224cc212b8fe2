// Secrets of tokens: made here, shown once, kept as a hash only.
#ifndef COMITY_SERVICE_APP_TOKEN_SECRET_H_
#define COMITY_SERVICE_APP_TOKEN_SECRET_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace comity::app {

// `cmt_` and 32 random bytes in base32hex: 56 characters. Errors: INTERNAL when the system gives no randomness.
absl::StatusOr<std::string> MakeTokenSecret();
// SHA-256, 32 bytes. The secret is random in full, so that a slow or salted hash would add nothing.
std::string HashTokenSecret(std::string_view secret);

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_TOKEN_SECRET_H_
