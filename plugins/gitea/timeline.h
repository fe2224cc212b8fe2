// What happened to one ticket or pull request, from its timeline.
#ifndef COMITY_PLUGINS_GITEA_TIMELINE_H_
#define COMITY_PLUGINS_GITEA_TIMELINE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "plugins/gitea/answer.h"
#include "plugins/sdk/connector.h"
#include "plugins/sdk/json.h"

namespace comity::gitea {

// The first request for one item of a list of tickets: its timeline, or the pull request itself, then its reviews, then its timeline.
// Facts are wanted from `floor` on; `commit` is the stream's cursor when all is read.
sdk::Fetch AskForThing(sdk::Json repository, sdk::Json item, std::string stream, absl::Time floor, const std::string& commit);

// One of the answers that follow; `what` of the note is `change`, `reviews` or `timeline`.
absl::StatusOr<sdk::Step> ReadThing(const Answer& answer);

// What the mapping reads of a repository.
std::string SlimRepository(sdk::Json repository);

}  // namespace comity::gitea

#endif  // COMITY_PLUGINS_GITEA_TIMELINE_H_
