// The one writer: every change goes through it, so that callers who arrive together share one durable commit.
#ifndef COMITY_SERVICE_APP_WRITER_H_
#define COMITY_SERVICE_APP_WRITER_H_

#include <cstdint>
#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "service/obs/clock.h"
#include "service/obs/metrics.h"
#include "service/store/store.h"

namespace comity::app {

// Group commit. One thread takes what waits (up to about 300 KB or 64 works), runs all of it in one transaction, commits once, then
// answers all. If a work fails, everything is rolled back and run again, each work after a mark: one that fails again is undone to its
// mark and answered with its own error, the others go on. If the commit fails, all get its error (STORE_FULL, UNAVAILABLE); if it fails
// for a reason that one work may have caused, the group is bisected.
class Writer {
 public:
  struct Work {
    size_t bytes = 0;
    std::function<absl::Status(store::Transaction&)> run;  // on the writer's thread; runs again after a failure of the group
    std::function<void(absl::Status)> done;                // once, after the commit; must not block
    int64_t facts = 0;                                     // for the metrics alone
  };
  Writer(store::Store& store, obs::Metrics& metrics);
  ~Writer();  // finishes what was submitted

  // Never blocks. Errors come through `done`: RESOURCE_EXHAUSTED (OVERLOADED) at once when more than 64 MiB wait.
  void Submit(Work work);
  // Submits and waits. Never from inside a work: it would wait for itself.
  absl::Status Run(std::function<absl::Status(store::Transaction&)> run, size_t bytes = 256);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_WRITER_H_
