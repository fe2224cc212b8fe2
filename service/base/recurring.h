// Work that comes back, on a thread of its own.
#ifndef COMITY_SERVICE_BASE_RECURRING_H_
#define COMITY_SERVICE_BASE_RECURRING_H_

#include <chrono>
#include <functional>
#include <memory>

namespace comity {

// Until it is destroyed, which waits for a call of the work that is under way. Safe to call from any thread.
class Recurring {
 public:
  // How long to rest before the next call; zero = not at all.
  using Rest = std::chrono::nanoseconds;
  static constexpr Rest kUntilWoken = Rest::max();

  // Rests for `first`, and from then on as long as each call of `work` says. The work throws nothing.
  Recurring(Rest first, std::function<Rest()> work);
  ~Recurring();

  // Ends the rest. Said during a call, it has another follow at once: what was there before is seen by a call that begins after it.
  void Wake();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace comity

#endif  // COMITY_SERVICE_BASE_RECURRING_H_
