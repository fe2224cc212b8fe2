// Asking Gitea's REST API for what its hooks did not bring. Pure: no clock, network or log.
//
// For each repository the tickets and pull requests that changed, window by window of time; for each of these its timeline (timeline.h).
// What is found is put into the form of the hook that should have told it, and read by the same mapping: so both are one fact.
#ifndef COMITY_PLUGINS_GITEA_POLLING_H_
#define COMITY_PLUGINS_GITEA_POLLING_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "plugins/gitea/mapping.h"
#include "plugins/sdk/connector.h"

namespace comity::gitea {

// What is polled: all repositories of an organisation, and single ones.
struct Scope {
  std::string organisation;
  std::vector<std::string> repositories;  // `owner/name`
};
// From the options' texts. Faults, in words for people, go to `faults`.
Scope ReadScope(std::string_view organisation, std::string_view repositories, std::vector<std::string>* faults);

sdk::Step PlanPoll(const Scope& scope);
absl::StatusOr<sdk::Step> AbsorbPoll(const sdk::Manifest& manifest, const sdk::Source& source, const Reading& reading,
                                     const sdk::Poll& poll, const sdk::Fetch& fetch, const net::Response& response);

}  // namespace comity::gitea

#endif  // COMITY_PLUGINS_GITEA_POLLING_H_
