// From one Jira webhook to facts. Pure: no clock, network or log.
#ifndef COMITY_PLUGINS_JIRA_MAPPING_H_
#define COMITY_PLUGINS_JIRA_MAPPING_H_

#include "absl/status/statusor.h"
#include "plugins/jira/reading.h"
#include "plugins/sdk/connector.h"
#include "plugins/sdk/json.h"

namespace comity::jira {

// Maps a payload by its `webhookEvent`. What means nothing here comes back as `Parsed::ignored`.
//
// The poll writes payloads too, with what no webhook tells: `fromCategory` of a status item, and of links `user`, `issue` (the subject) and
// `otherIssue`.
// Errors: INVALID_ARGUMENT that names the paths without which a fact cannot be made.
absl::StatusOr<sdk::Parsed> MapEvent(sdk::Json payload, const sdk::Source& source, const Reading& reading);

}  // namespace comity::jira

#endif  // COMITY_PLUGINS_JIRA_MAPPING_H_
