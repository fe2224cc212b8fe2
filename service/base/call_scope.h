// Lets work that takes long notice that nobody waits for its answer any more.
#ifndef COMITY_SERVICE_BASE_CALL_SCOPE_H_
#define COMITY_SERVICE_BASE_CALL_SCOPE_H_

#include <atomic>

namespace comity {

// While it lives, this thread works for a call that is over once `over` says so. What reads the store looks at each row and stops with
// CANCELLED; writes run on a thread of their own and are done whole or not at all.
class CallScope {
 public:
  explicit CallScope(const std::atomic<bool>& over) : before_(current_) { current_ = &over; }
  ~CallScope() { current_ = before_; }
  CallScope(const CallScope&) = delete;
  CallScope& operator=(const CallScope&) = delete;

  static bool IsOver() { return current_ != nullptr && current_->load(std::memory_order_relaxed); }

 private:
  static inline thread_local const std::atomic<bool>* current_ = nullptr;
  const std::atomic<bool>* const before_;
};

}  // namespace comity

#endif  // COMITY_SERVICE_BASE_CALL_SCOPE_H_
