// Named places where a test makes this process fail: die, refuse or dawdle, exactly there. See tests/README.md.
//
// Nothing is armed unless the process was started with the variable COMITY_FAILPOINTS *and* the flag --failpoints. Whoever sets a process's
// environment owns it anyway (LD_PRELOAD does more than this), so the flag is no lock: it keeps a variable that was left behind in a unit
// file or a shell from killing a service that people rely on, which is told so and does not start. A build with the CMake option
// COMITY_FAILPOINTS=OFF has none of this in it.
#ifndef COMITY_SERVICE_BASE_FAILPOINT_H_
#define COMITY_SERVICE_BASE_FAILPOINT_H_

#include <atomic>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace comity {

// The one registry. X(enumerator, NAME); the part before the first dot is the process: `connect` or `service`. Each is passed somewhere,
// and nowhere else is there one: tests/unit/service/base/failpoint_test.cc looks.
#define COMITY_FAILPOINT_NAMES(X)                         \
  /* connector host: a delivery on its way to the disk */ \
  X(ConnectVerified, "connect.verified")                  \
  X(ConnectSpoolAppend, "connect.spool.append")           \
  X(ConnectSegmentMade, "connect.spool.segment_made")     \
  X(ConnectSpoolWritten, "connect.spool.written")         \
  X(ConnectSpoolSynced, "connect.spool.synced")           \
  X(ConnectIndexAdded, "connect.index.added")             \
  X(ConnectAnswered, "connect.answered")                  \
  X(ConnectTidy, "connect.spool.tidy")                    \
  /* connector host: from the disk to the service */      \
  X(ConnectParse, "connect.parse")                        \
  X(ConnectPush, "connect.push")                          \
  X(ConnectPushed, "connect.pushed")                      \
  X(ConnectReleased, "connect.released")                  \
  X(ConnectDeadLetter, "connect.dead.put")                \
  X(ConnectDeadKept, "connect.dead.kept")                 \
  X(ConnectFileSynced, "connect.file.synced")             \
  /* ingest */                                            \
  X(ServiceStreamBatch, "service.stream.batch")           \
  X(ServiceStreamAck, "service.stream.ack")               \
  X(ServiceBatch, "service.ingest.batch")                 \
  X(ServiceAccounts, "service.ingest.accounts")           \
  X(ServiceGroup, "service.writer.group")                 \
  X(ServiceGroupRun, "service.writer.run")                \
  X(ServiceBeforeCommit, "service.writer.before_commit")  \
  X(ServiceAfterCommit, "service.writer.after_commit")    \
  X(ServiceAnswered, "service.writer.answered")           \
  X(ServiceAudit, "service.audit.write")                  \
  X(ServiceAnswerKept, "service.request.answer_kept")     \
  /* judge */                                             \
  X(ServiceJudgeLoad, "service.judge.load")               \
  X(ServiceJudgePost, "service.judge.post")               \
  X(ServiceJudgeFacts, "service.judge.facts")             \
  X(ServiceJudgeRollups, "service.judge.rollups")         \
  X(ServiceJobPart, "service.job.part")                   \
  X(ServiceJobPartDone, "service.job.part_done")          \
  /* outbound webhooks */                                 \
  X(ServiceOutboundQueue, "service.outbound.queue")       \
  X(ServiceOutboundSend, "service.outbound.send")         \
  X(ServiceOutboundSent, "service.outbound.sent")         \
  /* store */                                             \
  X(ServiceStoreBegin, "service.store.begin")             \
  X(ServiceStoreStatement, "service.store.statement")     \
  X(ServiceStoreCommit, "service.store.commit")           \
  X(ServiceStoreCommitted, "service.store.committed")     \
  X(ServiceCheckpoint, "service.store.checkpoint")        \
  X(ServiceCheckpointed, "service.store.checkpointed")    \
  X(ServiceMigration, "service.store.migration")

enum class Failpoint {
#define COMITY_FAILPOINT_ENUM(enumerator, name) k##enumerator,
  COMITY_FAILPOINT_NAMES(COMITY_FAILPOINT_ENUM)
#undef COMITY_FAILPOINT_ENUM
};

namespace failpoint {

// Of all failpoints, in the registry's order.
const std::vector<std::string_view>& Names();

// Arms what `plan` says and disarms everything else; an empty plan disarms all. `NAME=ACTION[@N]`, several with `;` between them:
// `connect.push=error;service.store.commit=crash@3`. Actions: `crash` (SIGKILL), `error` (UNAVAILABLE), `full` (RESOURCE_EXHAUSTED),
// `delay:MS`. `@N`: at the N-th time it is passed only, counted from now; without it each time.
// Errors: INVALID_ARGUMENT, naming what is not understood; FAILED_PRECONDITION in a build without failpoints.
absl::Status Arm(std::string_view plan);

// For main(): arms what COMITY_FAILPOINTS says. Errors: those of Arm; FAILED_PRECONDITION when the variable is set and `allowed` is not.
absl::Status ArmFromEnvironment(bool allowed);

// How often it was passed since something was armed.
int64_t Passed(Failpoint point);

#ifdef COMITY_NO_FAILPOINTS
inline absl::Status Pass(Failpoint /*point*/) { return absl::OkStatus(); }
#else
extern std::atomic<bool> any_armed;
absl::Status Act(Failpoint point);

// Call it where a failure should be possible, and return its error. While nothing is armed it costs one relaxed load.
inline absl::Status Pass(Failpoint point) {
  if (!any_armed.load(std::memory_order_relaxed)) [[likely]]
    return absl::OkStatus();
  return Act(point);
}
#endif

// For places that cannot fail: an armed error does nothing there.
inline void PassOnly(Failpoint point) { Pass(point).IgnoreError(); }

}  // namespace failpoint
}  // namespace comity

#endif  // COMITY_SERVICE_BASE_FAILPOINT_H_
