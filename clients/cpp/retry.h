// What makes repeating a call safe, and when it is repeated.
#ifndef COMITY_CLIENTS_CPP_RETRY_H_
#define COMITY_CLIENTS_CPP_RETRY_H_

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "google/protobuf/message.h"

namespace comity::client {

// How long to wait after the `attempt`-th failure (from 1): 0.1 s, doubling to 5 s; `random` in [0, 1) makes it up to a fifth shorter
// or longer, so that clients that failed together do not come back together.
std::chrono::milliseconds RetryDelay(int attempt, double random);

// A copy of `request` with a fresh `request_id`, if it has such a field and it is empty; else nullptr.
std::unique_ptr<google::protobuf::Message> WithRequestId(const google::protobuf::Message& request);

struct RetryPolicy {
  int max_attempts = 4;
  std::chrono::milliseconds deadline{30'000};
  std::function<std::chrono::steady_clock::time_point()> now = std::chrono::steady_clock::now;
  std::function<void(std::chrono::milliseconds)> sleep;  // unset = this thread sleeps
};

// Runs `attempt` with the time that is left until it returns anything but UNAVAILABLE or RESOURCE_EXHAUSTED (OVERLOADED), attempts are used
// up, or the next wait would outlast the deadline. Whoever is told when to come again does not come earlier.
absl::Status RunWithRetries(const RetryPolicy& policy, const std::function<absl::Status(std::chrono::milliseconds left)>& attempt);

}  // namespace comity::client

#endif  // COMITY_CLIENTS_CPP_RETRY_H_
