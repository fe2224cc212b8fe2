// Payloads in the form of GitLab's hooks, made of what its REST API answers.
#ifndef COMITY_PLUGINS_GITLAB_PAYLOADS_H_
#define COMITY_PLUGINS_GITLAB_PAYLOADS_H_

#include <optional>
#include <string>

#include "absl/time/time.h"
#include "plugins/sdk/json.h"

namespace comity::gitlab {

// What the mapping reads of each, and no text that somebody wrote. Instants of changes are left out: they belong to the single facts.
std::string SlimProject(sdk::Json project);
std::string SlimUser(sdk::Json user);
std::string SlimIssue(sdk::Json issue);
std::string SlimChange(sdk::Json change);

// The instant as hooks write it, `2026-09-02 10:00:00 UTC`: so it is the same text, too, however a fact came.
std::string HookTime(absl::Time time);

}  // namespace comity::gitlab

#endif  // COMITY_PLUGINS_GITLAB_PAYLOADS_H_
