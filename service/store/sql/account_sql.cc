// Accounts: the part of the directory that facts add to.
#include <algorithm>
#include <map>
#include <unordered_map>

#include "service/store/sql/counters.h"
#include "service/store/sql/directory_sql.h"
#include "service/store/sql/run.h"

namespace comity::store::sql {
namespace {

constexpr int kFirstSeenColumn = 7;

domain::AccountRow ReadAccount(const Statement& row) {
  domain::AccountRow account;
  account.uid = ReadId<domain::AccountUid>(row, 0);
  account.name = domain::AccountName::Parse(row.Bytes(1)).value_or(domain::AccountName{});
  account.login = ReadText(row, 2);
  account.kind = ReadEnum<domain::AccountKind>(row, 3);
  account.person = ReadId<domain::PersonUid>(row, 4);
  account.linked_by_file = ReadBool(row, 5);
  account.declared_bot = ReadBool(row, 6);
  account.salt = ReadId<domain::Salt>(row, 8);
  return account;
}

bool IsBot(const domain::AccountRow& account) { return account.declared_bot || account.kind == domain::AccountKind::kBot; }
bool InSnapshots(const domain::AccountRow& account) { return !account.person.empty() || IsBot(account); }

// Later logins replace earlier ones; a kind that is known stays.
void Fold(const AccountSighting& later, AccountSighting& into) {
  if (!later.login.empty()) into.login = later.login;
  if (into.kind == domain::AccountKind::kUnknown) into.kind = later.kind;
}

}  // namespace

absl::Status DirectorySql::LoadAccounts(domain::DirectoryRows& rows) {
  const auto linked = [&](const Statement& row) { rows.accounts.push_back(ReadAccount(row)); };
  const auto unlinked_bot = [&](const Statement& row) {
    if (row.IsNull(4)) rows.accounts.push_back(ReadAccount(row));
  };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kAllLinkedAccounts, linked));
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kAllBots, unlinked_bot));
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kAllErasedPeople, [&](const Statement& row) {
    rows.erased_people.push_back({ReadId<domain::PersonUid>(row, 0), ReadBool(row, 1)});
  }));
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kAllErasedAccounts, [&](const Statement& row) {
    rows.erased_accounts.push_back({ReadId<domain::AccountUid>(row, 1), ReadId<domain::PersonUid>(row, 2), ReadBool(row, 3)});
  }));
  std::sort(rows.accounts.begin(), rows.accounts.end(),
            [](const domain::AccountRow& a, const domain::AccountRow& b) { return a.uid < b.uid; });
  return absl::OkStatus();
}

absl::Status DirectorySql::PutAccount(const domain::AccountRow& account) {
  COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kPutAccount, account.uid, account.name.ToText(), account.login, account.kind,
                             OrNull(account.person), account.linked_by_file, account.declared_bot, absl::InfinitePast(),
                             OrNull(account.salt)));
  return Changed();
}

absl::StatusOr<domain::AccountUid> DirectorySql::Ensure(std::string_view name, const AccountSighting& sighting, absl::Time seen,
                                                        domain::UidSource& uids, bool& matters) {
  domain::AccountRow known;
  absl::Time first_seen;
  const auto read = [&](const Statement& row) {
    known = ReadAccount(row);
    first_seen = ReadTime(row, kFirstSeenColumn);
  };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kFindAccountByName, read, name));
  if (known.uid.empty()) {
    known.uid = uids.Make<domain::AccountUid>(name);
    matters |= sighting.kind == domain::AccountKind::kBot;
    const auto salt = uids.Make<domain::Salt>("salt of " + std::string(name));
    COMITY_RETURN_IF_ERROR(
        Run(connection_, Sql::kPutAccount, known.uid, name, sighting.login, sighting.kind, nullptr, false, false, seen, salt));
    return known.uid;
  }
  domain::AccountRow seen_now = known;
  if (!sighting.login.empty()) seen_now.login = sighting.login;
  if (known.kind == domain::AccountKind::kUnknown) seen_now.kind = sighting.kind;
  const bool never_seen = first_seen == absl::InfinitePast();  // a directory named it before any fact did
  if (seen_now == known && !never_seen) return known.uid;
  matters |= seen_now != known && (InSnapshots(known) || InSnapshots(seen_now));
  COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kUpdateSighting, known.uid, seen_now.login, seen_now.kind, never_seen ? seen : first_seen));
  return known.uid;
}

absl::StatusOr<std::vector<domain::AccountUid>> DirectorySql::EnsureAccounts(const std::vector<AccountSighting>& sightings, absl::Time seen,
                                                                             domain::UidSource& uids) {
  struct Seen {
    AccountSighting folded;
    domain::AccountUid uid;
  };
  std::map<std::string, Seen> accounts;  // in order of name, as the index is
  std::vector<Seen*> places;
  places.reserve(sightings.size());
  for (const AccountSighting& sighting : sightings) {
    const auto [found, added] = accounts.try_emplace(sighting.name.ToText(), Seen{sighting, {}});
    if (!added) Fold(sighting, found->second.folded);
    places.push_back(&found->second);
  }
  bool matters = false;
  for (auto& [name, account] : accounts) {
    COMITY_ASSIGN_OR_RETURN(account.uid, Ensure(name, account.folded, seen, uids, matters));
  }
  if (matters) COMITY_RETURN_IF_ERROR(Changed());
  std::vector<domain::AccountUid> result;
  result.reserve(places.size());
  for (const Seen* place : places) result.push_back(place->uid);
  return result;
}

absl::StatusOr<std::optional<domain::AccountRow>> DirectorySql::FindAccount(const domain::AccountName& name) {
  std::optional<domain::AccountRow> account;
  COMITY_RETURN_IF_ERROR(Each(
      connection_, Sql::kFindAccountByName, [&](const Statement& row) { account = ReadAccount(row); }, name.ToText()));
  return account;
}

absl::StatusOr<std::vector<domain::AccountRow>> DirectorySql::FindAccounts(const std::vector<domain::AccountUid>& uids) {
  std::vector<domain::AccountRow> accounts;
  accounts.reserve(uids.size());
  for (const domain::AccountUid& uid : uids) {
    COMITY_RETURN_IF_ERROR(Each(
        connection_, Sql::kFindAccount, [&](const Statement& row) { accounts.push_back(ReadAccount(row)); }, uid));
  }
  return accounts;
}

absl::StatusOr<std::vector<DirectoryStore::AccountListing>> DirectorySql::ListAccounts(bool unlinked_only, std::string_view after,
                                                                                       int32_t limit) {
  std::vector<AccountListing> listings;
  const auto add = [&](const Statement& row) { listings.push_back({ReadAccount(row), ReadTime(row, kFirstSeenColumn)}); };
  const Sql sql = unlinked_only ? Sql::kListUnlinkedAccounts : Sql::kListAccounts;
  COMITY_RETURN_IF_ERROR(Each(connection_, sql, add, after, limit));
  return listings;
}

}  // namespace comity::store::sql
