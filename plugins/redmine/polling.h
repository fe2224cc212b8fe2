// Asking Redmine's REST API. Pure: no clock, network or log.
//
// Its statuses; then the issues that changed, oldest first, of all that the token may see or of some projects; then each of these with its
// journals, which the same mapping reads as from a webhook.
#ifndef COMITY_PLUGINS_REDMINE_POLLING_H_
#define COMITY_PLUGINS_REDMINE_POLLING_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "plugins/redmine/mapping.h"
#include "plugins/sdk/connector.h"

namespace comity::redmine {

// Identifiers of projects, from the option's text; none: everything. Faults, in words for people, go to `faults`.
std::vector<std::string> ReadProjects(std::string_view text, std::vector<std::string>* faults);

sdk::Step PlanPoll();
absl::StatusOr<sdk::Step> AbsorbPoll(const sdk::Manifest& manifest, const sdk::Source& source, const Reading& reading,
                                     const std::vector<std::string>& projects, const sdk::Poll& poll, const sdk::Fetch& fetch,
                                     const net::Response& response);

}  // namespace comity::redmine

#endif  // COMITY_PLUGINS_REDMINE_POLLING_H_
