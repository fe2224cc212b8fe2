#include "service/app/directory_apply.h"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "absl/strings/str_cat.h"

namespace comity::app {
namespace {

using domain::AccountName;
using domain::AccountRow;
using domain::DayRange;
using domain::MembershipRow;
using domain::OwnershipRow;
using domain::PersonRow;
using domain::PersonUid;
using domain::TeamRow;
using domain::TeamUid;
using Change = v1::DirectoryChange;

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

class Differ {
 public:
  Differ(const DirectoryFile& file, const domain::DirectoryRows& current, absl::CivilDay today, bool prune, domain::UidSource& uids)
      : file_(file), current_(current), today_(today), prune_(prune), uids_(uids) {}

  DirectoryDifference Run() {
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

 private:
  void Say(Change::Action action, std::string target, std::string summary) {
    Change& change = result_.changes.emplace_back();
    change.set_action(action);
    change.set_target(std::move(target));
    change.set_summary(std::move(summary));
  }
  std::string TeamName(TeamUid uid) const {
    const auto found = team_ids_.find(uid);
    return found == team_ids_.end() ? "a team that was deleted" : absl::StrCat("teams/", found->second);
  }

  // Uids first, so that parents may come after their children.
  void NamedTeams() {
    std::set<std::string> is_new;
    for (const DirectoryFile::Team& named : file_.teams) {
      TeamRow& row = teams_[named.id];
      if (row.uid.empty()) {
        row.uid = uids_.Make<TeamUid>("team " + named.id);
        row.id = named.id;
        is_new.insert(named.id);
      }
    }
    for (const auto& [id, row] : teams_) team_ids_.emplace(row.uid, id);
    for (const DirectoryFile::Team& named : file_.teams) {
      TeamRow& row = teams_[named.id];
      const TeamRow before = row;
      row.display_name = named.name;
      row.function = named.function;
      row.parent = named.parent.empty() ? TeamUid{} : teams_[named.parent].uid;
      row.end.reset();
      if (is_new.contains(named.id)) {
        Say(Change::ACTION_ADD, "teams/" + named.id, absl::StrCat("new team ", named.name));
      } else if (row != before) {
        Say(Change::ACTION_CHANGE, "teams/" + named.id, TeamWords(before, row));
        if (before.end != row.end) TeamTimeChanged(row.uid, *before.end);
      } else {
        continue;
      }
      result_.teams.push_back(row);
    }
  }
  std::string TeamWords(const TeamRow& before, const TeamRow& after) const {
    std::vector<std::string> words;
    if (before.end != after.end) words.push_back("exists again");
    if (before.display_name != after.display_name) words.push_back(absl::StrCat("is called ", after.display_name));
    if (before.parent != after.parent) words.push_back(after.parent.empty() ? "is at the top" : "belongs to " + TeamName(after.parent));
    if (before.function != after.function) words.push_back(after.function.empty() ? "has no function" : "does " + after.function);
    std::string text = words.front();
    for (size_t i = 1; i < words.size(); ++i) text += ", " + words[i];
    return text;
  }
  // Whoever was or is in the team, and whatever it owned or owns, from that day on.
  void TeamTimeChanged(TeamUid team, absl::CivilDay from) {
    for (const MembershipRow& row : current_.memberships) {
      if (row.team == team && from < row.days.end) touched_[row.person].push_back({from, DayRange().end});
    }
    for (const OwnershipRow& row : current_.ownership) {
      if (row.team == team) result_.affected_matches.push_back(row.match);
    }
  }

  void NamedPeople() {
    std::map<std::string, std::vector<const DirectoryFile::Membership*>> memberships;
    for (const DirectoryFile::Membership& row : file_.memberships) memberships[row.person].push_back(&row);
    for (const DirectoryFile::Person& named : file_.people) {
      named_people_.insert(named.id);
      PersonRow& row = people_[named.id];
      const PersonRow before = row;
      if (row.uid.empty()) {
        row.uid = uids_.Make<PersonUid>("person " + named.id);
        row.salt = uids_.Make<domain::Salt>("salt of person " + named.id);
      }
      row.id = named.id;
      row.display_name = named.name;
      row.former = named.former;
      if (row != before) {
        const bool is_new = before.uid.empty();
        const std::string words = is_new                        ? absl::StrCat("new person ", named.name)
                                  : before.former != row.former ? (row.former ? "is former" : "is back")
                                                                : absl::StrCat("is called ", named.name);
        Say(is_new ? Change::ACTION_ADD : Change::ACTION_CHANGE, "people/" + named.id, words);
        result_.people.push_back(row);
      }
      Accounts(named, row.uid);
      std::vector<MembershipRow> history;
      for (const DirectoryFile::Membership* membership : memberships[named.id]) {
        history.push_back({row.uid, teams_[membership->team].uid, membership->days, membership->primary});
      }
      ReplaceHistory(named.id, row.uid, std::move(history), Change::ACTION_DELETE);
    }
  }

  void Accounts(const DirectoryFile::Person& named, PersonUid person) {
    for (const DirectoryFile::Account& account : named.accounts) {
      AccountRow& row = AccountOf(account.name);
      if (row.person == person) continue;
      Say(row.person.empty() ? Change::ACTION_ADD : Change::ACTION_CHANGE, "accounts/" + account.name.ToText(), "is people/" + named.id);
      row.person = person;
      row.linked_by_file = true;
      AccountChanged(row);
    }
    for (const AccountName& name : linked_[person]) {
      AccountRow& row = accounts_[name];
      if (row.person != person || !row.linked_by_file || file_accounts_.contains(name)) continue;  // named elsewhere: taken over
      Say(Change::ACTION_END, "accounts/" + name.ToText(), absl::StrCat("is no longer people/", named.id));
      row.person = PersonUid{};
      row.linked_by_file = false;
      AccountChanged(row);
    }
  }
  AccountRow& AccountOf(const AccountName& name) {
    AccountRow& row = accounts_[name];
    if (row.uid.empty()) {
      row.uid = uids_.Make<domain::AccountUid>("account " + name.ToText());
      row.salt = uids_.Make<domain::Salt>("salt of account " + name.ToText());
      row.name = name;
    }
    return row;
  }
  void AccountChanged(const AccountRow& row) {
    changed_accounts_[row.name] = row;
    result_.affected_accounts.emplace_back(row.uid, DayRange{});
    accounts_changed_ = true;
  }

  void Bots() {
    std::set<AccountName> bots;
    for (const DirectoryFile::Account& bot : file_.bots) {
      bots.insert(bot.name);
      AccountRow& row = AccountOf(bot.name);
      if (row.declared_bot) continue;
      row.declared_bot = true;
      Say(Change::ACTION_ADD, "accounts/" + bot.name.ToText(), "is a bot");
      AccountChanged(row);
    }
    for (auto& [name, row] : accounts_) {
      if (!row.declared_bot || bots.contains(name)) continue;
      row.declared_bot = false;
      Say(Change::ACTION_END, "accounts/" + name.ToText(), "is no longer named a bot");
      AccountChanged(row);
    }
  }

  void ReplaceHistory(const std::string& id, PersonUid person, std::vector<MembershipRow> wanted, Change::Action removal) {
    std::sort(wanted.begin(), wanted.end(), Before);
    std::vector<MembershipRow>& have = histories_[person];
    if (wanted == have) return;
    const auto holds = [](const std::vector<MembershipRow>& rows, const MembershipRow& row) {
      return std::find(rows.begin(), rows.end(), row) != rows.end();
    };
    for (const MembershipRow& row : wanted) {
      if (holds(have, row)) continue;
      const std::string target = absl::StrCat("people/", id, " in ", TeamName(row.team));
      Say(Change::ACTION_ADD, target, absl::StrCat(Words(row.days), row.primary ? ", primary" : ""));
      touched_[person].push_back(row.days);
    }
    for (const MembershipRow& row : have) {
      if (holds(wanted, row)) continue;
      const std::string target = absl::StrCat("people/", id, " in ", TeamName(row.team));
      Say(removal, target, absl::StrCat("no longer ", Words(row.days), row.primary ? ", primary" : ""));
      touched_[person].push_back(row.days);
    }
    memberships_changed_ = true;
    result_.memberships[person] = wanted;
    have = std::move(wanted);
  }

  void Ownership() {
    std::vector<OwnershipRow>& wanted = result_.after.ownership;
    for (size_t i = 0; i < file_.ownership.size(); ++i) {
      const DirectoryFile::Ownership& row = file_.ownership[i];
      wanted.push_back({static_cast<int32_t>(i), row.match, teams_[row.team].uid, row.days});
    }
    std::vector<OwnershipRow> have = current_.ownership;
    std::sort(have.begin(), have.end(), [](const OwnershipRow& a, const OwnershipRow& b) { return a.order < b.order; });
    const auto same = [](const OwnershipRow& a, const OwnershipRow& b) {
      return a.match == b.match && a.team == b.team && a.days == b.days;
    };
    if (std::equal(have.begin(), have.end(), wanted.begin(), wanted.end(), same)) {
      wanted = current_.ownership;
      return;
    }
    result_.ownership_changed = true;
    // What both begin and end with stays; rules between are new, gone or moved, and so is everything their globs match.
    const auto [first_have, first_wanted] = std::mismatch(have.begin(), have.end(), wanted.begin(), wanted.end(), same);
    auto last_have = have.end();
    auto last_wanted = wanted.end();
    while (last_have != first_have && last_wanted != first_wanted && same(*(last_have - 1), *(last_wanted - 1))) --last_have, --last_wanted;
    TellRules({first_have, last_have}, {first_wanted, last_wanted}, same);
  }
  template <typename Same>
  void TellRules(const std::vector<OwnershipRow>& have, const std::vector<OwnershipRow>& wanted, Same same) {
    const auto holds = [&](const std::vector<OwnershipRow>& rows, const OwnershipRow& row) {
      return std::any_of(rows.begin(), rows.end(), [&](const OwnershipRow& other) { return same(row, other); });
    };
    for (const OwnershipRow& row : wanted) {
      result_.affected_matches.push_back(row.match);
      const bool moved = holds(have, row);
      Say(moved ? Change::ACTION_CHANGE : Change::ACTION_ADD, row.match,
          moved ? "has another place among the rules" : absl::StrCat("belongs to ", TeamName(row.team), " ", Words(row.days)));
    }
    for (const OwnershipRow& row : have) {
      result_.affected_matches.push_back(row.match);
      if (!holds(wanted, row))
        Say(Change::ACTION_DELETE, row.match, absl::StrCat("no longer belongs to ", TeamName(row.team), " ", Words(row.days)));
    }
  }

  void UnnamedPeople() {
    std::vector<std::string> dropped;
    for (auto& [id, row] : people_) {
      if (named_people_.contains(id)) continue;
      if (prune_) {
        dropped.push_back(id);
        continue;
      }
      if (!row.former) {
        row.former = true;
        result_.people.push_back(row);
        Say(Change::ACTION_END, "people/" + id, "is no longer in the file: former from today");
      }
      std::vector<MembershipRow> ended;
      for (MembershipRow membership : histories_[row.uid]) {
        membership.days.end = std::min(membership.days.end, today_);
        if (!membership.days.empty()) ended.push_back(membership);
      }
      ReplaceHistory(id, row.uid, std::move(ended), Change::ACTION_END);
    }
    for (const std::string& id : dropped) DeletePerson(people_.extract(id).mapped());
  }
  void DeletePerson(const PersonRow& person) {
    Say(Change::ACTION_DELETE, "people/" + person.id, "is no longer in the file: deleted with memberships and links");
    for (const AccountName& name : linked_[person.uid]) {
      AccountRow& row = accounts_[name];
      if (row.person != person.uid) continue;
      row.person = PersonUid{};
      row.linked_by_file = false;
      AccountChanged(row);
    }
    histories_.erase(person.uid);
    result_.memberships.erase(person.uid);
    result_.deleted_people.push_back(person.uid);
  }

  void EndUnnamedTeams() {
    for (auto& [id, row] : teams_) {
      if (row.end.has_value() || IsNamedTeam(id)) continue;
      row.end = today_;
      result_.teams.push_back(row);
      TeamTimeChanged(row.uid, today_);
      Say(Change::ACTION_END, "teams/" + id, "is no longer in the file: ended today");
    }
  }
  void DropUnnamedTeams() {
    std::vector<std::string> dropped;
    for (const auto& [id, row] : teams_) {
      if (!IsNamedTeam(id)) dropped.push_back(id);
    }
    for (const std::string& id : dropped) {
      const TeamRow row = teams_.extract(id).mapped();
      TeamTimeChanged(row.uid, DayRange().start);
      result_.deleted_teams.push_back(row.uid);
      Say(Change::ACTION_DELETE, "teams/" + id, "is no longer in the file: deleted");
    }
  }
  bool IsNamedTeam(const std::string& id) const { return named_teams_.contains(id); }

  void Collect() {
    domain::DirectoryRows& after = result_.after;
    for (const auto& [id, row] : people_) after.people.push_back(row);
    for (const auto& [id, row] : teams_) after.teams.push_back(row);
    for (const auto& [name, row] : accounts_) after.accounts.push_back(row);
    for (const auto& [person, history] : histories_) after.memberships.insert(after.memberships.end(), history.begin(), history.end());
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
  // Over the days from the first to the last that changed: one look-up for each account.
  void AffectAccountsOfTouchedPeople() {
    for (const auto& [person, ranges] : touched_) {
      DayRange all = ranges.front();
      for (const DayRange& range : ranges) all = {std::min(all.start, range.start), std::max(all.end, range.end)};
      for (const AccountName& name : linked_[person]) result_.affected_accounts.emplace_back(accounts_[name].uid, all);
    }
  }

  const DirectoryFile& file_;
  const domain::DirectoryRows& current_;
  const absl::CivilDay today_;
  const bool prune_;
  domain::UidSource& uids_;
  DirectoryDifference result_;
  std::map<std::string, TeamRow> teams_;
  std::unordered_map<TeamUid, std::string> team_ids_;  // deleted ones too
  std::map<std::string, PersonRow> people_;
  std::map<AccountName, AccountRow> accounts_, changed_accounts_;
  std::unordered_map<PersonUid, std::vector<MembershipRow>> histories_;
  std::map<PersonUid, std::vector<DayRange>> touched_;
  std::set<std::string> named_people_, named_teams_;
  std::unordered_map<PersonUid, std::vector<AccountName>> linked_;  // as it stands
  std::set<AccountName> file_accounts_;
  bool accounts_changed_ = false, memberships_changed_ = false;
};

}  // namespace

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
