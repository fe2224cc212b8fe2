// From one payload of Gitea's to facts. Pure: no clock, network or log.
#ifndef COMITY_PLUGINS_GITEA_MAPPING_H_
#define COMITY_PLUGINS_GITEA_MAPPING_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "plugins/sdk/connector.h"
#include "plugins/sdk/json.h"

namespace comity::gitea {

// How a source wants to be read; the options of the manifest.
struct Reading {
  std::vector<std::string> wont_do_labels, duplicate_labels;  // Gitea tells no reason for a closing; labels do
  bool private_is_confidential = true;                        // titles and labels of private repositories are not sent
  v1::Assurance assurance = v1::ASSURANCE_SIGNED;
};

// For edits of wiki pages, which have neither a revision nor a time.
struct Receipt {
  std::string_view delivery;
  absl::Time time;
};

// Maps `payload` of an event, by either of its names (`pull_request_approved`, finer `pull_request_review_approved`). Events and actions
// that mean nothing here come back as `Parsed::ignored`. Beside what Gitea sends, the poll gives: `/assignee` (the one that was added),
// `/requested_team`, and the action `dismissed` with
// `/review/{id,user}`.
// Errors: INVALID_ARGUMENT that names the paths without which a fact cannot be made.
absl::StatusOr<sdk::Parsed> MapEvent(std::string_view event, sdk::Json payload, const sdk::Source& source, const Reading& reading,
                                     const Receipt& receipt);

}  // namespace comity::gitea

#endif  // COMITY_PLUGINS_GITEA_MAPPING_H_
