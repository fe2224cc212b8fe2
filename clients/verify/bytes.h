// Hashes and their text forms.
#ifndef COMITY_CLIENTS_VERIFY_BYTES_H_
#define COMITY_CLIENTS_VERIFY_BYTES_H_

#include <array>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace comity::verify {

using Hash = std::array<unsigned char, 32>;

Hash Sha256(std::initializer_list<std::string_view> parts);
inline std::string_view ViewOf(const Hash& hash) { return {reinterpret_cast<const char*>(hash.data()), hash.size()}; }

// Standard Base64 with padding, in its one canonical form; nothing else is read.
std::optional<std::string> FromBase64(std::string_view text);
std::optional<Hash> HashFromBase64(std::string_view text);
std::string ToHex(std::string_view bytes);
std::optional<std::string> FromHex(std::string_view text);  // lower-case

}  // namespace comity::verify

#endif  // COMITY_CLIENTS_VERIFY_BYTES_H_
