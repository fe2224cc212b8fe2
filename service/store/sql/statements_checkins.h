// Statements of check-ins. X(Name, text)
#ifndef COMITY_SERVICE_STORE_SQL_STATEMENTS_CHECKINS_H_
#define COMITY_SERVICE_STORE_SQL_STATEMENTS_CHECKINS_H_

#define COMITY_SQL_CHECKIN_TEMPLATE_COLUMNS \
  "id, version, team, title, opens_on, series, label, teams, questions, open_hours, archived, created, changed, since"
#define COMITY_SQL_CHECKIN_COLUMNS \
  "number, uid, template, template_version, team, opens_on, kind, about, same, pool, opened, closes, state, released, withheld"

// clang-format off
#define COMITY_SQL_CHECKINS(X) \
  /* what is asked */ \
  X(InsertCheckInTemplate, \
    "INSERT INTO checkin_templates (" COMITY_SQL_CHECKIN_TEMPLATE_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, " \
    "?13, ?14)") \
  X(LatestCheckInTemplates, \
    "SELECT " COMITY_SQL_CHECKIN_TEMPLATE_COLUMNS " FROM checkin_templates AS asked WHERE NOT EXISTS (SELECT 1 FROM checkin_templates AS " \
    "newer WHERE newer.id = asked.id AND newer.version > asked.version) ORDER BY id") \
  X(CheckInTemplatesInForce, \
    "SELECT " COMITY_SQL_CHECKIN_TEMPLATE_COLUMNS " FROM checkin_templates AS asked WHERE archived = 0 AND NOT EXISTS (SELECT 1 FROM " \
    "checkin_templates AS newer WHERE newer.id = asked.id AND newer.version > asked.version) ORDER BY id") \
  X(VersionsOfCheckInTemplate, \
    "SELECT " COMITY_SQL_CHECKIN_TEMPLATE_COLUMNS " FROM checkin_templates WHERE id = ?1 ORDER BY version") \
  X(AnyCheckInTemplate, \
    "SELECT 1 FROM checkin_templates AS asked WHERE opens_on = ?1 AND (archived = 0 OR changed > ?2) AND NOT EXISTS (SELECT 1 FROM " \
    "checkin_templates AS newer WHERE newer.id = asked.id AND newer.version > asked.version) LIMIT 1") \
  X(InsertNormSet, \
    "INSERT INTO norm_sets (id, version, team, title, norms, changed) VALUES (?1, ?2, ?3, ?4, ?5, ?6)") \
  X(LatestNormSets, \
    "SELECT id, version, team, title, norms, changed FROM norm_sets AS norms WHERE NOT EXISTS (SELECT 1 FROM norm_sets AS newer WHERE " \
    "newer.id = norms.id AND newer.version > norms.version) ORDER BY id") \
  X(VersionsOfNormSet, \
    "SELECT id, version, team, title, norms, changed FROM norm_sets WHERE id = ?1 ORDER BY version") \
  /* what to look at */ \
  X(PutOccurrence, \
    "INSERT INTO checkin_occurrences (kind, about, due, looked) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (kind, about) DO UPDATE SET due = " \
    "CASE WHEN excluded.due < checkin_occurrences.due THEN excluded.due ELSE checkin_occurrences.due END") \
  X(SetOccurrenceLooked, \
    "UPDATE checkin_occurrences SET due = ?4, looked = ?5 WHERE kind = ?1 AND about = ?2 AND due = ?3") \
  X(DeleteOccurrence, \
    "DELETE FROM checkin_occurrences WHERE kind = ?1 AND about = ?2 AND due = ?3") \
  X(DueOccurrences, \
    "SELECT kind, about, due FROM checkin_occurrences WHERE due <= ?1 ORDER BY due LIMIT ?2") \
  X(OccurrencesLookedAtLater, \
    "SELECT kind, about, due FROM checkin_occurrences WHERE looked > ?1 ORDER BY looked LIMIT ?2") \
  X(MoveOccurrence, \
    "UPDATE checkin_occurrences SET about = ?2 WHERE kind = 2 AND about = ?1 AND NOT EXISTS (SELECT 1 FROM checkin_occurrences AS other " \
    "WHERE other.kind = 2 AND other.about = ?2)") \
  X(MoveCheckIns, \
    "UPDATE checkins SET about = ?2, same = ?2 WHERE kind = 2 AND about = ?1 AND NOT EXISTS (SELECT 1 FROM checkins AS other WHERE " \
    "other.kind = 2 AND other.about = ?2 AND other.team = checkins.team)") \
  /* check-ins */ \
  X(SameCheckIn, \
    "SELECT 1 FROM checkins WHERE kind = ?1 AND about = ?2 AND team = ?3 LIMIT 1") \
  X(SameCheckInElsewhere, \
    "SELECT 1 FROM checkins WHERE kind = ?1 AND same = ?2 AND team = ?3 LIMIT 1") \
  X(InsertCheckIn, \
    "INSERT INTO checkins (uid, template, template_version, team, opens_on, kind, about, same, pool, opened, closes, state, released, " \
    "withheld) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) ON CONFLICT (uid) DO NOTHING") \
  X(FindCheckIn, \
    "SELECT " COMITY_SQL_CHECKIN_COLUMNS " FROM checkins WHERE uid = ?1") \
  X(OpenCheckInsAbout, \
    "SELECT " COMITY_SQL_CHECKIN_COLUMNS " FROM checkins WHERE kind = ?1 AND about = ?2 AND state = 1") \
  X(CheckInsUntil, \
    "SELECT " COMITY_SQL_CHECKIN_COLUMNS " FROM checkins WHERE state = ?1 AND closes <= ?2 ORDER BY closes LIMIT ?3") \
  X(CheckInsOfTemplate, \
    "SELECT " COMITY_SQL_CHECKIN_COLUMNS " FROM checkins WHERE template = ?1 AND state = ?2 AND number < ?3 ORDER BY number DESC LIMIT ?4") \
  X(CheckInsReleasedTogether, \
    "SELECT " COMITY_SQL_CHECKIN_COLUMNS " FROM checkins WHERE released = ?1 AND released > 0") \
  X(SetCheckInOpened, \
    "UPDATE checkins SET opened = ?2, closes = ?3 WHERE uid = ?1") \
  X(SetCheckInState, \
    "UPDATE checkins SET state = ?2 WHERE uid = ?1") \
  X(SetCheckInsCleared, \
    "UPDATE checkins SET state = 3 WHERE released = ?1 AND released > 0") \
  X(EndAsksAbout, \
    "UPDATE asks SET waiting = 0 WHERE about = ?1 AND waiting = 1") \
  X(DeleteAsksAbout, \
    "DELETE FROM asks WHERE about = ?1") \
  X(SetCheckInReleased, \
    "UPDATE checkins SET released = ?2 WHERE number = ?1") \
  X(DeleteCheckIn, \
    "DELETE FROM checkins WHERE uid = ?1") \
  /* answers */ \
  X(PutCheckInAnswer, \
    "INSERT INTO checkin_answers (checkin, person, choices, words, held) SELECT number, ?2, ?3, ?4, ?5 FROM checkins WHERE uid = ?1 ON " \
    "CONFLICT (checkin, person) DO UPDATE SET choices = excluded.choices, words = excluded.words, held = excluded.held") \
  X(DeleteCheckInAnswer, \
    "DELETE FROM checkin_answers WHERE checkin = (SELECT number FROM checkins WHERE uid = ?1) AND person = ?2") \
  X(DeleteCheckInAnswers, \
    "DELETE FROM checkin_answers WHERE checkin = (SELECT number FROM checkins WHERE uid = ?1)") \
  X(DeleteReleasedAnswers, \
    "DELETE FROM checkin_answers WHERE checkin IN (SELECT number FROM checkins WHERE released = ?1 AND released > 0)") \
  X(CheckInAnswersTo, \
    "SELECT uids.uid, choices, words, held FROM checkins JOIN checkin_answers ON checkin = checkins.number JOIN uids ON uids.number = person " \
    "WHERE checkins.uid = ?1 ORDER BY person") \
  X(WaitingCheckInAnswers, \
    "SELECT checkins.number, uids.uid, choices, words, held FROM checkins JOIN checkin_answers ON checkin = checkins.number JOIN uids ON " \
    "uids.number = person WHERE pool = ?1 AND state = 2 AND released = 0 AND withheld = 0 AND closes > ?2") \
  X(CheckInAnswersBy, \
    "SELECT checkins.uid, choices, words, held FROM checkin_answers JOIN checkins ON checkins.number = checkin WHERE person = ?1") \
  /* erasure */ \
  X(WithholdCheckInsOf, \
    "UPDATE checkins SET withheld = 1 WHERE state = 2 AND uid IN (SELECT about FROM asks WHERE person = ?1 AND kind IN (2, 3, 4))") \
  X(DeleteCheckInAnswersBy, \
    "DELETE FROM checkin_answers WHERE person = ?1") \
  X(SweepCheckInAnswers, \
    "SELECT number, words FROM checkin_answers WHERE number > ?1 ORDER BY number LIMIT ?2") \
  X(RewriteCheckInAnswer, \
    "UPDATE checkin_answers SET words = ?2 WHERE number = ?1")
// clang-format on

#endif  // COMITY_SERVICE_STORE_SQL_STATEMENTS_CHECKINS_H_
