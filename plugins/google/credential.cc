#include "plugins/google/credential.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "plugins/sdk/json.h"
#include "plugins/sdk/oauth.h"
#include "service/base/error.h"

namespace comity::google_calendar {
namespace {

constexpr std::string_view kTokenPath = "/token";
constexpr std::string_view kKeyFile =
    "the service account's JSON key as it was downloaded (Google Cloud console > IAM > Service accounts > Keys)";
constexpr std::string_view kRefreshFile = "client_id, client_secret and refresh_token of an OAuth client, as JSON";

absl::StatusOr<std::string> FormOf(sdk::Json credential, std::string_view token_base, std::string_view user, absl::Time now) {
  if (credential.At("/private_key").exists() || credential.At("/type").Text() == "service_account") {
    COMITY_ASSIGN_OR_RETURN(const std::string issuer, sdk::CredentialText(credential, "client_email", kKeyFile));
    COMITY_ASSIGN_OR_RETURN(const std::string key, sdk::CredentialText(credential, "private_key", kKeyFile));
    // The file names an endpoint too; the configuration alone says where the key's signature goes.
    const std::string audience = absl::StrCat(std::string(token_base), std::string(kTokenPath));
    COMITY_ASSIGN_OR_RETURN(
        const std::string jwt,
        sdk::SignedJwt({issuer, user, audience, kScope, credential.At("/private_key_id").Text().substr(0, 100), now}, key));
    return sdk::JwtBearerForm(jwt);
  }
  if (!credential.At("/refresh_token").exists()) {
    return sdk::CredentialFault(absl::StrCat("holds neither private_key nor refresh_token; write ", std::string(kKeyFile), " into it, or ",
                                             std::string(kRefreshFile)));
  }
  if (!user.empty()) {
    return sdk::CredentialFault("config.user needs a service account's key; a refresh token is of one user already: take config.user out");
  }
  COMITY_ASSIGN_OR_RETURN(const std::string id, sdk::CredentialText(credential, "client_id", kRefreshFile));
  COMITY_ASSIGN_OR_RETURN(const std::string secret, sdk::CredentialText(credential, "client_secret", kRefreshFile));
  COMITY_ASSIGN_OR_RETURN(const std::string token, sdk::CredentialText(credential, "refresh_token", kRefreshFile));
  return sdk::RefreshForm(id, secret, token);
}

}  // namespace

absl::StatusOr<std::optional<sdk::TokenRequest>> TokenRequestOf(std::string_view credential, std::string_view token_base,
                                                                std::string_view user, absl::Time now) {
  if (sdk::IsPlainToken(credential)) return std::nullopt;
  const absl::StatusOr<sdk::JsonDocument> document = sdk::JsonDocument::Parse(credential);
  if (!document.ok()) {
    return sdk::CredentialFault(absl::StrCat("begins as JSON and is none; write ", std::string(kKeyFile), " into it, or an access token"));
  }
  COMITY_ASSIGN_OR_RETURN(std::string form, FormOf(document->root(), token_base, user, now));
  return sdk::TokenRequest{std::string(kTokenPath), std::move(form)};
}

}  // namespace comity::google_calendar
