// Asking Azure DevOps: which work items changed, and every update of each.
#ifndef COMITY_PLUGINS_AZURE_POLLING_H_
#define COMITY_PLUGINS_AZURE_POLLING_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "plugins/azure/reading.h"
#include "plugins/sdk/connector.h"

namespace comity::azure_devops {

// The projects to poll, by name. Faults, in words for people, go to `faults`.
std::vector<std::string> ReadProjects(std::string_view text, std::vector<std::string>* faults);

sdk::Step PlanPoll(const std::vector<std::string>& projects, const sdk::Poll& poll);

absl::StatusOr<sdk::Step> AbsorbPoll(const sdk::Manifest& manifest, const sdk::Source& source, const Reading& reading,
                                     const sdk::Poll& poll, const sdk::Fetch& fetch, const net::Response& response);

}  // namespace comity::azure_devops

#endif  // COMITY_PLUGINS_AZURE_POLLING_H_
