// Secrets live in files that only their owner can read: tokens, webhook secrets, keys.
#ifndef COMITY_SERVICE_BASE_SECRET_FILE_H_
#define COMITY_SERVICE_BASE_SECRET_FILE_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace comity {

inline constexpr size_t kMaxSecretFileBytes = 64 * 1024;

// The content without white space at its ends.
// Errors: NOT_FOUND; PERMISSION_DENIED (SECRET_FILE_UNSAFE) unless it is a regular file of this user (or root) that group and others
// cannot touch; INVALID_ARGUMENT (SECRET_FILE_UNSAFE) when it is empty or larger than 64 KiB.
absl::StatusOr<std::string> ReadSecretFile(const std::string& path);

// Writes `secret` and a line end to a new file of mode 0600, durably. Errors: ALREADY_EXISTS: nothing is overwritten.
absl::Status WriteSecretFile(const std::string& path, std::string_view secret);

}  // namespace comity

#endif  // COMITY_SERVICE_BASE_SECRET_FILE_H_
