// Statements of duties. X(Name, text)
#ifndef COMITY_SERVICE_STORE_SQL_STATEMENTS_DUTIES_H_
#define COMITY_SERVICE_STORE_SQL_STATEMENTS_DUTIES_H_

#define COMITY_SQL_ROTATION_COLUMNS "number, id, team, duty, title, start_day, interval_weeks, seed, created, changed, archived, version"

// clang-format off
#define COMITY_SQL_DUTIES(X) \
  X(InsertRotation, \
    "INSERT INTO rotations (" COMITY_SQL_ROTATION_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)") \
  X(UpdateRotation, \
    "UPDATE rotations SET title = ?2, changed = ?3, archived = ?4, version = ?5 WHERE number = ?1") \
  X(FindRotationById, \
    "SELECT " COMITY_SQL_ROTATION_COLUMNS " FROM rotations WHERE id = ?1") \
  X(FindRotationByNumber, \
    "SELECT " COMITY_SQL_ROTATION_COLUMNS " FROM rotations WHERE number = ?1") \
  X(RotationsOfTeam, \
    "SELECT " COMITY_SQL_ROTATION_COLUMNS " FROM rotations WHERE team = ?1 ORDER BY id") \
  X(RunningRotations, \
    "SELECT " COMITY_SQL_ROTATION_COLUMNS " FROM rotations WHERE archived = 9223372036854775807 ORDER BY number") \
  X(AddSeat, \
    "INSERT INTO duty_seats (rotation, seat, person) VALUES (?1, ?2, ?3)") \
  X(SeatsOfRotation, \
    "SELECT seat, uid FROM duty_seats LEFT JOIN uids ON number = person WHERE rotation = ?1 ORDER BY seat") \
  X(SeatsOfPerson, \
    "SELECT rotation, seat FROM duty_seats WHERE person = ?1 ORDER BY rotation") \
  X(BlankSeatsOf, \
    "UPDATE duty_seats SET person = NULL WHERE person = ?1") \
  X(AppendTurn, \
    "INSERT INTO duty_turns (rotation, number, round, cause, made, present, seat) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)") \
  X(TurnsOfRotation, \
    "SELECT round, cause, made, present, seat FROM duty_turns WHERE rotation = ?1 ORDER BY number") \
  X(PutOffer, \
    "INSERT INTO duty_offers (rotation, round, seat) VALUES (?1, ?2, ?3) ON CONFLICT (rotation, round) DO UPDATE SET seat = excluded.seat") \
  X(DeleteOffer, \
    "DELETE FROM duty_offers WHERE rotation = ?1 AND round = ?2") \
  X(DeleteOffersBefore, \
    "DELETE FROM duty_offers WHERE rotation = ?1 AND round < ?2") \
  X(DeleteOffersTo, \
    "DELETE FROM duty_offers WHERE rotation = ?1 AND seat = ?2") \
  X(OffersOfRotation, \
    "SELECT round, seat FROM duty_offers WHERE rotation = ?1 ORDER BY round") \
  X(InsertAbsence, \
    "INSERT INTO duty_absences (person, uid, first_day, last_day) VALUES (?1, ?2, ?3, ?4)") \
  X(AbsencesOf, \
    "SELECT uid, first_day, last_day FROM duty_absences WHERE person = ?1 ORDER BY uid") \
  X(DeleteAbsence, \
    "DELETE FROM duty_absences WHERE person = ?1 AND uid = ?2") \
  X(DeleteAbsencesOf, \
    "DELETE FROM duty_absences WHERE person = ?1") \
  X(AnyAbsenceBefore, \
    "SELECT last_day FROM duty_absences WHERE last_day < ?1 LIMIT 1") \
  X(DeleteAbsencesBefore, \
    "DELETE FROM duty_absences WHERE last_day < ?1")
// clang-format on

#endif  // COMITY_SERVICE_STORE_SQL_STATEMENTS_DUTIES_H_
