#include "service/base/failpoint.h"

#include <signal.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <optional>
#include <thread>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "service/base/error.h"

namespace comity::failpoint {
namespace {

constexpr std::string_view kNames[] = {
#define COMITY_FAILPOINT_NAME(enumerator, name) name,
    COMITY_FAILPOINT_NAMES(COMITY_FAILPOINT_NAME)
#undef COMITY_FAILPOINT_NAME
};
constexpr size_t kCount = std::size(kNames);
constexpr char kVariable[] = "COMITY_FAILPOINTS";

enum class Action : int { kNone, kCrash, kError, kFull, kDelay };

// Armed before threads are there, or by a test that waits for them: only the counts change while they run.
struct Armed {
  std::atomic<Action> action{Action::kNone};
  std::atomic<int64_t> at{0};  // 0 = each time
  std::atomic<int64_t> delay_ms{0};
  std::atomic<int64_t> passed{0};
};
std::array<Armed, kCount> table;

absl::Status NotUnderstood(std::string_view word, std::string_view remedy) {
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kConfigInvalid,
               absl::StrCat(kVariable, ": `", std::string(word), "` ", std::string(remedy)));
}

std::optional<size_t> PlaceOf(std::string_view name) {
  for (size_t i = 0; i < kCount; ++i) {
    if (kNames[i] == name) return i;
  }
  return std::nullopt;
}

struct Order {
  size_t place = 0;
  Action action = Action::kNone;
  int64_t at = 0, delay_ms = 0;
};

absl::StatusOr<Order> ReadOrder(std::string_view word) {
  const size_t equals = word.find('=');
  if (equals == std::string_view::npos) return NotUnderstood(word, "is no NAME=ACTION");
  const std::optional<size_t> place = PlaceOf(word.substr(0, equals));
  if (!place.has_value()) return NotUnderstood(word.substr(0, equals), "is no failpoint; service/base/failpoint.h has them all");
  Order order{.place = *place};
  std::string_view action = word.substr(equals + 1);
  if (const size_t at = action.find('@'); at != std::string_view::npos) {
    const std::string_view number = action.substr(at + 1);
    if (!absl::SimpleAtoi(absl::string_view(number.data(), number.size()), &order.at) || order.at < 1)
      return NotUnderstood(word, "wants a number from 1 after its @");
    action = action.substr(0, at);
  }
  if (action == "crash") {
    order.action = Action::kCrash;
  } else if (action == "error") {
    order.action = Action::kError;
  } else if (action == "full") {
    order.action = Action::kFull;
  } else if (action.starts_with("delay:")) {
    order.action = Action::kDelay;
    action.remove_prefix(6);
    if (!absl::SimpleAtoi(absl::string_view(action.data(), action.size()), &order.delay_ms) || order.delay_ms < 0)
      return NotUnderstood(word, "wants milliseconds after `delay:`");
  } else {
    return NotUnderstood(word, "has no action; use crash, error, full or delay:MS");
  }
  return order;
}

}  // namespace

const std::vector<std::string_view>& Names() {
  static const std::vector<std::string_view> names(std::begin(kNames), std::end(kNames));
  return names;
}

int64_t Passed(Failpoint point) { return table[static_cast<size_t>(point)].passed; }

#ifdef COMITY_NO_FAILPOINTS

absl::Status Arm(std::string_view plan) {
  if (plan.empty()) return absl::OkStatus();
  return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kConfigInvalid,
               "this build has no failpoints; configure it with -DCOMITY_FAILPOINTS=ON");
}

#else

std::atomic<bool> any_armed{false};

absl::Status Arm(std::string_view plan) {
  std::vector<Order> orders;
  for (const absl::string_view word : absl::StrSplit(absl::string_view(plan.data(), plan.size()), ';', absl::SkipWhitespace())) {
    absl::StatusOr<Order> order = ReadOrder({word.data(), word.size()});
    if (!order.ok()) return order.status();
    orders.push_back(*order);
  }
  any_armed = false;
  for (Armed& one : table) {
    one.action = Action::kNone;
    one.passed = 0;
  }
  for (const Order& order : orders) {
    table[order.place].at = order.at;
    table[order.place].delay_ms = order.delay_ms;
    table[order.place].action = order.action;
  }
  any_armed = !orders.empty();
  return absl::OkStatus();
}

absl::Status Act(Failpoint point) {
  const auto place = static_cast<size_t>(point);
  Armed& armed = table[place];
  const int64_t passed = ++armed.passed;
  const int64_t at = armed.at;
  if (at != 0 && at != passed) return absl::OkStatus();
  switch (armed.action) {
    case Action::kNone:
      return absl::OkStatus();
    case Action::kCrash:
      ::kill(::getpid(), SIGKILL);
      for (;;) ::pause();  // nothing may happen between the signal and its effect
    case Action::kError:
      return Error(absl::StatusCode::kUnavailable, ErrorReason::kStoreBusy, absl::StrCat("failpoint ", std::string(kNames[place])));
    case Action::kFull:
      return Error(absl::StatusCode::kResourceExhausted, ErrorReason::kStoreFull, absl::StrCat("failpoint ", std::string(kNames[place])));
    case Action::kDelay:
      std::this_thread::sleep_for(std::chrono::milliseconds(armed.delay_ms.load()));
      return absl::OkStatus();
  }
  return absl::OkStatus();
}

#endif

absl::Status ArmFromEnvironment(bool allowed) {
  const char* const plan = std::getenv(kVariable);
  if (plan == nullptr || *plan == '\0') return absl::OkStatus();
  if (!allowed) {
    return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kConfigInvalid,
                 absl::StrCat(kVariable, " is set, which makes this process fail on purpose; unset it, or say --failpoints in a test"));
  }
  return Arm(plan);
}

}  // namespace comity::failpoint
