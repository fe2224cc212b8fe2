#include "service/system_uids.h"

#include <openssl/rand.h>

#include <cstdlib>

#include "service/obs/log.h"

namespace comity {

std::array<uint8_t, 16> SystemUids::Next(std::string_view /*hint*/) {
  std::array<uint8_t, 16> bytes;
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
    obs::Log(obs::Level::kError, "The system gives no random bytes");
    std::abort();
  }
  return bytes;
}

}  // namespace comity
