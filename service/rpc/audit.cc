#include "service/rpc/audit.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "service/base/error.h"
#include "service/base/failpoint.h"
#include "service/obs/log.h"

namespace comity::rpc {
namespace {

constexpr size_t kMaxGroup = 1024;
constexpr auto kGather = std::chrono::milliseconds(50);
constexpr auto kRetry = std::chrono::seconds(1);

}  // namespace

AuditWriter::AuditWriter(app::Writer& writer) : writer_(writer), thread_([this] { Loop(); }) {}

AuditWriter::~AuditWriter() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    work_.SignalAll();
  }
  thread_.join();
}

void AuditWriter::Append(store::AuditRow row) {
  MutexLock lock(mutex_);
  waiting_.push_back(std::move(row));
  ++appended_;
  work_.Signal();
}

absl::Status AuditWriter::AppendNow(store::AuditRow row) {
  MutexLock lock(mutex_);
  waiting_.push_back(std::move(row));
  return WaitFor(++appended_);
}

absl::Status AuditWriter::CheckWritable() {
  MutexLock lock(mutex_);
  if (last_.ok() || waiting_.empty()) return absl::OkStatus();
  return WaitFor(appended_);
}

bool AuditWriter::HasRoom() {
  MutexLock lock(mutex_);
  return waiting_.size() < kMaxWaitingRows;
}

// Until the row is durable, or an attempt that began after now has failed.
absl::Status AuditWriter::WaitFor(uint64_t row) {
  const uint64_t begun = attempts_;
  urgent_ = true;
  work_.SignalAll();
  while (durable_ < row) {
    if (failed_attempt_ > begun) return last_.ok() ? absl::UnavailableError("audit record not written") : last_;
    done_.Wait(mutex_);
  }
  return absl::OkStatus();
}

// Records that nobody waits for gather a little, so that many reads cost one commit; after a failure there is a longer pause.
void AuditWriter::RestBeforeAttempt() {
  const auto rest = last_.ok() ? std::chrono::nanoseconds(kGather) : std::chrono::nanoseconds(kRetry);
  const auto end = std::chrono::steady_clock::now() + rest;
  while (!urgent_ && !stopping_) {
    const auto left = end - std::chrono::steady_clock::now();
    if (left <= std::chrono::nanoseconds(0) || !work_.WaitFor(mutex_, left)) break;
  }
}

void AuditWriter::Loop() {
  mutex_.Lock();
  while (true) {
    while (waiting_.empty() && !stopping_) work_.Wait(mutex_);
    if (waiting_.empty()) break;
    RestBeforeAttempt();
    const size_t count = std::min(waiting_.size(), kMaxGroup);
    const std::vector<store::AuditRow> group(waiting_.begin(), waiting_.begin() + static_cast<ptrdiff_t>(count));
    urgent_ = waiting_.size() > count && urgent_;
    const uint64_t attempt = ++attempts_;
    mutex_.Unlock();
    const absl::Status status = Write(group);
    mutex_.Lock();
    if (last_.ok() != status.ok()) {
      obs::Log(status.ok() ? obs::Level::kInfo : obs::Level::kError,
               status.ok() ? "Audit records are written again" : "Audit records cannot be written; calls that write are refused",
               {{"waiting", waiting_.size()}, {"code", static_cast<int>(status.code())}});
    }
    last_ = status;
    if (status.ok()) {
      waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<ptrdiff_t>(count));
      durable_ += count;
    } else {
      failed_attempt_ = attempt;
    }
    done_.SignalAll();
    if (!status.ok() && stopping_) {
      obs::Log(obs::Level::kError, "Stopped with audit records that could not be written", {{"lost", waiting_.size()}});
      break;
    }
  }
  mutex_.Unlock();
}

absl::Status AuditWriter::Write(const std::vector<store::AuditRow>& rows) {
  COMITY_RETURN_IF_ERROR(failpoint::Pass(Failpoint::kServiceAudit));
  return writer_.Run([&rows](store::Transaction& transaction) { return transaction.admin().AppendAudit(rows); }, rows.size() * 128);
}

}  // namespace comity::rpc
