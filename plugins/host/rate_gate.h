// What the host of an API allows: shared by all sources that ask it, so that one source's refusal is every source's pause.
#ifndef COMITY_PLUGINS_HOST_RATE_GATE_H_
#define COMITY_PLUGINS_HOST_RATE_GATE_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/time/time.h"
#include "service/base/mutex.h"
#include "service/net/http.h"

namespace comity::host {

// What one answer says about the rate.
struct RateAnswer {
  bool refused = false;              // nothing was answered but "later"
  absl::Duration pause;              // before anybody asks again; at most an hour, whatever the host says
  std::optional<int64_t> remaining;  // requests until the limit
};
// Reads Retry-After (seconds or a date), X-RateLimit-… and RateLimit-….
RateAnswer ReadRate(const net::Response& response, absl::Time now);

// Safe to call from any thread.
class RateGate {
 public:
  using SteadyTime = std::chrono::steady_clock::time_point;
  // Repeated refusals make the pause longer, up to an hour.
  RateAnswer Learn(const net::Response& response, absl::Time now, SteadyTime steady_now);
  // From when one may ask.
  SteadyTime open_from() const;

 private:
  mutable Mutex mutex_;
  SteadyTime open_from_ ABSL_GUARDED_BY(mutex_);
  int refusals_ ABSL_GUARDED_BY(mutex_) = 0;  // in a row
};

// The host and port in `url`: whose rate it is.
std::string_view AuthorityOf(std::string_view url);

}  // namespace comity::host

#endif  // COMITY_PLUGINS_HOST_RATE_GATE_H_
