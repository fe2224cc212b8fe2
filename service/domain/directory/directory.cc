#include "service/domain/directory/directory.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/ascii.h"

namespace comity::domain {
namespace {

// The first half of such an account; the other half is a hash.
constexpr std::string_view kErasedPrefix("\0erased\0", 8);

template <typename Map>
auto* FindIn(const Map& index, const auto& key, auto& rows) {
  const auto found = index.find(key);
  return found == index.end() ? nullptr : &rows[found->second];
}

}  // namespace

std::string AccountName::ToText() const { return suite + ":" + instance + ":" + id; }

std::optional<AccountName> AccountName::Parse(std::string_view text) {
  const size_t first = text.find(':');
  if (first == std::string_view::npos) return std::nullopt;
  const size_t second = text.find(':', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  AccountName name{std::string(text.substr(0, first)), std::string(text.substr(first + 1, second - first - 1)),
                   std::string(text.substr(second + 1))};
  if (name.suite.empty() || name.instance.empty() || name.id.empty()) return std::nullopt;
  return name;
}

// Rules by what their first three parts name. A rule without wildcards is found by its value; globs are tried in file order.
struct Directory::Rules {
  struct Group {
    std::vector<size_t> globs;                                      // indexes into rows_.ownership, in file order
    std::unordered_map<std::string, std::vector<size_t>> by_value;  // lower-case value
  };
  std::unordered_map<std::string, Group> groups;  // `suite:instance:kind`

  void Add(const OwnershipRow& row, size_t index) {
    size_t colon = std::string::npos;
    for (int i = 0; i < 3; ++i) {
      colon = row.match.find(':', i == 0 ? 0 : colon + 1);
      if (colon == std::string::npos) return;  // names nothing; `apply` refuses such rows
    }
    Group& group = groups[row.match.substr(0, colon)];
    const std::string value = row.match.substr(colon + 1);
    if (value.find_first_of("*?") == std::string::npos) {
      group.by_value[absl::AsciiStrToLower(value)].push_back(index);
    } else {
      group.globs.push_back(index);
    }
  }
};

Directory::Directory(DirectoryRows rows) : rows_(std::move(rows)) {
  for (size_t i = 0; i < rows_.people.size(); ++i) {
    person_index_.emplace(rows_.people[i].uid, i);
    person_id_index_.emplace(rows_.people[i].id, i);
  }
  for (size_t i = 0; i < rows_.teams.size(); ++i) {
    team_index_.emplace(rows_.teams[i].uid, i);
    team_id_index_.emplace(rows_.teams[i].id, i);
  }
  for (size_t i = 0; i < rows_.accounts.size(); ++i) account_index_.emplace(rows_.accounts[i].uid, i);
  for (const ErasedPersonRow& row : rows_.erased_people) erased_people_.emplace(row.uid, row.opted_out);
  for (const ErasedAccountRow& row : rows_.erased_accounts) erased_accounts_.emplace(row.uid, row);
  for (size_t i = 0; i < rows_.memberships.size(); ++i) memberships_of_[rows_.memberships[i].person].push_back(i);
  const auto preference = [this](size_t index) {
    const MembershipRow& row = rows_.memberships[index];
    const TeamRow* team = FindTeam(row.team);
    return std::make_tuple(!row.primary, row.days.start, team == nullptr ? std::string() : team->id, row.team);
  };
  for (auto& [person, indexes] : memberships_of_) {
    std::sort(indexes.begin(), indexes.end(), [&](size_t a, size_t b) { return preference(a) < preference(b); });
  }

  std::vector<size_t> order(rows_.ownership.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [this](size_t a, size_t b) {
    return std::tie(rows_.ownership[a].order, rows_.ownership[a].match, a) <
           std::tie(rows_.ownership[b].order, rows_.ownership[b].match, b);
  });
  auto rules = std::make_shared<Rules>();
  for (const size_t index : order) rules->Add(rows_.ownership[index], index);
  rules_ = std::move(rules);
}

PersonUid Directory::PersonOf(AccountUid account) const {
  if (const AccountRow* row = FindAccount(account); row != nullptr) return row->person;
  const auto erased = erased_accounts_.find(account);
  return erased == erased_accounts_.end() ? PersonUid{} : erased->second.person;
}

bool Directory::IsDeclaredBot(AccountUid account) const {
  if (const AccountRow* row = FindAccount(account); row != nullptr) return row->declared_bot || row->kind == AccountKind::kBot;
  const auto erased = erased_accounts_.find(account);
  return erased != erased_accounts_.end() && erased->second.bot;
}

bool Directory::IsOptedOut(PersonUid person) const {
  if (const PersonRow* row = FindPerson(person); row != nullptr) return row->opted_out;
  const auto erased = erased_people_.find(person);
  return erased != erased_people_.end() && erased->second;
}

bool Directory::TeamExists(TeamUid team, absl::CivilDay day) const {
  const TeamRow* row = FindTeam(team);
  return row != nullptr && (!row->end.has_value() || day < *row->end);
}

std::vector<TeamUid> Directory::TeamsOf(PersonUid person, absl::CivilDay day) const {
  std::vector<TeamUid> teams;
  const auto found = memberships_of_.find(person);
  if (found == memberships_of_.end()) return teams;
  for (const size_t index : found->second) {
    const MembershipRow& row = rows_.memberships[index];
    if (!row.days.Contains(day) || !TeamExists(row.team, day)) continue;
    if (std::find(teams.begin(), teams.end(), row.team) == teams.end()) teams.push_back(row.team);
  }
  return teams;
}

TeamUid Directory::OwnerOf(std::string_view suite, std::string_view instance, const std::vector<PlaceName>& places,
                           absl::CivilDay day) const {
  const OwnershipRow* best = nullptr;
  const auto consider = [&](size_t index) {
    const OwnershipRow& row = rows_.ownership[index];
    if (best != nullptr && best->order <= row.order) return;
    if (row.days.Contains(day) && TeamExists(row.team, day)) best = &row;
  };
  for (const PlaceName& place : places) {
    std::string name;
    name.reserve(suite.size() + instance.size() + place.kind.size() + 2);
    name.append(suite).append(":").append(instance).append(":").append(place.kind);
    const auto group = rules_->groups.find(name);
    if (group == rules_->groups.end()) continue;
    const auto exact = group->second.by_value.find(absl::AsciiStrToLower(place.value));
    if (exact != group->second.by_value.end()) std::for_each(exact->second.begin(), exact->second.end(), consider);
    for (const size_t index : group->second.globs) {
      if (best != nullptr && best->order <= rows_.ownership[index].order) break;  // globs are in file order: none later can win
      const std::string_view glob = std::string_view(rows_.ownership[index].match).substr(name.size() + 1);
      if (GlobMatches(glob, place.value)) consider(index);
    }
  }
  return best == nullptr ? TeamUid{} : best->team;
}

AccountUid ErasedAccountOf(std::string_view event_hash, std::string_view role) {
  auto uid = Hasher("comity/erased-account").Add(event_hash).Add(role).Finish<AccountUid>();
  std::copy(kErasedPrefix.begin(), kErasedPrefix.end(), reinterpret_cast<char*>(uid.bytes.data()));
  return uid;
}

bool IsErasedAccount(AccountUid account) { return account.view().starts_with(kErasedPrefix); }

const PersonRow* Directory::FindPerson(PersonUid uid) const { return FindIn(person_index_, uid, rows_.people); }
const PersonRow* Directory::FindPersonById(std::string_view id) const { return FindIn(person_id_index_, std::string(id), rows_.people); }
const TeamRow* Directory::FindTeam(TeamUid uid) const { return FindIn(team_index_, uid, rows_.teams); }
const TeamRow* Directory::FindTeamById(std::string_view id) const { return FindIn(team_id_index_, std::string(id), rows_.teams); }
const AccountRow* Directory::FindAccount(AccountUid uid) const { return FindIn(account_index_, uid, rows_.accounts); }

}  // namespace comity::domain
