// AdminStore over SQL: sources, tokens, audit, answers and settings in admin_sql.cc, jobs in job_sql.cc.
#ifndef COMITY_SERVICE_STORE_SQL_ADMIN_SQL_H_
#define COMITY_SERVICE_STORE_SQL_ADMIN_SQL_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "service/store/admin_store.h"
#include "service/store/sql/connection.h"

namespace comity::store::sql {

// Lives as long as its transaction.
class AdminSql : public AdminStore {
 public:
  explicit AdminSql(Connection& connection) : connection_(connection) {}

  absl::Status CreateSource(const SourceRow& source) override;
  absl::StatusOr<std::optional<SourceRow>> FindSource(std::string_view id) override;
  absl::StatusOr<std::vector<SourceRow>> ListSources(std::string_view after, int32_t limit) override;
  absl::Status TouchSource(std::string_view id, absl::Time last_event) override;

  absl::Status PutToken(const TokenRow& token) override;
  absl::StatusOr<std::optional<TokenRow>> FindTokenByHash(std::string_view secret_hash) override;
  absl::StatusOr<std::optional<TokenRow>> FindToken(std::string_view id) override;
  absl::StatusOr<std::vector<TokenRow>> ListTokens(std::string_view after, int32_t limit) override;
  absl::StatusOr<bool> HasRole(domain::PersonUid person, int32_t role, absl::Time now) override;

  absl::Status AppendAudit(const std::vector<AuditRow>& rows) override;
  absl::StatusOr<int64_t> CountAudit() override;
  absl::Status AppendReads(const std::vector<ReadRow>& rows) override;
  absl::StatusOr<std::vector<ReadListing>> ListReads(domain::PersonUid about, int64_t before, int32_t limit) override;

  absl::StatusOr<std::optional<StoredAnswer>> FindAnswer(std::string_view caller, std::string_view request_id, absl::Time now) override;
  absl::Status PutAnswer(std::string_view caller, std::string_view request_id, const StoredAnswer& answer, absl::Time now) override;

  absl::Status CreateJob(const JobRow& job, const std::vector<domain::SubjectRef>& subjects) override;
  absl::StatusOr<int32_t> CreateJobForDays(const JobRow& job, int32_t first_day, int32_t last_day) override;
  absl::StatusOr<std::optional<JobRow>> FindJob(std::string_view id) override;
  absl::StatusOr<std::vector<JobRow>> RunningJobs() override;
  absl::StatusOr<std::vector<domain::SubjectRef>> NextJobSubjects(std::string_view job, int32_t limit) override;
  absl::Status FinishJobSubjects(std::string_view job, const std::vector<domain::SubjectRef>& subjects, absl::Time now) override;

  absl::Status SetOptOut(domain::PersonUid person, bool opted_out, absl::Time now) override;
  absl::StatusOr<OptOutRow> FindOptOut(domain::PersonUid person) override;
  absl::StatusOr<std::optional<std::string>> FindSetting(std::string_view name) override;
  absl::Status PutSetting(std::string_view name, std::string_view value) override;

 private:
  Connection& connection_;
};

}  // namespace comity::store::sql

#endif  // COMITY_SERVICE_STORE_SQL_ADMIN_SQL_H_
