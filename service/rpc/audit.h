// The audit trail: one record for every call, denied ones included, written in groups through the one writer.
#ifndef COMITY_SERVICE_RPC_AUDIT_H_
#define COMITY_SERVICE_RPC_AUDIT_H_

#include <atomic>
#include <cstdint>
#include <deque>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "service/app/writer.h"
#include "service/base/mutex.h"
#include "service/store/admin_store.h"

namespace comity::rpc {

// One thread appends what waits. Nothing is dropped: rows that cannot be written wait in memory and are tried again every second.
// Safe to call from any thread.
class AuditWriter {
 public:
  static constexpr size_t kMaxWaitingRows = 100'000;

  explicit AuditWriter(app::Writer& writer);
  ~AuditWriter();  // writes what waits, if it can

  // Soon durable: within 50 ms, or with the next record that somebody waits for. Never blocks.
  void Append(store::AuditRow row);
  // Durable when it returns OK; else the row waits with the others. Errors: the store's.
  absl::Status AppendNow(store::AuditRow row);
  // OK while records can be written. After a failure it tries once more before it answers. Errors: the store's.
  absl::Status CheckWritable();
  // False when so many records wait that calls have to be refused.
  bool HasRoom();

 private:
  absl::Status WaitFor(uint64_t row) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Loop();
  void RestBeforeAttempt() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status Write(const std::vector<store::AuditRow>& rows);

  app::Writer& writer_;
  Mutex mutex_;
  CondVar work_, done_;
  std::deque<store::AuditRow> waiting_ ABSL_GUARDED_BY(mutex_);
  uint64_t appended_ ABSL_GUARDED_BY(mutex_) = 0;        // rows ever given
  uint64_t durable_ ABSL_GUARDED_BY(mutex_) = 0;         // rows ever written
  uint64_t attempts_ ABSL_GUARDED_BY(mutex_) = 0;        // attempts ever begun
  uint64_t failed_attempt_ ABSL_GUARDED_BY(mutex_) = 0;  // the last one that failed
  absl::Status last_ ABSL_GUARDED_BY(mutex_);            // result of the last attempt
  bool urgent_ ABSL_GUARDED_BY(mutex_) = false;          // somebody waits
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // last: starts when everything else is there
};

}  // namespace comity::rpc

#endif  // COMITY_SERVICE_RPC_AUDIT_H_
