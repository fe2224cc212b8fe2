// DeedStore over SQL: deeds in deed_sql.cc, their listing in deed_list.cc, the ledger in ledger_sql.cc, rollups in rollup_sql.cc, what
// people said in statement_sql.cc.
#ifndef COMITY_SERVICE_STORE_SQL_DEED_SQL_H_
#define COMITY_SERVICE_STORE_SQL_DEED_SQL_H_

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "service/store/deed_store.h"
#include "service/store/sql/connection.h"
#include "service/store/sql/numbers.h"

namespace comity::store::sql {

// Lives as long as its transaction.
class DeedSql : public DeedStore {
 public:
  DeedSql(Connection& connection, Numbers& numbers) : connection_(connection), numbers_(numbers) {}
  // What this object remembers may have been rolled back.
  void Forget() { locked_head_.reset(); }

  absl::StatusOr<LedgerHead> LockHead() override;
  absl::StatusOr<int64_t> Append(const std::vector<domain::Entry>& entries, domain::SubjectRef subject, absl::Time now) override;
  absl::StatusOr<LedgerHead> Head() override;
  absl::StatusOr<std::vector<LedgerRow>> ReadLedger(int64_t first, int32_t limit) override;
  absl::StatusOr<std::vector<LedgerRow>> EntriesOf(const domain::SubjectRef& subject, const domain::DeedHash& deed) override;
  absl::StatusOr<std::vector<domain::PostedLine>> PostedLines(domain::SubjectRef subject) override;
  absl::StatusOr<std::vector<StandingRow>> AllLines(domain::SubjectRef after_subject, domain::LineHash after_line, int32_t limit) override;

  absl::Status PutDeed(const DeedRow& deed) override;
  absl::Status DeleteDeed(const domain::DeedHash& deed) override;
  absl::StatusOr<std::optional<DeedRow>> FindDeed(const domain::DeedHash& hash) override;
  absl::StatusOr<std::vector<DeedRow>> DeedsOf(const std::vector<domain::SubjectRef>& subjects) override;
  absl::StatusOr<std::vector<DeedRow>> ListDeeds(const DeedFilter& filter, std::optional<std::pair<int32_t, domain::DeedHash>> after,
                                                 int32_t limit) override;

  absl::Status AddRollups(const domain::Rollups& deltas) override;
  absl::StatusOr<domain::Rollups> LoadRollups() override;

  absl::Status PutStatement(domain::SubjectRef subject, const domain::Statement& statement, std::string_view because) override;
  absl::StatusOr<std::vector<domain::Statement>> StatementsOf(domain::SubjectRef subject) override;
  absl::StatusOr<std::string> BecauseOf(domain::StatementUid statement) override;
  absl::Status PutProposal(const Proposal& proposal) override;
  absl::Status DeleteProposal(domain::StatementUid uid) override;
  absl::StatusOr<std::vector<Proposal>> ProposalsOf(const domain::DeedHash& deed) override;
  absl::Status SetShared(const domain::DeedHash& deed, domain::PersonUid person, bool shared) override;
  absl::StatusOr<std::vector<domain::PersonUid>> SharedOf(const domain::DeedHash& deed) override;

  absl::Status PutPolicy(const domain::Policy& policy) override;
  absl::StatusOr<std::vector<domain::Policy>> LoadPolicies() override;

 private:
  absl::Status AppendOne(const domain::Entry& entry, int64_t subject, absl::Time now, LedgerHead& head);
  struct Numbered {
    DeedRow row;
    int64_t number = 0;
  };
  absl::StatusOr<std::optional<Numbered>> FindNumbered(const domain::DeedHash& hash);
  // What a deed is listed by.
  struct Listed {
    const domain::Deed* deed = nullptr;
    std::vector<Proposal> proposals;
  };
  absl::Status UpdateIndex(int64_t number, const Listed& before, const Listed& after);
  absl::Status ChangeProposals(const domain::DeedHash& hash, const std::function<absl::Status()>& change);

  Connection& connection_;
  Numbers& numbers_;
  std::optional<LedgerHead> locked_head_;
};

}  // namespace comity::store::sql

#endif  // COMITY_SERVICE_STORE_SQL_DEED_SQL_H_
