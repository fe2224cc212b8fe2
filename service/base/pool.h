// A few threads for work that blocks, so that the threads of gRPC and of the HTTP server never do.
#ifndef COMITY_SERVICE_BASE_POOL_H_
#define COMITY_SERVICE_BASE_POOL_H_

#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "service/base/mutex.h"

namespace comity {

// Works off what is posted, oldest first. Safe to call from any thread.
class Pool {
 public:
  Pool(int threads, size_t max_waiting);
  ~Pool();  // finishes what was posted

  // False, and nothing happens, when too much waits: answer OVERLOADED.
  bool Post(std::function<void()> work);

 private:
  void Loop();

  const size_t max_waiting_;
  Mutex mutex_;
  CondVar work_;
  std::deque<std::function<void()>> waiting_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace comity

#endif  // COMITY_SERVICE_BASE_POOL_H_
