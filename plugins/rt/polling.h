// Asking RT's REST2. Pure: no clock, network or log.
//
// Everything that happens in RT is a transaction with a growing number. The cursor is the last number up to which all were read and are
// older than the overlap: a transaction that is committed late may have a smaller number than one that was seen already. For each page of
// them the tickets that they are of; and where a requestor is not who created the ticket, the requestor's account, since RT shows no number
// there.
#ifndef COMITY_PLUGINS_RT_POLLING_H_
#define COMITY_PLUGINS_RT_POLLING_H_

#include "absl/status/statusor.h"
#include "plugins/rt/mapping.h"
#include "plugins/sdk/connector.h"

namespace comity::rt {

sdk::Step PlanPoll();
absl::StatusOr<sdk::Step> AbsorbPoll(const sdk::Manifest& manifest, const sdk::Source& source, const Reading& reading,
                                     const sdk::Poll& poll, const sdk::Fetch& fetch, const net::Response& response);

}  // namespace comity::rt

#endif  // COMITY_PLUGINS_RT_POLLING_H_
