// DirectoryStore over SQL.
#ifndef COMITY_SERVICE_STORE_SQL_DIRECTORY_SQL_H_
#define COMITY_SERVICE_STORE_SQL_DIRECTORY_SQL_H_

#include <optional>
#include <string_view>
#include <vector>

#include "service/store/directory_store.h"
#include "service/store/sql/connection.h"

namespace comity::store::sql {

// Lives as long as its transaction.
class DirectorySql : public DirectoryStore {
 public:
  explicit DirectorySql(Connection& connection) : connection_(connection) {}

  absl::StatusOr<int64_t> Version() override;
  absl::StatusOr<domain::DirectoryRows> Load() override;
  absl::Status PutPerson(const domain::PersonRow& person) override;
  absl::Status PutTeam(const domain::TeamRow& team) override;
  absl::Status PutAccount(const domain::AccountRow& account) override;
  absl::Status PutMemberships(domain::PersonUid person, const std::vector<domain::MembershipRow>& memberships) override;
  absl::Status PutOwnership(const std::vector<domain::OwnershipRow>& ownership) override;
  absl::Status DeletePerson(domain::PersonUid person) override;
  absl::Status DeleteTeam(domain::TeamUid team) override;
  absl::StatusOr<std::vector<domain::AccountUid>> EnsureAccounts(const std::vector<AccountSighting>& sightings, absl::Time seen,
                                                                 domain::UidSource& uids) override;
  absl::StatusOr<std::optional<domain::AccountRow>> FindAccount(const domain::AccountName& name) override;
  absl::StatusOr<std::vector<domain::AccountRow>> FindAccounts(const std::vector<domain::AccountUid>& uids) override;
  absl::StatusOr<std::vector<AccountListing>> ListAccounts(bool unlinked_only, std::string_view after, int32_t limit) override;

 private:
  absl::Status Changed();
  absl::Status LoadAccounts(domain::DirectoryRows& rows);
  // Sees one account, all of whose sightings are folded into one; sets `matters` when a snapshot would differ.
  absl::StatusOr<domain::AccountUid> Ensure(std::string_view name, const AccountSighting& sighting, absl::Time seen,
                                            domain::UidSource& uids, bool& matters);

  Connection& connection_;
};

}  // namespace comity::store::sql

#endif  // COMITY_SERVICE_STORE_SQL_DIRECTORY_SQL_H_
