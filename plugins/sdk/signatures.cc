#include "plugins/sdk/signatures.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "absl/strings/escaping.h"
#include "plugins/sdk/times.h"

namespace comity::sdk {
namespace {

constexpr size_t kMaxSignatureHeader = 4096;
constexpr int kMaxSignatures = 16;

absl::string_view Absl(std::string_view text) { return {text.data(), text.size()}; }

std::string Base64(std::string_view bytes) { return absl::Base64Escape(Absl(bytes)); }
std::string Hex(std::string_view bytes) { return absl::BytesToHexString(Absl(bytes)); }

// Both HMAC schemes: the received text after the prefix against the encoded tag of each secret. Every secret is tried, so that the time
// does not tell which one is in use.
template <typename Encode>
Auth VerifyEncoded(const Request& request, const Source& source, HashAlgorithm algorithm, std::string_view prefix, std::string_view header,
                   Encode encode) {
  const std::string_view given = request.Header(header);
  if (given.size() <= prefix.size() || given.size() > kMaxSignatureHeader || given.substr(0, prefix.size()) != prefix) {
    return Auth::kUnauthenticated;
  }
  bool good = false;
  for (const std::string& secret : source.secrets) {
    if (secret.empty()) continue;
    good |= ConstantTimeEquals(encode(Hmac(algorithm, secret, request.body)), given.substr(prefix.size()));
  }
  return good ? Auth::kOk : Auth::kUnauthenticated;
}

}  // namespace

bool ConstantTimeEquals(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string Hmac(HashAlgorithm algorithm, std::string_view key, std::string_view data) {
  unsigned char tag[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(algorithm == HashAlgorithm::kSha1 ? EVP_sha1() : EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(data.data()), data.size(), tag, &size);
  return std::string(reinterpret_cast<const char*>(tag), size);
}

std::string Sha256Hex(std::string_view data) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_Digest(data.data(), data.size(), digest, &size, EVP_sha256(), nullptr);
  return Hex({reinterpret_cast<const char*>(digest), size});
}

Auth HmacHex::Verify(const Request& request, const Source& source) const {
  return VerifyEncoded(request, source, algorithm, prefix, header, Hex);
}
std::string HmacHex::Sign(std::string_view secret, std::string_view body) const {
  return std::string(prefix) + Hex(Hmac(algorithm, secret, body));
}

Auth HmacBase64::Verify(const Request& request, const Source& source) const {
  return VerifyEncoded(request, source, algorithm, prefix, header, Base64);
}
std::string HmacBase64::Sign(std::string_view secret, std::string_view body) const {
  return std::string(prefix) + Base64(Hmac(algorithm, secret, body));
}

std::optional<std::string> StandardWebhooks::KeyOf(std::string_view secret) {
  constexpr std::string_view kPrefix = "whsec_";
  if (secret.substr(0, kPrefix.size()) == kPrefix) secret.remove_prefix(kPrefix.size());
  std::string key;
  if (!absl::Base64Unescape(Absl(secret), &key) || key.size() < 16) return std::nullopt;
  return key;
}

std::optional<std::string> StandardWebhooks::Sign(std::string_view secret, std::string_view id, std::string_view timestamp,
                                                  std::string_view body) {
  const std::optional<std::string> key = KeyOf(secret);
  if (!key) return std::nullopt;
  std::string content;
  content.reserve(id.size() + timestamp.size() + body.size() + 2);
  content.append(id).append(".").append(timestamp).append(".").append(body);
  return "v1," + Base64(Hmac(HashAlgorithm::kSha256, *key, content));
}

Auth StandardWebhooks::Verify(const Request& request, const Source& source, absl::Time now) {
  const std::string_view id = request.Header("webhook-id"), timestamp = request.Header("webhook-timestamp");
  const std::string_view given = request.Header("webhook-signature");
  if (id.empty() || timestamp.empty() || timestamp.size() > 11 || given.empty() || given.size() > kMaxSignatureHeader) {
    return Auth::kUnauthenticated;
  }
  const std::optional<absl::Time> signed_time =
      timestamp.find_first_not_of("0123456789") == std::string_view::npos ? ParseTime(timestamp) : std::nullopt;
  if (!signed_time) return Auth::kUnauthenticated;

  bool good = false;
  for (const std::string& secret : source.secrets) {
    const std::optional<std::string> expected = Sign(secret, id, timestamp, request.body);
    if (!expected) continue;
    std::string_view rest = given;
    for (int i = 0; i < kMaxSignatures && !rest.empty(); ++i) {
      const size_t space = rest.find(' ');
      good |= ConstantTimeEquals(*expected, rest.substr(0, space));  // other versions (`v1a,…`) differ from any `v1,…`
      rest = space == std::string_view::npos ? std::string_view() : rest.substr(space + 1);
    }
  }
  if (!good) return Auth::kUnauthenticated;
  const absl::Duration age = now - *signed_time;
  return age <= kWindow && age >= -kAhead ? Auth::kOk : Auth::kStale;
}

Auth VerifySecret(std::string_view given, const Source& source) {
  if (given.empty()) return Auth::kUnauthenticated;
  // Over digests, so that the time does not even tell the secret's length.
  const std::string digest = Sha256Hex(given);
  bool good = false;
  for (const std::string& secret : source.secrets) {
    if (!secret.empty()) good |= ConstantTimeEquals(Sha256Hex(secret), digest);
  }
  return good ? Auth::kOk : Auth::kUnauthenticated;
}

Auth PlainToken::Verify(const Request& request, const Source& source) const { return VerifySecret(request.Header(header), source); }

}  // namespace comity::sdk
