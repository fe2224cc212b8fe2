#include "clients/cpp/retry.h"

#include <openssl/rand.h>

#include <algorithm>
#include <random>
#include <string_view>
#include <thread>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "clients/cpp/status.h"
#include "google/protobuf/descriptor.h"
#include "service/base/backlog.h"
#include "service/base/error.h"

namespace comity::client {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

std::string NewRequestId() {
  unsigned char bytes[16];
  if (RAND_bytes(bytes, sizeof bytes) != 1) return {};  // then the server takes the call as one that is never repeated
  return absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(bytes), sizeof bytes));
}

double Random() {
  thread_local std::minstd_rand generator{std::random_device{}()};
  return std::uniform_real_distribution<double>(0, 1)(generator);
}

// What the service asks for, up to 5 s, and up to a fifth more.
std::chrono::milliseconds RetryAfter(const absl::Status& status, double random) {
  for (const auto& [name, value] : DetailsOf(status).metadata) {
    int64_t millis = 0;
    if (name != kRetryAfterMs || !absl::SimpleAtoi(value, &millis)) continue;
    return std::chrono::milliseconds(static_cast<int64_t>(static_cast<double>(std::clamp<int64_t>(millis, 0, 5000)) * (1 + 0.2 * random)));
  }
  return std::chrono::milliseconds(0);
}

}  // namespace

std::chrono::milliseconds RetryDelay(int attempt, double random) {
  const double base = std::min(100.0 * static_cast<double>(1 << std::clamp(attempt - 1, 0, 10)), 5000.0);
  return std::chrono::milliseconds(static_cast<int64_t>(base * (0.8 + 0.4 * random)));
}

std::unique_ptr<Message> WithRequestId(const Message& request) {
  const FieldDescriptor* field = request.GetDescriptor()->FindFieldByName("request_id");
  if (field == nullptr || field->is_repeated() || field->type() != FieldDescriptor::TYPE_STRING) return nullptr;
  if (!request.GetReflection()->GetString(request, field).empty()) return nullptr;
  std::unique_ptr<Message> copy(request.New());
  copy->CopyFrom(request);
  copy->GetReflection()->SetString(copy.get(), field, NewRequestId());
  return copy;
}

absl::Status RunWithRetries(const RetryPolicy& policy, const std::function<absl::Status(std::chrono::milliseconds left)>& attempt) {
  const auto end = policy.now() + policy.deadline;
  for (int number = 1;; ++number) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - policy.now());
    absl::Status status = attempt(std::max(left, std::chrono::milliseconds(1)));
    const bool overloaded = IsOverloaded(status);
    if ((!absl::IsUnavailable(status) && !overloaded) || number >= policy.max_attempts) return status;
    std::chrono::milliseconds delay = RetryDelay(number, Random());
    if (overloaded) delay = std::max(delay, RetryAfter(status, Random()));
    if (policy.now() + delay >= end) return status;
    policy.sleep ? policy.sleep(delay) : std::this_thread::sleep_for(delay);
  }
}

}  // namespace comity::client
