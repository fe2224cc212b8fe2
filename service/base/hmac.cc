#include "service/base/hmac.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cstdlib>

namespace comity {

// A library that cannot do this much must not go on with what it left behind.
std::array<uint8_t, 32> HmacSha256(std::string_view key, std::string_view text) {
  std::array<uint8_t, 32> mac{};
  unsigned int size = 0;
  const unsigned char* done = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                                   reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac.data(), &size);
  if (done == nullptr || size != mac.size()) std::abort();
  return mac;
}

}  // namespace comity
