#include "service/app/directory_apply.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "service/app/directory_differ.h"

namespace comity::app {
namespace {

using domain::AccountRow;
using domain::DayRange;
using domain::MembershipRow;
using domain::PersonRow;
using domain::TeamRow;
using domain::TeamUid;
using Change = v1::DirectoryChange;

}  // namespace

std::string Words(const DayRange& days) {
  if (days.open_start() && days.open_end()) return "always";
  if (days.open_start()) return absl::StrCat("until ", domain::IsoDay(days.end));
  if (days.open_end()) return absl::StrCat("from ", domain::IsoDay(days.start));
  return absl::StrCat("from ", domain::IsoDay(days.start), " until ", domain::IsoDay(days.end));
}

bool Before(const MembershipRow& a, const MembershipRow& b) {
  if (a.days.start != b.days.start) return a.days.start < b.days.start;
  if (a.team != b.team) return a.team < b.team;
  if (a.days.end != b.days.end) return a.days.end < b.days.end;
  return a.primary < b.primary;
}

DirectoryDifference Differ::Run() {
  for (const TeamRow& team : current_.teams) teams_.emplace(team.id, team);
  for (const PersonRow& person : current_.people) people_.emplace(person.id, person);
  for (const AccountRow& account : current_.accounts) {
    accounts_.emplace(account.name, account);
    linked_[account.person].push_back(account.name);
  }
  for (const DirectoryFile::Person& person : file_.people) {
    for (const DirectoryFile::Account& account : person.accounts) file_accounts_.insert(account.name);
  }
  for (const DirectoryFile::Team& team : file_.teams) named_teams_.insert(team.id);
  for (const MembershipRow& row : current_.memberships) histories_[row.person].push_back(row);
  for (auto& [person, history] : histories_) std::sort(history.begin(), history.end(), Before);

  NamedTeams();
  NamedPeople();
  Bots();
  Ownership();
  if (prune_) DropUnnamedTeams();
  UnnamedPeople();
  if (!prune_) EndUnnamedTeams();
  Collect();
  return std::move(result_);
}

void Differ::Say(Change::Action action, std::string target, std::string summary) {
  Change& change = result_.changes.emplace_back();
  change.set_action(action);
  change.set_target(std::move(target));
  change.set_summary(std::move(summary));
}

std::string Differ::TeamName(TeamUid uid) const {
  const auto found = team_ids_.find(uid);
  return found == team_ids_.end() ? "a team that was deleted" : absl::StrCat("teams/", found->second);
}

void Differ::Collect() {
  domain::DirectoryRows& after = result_.after;
  for (const auto& [id, row] : people_) after.people.push_back(row);
  for (const auto& [id, row] : teams_) after.teams.push_back(row);
  for (const auto& [name, row] : accounts_) after.accounts.push_back(row);
  for (const auto& [person, history] : histories_) after.memberships.insert(after.memberships.end(), history.begin(), history.end());
  after.erased_people = current_.erased_people;
  after.erased_accounts = current_.erased_accounts;
  for (const auto& [name, row] : changed_accounts_) result_.accounts.push_back(row);
  AffectAccountsOfTouchedPeople();
  std::sort(result_.affected_matches.begin(), result_.affected_matches.end());
  result_.affected_matches.erase(std::unique(result_.affected_matches.begin(), result_.affected_matches.end()),
                                 result_.affected_matches.end());
  const bool places = !result_.affected_matches.empty();
  if (memberships_changed_ && !accounts_changed_ && !places) result_.cause = domain::ReasonCode::kMembershipCorrected;
  if (places && !accounts_changed_ && !memberships_changed_) result_.cause = domain::ReasonCode::kOwnershipChanged;
  if (accounts_changed_ && !places && !memberships_changed_) result_.cause = domain::ReasonCode::kAccountLinked;
}

DirectoryDifference DiffDirectory(const DirectoryFile& file, const domain::DirectoryRows& current, absl::CivilDay today, bool prune,
                                  domain::UidSource& uids) {
  return Differ(file, current, today, prune, uids).Run();
}

bool MatchesPlace(std::string_view match, std::string_view suite, std::string_view instance, const domain::PlaceName& place) {
  for (const std::string_view part : {suite, instance, std::string_view(place.kind)}) {
    if (!match.starts_with(part) || match.size() <= part.size() || match[part.size()] != ':') return false;
    match.remove_prefix(part.size() + 1);
  }
  return domain::GlobMatches(match, place.value);
}

}  // namespace comity::app
