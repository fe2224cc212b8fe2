#include "service/app/audit_retention.h"

#include <chrono>

#include "service/base/error.h"
#include "service/obs/log.h"

namespace comity::app {
namespace {

constexpr int32_t kRecordsAtOnce = 1000;
constexpr Recurring::Rest kPruneEvery = std::chrono::hours(1);

}  // namespace

absl::StatusOr<int64_t> PruneAudit(Writer& writer, absl::Time now, absl::Duration keep) {
  int64_t all = 0;
  for (;;) {
    int64_t part = 0;
    COMITY_RETURN_IF_ERROR(writer.Run([&](store::Transaction& transaction) -> absl::Status {
      COMITY_ASSIGN_OR_RETURN(part, transaction.privacy().PruneAudit(now - keep, kRecordsAtOnce));
      return absl::OkStatus();
    }));
    all += part;
    if (part < kRecordsAtOnce) return all;
  }
}

AuditRetention::AuditRetention(Writer& writer, const obs::Clock& clock, absl::Duration keep)
    : pruning_(Recurring::Rest::zero(), [&writer, &clock, keep] {
        const absl::StatusOr<int64_t> pruned = PruneAudit(writer, clock.Now(), keep);
        if (!pruned.ok()) {
          obs::Log(obs::Level::kWarning, "Old audit records could not be deleted", {{"code", static_cast<int>(pruned.status().code())}});
        } else if (*pruned > 0) {
          obs::Log(obs::Level::kInfo, "Old audit records were deleted", {{"records", *pruned}});
        }
        return kPruneEvery;
      }) {}

}  // namespace comity::app
