#include "service/app/token_secret.h"

#include <openssl/rand.h>
#include <openssl/sha.h>

#include <array>

#include "service/base/error.h"
#include "service/domain/values.h"

namespace comity::app {

absl::StatusOr<std::string> MakeTokenSecret() {
  std::array<unsigned char, 32> bytes;
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
    return Error(absl::StatusCode::kInternal, ErrorReason::kInternal, "the system gave no random bytes; no token was made");
  }
  return "cmt_" + domain::ToBase32Hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

std::string HashTokenSecret(std::string_view secret) {
  std::string hash(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(secret.data()), secret.size(), reinterpret_cast<unsigned char*>(hash.data()));
  return hash;
}

}  // namespace comity::app
