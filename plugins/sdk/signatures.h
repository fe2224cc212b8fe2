// Who sent it: the signature schemes of the suites, over the raw bytes, before anything is parsed.
//
// All compare in constant time and try every secret of the source, since several are good while one is rotated. An empty secret, header or
// signature never passes, whatever it would hash to.
#ifndef COMITY_PLUGINS_SDK_SIGNATURES_H_
#define COMITY_PLUGINS_SDK_SIGNATURES_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "plugins/sdk/connector.h"

namespace comity::sdk {

enum class HashAlgorithm { kSha1, kSha256 };

// A header that holds `prefix` and the HMAC of the body. kOk or kUnauthenticated.
struct HmacHex {
  HashAlgorithm algorithm;
  std::string_view prefix, header;
  Auth Verify(const Request& request, const Source& source) const;
  // The header's value for a body.
  std::string Sign(std::string_view secret, std::string_view body) const;
};

// The same in base64.
struct HmacBase64 {
  HashAlgorithm algorithm;
  std::string_view prefix, header;
  Auth Verify(const Request& request, const Source& source) const;
  std::string Sign(std::string_view secret, std::string_view body) const;
};

// Standard Webhooks (https://www.standardwebhooks.com): `webhook-id`, `webhook-timestamp` (seconds) and `webhook-signature`, one or more of
// `v1,<base64>` with spaces between them; the HMAC-SHA256 is over `id.timestamp.body`, the key is the base64 after `whsec_`.
// kStale for a good signature more than 300 s before `now` or 60 s after it: a delivery dated ahead could be replayed for longer, so clocks
// get less room on that side.
struct StandardWebhooks {
  static constexpr absl::Duration kWindow = absl::Seconds(300), kAhead = absl::Seconds(60);
  static Auth Verify(const Request& request, const Source& source, absl::Time now);
  // One `v1,<base64>`; nullopt if the secret is not one.
  static std::optional<std::string> Sign(std::string_view secret, std::string_view id, std::string_view timestamp, std::string_view body);
  // The key in a secret: base64, with or without `whsec_`; at least 16 bytes, else anybody could try them all.
  static std::optional<std::string> KeyOf(std::string_view secret);
};

// A header that holds the secret itself, as it is.
struct PlainToken {
  std::string_view header;
  Auth Verify(const Request& request, const Source& source) const;
};

// kOk if `given` is one of the source's secrets; its time tells nothing about them, nor their lengths.
Auth VerifySecret(std::string_view given, const Source& source);

// True for equal texts; its time depends on their lengths alone.
bool ConstantTimeEquals(std::string_view a, std::string_view b);
std::string Hmac(HashAlgorithm algorithm, std::string_view key, std::string_view data);
std::string Sha256Hex(std::string_view data);

}  // namespace comity::sdk

#endif  // COMITY_PLUGINS_SDK_SIGNATURES_H_
