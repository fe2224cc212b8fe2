#include "service/domain/directory/directory.h"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "absl/container/flat_hash_map.h"
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

bool IsSuiteName(std::string_view text) {
  return !text.empty() && text.size() <= 32 &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

bool IsInstanceName(std::string_view text) {
  return !text.empty() && text.size() <= 200 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f && c != ':'; });
}

std::string AccountName::ToText() const { return suite + ":" + instance + ":" + id; }

std::optional<AccountName> AccountName::Parse(std::string_view text) {
  const size_t first = text.find(':');
  if (first == std::string_view::npos) return std::nullopt;
  const size_t second = text.find(':', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  AccountName name{std::string(text.substr(0, first)), std::string(text.substr(first + 1, second - first - 1)),
                   std::string(text.substr(second + 1))};
  if (!IsSuiteName(name.suite) || !IsInstanceName(name.instance) || name.id.empty()) return std::nullopt;
  return name;
}

namespace {

template <typename Key, typename Value>
using ById = absl::flat_hash_map<Key, Value, std::hash<Key>>;

// Rules by what their first three parts name. A rule without wildcards is found by its value; globs are tried in file order.
struct RuleGroup {
  std::vector<size_t> globs;                                       // places in rows().ownership, in file order
  absl::flat_hash_map<std::string, std::vector<size_t>> by_value;  // lower-case value
};

// A membership as far as the team existed, in the order that decides among several.
struct Belonging {
  TeamUid team;
  DayRange days;
};

}  // namespace

struct Directory::Index {
  ById<PersonUid, size_t> people;  // places in rows()
  ById<TeamUid, size_t> teams;
  ById<AccountUid, size_t> accounts;
  absl::flat_hash_map<std::string, size_t> people_by_id, teams_by_id;
  ById<PersonUid, bool> erased_people;  // whether they had opted out
  ById<AccountUid, ErasedAccountRow> erased_accounts;
  ById<PersonUid, std::vector<Belonging>> teams_of;
  absl::flat_hash_map<std::string, RuleGroup> rules;  // by `suite:instance:kind`
  std::vector<DayRange> rule_days;                    // of each ownership row, as far as its team existed

  explicit Index(const DirectoryRows& rows);
  void AddMemberships(const DirectoryRows& rows);
  void AddRules(const DirectoryRows& rows);
  // The days of `days` on which the team existed; maybe none.
  DayRange WhileThere(const DirectoryRows& rows, TeamUid team, DayRange days) const;
};

Directory::Index::Index(const DirectoryRows& rows) {
  for (size_t i = 0; i < rows.people.size(); ++i) {
    people.emplace(rows.people[i].uid, i);
    people_by_id.emplace(rows.people[i].id, i);
  }
  for (size_t i = 0; i < rows.teams.size(); ++i) {
    teams.emplace(rows.teams[i].uid, i);
    teams_by_id.emplace(rows.teams[i].id, i);
  }
  for (size_t i = 0; i < rows.accounts.size(); ++i) accounts.emplace(rows.accounts[i].uid, i);
  for (const ErasedPersonRow& row : rows.erased_people) erased_people.emplace(row.uid, row.opted_out);
  for (const ErasedAccountRow& row : rows.erased_accounts) erased_accounts.emplace(row.uid, row);
  AddMemberships(rows);
  AddRules(rows);
}

DayRange Directory::Index::WhileThere(const DirectoryRows& rows, TeamUid team, DayRange days) const {
  const TeamRow* row = FindIn(teams, team, rows.teams);
  if (row == nullptr) return {days.start, days.start};
  if (row->end.has_value()) days.end = std::min(days.end, *row->end);
  return days;
}

void Directory::Index::AddMemberships(const DirectoryRows& rows) {
  std::vector<size_t> order(rows.memberships.size());
  std::iota(order.begin(), order.end(), size_t{0});
  const auto preference = [&](size_t index) {
    const MembershipRow& row = rows.memberships[index];
    const TeamRow* team = FindIn(teams, row.team, rows.teams);
    return std::make_tuple(!row.primary, row.days.start, team == nullptr ? std::string_view() : std::string_view(team->id), row.team,
                           index);
  };
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return preference(a) < preference(b); });
  for (const size_t index : order) {
    const MembershipRow& row = rows.memberships[index];
    const DayRange days = WhileThere(rows, row.team, row.days);
    if (!days.empty()) teams_of[row.person].push_back({row.team, days});
  }
}

