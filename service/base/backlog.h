// How much waits to be worked off, and whether more of it would be answered in time.
#ifndef COMITY_SERVICE_BASE_BACKLOG_H_
#define COMITY_SERVICE_BASE_BACKLOG_H_

#include <chrono>
#include <cstddef>

#include "absl/status/status.h"
#include "service/base/mutex.h"

namespace comity {

// Counts what waits by its bytes, and learns how many a second are worked off while there is always more to do: only then does the pace say
// what can be done. Whoever would wait for long behind the others is better told at once to come again than answered late. Safe to call
// from any thread.
class Backlog {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // False, and nothing is counted, when it would wait for longer than about kLongestWait. What is larger than everything that may wait is
  // taken when nothing else waits.
  bool Enter(size_t bytes, Time now = std::chrono::steady_clock::now());
  // The same for what is bounded elsewhere: always counted.
  void EnterAnyhow(size_t bytes);
  // Once for each that entered: when it has been worked off, or when it is dropped unread, which says nothing of the pace.
  void Leave(size_t bytes, Time now = std::chrono::steady_clock::now());
  void Drop(size_t bytes);

  static constexpr std::chrono::milliseconds kLongestWait{400};
  static constexpr std::chrono::milliseconds kComeAgain{500};  // what is said to those who are refused
  static constexpr size_t kAlwaysTaken = 256 * 1024;           // so little is no queue, however slow the disk

 private:
  size_t LimitNow(Time now) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable Mutex mutex_;
  size_t waiting_ ABSL_GUARDED_BY(mutex_) = 0;
  bool busy_ ABSL_GUARDED_BY(mutex_) = false;  // since `since_` there has been more to do all the time
  Time since_ ABSL_GUARDED_BY(mutex_);         // the last that was worked off
  double paced_bytes_ ABSL_GUARDED_BY(mutex_) = 0, paced_seconds_ ABSL_GUARDED_BY(mutex_) = 0;  // worked off while busy, the last of it
};

// Whether a call was refused because of that: nothing was done, and it may be done later.
bool IsOverloaded(const absl::Status& status);

}  // namespace comity

#endif  // COMITY_SERVICE_BASE_BACKLOG_H_
