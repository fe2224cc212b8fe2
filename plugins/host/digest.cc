#include "plugins/host/digest.h"

#include <cstring>

#include "service/base/sha256.h"

namespace comity::host {

Digest DigestOf(std::initializer_list<std::string_view> parts) {
  const auto whole = Sha256(parts);
  Digest digest;
  std::memcpy(digest.data(), whole.data(), digest.size());
  return digest;
}

}  // namespace comity::host
