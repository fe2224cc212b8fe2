// What is in `read_token_file` for Google: a service account's key, a refresh token, or an access token.
#ifndef COMITY_PLUGINS_GOOGLE_CREDENTIAL_H_
#define COMITY_PLUGINS_GOOGLE_CREDENTIAL_H_

#include <optional>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "plugins/sdk/connector.h"

namespace comity::google_calendar {

inline constexpr std::string_view kScope = "https://www.googleapis.com/auth/calendar.events.readonly";

// `token_base`: where the endpoint is; `user`: in whose name a service account asks, empty for its own. nullopt for an access token.
// Errors: INVALID_ARGUMENT that names the member at fault.
absl::StatusOr<std::optional<sdk::TokenRequest>> TokenRequestOf(std::string_view credential, std::string_view token_base,
                                                                std::string_view user, absl::Time now);

}  // namespace comity::google_calendar

#endif  // COMITY_PLUGINS_GOOGLE_CREDENTIAL_H_
