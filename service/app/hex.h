// How digests are shown: lower-case hexadecimal.
#ifndef COMITY_SERVICE_APP_HEX_H_
#define COMITY_SERVICE_APP_HEX_H_

#include <string>

#include "service/domain/deeds/ledger.h"

namespace comity::app {

inline std::string Hex(const domain::Digest& digest) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const uint8_t byte : digest) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_HEX_H_
