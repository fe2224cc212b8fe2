// Asking Linear's GraphQL API: what changed, who did it, and what was said.
#ifndef COMITY_PLUGINS_LINEAR_POLLING_H_
#define COMITY_PLUGINS_LINEAR_POLLING_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "plugins/linear/mapping.h"
#include "plugins/sdk/connector.h"

namespace comity::linear {

// The teams to poll, by key; none: all that the key's owner sees. Faults, in words for people, go to `faults`.
std::vector<std::string> ReadTeams(std::string_view text, std::vector<std::string>* faults);

sdk::Step PlanPoll(const std::vector<std::string>& teams, const sdk::Poll& poll);

absl::StatusOr<sdk::Step> AbsorbPoll(const sdk::Manifest& manifest, const sdk::Source& source, const Reading& reading,
                                     const std::vector<std::string>& teams, const sdk::Poll& poll, const sdk::Fetch& fetch,
                                     const net::Response& response);

}  // namespace comity::linear

#endif  // COMITY_PLUGINS_LINEAR_POLLING_H_
