// Made-up traffic of a busy tracker: tickets asked by somebody of team alpha, commented on and resolved by somebody of team beta, so that
// each is exactly one deed. The people are those of `Deployment`.
#ifndef COMITY_TESTS_SUPPORT_TRAFFIC_H_
#define COMITY_TESTS_SUPPORT_TRAFFIC_H_

#include <cstdint>
#include <string>

#include "comity/v1/event.pb.h"
#include "service/net/http.h"

namespace comity::testing {

// People p0 … p(n-1), accounts github:github.com:1000+i; even ones in team `alpha`, odd ones in team `beta`, which owns acme/*.
inline constexpr int kPeople = 40;
inline constexpr char kHookSecret[] = "test-secret-0123456789abcdef";

// How people name ticket `ticket`: `acme/work#7`.
std::string TicketKey(int64_t ticket);
// Two facts a ticket, COMMENTED and RESOLVED, for tickets first … first+tickets-1, from source `load`. Tickets lie three seconds apart, so
// that nobody resolves more than twenty in five minutes.
v1::IngestEventBatchRequest TicketBatch(int64_t first, int tickets);
// The body of GitHub's webhook for the closing of the ticket, and the headers that sign it with kHookSecret.
std::string ClosedHookBody(int64_t ticket);
net::Headers HookHeaders(const std::string& delivery, const std::string& body);

}  // namespace comity::testing

#endif  // COMITY_TESTS_SUPPORT_TRAFFIC_H_
