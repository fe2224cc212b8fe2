#include "service/base/recurring.h"

#include <thread>
#include <utility>

#include "service/base/mutex.h"

namespace comity {

using std::chrono::steady_clock;

struct Recurring::Impl {
  Impl(Rest first, std::function<Rest()> the_work) : work(std::move(the_work)) {
    thread = std::thread([this, first] {
      for (Rest rest = first; Rested(rest);) rest = work();
    });
  }
  ~Impl() {
    {
      MutexLock lock(mutex);
      stopping = true;
      wake.SignalAll();
    }
    thread.join();
  }

  // False when there is to be no other call.
  bool Rested(Rest rest) {
    MutexLock lock(mutex);
    const auto begin = steady_clock::now();
    while (!woken && !stopping) {
      if (rest == kUntilWoken) {
        wake.Wait(mutex);
        continue;
      }
      const Rest left = rest - (steady_clock::now() - begin);
      if (left <= Rest::zero()) break;
      wake.WaitFor(mutex, left);
    }
    woken = false;
    return !stopping;
  }

  const std::function<Rest()> work;
  Mutex mutex;
  CondVar wake;
  bool woken ABSL_GUARDED_BY(mutex) = false;
  bool stopping ABSL_GUARDED_BY(mutex) = false;
  std::thread thread;  // last: it uses the rest
};

Recurring::Recurring(Rest first, std::function<Rest()> work) : impl_(std::make_unique<Impl>(first, std::move(work))) {}
Recurring::~Recurring() = default;

void Recurring::Wake() {
  MutexLock lock(impl_->mutex);
  impl_->woken = true;
  impl_->wake.SignalAll();
}

}  // namespace comity
