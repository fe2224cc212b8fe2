#include "plugins/sdk/oauth.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "plugins/sdk/json_object.h"
#include "plugins/sdk/walk.h"
#include "service/base/error.h"

namespace comity::sdk {
namespace {

constexpr size_t kMaxText = 16'384;
constexpr int kMinKeyBits = 2048;
constexpr int64_t kJwtSeconds = 3600, kUnsaidSeconds = 300, kMostSeconds = 86'400;

struct Free {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

std::string Base64Url(std::string_view bytes) { return absl::WebSafeBase64Escape(absl::string_view(bytes.data(), bytes.size())); }

// Without it OpenSSL would ask the terminal.
int NoPassphrase(char*, int, int, void*) { return -1; }

std::unique_ptr<EVP_PKEY, Free> RsaKeyOf(std::string_view pem) {
  const std::unique_ptr<BIO, Free> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  std::unique_ptr<EVP_PKEY, Free> key(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, NoPassphrase, nullptr) : nullptr);
  if (key && (EVP_PKEY_base_id(key.get()) != EVP_PKEY_RSA || EVP_PKEY_bits(key.get()) < kMinKeyBits)) key.reset();
  return key;
}

std::string SignatureOf(EVP_PKEY* key, std::string_view text) {
  const std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
  if (!context || EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key) != 1) return "";
  const auto* const bytes = reinterpret_cast<const unsigned char*>(text.data());
  size_t size = 0;
  if (EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size()) != 1) return "";
  std::string signature(size, '\0');
  if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes, text.size()) != 1) return "";
  signature.resize(size);
  return signature;
}

bool IsTokenText(std::string_view text) {
  return !text.empty() && text.size() <= kMaxText && std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

// As it may be shown to people: the code of an error, if it is one of the known.
std::string_view KnownCode(std::string_view code) {
  for (const std::string_view known : {"invalid_request", "invalid_client", "invalid_grant", "unauthorized_client",
                                       "unsupported_grant_type", "invalid_scope", "access_denied"}) {
    if (code == known) return known;
  }
  return "no known reason";
}

// Some write the number as a text.
int64_t SecondsOf(Json value) {
  int64_t seconds = value.Integer().value_or(kUnsaidSeconds);
  if (!value.Text().empty() && !absl::SimpleAtoi(std::string(value.Text()), &seconds)) seconds = kUnsaidSeconds;
  return std::clamp<int64_t>(seconds, 1, kMostSeconds);
}

}  // namespace

bool IsPlainToken(std::string_view credential) { return !credential.starts_with('{'); }

absl::StatusOr<std::string> SignedJwt(const JwtClaims& claims, std::string_view private_key) {
  const std::unique_ptr<EVP_PKEY, Free> key = RsaKeyOf(private_key);
  if (!key) {
    return CredentialFault("private_key is no RSA key of 2048 bits or more in PEM; download the service account's JSON key anew");
  }
  JsonObject head, body;
  head.Text("alg", "RS256").Text("typ", "JWT");
  if (!claims.key_id.empty()) head.Text("kid", claims.key_id);
  const int64_t now = absl::ToUnixSeconds(claims.issue_time);
  body.Text("iss", claims.issuer).Text("scope", claims.scope).Text("aud", claims.audience);
  if (!claims.subject.empty()) body.Text("sub", claims.subject);
  body.Raw("iat", std::to_string(now)).Raw("exp", std::to_string(now + kJwtSeconds));
  const std::string text = absl::StrCat(Base64Url(head.Take()), ".", Base64Url(body.Take()));
  const std::string signature = SignatureOf(key.get(), text);
  if (signature.empty()) return CredentialFault("private_key cannot sign; download the service account's JSON key anew");
  return absl::StrCat(text, ".", Base64Url(signature));
}

std::string JwtBearerForm(std::string_view jwt) {
  return absl::StrCat("grant_type=", UrlEncoded("urn:ietf:params:oauth:grant-type:jwt-bearer"), "&assertion=", UrlEncoded(jwt));
}

std::string RefreshForm(std::string_view client_id, std::string_view client_secret, std::string_view refresh_token) {
  return absl::StrCat("grant_type=refresh_token&client_id=", UrlEncoded(client_id), "&client_secret=", UrlEncoded(client_secret),
                      "&refresh_token=", UrlEncoded(refresh_token));
}

std::string ClientCredentialsForm(std::string_view client_id, std::string_view client_secret, std::string_view scope) {
  return absl::StrCat("grant_type=client_credentials&client_id=", UrlEncoded(client_id), "&client_secret=", UrlEncoded(client_secret),
                      "&scope=", UrlEncoded(scope));
}

absl::StatusOr<std::string> CredentialText(Json credential, std::string_view name, std::string_view what) {
  const std::string_view text = credential.At("/" + std::string(name)).Text();
  if (text.empty() || text.size() > kMaxText) {
    return CredentialFault(absl::StrCat(std::string(name), " is missing or no text; write ", std::string(what), " into the file"));
  }
  return std::string(text);
}

absl::Status CredentialFault(std::string_view message) {
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, absl::StrCat("read_token_file: ", std::string(message)));
}

absl::StatusOr<TokenAnswer> ReadTokenAnswer(const net::Response& response) {
  const absl::StatusOr<JsonDocument> document = JsonDocument::Parse(response.body);
  if (response.status >= 400) {
    const std::string_view code = KnownCode(document.ok() ? document->root().At("/error").Text() : "");
    return Error(absl::StatusCode::kPermissionDenied, ErrorReason::kPeerUnavailable,
                 absl::StrCat("the token endpoint refuses the credential of read_token_file (", response.status, ", ", std::string(code),
                              "); see that it is whole, not revoked, and allowed to read; no restart is needed"));
  }
  const std::string_view token = document.ok() ? document->root().At("/access_token").Text() : "";
  const std::string type = absl::AsciiStrToLower(std::string(document.ok() ? document->root().At("/token_type").Text() : ""));
  if (response.status != 200 || !IsTokenText(token) || (!type.empty() && type != "bearer")) {
    return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kJsonInvalid,
                 absl::StrCat("the token endpoint answers ", response.status, " without a bearer token; is its address right?"));
  }
  return TokenAnswer{std::string(token), absl::Seconds(SecondsOf(document->root().At("/expires_in")))};
}

}  // namespace comity::sdk
