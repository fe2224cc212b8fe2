// Jobs: what is left of one is its rows in job_subjects, so that a restart goes on where the last commit ended.
#include <set>

#include "service/base/error.h"
#include "service/store/sql/admin_sql.h"
#include "service/store/sql/run.h"

namespace comity::store::sql {
namespace {

JobRow ReadJob(const Statement& row) {
  return {ReadText(row, 0),  ReadEnum<domain::ReasonCode>(row, 1),
          ReadInt32(row, 2), ReadInt32(row, 3),
          ReadTime(row, 4),  row.IsNull(5) ? absl::InfiniteFuture() : ReadTime(row, 5)};
}

}  // namespace

absl::Status AdminSql::CreateJob(const JobRow& job, const std::vector<domain::SubjectRef>& subjects) {
  const std::set<domain::SubjectRef> distinct(subjects.begin(), subjects.end());
  const auto insert = [&](auto ended) {
    return Run(connection_, Sql::kInsertJob, job.id, job.cause, job.done + static_cast<int64_t>(distinct.size()), job.done, job.created,
               ended);
  };
  COMITY_RETURN_IF_ERROR(job.ended == absl::InfiniteFuture() ? insert(nullptr) : insert(job.ended));
  for (const domain::SubjectRef& subject : distinct) {
    COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kInsertJobSubject, job.id, subject));
  }
  return absl::OkStatus();
}

absl::StatusOr<int32_t> AdminSql::CreateJobForDays(const JobRow& job, int32_t first_day, int32_t last_day) {
  COMITY_ASSIGN_OR_RETURN(const int64_t total, RunCounting(connection_, Sql::kInsertJobSubjectsOfDays, job.id, first_day, last_day));
  if (total == 0) return 0;
  COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kInsertJob, job.id, job.cause, total, 0, job.created, nullptr));
  return static_cast<int32_t>(total);
}

absl::StatusOr<std::optional<JobRow>> AdminSql::FindJob(std::string_view id) {
  std::optional<JobRow> job;
  COMITY_RETURN_IF_ERROR(Each(
      connection_, Sql::kFindJob, [&](const Statement& row) { job = ReadJob(row); }, id));
  return job;
}

absl::StatusOr<std::vector<JobRow>> AdminSql::RunningJobs() {
  std::vector<JobRow> jobs;
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kRunningJobs, [&](const Statement& row) { jobs.push_back(ReadJob(row)); }));
  return jobs;
}

absl::StatusOr<std::vector<domain::SubjectRef>> AdminSql::NextJobSubjects(std::string_view job, int32_t limit) {
  std::vector<domain::SubjectRef> subjects;
  const auto add = [&](const Statement& row) { subjects.push_back(ReadId<domain::SubjectRef>(row, 0)); };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kNextJobSubjects, add, job, limit));
  return subjects;
}

absl::Status AdminSql::FinishJobSubjects(std::string_view job, const std::vector<domain::SubjectRef>& subjects, absl::Time now) {
  int64_t done = 0;
  for (const domain::SubjectRef& subject : subjects) {
    COMITY_ASSIGN_OR_RETURN(const int64_t deleted, RunCounting(connection_, Sql::kDeleteJobSubject, job, subject));
    done += deleted;
  }
  COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kCountJobDone, job, done));
  return Run(connection_, Sql::kEndJob, job, now);
}

}  // namespace comity::store::sql
