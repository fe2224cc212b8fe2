// What is kept of the directory.
#ifndef COMITY_SERVICE_STORE_DIRECTORY_STORE_H_
#define COMITY_SERVICE_STORE_DIRECTORY_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "service/domain/directory/directory.h"

namespace comity::store {

// One account as a fact shows it.
struct AccountSighting {
  domain::AccountName name;
  std::string login;
  domain::AccountKind kind = domain::AccountKind::kUnknown;
};

// Every call blocks on I/O and belongs to its transaction. Errors not named: UNAVAILABLE (busy or lost), RESOURCE_EXHAUSTED (disk full).
class DirectoryStore {
 public:
  virtual ~DirectoryStore() = default;

  // Grows with every change of anything below except logins of unlinked accounts; 0 in a new store. A snapshot made at a version is good
  // while the version stands, on every server.
  virtual absl::StatusOr<int64_t> Version() = 0;
  // Everything judging needs: all people, teams, memberships, ownership, and the accounts that are linked or bots.
  virtual absl::StatusOr<domain::DirectoryRows> Load() = 0;

  // Inserts or replaces by uid; a salt once given stays.
  virtual absl::Status PutPerson(const domain::PersonRow& person) = 0;
  virtual absl::Status PutTeam(const domain::TeamRow& team) = 0;
  virtual absl::Status PutAccount(const domain::AccountRow& account) = 0;
  // Replaces a person's whole history of memberships.
  virtual absl::Status PutMemberships(domain::PersonUid person, const std::vector<domain::MembershipRow>& memberships) = 0;
  // Replaces all ownership rules.
  virtual absl::Status PutOwnership(const std::vector<domain::OwnershipRow>& ownership) = 0;
  // Deletes the person with their memberships, links, words and salts; deeds keep the uid. Absent: OK.
  virtual absl::Status DeletePerson(domain::PersonUid person) = 0;
  virtual absl::Status DeleteTeam(domain::TeamUid team) = 0;

  // The uid of each sighting, in order; accounts not seen before get one, and a salt, from `uids`. Keeps the latest login and the first
  // kind other than unknown.
  virtual absl::StatusOr<std::vector<domain::AccountUid>> EnsureAccounts(const std::vector<AccountSighting>& sightings, absl::Time seen,
                                                                         domain::UidSource& uids) = 0;
  virtual absl::StatusOr<std::optional<domain::AccountRow>> FindAccount(const domain::AccountName& name) = 0;
  virtual absl::StatusOr<std::vector<domain::AccountRow>> FindAccounts(const std::vector<domain::AccountUid>& uids) = 0;

  struct AccountListing {
    domain::AccountRow account;
    absl::Time first_seen;
  };
  // In order of name text, after `after` (exclusive; empty = from the start), at most `limit`.
  virtual absl::StatusOr<std::vector<AccountListing>> ListAccounts(bool unlinked_only, std::string_view after, int32_t limit) = 0;
};

}  // namespace comity::store

#endif  // COMITY_SERVICE_STORE_DIRECTORY_STORE_H_
