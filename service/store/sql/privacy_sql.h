// PrivacyStore over SQL: who was erased in privacy_sql.cc, the way through the tables in sweep_sql.cc.
#ifndef COMITY_SERVICE_STORE_SQL_PRIVACY_SQL_H_
#define COMITY_SERVICE_STORE_SQL_PRIVACY_SQL_H_

#include <optional>
#include <string_view>
#include <vector>

#include "service/store/privacy_store.h"
#include "service/store/sql/connection.h"
#include "service/store/sql/numbers.h"

namespace comity::store::sql {

// Lives as long as its transaction.
class PrivacySql : public PrivacyStore {
 public:
  PrivacySql(Connection& connection, Numbers& numbers) : connection_(connection), numbers_(numbers) {}

  absl::StatusOr<Gone> Erase(const ErasedPerson& person, const std::vector<ErasedAccount>& accounts) override;
  absl::StatusOr<std::optional<ErasedPerson>> FindErased(std::string_view id_hash) override;
  absl::StatusOr<bool> AnyErased() override;
  absl::StatusOr<std::optional<ErasedAccount>> FindErasedAccount(std::string_view name_hash) override;
  absl::StatusOr<std::vector<ErasedAccount>> ErasedAccounts(domain::PersonUid person) override;
  absl::StatusOr<std::vector<ErasedPerson>> WaitingErasures() override;
  absl::Status UpdateErased(const ErasedPerson& person) override;

  absl::StatusOr<std::vector<AuditListing>> ReadAudit(int64_t before, int32_t limit) override;
  absl::StatusOr<int64_t> PruneAudit(absl::Time cutoff, int32_t limit) override;
  absl::StatusOr<std::vector<std::string>> TextsBy(domain::PersonUid author) override;

  absl::StatusOr<std::vector<SweptRow>> Sweep(Swept table, const SweptKey& after, int32_t limit) override;
  absl::Status Rewrite(Swept table, const SweptRow& row) override;
  absl::Status Remove(Swept table, const SweptKey& key) override;
  absl::StatusOr<bool> WithholdTitle(domain::SubjectRef subject) override;

 private:
  Connection& connection_;
  Numbers& numbers_;
};

}  // namespace comity::store::sql

#endif  // COMITY_SERVICE_STORE_SQL_PRIVACY_SQL_H_
