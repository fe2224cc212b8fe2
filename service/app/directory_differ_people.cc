// People, their accounts and memberships, and bots.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "service/app/directory_differ.h"

namespace comity::app {
namespace {

using domain::AccountName;
using domain::AccountRow;
using domain::DayRange;
using domain::MembershipRow;
using domain::PersonRow;
using domain::PersonUid;
using Change = v1::DirectoryChange;

}  // namespace

void Differ::NamedPeople() {
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

void Differ::Accounts(const DirectoryFile::Person& named, PersonUid person) {
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

AccountRow& Differ::AccountOf(const AccountName& name) {
  AccountRow& row = accounts_[name];
  if (row.uid.empty()) {
    row.uid = uids_.Make<domain::AccountUid>("account " + name.ToText());
    row.salt = uids_.Make<domain::Salt>("salt of account " + name.ToText());
    row.name = name;
  }
  return row;
}

void Differ::AccountChanged(const AccountRow& row) {
  changed_accounts_[row.name] = row;
  result_.affected_accounts.emplace_back(row.uid, DayRange{});
  accounts_changed_ = true;
}

void Differ::Bots() {
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

void Differ::ReplaceHistory(const std::string& id, PersonUid person, std::vector<MembershipRow> wanted, Change::Action removal) {
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

void Differ::UnnamedPeople() {
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

void Differ::DeletePerson(const PersonRow& person) {
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

// Over the days from the first to the last that changed: one look-up for each account.
void Differ::AffectAccountsOfTouchedPeople() {
  for (const auto& [person, ranges] : touched_) {
    DayRange all = ranges.front();
    for (const DayRange& range : ranges) all = {std::min(all.start, range.start), std::max(all.end, range.end)};
    for (const AccountName& name : linked_[person]) result_.affected_accounts.emplace_back(accounts_[name].uid, all);
  }
}

}  // namespace comity::app
