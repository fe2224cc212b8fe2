// From one GitLab payload to facts. Pure: no clock, network or log.
#ifndef COMITY_PLUGINS_GITLAB_MAPPING_H_
#define COMITY_PLUGINS_GITLAB_MAPPING_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "plugins/sdk/connector.h"
#include "plugins/sdk/json.h"

namespace comity::gitlab {

// Labels that say how a ticket was closed, since GitLab has no field for it.
class LabelSet {
 public:
  LabelSet() = default;
  // With commas between them. Case, blanks and punctuation do not matter: `won't fix` is `WontFix`.
  explicit LabelSet(std::string_view list);
  // Also by what stands after the last `::` of a scoped label.
  bool Holds(std::string_view label) const;
  bool empty() const { return forms_.empty(); }

 private:
  std::vector<std::string> forms_;
};

// How a source wants to be read; the options of the manifest.
struct Reading {
  bool wiki_tentative = false;          // wiki edits wait for somebody's yes
  bool private_is_confidential = true;  // titles and labels of private projects are not sent
  LabelSet wont_do, duplicate;
  v1::Assurance assurance = v1::ASSURANCE_SIGNED;
};

// Maps a hook's body. Events and actions that mean nothing here come back as `Parsed::ignored`. Beside what GitLab sends, what the poll
// makes of its API may hold `author` (where the bare number would hide that it is a bot or nobody) and `closed_as_duplicate`. Errors:
// INVALID_ARGUMENT that names the paths without which a fact cannot be made.
absl::StatusOr<sdk::Parsed> MapPayload(sdk::Json payload, const sdk::Source& source, const Reading& reading, absl::Time receive_time);

}  // namespace comity::gitlab

#endif  // COMITY_PLUGINS_GITLAB_MAPPING_H_
