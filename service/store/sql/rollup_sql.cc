// Rollups: added to, never set, and gone when they are zero.
#include "service/base/error.h"
#include "service/store/sql/deed_sql.h"
#include "service/store/sql/run.h"

namespace comity::store::sql {

absl::Status DeedSql::AddRollups(const domain::Rollups& deltas) {
  bool zero = false;
  for (const auto& [key, delta] : deltas.cells) {
    if (delta == domain::RollupDelta{}) continue;
    COMITY_ASSIGN_OR_RETURN(const int64_t helper, numbers_.Ensure(key.helper_team));
    COMITY_ASSIGN_OR_RETURN(const int64_t helped, numbers_.Ensure(key.helped_team));
    const auto read = [&](const Statement& row) { zero = row.Int(0) == 0 && row.Int(1) == 0; };
    COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kAddToRollup, read, key.week, key.start_day, helper, helped, key.kind, key.stance,
                                delta.line_count, delta.share_ppm));
    if (!zero) continue;
    COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kDeleteRollup, key.week, key.start_day, helper, helped, key.kind, key.stance));
  }
  for (const auto& [key, count] : deltas.people) {
    if (count == 0) continue;
    COMITY_ASSIGN_OR_RETURN(const int64_t helper, numbers_.Ensure(key.helper_team));
    COMITY_ASSIGN_OR_RETURN(const int64_t helped, numbers_.Ensure(key.helped_team));
    COMITY_ASSIGN_OR_RETURN(const int64_t person, numbers_.Ensure(key.person));
    const auto read = [&](const Statement& row) { zero = row.Int(0) == 0; };
    COMITY_RETURN_IF_ERROR(
        Each(connection_, Sql::kAddToWeekPerson, read, key.week_start_day, helper, helped, key.helper_side, person, count));
    if (!zero) continue;
    COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kDeleteWeekPerson, key.week_start_day, helper, helped, key.helper_side, person));
  }
  return absl::OkStatus();
}

absl::StatusOr<domain::Rollups> DeedSql::LoadRollups() {
  domain::Rollups rollups;
  const auto cell = [&](const Statement& row) {
    const domain::RollupKey key{ReadBool(row, 0),
                                ReadInt32(row, 1),
                                ReadId<domain::TeamUid>(row, 2),
                                ReadId<domain::TeamUid>(row, 3),
                                ReadEnum<domain::DeedKind>(row, 4),
                                ReadEnum<domain::Stance>(row, 5)};
    rollups.cells[key] = {row.Int(6), row.Int(7)};
  };
  const auto person = [&](const Statement& row) {
    const domain::WeekPersonKey key{ReadInt32(row, 0), ReadId<domain::TeamUid>(row, 1), ReadId<domain::TeamUid>(row, 2), ReadBool(row, 3),
                                    ReadId<domain::PersonUid>(row, 4)};
    rollups.people[key] = row.Int(5);
  };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kAllRollups, cell));
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kAllWeekPeople, person));
  return rollups;
}

}  // namespace comity::store::sql
