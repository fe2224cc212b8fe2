// Teams and what they own.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "service/app/directory_differ.h"

namespace comity::app {
namespace {

using domain::DayRange;
using domain::MembershipRow;
using domain::OwnershipRow;
using domain::TeamRow;
using domain::TeamUid;
using Change = v1::DirectoryChange;

}  // namespace

// Uids first, so that parents may come after their children.
void Differ::NamedTeams() {
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

std::string Differ::TeamWords(const TeamRow& before, const TeamRow& after) const {
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
void Differ::TeamTimeChanged(TeamUid team, absl::CivilDay from) {
  for (const MembershipRow& row : current_.memberships) {
    if (row.team == team && from < row.days.end) touched_[row.person].push_back({from, DayRange().end});
  }
  for (const OwnershipRow& row : current_.ownership) {
    if (row.team == team) result_.affected_matches.push_back(row.match);
  }
}

void Differ::Ownership() {
  std::vector<OwnershipRow>& wanted = result_.after.ownership;
  for (size_t i = 0; i < file_.ownership.size(); ++i) {
    const DirectoryFile::Ownership& row = file_.ownership[i];
    wanted.push_back({static_cast<int32_t>(i), row.match, teams_[row.team].uid, row.days});
  }
  std::vector<OwnershipRow> have = current_.ownership;
  std::sort(have.begin(), have.end(), [](const OwnershipRow& a, const OwnershipRow& b) { return a.order < b.order; });
  const auto same = [](const OwnershipRow& a, const OwnershipRow& b) { return a.match == b.match && a.team == b.team && a.days == b.days; };
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
void Differ::TellRules(const std::vector<OwnershipRow>& have, const std::vector<OwnershipRow>& wanted, Same same) {
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

void Differ::EndUnnamedTeams() {
  for (auto& [id, row] : teams_) {
    if (row.end.has_value() || IsNamedTeam(id)) continue;
    row.end = today_;
    result_.teams.push_back(row);
    TeamTimeChanged(row.uid, today_);
    Say(Change::ACTION_END, "teams/" + id, "is no longer in the file: ended today");
  }
}

void Differ::DropUnnamedTeams() {
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

bool Differ::IsNamedTeam(const std::string& id) const { return named_teams_.contains(id); }

}  // namespace comity::app
