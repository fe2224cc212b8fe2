// Reading back what GitHub's hooks could not deliver. Pure: no clock, network or log.
//
// GitHub does not repeat a failed delivery, but keeps it for some days, with its payload. Hooks whose address ends with `/in/<source id>`
// are ours; of each its deliveries are listed, newest first, back to the stream's cursor; the payloads of those that failed are read by
// the same mapping as the hook's own: so a delivery that is read back is the event that it would have brought.
#ifndef COMITY_PLUGINS_GITHUB_DELIVERIES_H_
#define COMITY_PLUGINS_GITHUB_DELIVERIES_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "plugins/github/mapping.h"
#include "plugins/sdk/connector.h"
#include "plugins/sdk/json.h"

namespace comity::github {

// Which hooks there are; `owner` is `/orgs/acme` or `/repos/acme/billing`. All else follows from the answer.
sdk::Fetch AskForHooks(std::string_view owner);

// Whether a request with this note is one of those here.
bool IsAboutDeliveries(sdk::Json note);
// As Connector::Absorb. Streams are `hook:<id>`, cursors the instant of the newest delivery that was listed.
absl::StatusOr<sdk::Step> AbsorbDeliveries(const sdk::Source& source, const Reading& reading, const sdk::Poll& poll,
                                           const sdk::Fetch& fetch, sdk::Json note, const net::Response& response);

// The `cursor` of the next page in a `Link` header; empty if there is none, or none that may stand in a path. Only it is taken: where a
// link leads is never followed.
std::string NextCursor(std::string_view link);

}  // namespace comity::github

#endif  // COMITY_PLUGINS_GITHUB_DELIVERIES_H_
