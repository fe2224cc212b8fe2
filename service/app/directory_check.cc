#include "service/app/directory_check.h"

#include <algorithm>
#include <map>
#include <optional>

#include "absl/strings/str_cat.h"

namespace comity::app {
namespace {

using domain::AccountName;
using domain::AccountRow;

// Edits (insert, delete, replace) that turn one word into the other.
size_t Distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row[b.size()];
}

std::string PathOf(std::string_view list, size_t index, std::string_view key) {
  return absl::StrCat(std::string(list), "[", index, "].", std::string(key));
}

class Checker {
 public:
  Checker(const DirectoryFile& file, const domain::DirectoryRows& current, bool prune, DirectoryFaults& faults)
      : file_(file), current_(current), prune_(prune), faults_(faults) {}

  void Run() {
    CheckIds(file_.people, "people", people_);
    CheckIds(file_.teams, "teams", teams_);
    known_teams_ = teams_;
    if (!prune_) {
      for (const domain::TeamRow& team : current_.teams) known_teams_.emplace(team.id, 0);
    }
    CheckTree();
    CheckMemberships();
    for (size_t i = 0; i < file_.ownership.size(); ++i) {
      CheckTeam(file_.ownership[i].team, file_.ownership[i].line, PathOf("ownership", i, "team"));
    }
    CheckAccounts();
  }

 private:
  using Ids = std::map<std::string_view, size_t>;  // id → index

  template <typename Items>
  void CheckIds(const Items& items, std::string_view list, Ids& ids) {
    for (size_t i = 0; i < items.size(); ++i) {
      if (items[i].id.empty()) continue;
      const auto [found, is_new] = ids.emplace(items[i].id, i);
      if (!is_new)
        faults_.Add(items[i].line, PathOf(list, i, "id"),
                    absl::StrCat("\"", items[i].id, "\" is on line ", items[found->second].line, " already; merge the two"));
    }
  }

  void CheckTeam(const std::string& id, int line, const std::string& path) {
    if (!id.empty() && !known_teams_.contains(id)) {
      faults_.Add(line, path, absl::StrCat("there is no team \"", id, "\"", Suggestion(id, Names(known_teams_)), "; add it under teams"));
    }
  }

  static std::vector<std::string_view> Names(const Ids& ids) {
    std::vector<std::string_view> names;
    for (const auto& [id, index] : ids) names.push_back(id);
    return names;
  }

  void CheckTree() {
    std::vector<int> state(file_.teams.size(), 0);  // 0 not seen, 1 on the way up, 2 done
    for (size_t i = 0; i < file_.teams.size(); ++i) {
      const DirectoryFile::Team& team = file_.teams[i];
      if (!team.parent.empty() && !teams_.contains(team.parent)) {
        faults_.Add(team.line, PathOf("teams", i, "parent"),
                    absl::StrCat("there is no team \"", team.parent, "\" in this file", Suggestion(team.parent, Names(teams_)),
                                 "; add it under teams"));
      }
      std::vector<size_t> way;
      size_t at = i;
      while (state[at] == 0) {
        state[at] = 1;
        way.push_back(at);
        const auto parent = teams_.find(file_.teams[at].parent);
        if (parent == teams_.end()) break;
        at = parent->second;
        if (state[at] == 1) {
          faults_.Add(
              file_.teams[at].line, PathOf("teams", at, "parent"),
              absl::StrCat("team \"", file_.teams[at].id, "\" is above itself; one team of the circle must have another parent or none"));
        }
      }
      for (const size_t done : way) state[done] = 2;
    }
  }

  void CheckMemberships() {
    std::map<std::string_view, std::vector<size_t>> by_person;
    for (size_t i = 0; i < file_.memberships.size(); ++i) {
      const DirectoryFile::Membership& membership = file_.memberships[i];
      CheckTeam(membership.team, membership.line, PathOf("memberships", i, "team"));
      if (membership.person.empty()) continue;
      const auto person = people_.find(membership.person);
      if (person == people_.end()) {
        faults_.Add(membership.line, PathOf("memberships", i, "person"),
                    absl::StrCat("there is no person \"", membership.person, "\"", Suggestion(membership.person, Names(people_)),
                                 "; add them under people"));
        continue;
      }
      if (file_.people[person->second].former && membership.days.open_end()) {
        faults_.Add(membership.line, PathOf("memberships", i, "end"),
                    absl::StrCat("\"", membership.person, "\" is former; write the first day on which this no longer held"));
      }
      by_person[membership.person].push_back(i);
    }
    for (auto& [person, indexes] : by_person) CheckPerson(indexes);
  }

