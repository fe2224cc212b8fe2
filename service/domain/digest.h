// What a hash of the ledger is.
#ifndef COMITY_SERVICE_DOMAIN_DIGEST_H_
#define COMITY_SERVICE_DOMAIN_DIGEST_H_

#include <array>
#include <cstdint>

namespace comity::domain {

using Digest = std::array<uint8_t, 32>;

}  // namespace comity::domain

#endif  // COMITY_SERVICE_DOMAIN_DIGEST_H_
