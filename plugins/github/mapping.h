// From one GitHub payload to facts. Pure: no clock, network or log.
#ifndef COMITY_PLUGINS_GITHUB_MAPPING_H_
#define COMITY_PLUGINS_GITHUB_MAPPING_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "plugins/sdk/connector.h"
#include "plugins/sdk/json.h"

namespace comity::github {

// How a source wants to be read; the options of the manifest.
struct Reading {
  bool wiki_tentative = true;           // wiki edits wait for somebody's yes
  bool private_is_confidential = true;  // titles and labels of private repositories are not sent
  bool app_is_automation = true;        // what a person did through an app counts as the app's
  v1::Assurance assurance = v1::ASSURANCE_SIGNED;
};

// Maps `payload` of an `X-GitHub-Event`. Events and actions that mean nothing here come back as `Parsed::ignored`.
// Errors: INVALID_ARGUMENT that names the paths without which a fact cannot be made.
absl::StatusOr<sdk::Parsed> MapEvent(std::string_view event, sdk::Json payload, const sdk::Source& source, const Reading& reading,
                                     absl::Time receive_time);

// Whether MapEvent may make facts of it; an empty action stands for one that is not known.
bool IsUsed(std::string_view event, std::string_view action);

// The pull request's id out of its node id; GitHub sends it where an issue payload stands for a pull request. Reads both forms in use
// (`PR_…`, and base64 of `011:PullRequest515026680`); nullopt for anything else.
std::optional<std::string> ChangeIdOfNodeId(std::string_view node_id);

}  // namespace comity::github

#endif  // COMITY_PLUGINS_GITHUB_MAPPING_H_
