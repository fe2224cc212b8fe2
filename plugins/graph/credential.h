// What is in `read_token_file` for Microsoft Graph: an app's secret in its tenant, or an access token; and where each cloud has its doors.
#ifndef COMITY_PLUGINS_GRAPH_CREDENTIAL_H_
#define COMITY_PLUGINS_GRAPH_CREDENTIAL_H_

#include <optional>
#include <string_view>

#include "absl/status/statusor.h"
#include "plugins/sdk/connector.h"

namespace comity::microsoft_graph {

// One of Microsoft's clouds.
struct Cloud {
  std::string_view name, api, tokens;  // addresses without a slash at the end
};
// `global`, `us`, `us-dod` or `china`; null for anything else.
const Cloud* CloudOf(std::string_view name);

// nullopt for an access token. Errors: INVALID_ARGUMENT that names the member at fault.
absl::StatusOr<std::optional<sdk::TokenRequest>> TokenRequestOf(std::string_view credential, const Cloud& cloud);

}  // namespace comity::microsoft_graph

#endif  // COMITY_PLUGINS_GRAPH_CREDENTIAL_H_
