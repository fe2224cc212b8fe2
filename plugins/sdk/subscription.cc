#include "plugins/sdk/subscription.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "plugins/sdk/signatures.h"

namespace comity::sdk {
namespace {

constexpr size_t kNameBytes = 32, kMaxPlainBytes = 1000, kMaxParameters = 20;
constexpr std::string_view kPurpose = "comity subscription 1\n";  // so that the tag is none of anything else

bool IsHex(std::string_view text) { return text.find_first_not_of("0123456789abcdef") == std::string_view::npos; }

std::string TokenOf(std::string_view secret, std::string_view source_id, std::string_view name) {
  const std::string said = std::string(kPurpose).append(source_id).append("\n").append(name);
  return std::string(name) + "." + absl::BytesToHexString(Hmac(HashAlgorithm::kSha256, secret, said));
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

std::optional<std::string> Decoded(std::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size() && decoded.size() <= kMaxPlainBytes; ++i) {
    if (text[i] != '%') {
      decoded += text[i] == '+' ? ' ' : text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? HexDigit(text[i + 1]) : -1, low = high < 0 ? -1 : HexDigit(text[i + 2]);
    if (low < 0) return std::nullopt;
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return decoded;
}

bool IsPlain(std::string_view text) {
  return !text.empty() && text.size() <= kMaxPlainBytes && std::all_of(text.begin(), text.end(), [](char c) {
    return c >= ' ' && c <= '~' && c != '<' && c != '>' && c != '&' && c != '"' && c != '\'' && c != '`';
  });
}

}  // namespace

std::string SubscriptionToken(const Source& source, std::string_view name) {
  return source.secrets.empty() ? "" : TokenOf(source.secrets.front(), source.id, name);
}

std::optional<std::string> SubscriptionNameIn(const Source& source, std::string_view token) {
  const std::string_view name = token.substr(0, kNameBytes);
  if (token.size() <= kNameBytes || !IsHex(name)) return std::nullopt;
  bool good = false;
  for (const std::string& secret : source.secrets) {
    if (!secret.empty()) good |= ConstantTimeEquals(TokenOf(secret, source.id, name), token);
  }
  return good ? std::optional<std::string>(name) : std::nullopt;
}

std::optional<std::string> PlainTokenIn(std::string_view query, std::string_view parameter) {
  std::optional<std::string> found;
  for (size_t i = 0; i < kMaxParameters && !query.empty(); ++i) {
    const std::string_view part = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(part.size() + 1, query.size()));
    if (part.size() <= parameter.size() || !part.starts_with(parameter) || part[parameter.size()] != '=') continue;
    if (found) return std::nullopt;
    found = Decoded(part.substr(parameter.size() + 1));
    if (!found || !IsPlain(*found)) return std::nullopt;
  }
  return query.empty() ? found : std::nullopt;
}

}  // namespace comity::sdk
