// Short digests of what is stored: for recognising, not for signing.
#ifndef COMITY_PLUGINS_HOST_DIGEST_H_
#define COMITY_PLUGINS_HOST_DIGEST_H_

#include <array>
#include <initializer_list>
#include <string_view>

namespace comity::host {

using Digest = std::array<char, 16>;

// The beginning of SHA-256 over the parts, one after the other. Safe to call from any thread.
Digest DigestOf(std::initializer_list<std::string_view> parts);

}  // namespace comity::host

#endif  // COMITY_PLUGINS_HOST_DIGEST_H_
