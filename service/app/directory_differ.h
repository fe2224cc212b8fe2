// How a directory file's difference is found. Internal to directory_apply.
#ifndef COMITY_SERVICE_APP_DIRECTORY_DIFFER_H_
#define COMITY_SERVICE_APP_DIRECTORY_DIFFER_H_

#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "service/app/directory_apply.h"

namespace comity::app {

// `from 2026-01-01 until 2026-09-01`.
std::string Words(const domain::DayRange& days);
// The order in which histories are compared.
bool Before(const domain::MembershipRow& a, const domain::MembershipRow& b);

// Lives for one difference; its arguments outlive it.
class Differ {
 public:
  Differ(const DirectoryFile& file, const domain::DirectoryRows& current, absl::CivilDay today, bool prune, domain::UidSource& uids)
      : file_(file), current_(current), today_(today), prune_(prune), uids_(uids) {}

  DirectoryDifference Run();

 private:
  void Say(v1::DirectoryChange::Action action, std::string target, std::string summary);
  std::string TeamName(domain::TeamUid uid) const;
  void Collect();

  // Teams and what they own: directory_differ_teams.cc.
  void NamedTeams();
  std::string TeamWords(const domain::TeamRow& before, const domain::TeamRow& after) const;
  void TeamTimeChanged(domain::TeamUid team, absl::CivilDay from);
  void Ownership();
  template <typename Same>
  void TellRules(const std::vector<domain::OwnershipRow>& have, const std::vector<domain::OwnershipRow>& wanted, Same same);
  void EndUnnamedTeams();
  void DropUnnamedTeams();
  bool IsNamedTeam(const std::string& id) const;

  // People, their accounts and memberships, and bots: directory_differ_people.cc.
  void NamedPeople();
  void Accounts(const DirectoryFile::Person& named, domain::PersonUid person);
  domain::AccountRow& AccountOf(const domain::AccountName& name);
  void AccountChanged(const domain::AccountRow& row);
  void Bots();
  void ReplaceHistory(const std::string& id, domain::PersonUid person, std::vector<domain::MembershipRow> wanted,
                      v1::DirectoryChange::Action removal);
  void UnnamedPeople();
  void DeletePerson(const domain::PersonRow& person);
  void AffectAccountsOfTouchedPeople();

  const DirectoryFile& file_;
  const domain::DirectoryRows& current_;
  const absl::CivilDay today_;
  const bool prune_;
  domain::UidSource& uids_;
  DirectoryDifference result_;
  std::map<std::string, domain::TeamRow> teams_;
  std::unordered_map<domain::TeamUid, std::string> team_ids_;  // deleted ones too
  std::map<std::string, domain::PersonRow> people_;
  std::map<domain::AccountName, domain::AccountRow> accounts_, changed_accounts_;
  std::unordered_map<domain::PersonUid, std::vector<domain::MembershipRow>> histories_;
  std::map<domain::PersonUid, std::vector<domain::DayRange>> touched_;
  std::set<std::string> named_people_, named_teams_;
  std::unordered_map<domain::PersonUid, std::vector<domain::AccountName>> linked_;  // as it stands
  std::set<domain::AccountName> file_accounts_;
  bool accounts_changed_ = false, memberships_changed_ = false;
};

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_DIRECTORY_DIFFER_H_
