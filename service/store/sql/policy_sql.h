// PolicyStore over SQL.
#ifndef COMITY_SERVICE_STORE_SQL_POLICY_SQL_H_
#define COMITY_SERVICE_STORE_SQL_POLICY_SQL_H_

#include <string_view>
#include <vector>

#include "service/store/policy_store.h"
#include "service/store/sql/connection.h"
#include "service/store/sql/numbers.h"

namespace comity::store::sql {

// Lives as long as its transaction.
class PolicySql : public PolicyStore {
 public:
  PolicySql(Connection& connection, Numbers& numbers) : connection_(connection), numbers_(numbers) {}

  absl::StatusOr<int32_t> TakeNumber() override;
  absl::Status PutRecord(const domain::PolicyRecord& record) override;
  absl::Status DeleteRecord(int32_t number) override;
  absl::StatusOr<std::vector<domain::PolicyRecord>> LoadRecords() override;
  absl::StatusOr<int32_t> TakeRestatementNumber() override;
  absl::Status PutRestatement(const domain::Restatement& restatement) override;
  absl::Status DeleteRestatement(int32_t number) override;
  absl::StatusOr<std::vector<domain::Restatement>> LoadRestatements() override;
  absl::Status AddAccuracy(const domain::AccuracyDeltas& deltas) override;
  absl::StatusOr<std::vector<AccuracyRow>> AccuracyOf(domain::DeedKind kind, int32_t policy) override;
  absl::StatusOr<std::vector<domain::PersonUid>> AccuracyPeople(const domain::AccuracyKey& key, int32_t limit) override;

 private:
  absl::StatusOr<int32_t> Take(std::string_view counter, int64_t at_least);

  Connection& connection_;
  Numbers& numbers_;
};

}  // namespace comity::store::sql

#endif  // COMITY_SERVICE_STORE_SQL_POLICY_SQL_H_
