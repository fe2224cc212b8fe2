#include "service/app/audit_retention.h"

#include <chrono>
#include <thread>

#include "service/base/error.h"
#include "service/base/mutex.h"
#include "service/obs/log.h"

namespace comity::app {
namespace {

constexpr int32_t kPart = 1000;
constexpr std::chrono::hours kEvery{1};

}  // namespace

absl::StatusOr<int64_t> PruneAudit(Writer& writer, absl::Time now, absl::Duration keep) {
  int64_t all = 0;
  for (;;) {
    int64_t part = 0;
    COMITY_RETURN_IF_ERROR(writer.Run([&](store::Transaction& transaction) -> absl::Status {
      COMITY_ASSIGN_OR_RETURN(part, transaction.privacy().PruneAudit(now - keep, kPart));
      return absl::OkStatus();
    }));
    all += part;
    if (part < kPart) return all;
  }
}

struct AuditRetention::Impl {
  Impl(Writer& the_writer, const obs::Clock& the_clock, absl::Duration keep_for) : writer(the_writer), clock(the_clock), keep(keep_for) {
    thread = std::thread([this] { Loop(); });
  }
  ~Impl() {
    {
      MutexLock lock(mutex);
      stopping = true;
      wake.SignalAll();
    }
    thread.join();
  }

  void Loop() {
    for (;;) {
      const absl::StatusOr<int64_t> pruned = PruneAudit(writer, clock.Now(), keep);
      if (!pruned.ok()) {
        obs::Log(obs::Level::kWarning, "Old audit records could not be deleted", {{"code", static_cast<int>(pruned.status().code())}});
      } else if (*pruned > 0) {
        obs::Log(obs::Level::kInfo, "Old audit records were deleted", {{"records", *pruned}});
      }
      MutexLock lock(mutex);
      const auto end = std::chrono::steady_clock::now() + kEvery;
      while (!stopping) {
        const auto left = end - std::chrono::steady_clock::now();
        if (left <= std::chrono::nanoseconds::zero() || !wake.WaitFor(mutex, left)) break;
      }
      if (stopping) return;
    }
  }

  Writer& writer;
  const obs::Clock& clock;
  const absl::Duration keep;
  Mutex mutex;
  CondVar wake;
  bool stopping ABSL_GUARDED_BY(mutex) = false;
  std::thread thread;
};

AuditRetention::AuditRetention(Writer& writer, const obs::Clock& clock, absl::Duration keep)
    : impl_(std::make_unique<Impl>(writer, clock, keep)) {}
AuditRetention::~AuditRetention() = default;

}  // namespace comity::app
