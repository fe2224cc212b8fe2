// Who may talk to the door from a browser: its own page, and nobody else's.
#ifndef COMITY_SERVICE_DOOR_ORIGIN_H_
#define COMITY_SERVICE_DOOR_ORIGIN_H_

#include "absl/status/status.h"
#include "service/net/http.h"

namespace comity::door {

// The `Host` must name this machine (a name that somebody points at 127.0.0.1 does not), and a request that a page sends must come from a
// page of this same host and port. Programs that are no browser send no `Origin` and pass.
// Errors: PERMISSION_DENIED with a sentence for people; it never got as far as a call, so it has no reason of the API.
absl::Status CheckOrigin(const net::Request& request);

}  // namespace comity::door

#endif  // COMITY_SERVICE_DOOR_ORIGIN_H_
