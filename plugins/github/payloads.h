// Payloads in the form of GitHub's hooks, made of what its REST API answers.
#ifndef COMITY_PLUGINS_GITHUB_PAYLOADS_H_
#define COMITY_PLUGINS_GITHUB_PAYLOADS_H_

#include <cstddef>
#include <string>

#include "plugins/sdk/json.h"

namespace comity::github {

inline constexpr size_t kMaxLabels = 100;  // of one issue or change; more are not looked at

// What the mapping reads of each, and no text that somebody wrote. Instants of changes are left out: they belong to the single facts.
std::string SlimRepository(sdk::Json repository);
std::string SlimIssue(sdk::Json issue);
std::string SlimChange(sdk::Json change);

}  // namespace comity::github

#endif  // COMITY_PLUGINS_GITHUB_PAYLOADS_H_
