#include "service/store/sql/duty_sql.h"

#include "service/base/error.h"
#include "service/store/sql/counters.h"
#include "service/store/sql/run.h"
#include "service/store/sql/value_codec.h"

namespace comity::store::sql {
namespace {

RotationRow ReadRotation(const Statement& row) {
  RotationRow read;
  read.number = row.Int(0);
  read.rotation = {.id = ReadText(row, 1),
                   .team = ReadId<domain::TeamUid>(row, 2),
                   .duty = ReadEnum<domain::Duty>(row, 3),
                   .title = ReadText(row, 4),
                   .start_day = ReadInt32(row, 5),
                   .interval_weeks = ReadInt32(row, 6),
                   .seed = ReadText(row, 7),
                   .created = ReadTime(row, 8),
                   .changed = ReadTime(row, 9),
                   .archived = ReadTime(row, 10),
                   .version = row.Int(11)};
  return read;
}

}  // namespace

absl::Status DutySql::InsertRotation(const domain::Rotation& rotation) {
  COMITY_RETURN_IF_ERROR(AddToCounter(connection_, kRotationNumber, 1));
  COMITY_ASSIGN_OR_RETURN(const int64_t number, FindCounter(connection_, kRotationNumber));
  return Run(connection_, Sql::kInsertRotation, number, rotation.id, rotation.team, rotation.duty, rotation.title, rotation.start_day,
             rotation.interval_weeks, Blob{rotation.seed}, rotation.created, rotation.changed, rotation.archived, rotation.version);
}

absl::Status DutySql::UpdateRotation(int64_t number, const domain::Rotation& rotation) {
  return Run(connection_, Sql::kUpdateRotation, number, rotation.title, rotation.changed, rotation.archived, rotation.version);
}

absl::StatusOr<std::optional<RotationRow>> DutySql::FindRotation(std::string_view id) {
  std::optional<RotationRow> found;
  COMITY_RETURN_IF_ERROR(Each(
      connection_, Sql::kFindRotationById, [&](const Statement& row) { found = ReadRotation(row); }, id));
  return found;
}

absl::StatusOr<std::optional<RotationRow>> DutySql::FindRotation(int64_t number) {
  std::optional<RotationRow> found;
  COMITY_RETURN_IF_ERROR(Each(
      connection_, Sql::kFindRotationByNumber, [&](const Statement& row) { found = ReadRotation(row); }, number));
  return found;
}

absl::StatusOr<std::vector<RotationRow>> DutySql::RotationsOf(domain::TeamUid team) {
  std::vector<RotationRow> rows;
  COMITY_RETURN_IF_ERROR(Each(
      connection_, Sql::kRotationsOfTeam, [&](const Statement& row) { rows.push_back(ReadRotation(row)); }, team));
  return rows;
}

absl::StatusOr<std::vector<RotationRow>> DutySql::RunningRotations() {
  std::vector<RotationRow> rows;
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kRunningRotations, [&](const Statement& row) { rows.push_back(ReadRotation(row)); }));
  return rows;
}

absl::Status DutySql::AddSeat(int64_t rotation, domain::Seat seat, domain::PersonUid person) {
  COMITY_ASSIGN_OR_RETURN(const int64_t number, numbers_.Ensure(person));
  return Run(connection_, Sql::kAddSeat, rotation, seat, number);
}

absl::StatusOr<std::vector<SeatRow>> DutySql::SeatsOf(int64_t rotation) {
  std::vector<SeatRow> seats;
  const auto add = [&](const Statement& row) { seats.push_back({ReadInt32(row, 0), ReadId<domain::PersonUid>(row, 1)}); };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kSeatsOfRotation, add, rotation));
  return seats;
}

absl::StatusOr<std::vector<std::pair<int64_t, domain::Seat>>> DutySql::SeatsOf(domain::PersonUid person) {
  std::vector<std::pair<int64_t, domain::Seat>> seats;
  COMITY_ASSIGN_OR_RETURN(const int64_t number, numbers_.Find(person));
  const auto add = [&](const Statement& row) { seats.emplace_back(row.Int(0), ReadInt32(row, 1)); };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kSeatsOfPerson, add, number));
  return seats;
}

