// Asking GitLab's REST API for what its hooks did not bring. Pure: no clock, network or log.
//
// For each project the tickets and merge requests that changed, oldest first; for each ticket its changes of state and its notes; for each
// merge request its approvals and its notes. What is found is put into the form of the hook that should have told it, and read by the same
// mapping: so both are one fact.
#ifndef COMITY_PLUGINS_GITLAB_POLLING_H_
#define COMITY_PLUGINS_GITLAB_POLLING_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "plugins/gitlab/mapping.h"
#include "plugins/sdk/connector.h"

namespace comity::gitlab {

// What is polled: all projects of a group and its subgroups, and single ones.
struct Scope {
  std::string group;
  std::vector<std::string> projects;  // `acme/payments/checkout`
};
// From the options' texts. Faults, in words for people, go to `faults`.
Scope ReadScope(std::string_view group, std::string_view projects, std::vector<std::string>* faults);

sdk::Step PlanPoll(const Scope& scope);
absl::StatusOr<sdk::Step> AbsorbPoll(const sdk::Source& source, const Reading& reading, const sdk::Manifest& manifest,
                                     const sdk::Poll& poll, const sdk::Fetch& fetch, const net::Response& response);

}  // namespace comity::gitlab

#endif  // COMITY_PLUGINS_GITLAB_POLLING_H_
