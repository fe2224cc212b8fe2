#include "plugins/host/retry.h"

#include <random>

namespace comity::host {

std::chrono::milliseconds Jittered(std::chrono::milliseconds delay) {
  thread_local std::minstd_rand random(std::random_device{}());
  return std::chrono::milliseconds(std::uniform_int_distribution<int64_t>(delay.count() * 4 / 5, delay.count() * 6 / 5)(random));
}

bool IsRefusal(const absl::Status& status) {
  return absl::IsInvalidArgument(status) || absl::IsOutOfRange(status) || absl::IsUnimplemented(status);
}

}  // namespace comity::host
