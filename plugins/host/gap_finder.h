// Whether hooks arrive: what a poll finds and no hook has brought was lost on its way.
#ifndef COMITY_PLUGINS_HOST_GAP_FINDER_H_
#define COMITY_PLUGINS_HOST_GAP_FINDER_H_

#include <cstdint>

#include "absl/container/flat_hash_set.h"
#include "absl/time/time.h"
#include "comity/v1/event.pb.h"
#include "service/base/mutex.h"

namespace comity::host {

// Of one source. Knows the latest 100,000 facts at least, and none of before `since`: what an earlier process was sent it cannot tell.
// Looks only at facts whose instant is the suite's own, since others' hooks may differ by a second. Safe to call from any thread.
class GapFinder {
 public:
  explicit GapFinder(absl::Time since) : since_(since) {}
  void HookBrought(const v1::Fact& fact);
  // True once for a fact that a hook should have brought two minutes ago or more.
  bool Missed(const v1::Fact& fact, absl::Time now);

 private:
  void Remember(uint64_t key) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const absl::Time since_;
  Mutex mutex_;
  absl::flat_hash_set<uint64_t> known_ ABSL_GUARDED_BY(mutex_), older_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace comity::host

#endif  // COMITY_PLUGINS_HOST_GAP_FINDER_H_
