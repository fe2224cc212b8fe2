// Group commit: deliveries that arrive while the disk is busy share the next sync.
#ifndef COMITY_PLUGINS_HOST_INTAKE_H_
#define COMITY_PLUGINS_HOST_INTAKE_H_

#include <chrono>
#include <functional>
#include <thread>
#include <vector>

#include "plugins/host/delivery.h"
#include "plugins/host/delivery_index.h"
#include "plugins/host/spool.h"
#include "service/base/mutex.h"
#include "service/obs/clock.h"

namespace comity::host {

class Intake {
 public:
  enum class Outcome {
    kStored,     // durable
    kDuplicate,  // an earlier one is durable
    kFull,       // nothing was kept
    kStopped,    // nothing was kept: the process ends
  };
  // Called on the writer's thread, must not block.
  using Done = std::function<void(Outcome)>;
  using OnStored = std::function<void(uint64_t sequence, Delivery delivery)>;

  // `on_failure` is called when a sync failed, before anybody is answered; it must end the process (a test's may return: then
  // nothing is stored any more). References outlive this.
  Intake(Spool& spool, DeliveryIndex& index, const obs::Clock& clock, OnStored on_stored,
         std::function<void(const absl::Status&)> on_failure);
  ~Intake();  // stops

  // Never blocks for the disk.
  void Submit(Delivery delivery, Done done);
  // Stores and answers what was submitted, then ends the writer's thread.
  void Stop();

 private:
  // What can be made ready by the caller's thread is not left to the writer's, whose work every delivery waits for.
  struct Waiting {
    Delivery delivery;
    DeliveryKey key;
    std::string payload;
    Done done;
  };
  struct Group;

  void Run();
  std::vector<Waiting> Take() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Store(std::vector<Waiting> waiting);
  absl::Status Commit(Group& group);

  Spool& spool_;
  DeliveryIndex& index_;  // the writer's thread only
  const obs::Clock& clock_;
  const OnStored on_stored_;
  const std::function<void(const absl::Status&)> on_failure_;
  bool failed_ = false;                   // the writer's thread only
  size_t senders_ = 1;                    // the writer's thread only: how many seem to send one after the other
  std::chrono::nanoseconds last_took_{};  // the writer's thread only

  Mutex mutex_;
  CondVar arrived_;
  std::vector<Waiting> queue_ ABSL_GUARDED_BY(mutex_);
  size_t enough_ ABSL_GUARDED_BY(mutex_) = 1;  // so many waiting ones wake the writer
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread writer_;
};

}  // namespace comity::host

#endif  // COMITY_PLUGINS_HOST_INTAKE_H_
