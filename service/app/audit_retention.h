// How long records of calls and of reads are kept.
#ifndef COMITY_SERVICE_APP_AUDIT_RETENTION_H_
#define COMITY_SERVICE_APP_AUDIT_RETENTION_H_

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "service/app/writer.h"
#include "service/base/recurring.h"

namespace comity::app {

// Deletes what is older than `keep`, in small parts, so that callers are not held up. Returns how many records went.
absl::StatusOr<int64_t> PruneAudit(Writer& writer, absl::Time now, absl::Duration keep);

// Does so at once and every hour from then on. One thread.
class AuditRetention {
 public:
  AuditRetention(Writer& writer, const obs::Clock& clock, absl::Duration keep);

 private:
  Recurring pruning_;
};

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_AUDIT_RETENTION_H_
