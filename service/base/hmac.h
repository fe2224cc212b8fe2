// HMAC-SHA256.
#ifndef COMITY_SERVICE_BASE_HMAC_H_
#define COMITY_SERVICE_BASE_HMAC_H_

#include <array>
#include <cstdint>
#include <string_view>

namespace comity {

// Over exactly these bytes. Safe to call from any thread; aborts where the library cannot do this much.
std::array<uint8_t, 32> HmacSha256(std::string_view key, std::string_view text);

}  // namespace comity

#endif  // COMITY_SERVICE_BASE_HMAC_H_
