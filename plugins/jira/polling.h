// Asking Jira's REST API for what its webhooks did not bring. Pure: no clock, network or log.
//
// Once in a round which statuses are of the category Done; then for each project the tickets that changed, oldest first, with their
// changelogs; for each of these its comments. What is found is put into the form of the webhook that should have told it (payloads.h), and
// read by the same mapping: so both are one fact.
#ifndef COMITY_PLUGINS_JIRA_POLLING_H_
#define COMITY_PLUGINS_JIRA_POLLING_H_

#include "absl/status/statusor.h"
#include "plugins/jira/reading.h"
#include "plugins/jira/scope.h"
#include "plugins/sdk/connector.h"

namespace comity::jira {

sdk::Step PlanPoll(const Scope& scope);
absl::StatusOr<sdk::Step> AbsorbPoll(const sdk::Manifest& manifest, const sdk::Source& source, const Reading& reading, const Scope& scope,
                                     const sdk::Poll& poll, const sdk::Fetch& fetch, const net::Response& response);

}  // namespace comity::jira

#endif  // COMITY_PLUGINS_JIRA_POLLING_H_
