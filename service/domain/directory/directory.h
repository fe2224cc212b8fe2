// The dated directory: who belonged where and whose a thing was, at any instant.
#ifndef COMITY_SERVICE_DOMAIN_DIRECTORY_DIRECTORY_H_
#define COMITY_SERVICE_DOMAIN_DIRECTORY_DIRECTORY_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "service/domain/values.h"

namespace comity::domain {

enum class AccountKind : uint8_t { kUnknown = 0, kHuman = 1, kBot = 2, kTeam = 3 };

// A suite's name: 1 to 32 lower-case letters, digits and dashes, for example `github`.
bool IsSuiteName(std::string_view text);

// An installation of a suite: 1 to 200 printable ASCII characters without `:`, for example `github.com`.
bool IsInstanceName(std::string_view text);

// The full name of an account: `suite:instance:id`, for example `github:github.com:583231`.
struct AccountName {
  std::string suite, instance, id;
  auto operator<=>(const AccountName&) const = default;
  std::string ToText() const;
  // nullopt unless a suite's name, an instance's and an id that is not empty; the id keeps any further colons.
  static std::optional<AccountName> Parse(std::string_view text);
};

struct PersonRow {
  PersonUid uid;
  std::string id;  // slug of the directory file
  std::string display_name;
  bool former = false;
  bool opted_out = false;
  Salt salt{};  // of commitments in the ledger; given once, when the person is new
  bool operator==(const PersonRow&) const = default;
};

struct TeamRow {
  TeamUid uid;
  std::string id;
  std::string display_name;
  TeamUid parent;  // empty at the top
  std::string function;
  std::optional<absl::CivilDay> end;
  bool operator==(const TeamRow&) const = default;
};

struct MembershipRow {
  PersonUid person;
  TeamUid team;
  DayRange days;
  bool primary = false;
  auto operator<=>(const MembershipRow&) const = default;
};

struct AccountRow {
  AccountUid uid;
  AccountName name;
  std::string login;
  AccountKind kind = AccountKind::kUnknown;
  PersonUid person;             // empty while nobody said who it is
  bool linked_by_file = false;  // a directory file said so; `apply` may take only such links back
  bool declared_bot = false;    // the directory says it is a bot
  Salt salt{};                  // as a person's, for what is held while nobody is linked
  bool operator==(const AccountRow&) const = default;
};

// `suite:instance:kind:glob`; in the glob `*` matches within one path part, `**` any number of parts, `?` one character.
struct OwnershipRow {
  int32_t order = 0;  // place in the file; the first that matches and is in force decides
  std::string match;
  TeamUid team;
  DayRange days;
  bool operator==(const OwnershipRow&) const = default;
};

// Where a thing lives, from the most to the least specific.
struct PlaceName {
  std::string kind, value;
  auto operator<=>(const PlaceName&) const = default;
};

// What judging needs of somebody who was erased: nothing that says who they were.
struct ErasedPersonRow {
  PersonUid uid;
  bool opted_out = false;
  bool operator==(const ErasedPersonRow&) const = default;
};
struct ErasedAccountRow {
  AccountUid uid;
  PersonUid person;
  bool bot = false;
  bool operator==(const ErasedAccountRow&) const = default;
};

struct DirectoryRows {
  std::vector<PersonRow> people;
  std::vector<TeamRow> teams;
  std::vector<MembershipRow> memberships;
  std::vector<AccountRow> accounts;  // linked ones and bots; accounts that nobody linked may be left out
  std::vector<OwnershipRow> ownership;
  std::vector<ErasedPersonRow> erased_people{};
  std::vector<ErasedAccountRow> erased_accounts{};
};

// An immutable snapshot with the questions that judging asks. Safe to share between threads.
class Directory {
 public:
  explicit Directory(DirectoryRows rows);

  // Empty if nobody is linked to it.
  PersonUid PersonOf(AccountUid account) const;
  bool IsDeclaredBot(AccountUid account) const;
  bool IsErased(PersonUid person) const;
  // They, or whoever they were, do not want to be named.
  bool IsOptedOut(PersonUid person) const;
  // Every team the person belonged to on that UTC day, directly (not through the tree), in the order that decides among several when
  // none owns the thing: primary first, then earliest start, then team id. Teams that had ended are left out. Empty if none.
  std::vector<TeamUid> TeamsOf(PersonUid person, absl::CivilDay day) const;
  // The team of the first rule in file order that matches one of the places and is in force; empty if nobody owns it.
  // Places are tried from the most to the least specific within each rule.
  TeamUid OwnerOf(std::string_view suite, std::string_view instance, const std::vector<PlaceName>& places, absl::CivilDay day) const;

  const PersonRow* FindPerson(PersonUid uid) const;
  const PersonRow* FindPersonById(std::string_view id) const;
  const TeamRow* FindTeam(TeamUid uid) const;
  const TeamRow* FindTeamById(std::string_view id) const;
  const AccountRow* FindAccount(AccountUid uid) const;
  const DirectoryRows& rows() const { return rows_; }

 private:
  struct Index;
  DirectoryRows rows_;
  std::shared_ptr<const Index> index_;  // of `rows_` by place, so that a copy can share it
};

// The account of a new fact whose real one was erased: nobody's, of that role in that fact alone, so that nothing joins two of them.
AccountUid ErasedAccountOf(std::string_view event_hash, std::string_view role);
bool IsErasedAccount(AccountUid account);

// Whether `glob` matches the whole of `text`, in time bounded by their lengths' product. ASCII case is ignored, as suites do for names.
bool GlobMatches(std::string_view glob, std::string_view text);

}  // namespace comity::domain

#endif  // COMITY_SERVICE_DOMAIN_DIRECTORY_DIRECTORY_H_
