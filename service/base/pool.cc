#include "service/base/pool.h"

#include <utility>

namespace comity {

Pool::Pool(int threads, size_t max_waiting) : max_waiting_(max_waiting) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Loop(); });
}

Pool::~Pool() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    work_.SignalAll();
  }
  for (std::thread& thread : threads_) thread.join();
}

bool Pool::Post(std::function<void()> work) {
  MutexLock lock(mutex_);
  if (waiting_.size() >= max_waiting_) return false;
  waiting_.push_back(std::move(work));
  work_.Signal();
  return true;
}

void Pool::Loop() {
  mutex_.Lock();
  while (true) {
    while (waiting_.empty() && !stopping_) work_.Wait(mutex_);
    if (waiting_.empty()) break;
    const std::function<void()> work = std::move(waiting_.front());
    waiting_.pop_front();
    mutex_.Unlock();
    work();
    mutex_.Lock();
  }
  mutex_.Unlock();
}

}  // namespace comity
