#include "service/app/endpoint_secret.h"

#include <openssl/rand.h>

#include <array>
#include <optional>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "service/base/error.h"
#include "service/base/hmac.h"
#include "service/base/secret_file.h"
#include "service/domain/values.h"

namespace comity::app {
namespace {

constexpr size_t kEndpointKeyBytes = 32, kSecretCheckBytes = 8;

std::string BytesOf(const std::array<uint8_t, 32>& digest) { return {reinterpret_cast<const char*>(digest.data()), digest.size()}; }

absl::StatusOr<std::string> MakeEndpointKey() {
  std::string key(kEndpointKeyBytes, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(key.data()), static_cast<int>(key.size())) != 1) {
    return Error(absl::StatusCode::kInternal, ErrorReason::kInternal, "the system gave no random bytes; no key was made");
  }
  return key;
}

}  // namespace

absl::StatusOr<std::unique_ptr<EndpointSecrets>> EndpointSecrets::Open(const std::string& file) {
  const absl::StatusOr<std::string> text = ReadSecretFile(file);
  if (absl::IsNotFound(text.status())) {
    COMITY_ASSIGN_OR_RETURN(std::string made, MakeEndpointKey());
    COMITY_RETURN_IF_ERROR(WriteSecretFile(file, domain::ToBase32Hex(made)));
    return std::make_unique<EndpointSecrets>(std::move(made));
  }
  if (!text.ok()) return text.status();
  std::optional<std::string> key = domain::FromBase32Hex(*text);
  if (!key.has_value() || key->size() != kEndpointKeyBytes) {
    return Error(absl::StatusCode::kDataLoss, ErrorReason::kSecretFileUnsafe,
                 "the key of outbound webhooks' secrets cannot be read; put the file back, or move it away and rotate every secret",
                 {{file, "must hold the key that comityd wrote"}});
  }
  return std::make_unique<EndpointSecrets>(*std::move(key));
}

std::string EndpointSecrets::KeyOf(const domain::SecretSeed& seed) const {
  return BytesOf(HmacSha256(key_, absl::StrCat("comity/endpoint-secret", std::string(seed.view()))));
}

std::string EndpointSecrets::SecretOf(const domain::Endpoint& endpoint) const {
  return absl::StrCat("whsec_", absl::Base64Escape(KeyOf(endpoint.secrets.front().seed)));
}

std::string EndpointSecrets::CheckOf(const domain::Endpoint& endpoint) const {
  return BytesOf(HmacSha256(KeyOf(endpoint.secrets.front().seed), "comity/endpoint-check")).substr(0, kSecretCheckBytes);
}

net::Headers EndpointSecrets::SignedHeaders(const domain::Endpoint& endpoint, domain::DeliveryUid uid, std::string_view body,
                                            absl::Time now) const {
  const std::string id = "msg_" + uid.ToText(), timestamp = std::to_string(absl::ToUnixSeconds(now));
  const std::string signed_text = id + '.' + timestamp + '.' + std::string(body);
  std::string signatures;
  for (size_t i = 0; i < domain::SigningSecrets(endpoint, now); ++i) {
    if (!signatures.empty()) signatures += ' ';
    signatures += "v1," + absl::Base64Escape(BytesOf(HmacSha256(KeyOf(endpoint.secrets[i].seed), signed_text)));
  }
  return {{"webhook-id", id}, {"webhook-timestamp", timestamp}, {"webhook-signature", signatures}};
}

}  // namespace comity::app
