// CRC-32C (Castagnoli), as in iSCSI and ext4.
#ifndef COMITY_PLUGINS_HOST_CRC32C_H_
#define COMITY_PLUGINS_HOST_CRC32C_H_

#include <cstdint>
#include <string_view>

namespace comity::host {

// Of `bytes` after those whose sum was `before`. Uses the processor's instruction where there is one.
uint32_t Crc32c(std::string_view bytes, uint32_t before = 0);
// The same without it, for processors that lack it and for tests.
uint32_t Crc32cByTable(std::string_view bytes, uint32_t before = 0);

}  // namespace comity::host

#endif  // COMITY_PLUGINS_HOST_CRC32C_H_
