// Short-lived tokens for long-lived credentials (RFC 6749, RFC 7523): what is asked of a token endpoint, and what it answers. Pure.
#ifndef COMITY_PLUGINS_SDK_OAUTH_H_
#define COMITY_PLUGINS_SDK_OAUTH_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "plugins/sdk/connector.h"
#include "plugins/sdk/json.h"

namespace comity::sdk {

// Whether the text of a read token's file is a token as an API takes it. Otherwise it is JSON: credentials for which there are tokens.
bool IsPlainToken(std::string_view credential);

// Who asks for what, signed with the key of a service account.
struct JwtClaims {
  std::string_view issuer, subject, audience, scope;  // `subject` empty: the issuer itself
  std::string_view key_id;                            // empty: not said
  absl::Time issue_time;                              // good for an hour from then
};
// The claims as a JWT, signed RS256. `private_key`: an RSA key of 2048 bits or more in PEM, without a passphrase.
// Errors: INVALID_ARGUMENT for any other.
absl::StatusOr<std::string> SignedJwt(const JwtClaims& claims, std::string_view private_key);

// The forms of the three grants.
std::string JwtBearerForm(std::string_view jwt);
std::string RefreshForm(std::string_view client_id, std::string_view client_secret, std::string_view refresh_token);
std::string ClientCredentialsForm(std::string_view client_id, std::string_view client_secret, std::string_view scope);

// A credential's member: a text of 1 to 16,384 bytes. Errors: INVALID_ARGUMENT that names it and says where to get `what`, its file.
absl::StatusOr<std::string> CredentialText(Json credential, std::string_view name, std::string_view what);
// INVALID_ARGUMENT (FIELD_INVALID) about a credential.
absl::Status CredentialFault(std::string_view message);

struct TokenAnswer {
  std::string token;        // 1 to 16,384 printable bytes without a space
  absl::Duration lifetime;  // from when it was asked for; 1 s to a day
};
// What a token endpoint answers; any status below 500 but 429. Errors: PERMISSION_DENIED for a refused credential, with the error's code if
// it is one of RFC 6749's; INVALID_ARGUMENT for what cannot be read. They hold nothing else of the answer.
absl::StatusOr<TokenAnswer> ReadTokenAnswer(const net::Response& response);

}  // namespace comity::sdk

#endif  // COMITY_PLUGINS_SDK_OAUTH_H_
