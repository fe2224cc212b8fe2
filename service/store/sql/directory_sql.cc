#include "service/store/sql/directory_sql.h"

#include "service/store/sql/counters.h"
#include "service/store/sql/run.h"

namespace comity::store::sql {
namespace {

domain::DayRange ReadDays(const Statement& row, int column) {
  return {domain::DayFromNumber(ReadInt32(row, column)), domain::DayFromNumber(ReadInt32(row, column + 1))};
}

}  // namespace

absl::StatusOr<int64_t> DirectorySql::Version() { return FindCounter(connection_, kDirectoryVersion); }

absl::Status DirectorySql::Changed() { return AddToCounter(connection_, kDirectoryVersion, 1); }

absl::StatusOr<domain::DirectoryRows> DirectorySql::Load() {
  domain::DirectoryRows rows;
  const auto person = [&](const Statement& row) {
    rows.people.push_back({ReadId<domain::PersonUid>(row, 0), ReadText(row, 1), ReadText(row, 2), ReadBool(row, 3), ReadBool(row, 4),
                           ReadId<domain::Salt>(row, 5)});
  };
  const auto team = [&](const Statement& row) {
    domain::TeamRow& added = rows.teams.emplace_back();
    added = {ReadId<domain::TeamUid>(row, 0), ReadText(row, 1), ReadText(row, 2), ReadId<domain::TeamUid>(row, 3), ReadText(row, 4), {}};
    if (!row.IsNull(5)) added.end = domain::DayFromNumber(ReadInt32(row, 5));
  };
  const auto membership = [&](const Statement& row) {
    rows.memberships.push_back({ReadId<domain::PersonUid>(row, 0), ReadId<domain::TeamUid>(row, 1), ReadDays(row, 2), ReadBool(row, 4)});
  };
  const auto ownership = [&](const Statement& row) {
    rows.ownership.push_back({ReadInt32(row, 0), ReadText(row, 1), ReadId<domain::TeamUid>(row, 2), ReadDays(row, 3)});
  };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kAllPeople, person));
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kAllTeams, team));
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kAllMemberships, membership));
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kAllOwnership, ownership));
  COMITY_RETURN_IF_ERROR(LoadAccounts(rows));
  return rows;
}

absl::Status DirectorySql::PutPerson(const domain::PersonRow& person) {
  COMITY_RETURN_IF_ERROR(
      Run(connection_, Sql::kPutPerson, person.uid, person.id, person.display_name, person.former, person.opted_out, OrNull(person.salt)));
  return Changed();
}

absl::Status DirectorySql::PutTeam(const domain::TeamRow& team) {
  const auto put = [&](auto end) {
    return Run(connection_, Sql::kPutTeam, team.uid, team.id, team.display_name, OrNull(team.parent), team.function, end);
  };
  COMITY_RETURN_IF_ERROR(team.end ? put(domain::DayNumber(*team.end)) : put(nullptr));
  return Changed();
}

absl::Status DirectorySql::PutMemberships(domain::PersonUid person, const std::vector<domain::MembershipRow>& memberships) {
  COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kDeleteMemberships, person));
  int64_t place = 0;
  for (const domain::MembershipRow& membership : memberships) {
    COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kInsertMembership, person, ++place, membership.team,
                               domain::DayNumber(membership.days.start), domain::DayNumber(membership.days.end), membership.primary));
  }
  return Changed();
}

absl::Status DirectorySql::PutOwnership(const std::vector<domain::OwnershipRow>& ownership) {
  COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kDeleteOwnership));
  int64_t place = 0;
  for (const domain::OwnershipRow& rule : ownership) {
    COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kInsertOwnership, ++place, rule.order, rule.match, rule.team,
                               domain::DayNumber(rule.days.start), domain::DayNumber(rule.days.end)));
  }
  return Changed();
}

// Everything personal goes: names, logins, and the words they wrote. What stays is the uid in deeds and ledger, which names nobody.
absl::Status DirectorySql::DeletePerson(domain::PersonUid person) {
  for (const Sql sql : {Sql::kDeletePerson, Sql::kDeleteMemberships, Sql::kForgetAccountsOf, Sql::kDeleteOptOut,
                        Sql::kDeleteStatementTextsBy, Sql::kDeleteProposalTextsBy}) {
    COMITY_RETURN_IF_ERROR(Run(connection_, sql, person));
  }
  return Changed();
}

absl::Status DirectorySql::DeleteTeam(domain::TeamUid team) {
  COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kDeleteTeam, team));
  return Changed();
}

}  // namespace comity::store::sql