absl::Status DutySql::AppendTurn(int64_t rotation, size_t before, const domain::Turn& turn) {
  return Run(connection_, Sql::kAppendTurn, rotation, before, turn.round, turn.cause, turn.made, Blob{EncodeNumbers(turn.present)},
             turn.seat);
}

absl::StatusOr<std::vector<domain::Turn>> DutySql::TurnsOf(int64_t rotation) {
  std::vector<domain::Turn> turns;
  const auto add = [&](const Statement& row) {
    turns.push_back({.round = ReadInt32(row, 0),
                     .cause = ReadEnum<domain::TurnCause>(row, 1),
                     .made = ReadTime(row, 2),
                     .present = DecodeNumbers(row.Bytes(3)),
                     .seat = ReadInt32(row, 4)});
  };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kTurnsOfRotation, add, rotation));
  return turns;
}

absl::Status DutySql::PutOffer(int64_t rotation, const OfferRow& offer) {
  return Run(connection_, Sql::kPutOffer, rotation, offer.round, offer.seat);
}

absl::Status DutySql::DeleteOffer(int64_t rotation, int32_t round) { return Run(connection_, Sql::kDeleteOffer, rotation, round); }

absl::Status DutySql::DeleteOffersBefore(int64_t rotation, int32_t round) {
  return Run(connection_, Sql::kDeleteOffersBefore, rotation, round);
}

absl::StatusOr<std::vector<OfferRow>> DutySql::OffersOf(int64_t rotation) {
  std::vector<OfferRow> offers;
  const auto add = [&](const Statement& row) { offers.push_back({ReadInt32(row, 0), ReadInt32(row, 1)}); };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kOffersOfRotation, add, rotation));
  return offers;
}

absl::Status DutySql::InsertAbsence(domain::PersonUid person, const domain::Absence& absence) {
  COMITY_ASSIGN_OR_RETURN(const int64_t number, numbers_.Ensure(person));
  return Run(connection_, Sql::kInsertAbsence, number, absence.uid, absence.first_day, absence.last_day);
}

absl::StatusOr<std::vector<domain::Absence>> DutySql::AbsencesOf(domain::PersonUid person) {
  std::vector<domain::Absence> absences;
  COMITY_ASSIGN_OR_RETURN(const int64_t number, numbers_.Find(person));
  const auto add = [&](const Statement& row) {
    absences.push_back({ReadId<domain::AbsenceUid>(row, 0), ReadInt32(row, 1), ReadInt32(row, 2)});
  };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kAbsencesOf, add, number));
  return absences;
}

absl::StatusOr<bool> DutySql::DeleteAbsence(domain::PersonUid person, domain::AbsenceUid uid) {
  COMITY_ASSIGN_OR_RETURN(const int64_t number, numbers_.Find(person));
  COMITY_ASSIGN_OR_RETURN(const int64_t deleted, RunCounting(connection_, Sql::kDeleteAbsence, number, uid));
  return deleted > 0;
}

absl::StatusOr<bool> DutySql::AnyAbsenceBefore(int32_t day) {
  bool any = false;
  COMITY_RETURN_IF_ERROR(Each(
      connection_, Sql::kAnyAbsenceBefore, [&](const Statement&) { any = true; }, day));
  return any;
}

absl::Status DutySql::DeleteAbsencesBefore(int32_t day) { return Run(connection_, Sql::kDeleteAbsencesBefore, day); }

absl::Status DutySql::Erase(domain::PersonUid person) {
  COMITY_ASSIGN_OR_RETURN(const int64_t number, numbers_.Find(person));
  if (number == 0) return absl::OkStatus();
  COMITY_ASSIGN_OR_RETURN(const auto seats, SeatsOf(person));
  for (const auto& [rotation, seat] : seats) COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kDeleteOffersTo, rotation, seat));
  COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kBlankSeatsOf, number));
  return Run(connection_, Sql::kDeleteAbsencesOf, number);
}

}  // namespace comity::store::sql