  // Sorted by start, each needs to be compared only with the one of its sort that ends last so far.
  void CheckPerson(std::vector<size_t>& indexes) {
    std::stable_sort(indexes.begin(), indexes.end(),
                     [this](size_t a, size_t b) { return file_.memberships[a].days.start < file_.memberships[b].days.start; });
    std::map<std::string_view, size_t> last_in_team;
    std::optional<size_t> last_primary;
    const auto overlaps = [this](size_t earlier, size_t later) {
      return file_.memberships[later].days.start < file_.memberships[earlier].days.end;
    };
    const auto further = [this](size_t a, size_t b) { return file_.memberships[a].days.end < file_.memberships[b].days.end ? b : a; };
    for (const size_t i : indexes) {
      const DirectoryFile::Membership& membership = file_.memberships[i];
      if (membership.days.empty()) continue;
      const auto [last, is_first] = last_in_team.emplace(membership.team, i);
      if (!is_first && overlaps(last->second, i)) {
        faults_.Add(membership.line, PathOf("memberships", i, "start"),
                    absl::StrCat("\"", membership.person, "\" is in \"", membership.team, "\" by line ",
                                 file_.memberships[last->second].line, " at that time already; let one end where the other starts"));
      }
      last->second = further(last->second, i);
      if (!membership.primary) continue;
      if (last_primary.has_value() && overlaps(*last_primary, i)) {
        faults_.Add(membership.line, PathOf("memberships", i, "primary"),
                    absl::StrCat("\"", membership.person, "\" has another primary team at that time, on line ",
                                 file_.memberships[*last_primary].line, "; keep one"));
      }
      last_primary = last_primary.has_value() ? further(*last_primary, i) : i;
    }
  }

  void CheckAccounts() {
    std::map<AccountName, int> lines;  // where it was named first
    std::map<AccountName, const AccountRow*> rows;
    std::map<domain::PersonUid, std::string_view> ids;
    for (const AccountRow& row : current_.accounts) rows.emplace(row.name, &row);
    for (const domain::PersonRow& person : current_.people) ids.emplace(person.uid, person.id);
    const auto once = [&](const DirectoryFile::Account& account, const std::string& path) {
      const auto [found, is_new] = lines.emplace(account.name, account.line);
      if (!is_new)
        faults_.Add(account.line, path, absl::StrCat("is on line ", found->second, " already; an account is one person's or a bot's"));
    };
    for (size_t i = 0; i < file_.people.size(); ++i) {
      const DirectoryFile::Person& person = file_.people[i];
      for (size_t j = 0; j < person.accounts.size(); ++j) {
        const std::string path = absl::StrCat("people[", i, "].accounts[", j, "]");
        once(person.accounts[j], path);
        const auto row = rows.find(person.accounts[j].name);
        if (row == rows.end() || row->second->person.empty() || row->second->linked_by_file) continue;
        const auto owner = ids.find(row->second->person);
        if (owner == ids.end() || owner->second == person.id || person.id.empty()) continue;
        faults_.Add(person.accounts[j].line, path,
                    absl::StrCat("was linked to people/", std::string(owner->second),
                                 " by hand; if that is wrong, run: comity accounts unlink ", person.accounts[j].name.ToText()));
      }
    }
    for (size_t i = 0; i < file_.bots.size(); ++i) once(file_.bots[i], absl::StrCat("bots[", i, "]"));
  }

  const DirectoryFile& file_;
  const domain::DirectoryRows& current_;
  const bool prune_;
  DirectoryFaults& faults_;
  Ids people_, teams_, known_teams_;
};

}  // namespace

void DirectoryFaults::Add(int line, std::string_view path, std::string_view what) {
  faults_.push_back({line, {absl::StrCat("line ", line, ": ", std::string(path)), std::string(what)}});
}

absl::Status DirectoryFaults::ToStatus() const {
  std::vector<Fault> sorted = faults_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Fault& a, const Fault& b) { return a.line < b.line; });
  std::vector<FieldFault> told;
  for (const Fault& fault : sorted) {
    if (told.size() == kMaxDirectoryFaults) {
      told.push_back({absl::StrCat("line ", fault.line, " and after"),
                      absl::StrCat("there are ", sorted.size() - told.size(), " more faults; correct these first")});
      break;
    }
    told.push_back(fault.fault);
  }
  const std::string count = sorted.size() == 1 ? "a fault" : absl::StrCat(sorted.size(), " faults");
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kDirectoryInvalid,
               absl::StrCat("the directory file has ", count, "; nothing was applied"), std::move(told));
}

void CheckDirectory(const DirectoryFile& file, const domain::DirectoryRows& current, bool prune, DirectoryFaults& faults) {
  Checker(file, current, prune, faults).Run();
}

std::string Suggestion(std::string_view word, const std::vector<std::string_view>& known) {
  if (word.size() > 63 || known.size() > 10'000) return {};
  std::string_view best;
  size_t best_distance = word.size() < 4 ? 2 : 3;  // anything further away is another word
  for (const std::string_view candidate : known) {
    if (candidate.size() > word.size() + 2 || word.size() > candidate.size() + 2) continue;
    const size_t distance = Distance(word, candidate);
    if (distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best.empty() ? "" : absl::StrCat("; did you mean \"", std::string(best), "\"?");
}

}  // namespace comity::app