void Directory::Index::AddRules(const DirectoryRows& rows) {
  std::vector<size_t> order(rows.ownership.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return std::tie(rows.ownership[a].order, rows.ownership[a].match, a) < std::tie(rows.ownership[b].order, rows.ownership[b].match, b);
  });
  for (const OwnershipRow& row : rows.ownership) rule_days.push_back(WhileThere(rows, row.team, row.days));
  for (const size_t index : order) {
    const std::string& match = rows.ownership[index].match;
    size_t colon = std::string::npos;
    for (int i = 0; i < 3; ++i) colon = i > 0 && colon == std::string::npos ? colon : match.find(':', i == 0 ? 0 : colon + 1);
    if (colon == std::string::npos) continue;  // names nothing; `apply` refuses such rows
    RuleGroup& group = rules[match.substr(0, colon)];
    const std::string value = match.substr(colon + 1);
    if (value.find_first_of("*?") == std::string::npos) {
      group.by_value[absl::AsciiStrToLower(value)].push_back(index);
    } else {
      group.globs.push_back(index);
    }
  }
}

Directory::Directory(DirectoryRows rows) : rows_(std::move(rows)), index_(std::make_shared<const Index>(rows_)) {}

PersonUid Directory::PersonOf(AccountUid account) const {
  if (const AccountRow* row = FindAccount(account); row != nullptr) return row->person;
  const auto erased = index_->erased_accounts.find(account);
  return erased == index_->erased_accounts.end() ? PersonUid{} : erased->second.person;
}

bool Directory::IsDeclaredBot(AccountUid account) const {
  if (const AccountRow* row = FindAccount(account); row != nullptr) return row->declared_bot || row->kind == AccountKind::kBot;
  const auto erased = index_->erased_accounts.find(account);
  return erased != index_->erased_accounts.end() && erased->second.bot;
}

bool Directory::IsErased(PersonUid person) const { return index_->erased_people.contains(person); }

bool Directory::IsOptedOut(PersonUid person) const {
  if (const PersonRow* row = FindPerson(person); row != nullptr) return row->opted_out;
  const auto erased = index_->erased_people.find(person);
  return erased != index_->erased_people.end() && erased->second;
}

std::vector<TeamUid> Directory::TeamsOf(PersonUid person, absl::CivilDay day) const {
  std::vector<TeamUid> teams;
  const auto found = index_->teams_of.find(person);
  if (found == index_->teams_of.end()) return teams;
  for (const Belonging& belonging : found->second) {
    if (!belonging.days.Contains(day)) continue;
    if (std::find(teams.begin(), teams.end(), belonging.team) == teams.end()) teams.push_back(belonging.team);
  }
  return teams;
}

TeamUid Directory::OwnerOf(std::string_view suite, std::string_view instance, const std::vector<PlaceName>& places,
                           absl::CivilDay day) const {
  const OwnershipRow* best = nullptr;
  const auto consider = [&](size_t index) {
    const OwnershipRow& row = rows_.ownership[index];
    if (best != nullptr && best->order <= row.order) return;
    if (index_->rule_days[index].Contains(day)) best = &row;
  };
  std::string name;
  for (const PlaceName& place : places) {
    name.assign(suite).append(":").append(instance).append(":").append(place.kind);
    const auto group = index_->rules.find(name);
    if (group == index_->rules.end()) continue;
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

const PersonRow* Directory::FindPerson(PersonUid uid) const { return FindIn(index_->people, uid, rows_.people); }
const PersonRow* Directory::FindPersonById(std::string_view id) const {
  return FindIn(index_->people_by_id, std::string(id), rows_.people);
}
const TeamRow* Directory::FindTeam(TeamUid uid) const { return FindIn(index_->teams, uid, rows_.teams); }
const TeamRow* Directory::FindTeamById(std::string_view id) const { return FindIn(index_->teams_by_id, std::string(id), rows_.teams); }
const AccountRow* Directory::FindAccount(AccountUid uid) const { return FindIn(index_->accounts, uid, rows_.accounts); }

}  // namespace comity::domain
