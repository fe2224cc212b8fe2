#include <openssl/rand.h>

#include <chrono>
#include <utility>

#include "service/app/erasure.h"
#include "service/app/judging.h"
#include "service/base/error.h"
#include "service/base/failpoint.h"
#include "service/base/recurring.h"
#include "service/obs/log.h"

namespace comity::app {
namespace {

constexpr int32_t kSubjectsAtOnce = 200;
constexpr Recurring::Rest kRetryAfter = std::chrono::seconds(2);

// Only told apart, never guessed: nothing depends on it, so it need not come from the injected source of ids.
std::string NewJobId() {
  domain::StatementUid id;
  RAND_bytes(id.bytes.data(), static_cast<int>(id.bytes.size()));
  return id.ToText();
}

bool IsTransient(const absl::Status& status) { return absl::IsUnavailable(status) || absl::IsResourceExhausted(status); }

}  // namespace

struct JobRunner::Impl {
  Impl(store::Store& the_store, Writer& the_writer, Judging& the_judging, const obs::Clock& the_clock)
      : store(the_store), writer(the_writer), judging(the_judging), clock(the_clock) {}

  Recurring::Rest Part() {
    const absl::StatusOr<bool> worked = WorkOff();
    if (worked.ok()) return *worked ? Recurring::Rest::zero() : Recurring::kUntilWoken;
    obs::Log(obs::Level::kWarning, "a job's part failed and will be tried again", {{"code", static_cast<int>(worked.status().code())}});
    return kRetryAfter;
  }

  // One part of one job. False when no job runs.
  absl::StatusOr<bool> WorkOff() {
    COMITY_ASSIGN_OR_RETURN(auto transaction, store.BeginRead());
    COMITY_ASSIGN_OR_RETURN(const auto running, transaction->admin().RunningJobs());
    if (running.empty()) return false;
    const store::JobRow& job = running.front();
    if (job.cause == domain::ReasonCode::kPersonErased) {
      transaction.reset();
      COMITY_RETURN_IF_ERROR(SweepErasures(store, writer, judging.snapshots(), clock.Now()));
      return true;
    }
    COMITY_ASSIGN_OR_RETURN(const auto subjects, transaction->admin().NextJobSubjects(job.id, kSubjectsAtOnce));
    transaction.reset();
    const absl::Status status = Judge(job, subjects);
    if (status.ok()) return true;
    if (IsTransient(status)) return status;
    // One subject of the part cannot be judged: the others must not wait for it.
    for (const domain::SubjectRef& subject : subjects) {
      const absl::Status alone = Judge(job, {subject});
      if (IsTransient(alone)) return alone;
      if (alone.ok()) continue;
      obs::Log(obs::Level::kError, "a subject could not be judged again and was left as it was",
               {{"subject", subject.ToText()}, {"job", job.id}, {"code", static_cast<int>(alone.code())}});
      COMITY_RETURN_IF_ERROR(
          writer.Run([&](store::Transaction& write) { return write.admin().FinishJobSubjects(job.id, {subject}, clock.Now()); }));
    }
    return true;
  }

  absl::Status Judge(const store::JobRow& job, const std::vector<domain::SubjectRef>& subjects) {
    return writer.Run([&](store::Transaction& write) -> absl::Status {
      COMITY_RETURN_IF_ERROR(failpoint::Pass(Failpoint::kServiceJobPart));
      const absl::Time now = clock.Now();
      const domain::Occasion occasion{.code = job.cause, .event = {}, .statement = {}};
      COMITY_RETURN_IF_ERROR(judging.JudgeSubjects(write, subjects, occasion, now).status());
      COMITY_RETURN_IF_ERROR(write.admin().FinishJobSubjects(job.id, subjects, now));
      return failpoint::Pass(Failpoint::kServiceJobPartDone);
    });
  }

  store::Store& store;
  Writer& writer;
  Judging& judging;
  const obs::Clock& clock;
  Recurring parts{Recurring::Rest::zero(), [this] { return Part(); }};  // last: it uses the rest
};

JobRunner::JobRunner(store::Store& store, Writer& writer, Judging& judging, const obs::Clock& clock)
    : impl_(std::make_unique<Impl>(store, writer, judging, clock)) {}
JobRunner::~JobRunner() = default;

absl::StatusOr<std::string> JobRunner::Create(store::Transaction& transaction, domain::ReasonCode cause,
                                              const std::vector<domain::SubjectRef>& subjects) {
  if (subjects.empty()) return std::string();
  const store::JobRow job{
      .id = NewJobId(), .cause = cause, .total = static_cast<int32_t>(subjects.size()), .done = 0, .created = impl_->clock.Now()};
  COMITY_RETURN_IF_ERROR(transaction.admin().CreateJob(job, subjects));
  return "jobs/" + job.id;
}

absl::StatusOr<std::string> JobRunner::CreateForDays(store::Transaction& transaction, domain::ReasonCode cause, int32_t first_day,
                                                     int32_t last_day) {
  const store::JobRow job{.id = NewJobId(), .cause = cause, .total = 0, .done = 0, .created = impl_->clock.Now()};
  COMITY_ASSIGN_OR_RETURN(const int32_t total, transaction.admin().CreateJobForDays(job, first_day, last_day));
  return total == 0 ? std::string() : "jobs/" + job.id;
}

absl::StatusOr<std::string> JobRunner::CreateErasure(store::Transaction& transaction) {
  const store::JobRow job{.id = NewJobId(), .cause = domain::ReasonCode::kPersonErased, .created = impl_->clock.Now()};
  COMITY_RETURN_IF_ERROR(transaction.admin().CreateJob(job, {}));
  return job.id;
}

void JobRunner::Wake() { impl_->parts.Wake(); }

}  // namespace comity::app
