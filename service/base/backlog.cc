#include "service/base/backlog.h"

#include <algorithm>

#include "service/base/error.h"

namespace comity {
namespace {

constexpr double kFirstPace = 2e6;         // bytes a second, until something is known
constexpr double kRemembered = 2;          // seconds of work that the pace is taken from, at the most twice that
constexpr size_t kMoreToDo = 128 * 1024;   // below that the next may have to wait for callers, not for the work
constexpr double kMostWaiting = 64 << 20;  // however fast it is

double Seconds(std::chrono::steady_clock::duration time) { return std::chrono::duration<double>(time).count(); }

}  // namespace

// If nothing has ended for long, the pace is no longer what it was.
size_t Backlog::LimitNow(Time now) const {
  const double seconds = paced_seconds_ + (busy_ ? std::max(0.0, Seconds(now - since_)) : 0);
  const double known = std::min(1.0, seconds / kRemembered);
  const double pace = seconds == 0 ? kFirstPace : known * paced_bytes_ / seconds + (1 - known) * kFirstPace;
  return static_cast<size_t>(std::clamp(pace * Seconds(kLongestWait), static_cast<double>(kAlwaysTaken), kMostWaiting));
}

bool Backlog::Enter(size_t bytes, Time now) {
  MutexLock lock(mutex_);
  if (waiting_ > 0 && waiting_ + bytes > LimitNow(now)) return false;
  waiting_ += bytes;
  return true;
}

void Backlog::EnterAnyhow(size_t bytes) {
  MutexLock lock(mutex_);
  waiting_ += bytes;
}

void Backlog::Drop(size_t bytes) {
  MutexLock lock(mutex_);
  waiting_ -= bytes;
  busy_ = busy_ && waiting_ >= kMoreToDo;
}

void Backlog::Leave(size_t bytes, Time now) {
  MutexLock lock(mutex_);
  if (busy_) {
    paced_bytes_ += static_cast<double>(bytes);
    paced_seconds_ += std::max(0.0, Seconds(now - since_));
    if (paced_seconds_ > 2 * kRemembered) {
      paced_bytes_ /= 2;
      paced_seconds_ /= 2;
    }
  }
  since_ = now;
  waiting_ -= bytes;
  busy_ = waiting_ >= kMoreToDo;
}

bool IsOverloaded(const absl::Status& status) {
  return absl::IsResourceExhausted(status) && DetailsOf(status).reason == ErrorReasonName(ErrorReason::kOverloaded);
}

}  // namespace comity
