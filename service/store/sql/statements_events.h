// Statements of events and subjects. X(Name, text)
#ifndef COMITY_SERVICE_STORE_SQL_STATEMENTS_EVENTS_H_
#define COMITY_SERVICE_STORE_SQL_STATEMENTS_EVENTS_H_

// clang-format off
#define COMITY_SQL_EVENTS(X) \
  /* numbers */ \
  X(FindSubjectNumber, \
    "SELECT number FROM subjects WHERE subject = ?1") \
  X(AddSubjectNumber, \
    "INSERT INTO subjects (subject) VALUES (?1) ON CONFLICT (subject) DO UPDATE SET subject = excluded.subject RETURNING number") \
  X(FindUidNumber, \
    "SELECT number FROM uids WHERE uid = ?1") \
  X(AddUidNumber, \
    "INSERT INTO uids (uid) VALUES (?1) ON CONFLICT (uid) DO UPDATE SET uid = excluded.uid RETURNING number") \
  /* events */ \
  X(FindEventContent, \
    "SELECT content, further FROM events WHERE day = ?1 AND hash = ?2") \
  X(FindFurtherContents, \
    "SELECT content FROM observations WHERE day = ?1 AND hash = ?2") \
  X(InsertEvent, \
    "INSERT INTO events (day, hash, subject, stored, source, content, bytes, further, outcome, reason, parameters, deed) " \
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, ?8, ?9, ?10, ?11)") \
  X(InsertObservation, \
    "INSERT INTO observations (day, hash, content, stored, source, bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (day, " \
    "hash, content) DO NOTHING") \
  X(AddFurther, \
    "UPDATE events SET further = further + ?3 WHERE day = ?1 AND hash = ?2") \
  X(UpdateVerdict, \
    "UPDATE events SET outcome = ?3, reason = ?4, parameters = ?5, deed = ?6 WHERE day = ?1 AND hash = ?2") \
  X(EventsOfSubject, \
    "SELECT day, hash, stored, source, content, bytes, further, outcome, reason, parameters, deed FROM events WHERE subject = " \
    "?1 ORDER BY day, hash") \
  X(FindEvent, \
    "SELECT day, hash, stored, source, content, bytes, further, outcome, reason, parameters, deed, subjects.subject FROM " \
    "events JOIN subjects ON subjects.number = events.subject WHERE day = ?1 AND hash = ?2") \
  X(FindObservations, \
    "SELECT stored, source, content, bytes FROM observations WHERE day = ?1 AND hash = ?2 ORDER BY content") \
  X(ListEvents, \
    "SELECT day, hash FROM events WHERE (day, hash) < (?1, ?2) ORDER BY day DESC, hash DESC LIMIT ?3") \
  X(ScanFacts, \
    "SELECT day, hash, bytes FROM events WHERE (day, hash) > (?1, ?2) AND day < ?3 ORDER BY day, hash LIMIT ?4") \
  X(ListContext, \
    "SELECT day, hash FROM events WHERE outcome = 3 AND (day, hash) < (?1, ?2) ORDER BY day DESC, hash DESC LIMIT ?3") \
  X(ListByOutcome, \
    "SELECT day, hash FROM events WHERE outcome = ?1 AND outcome <> 3 AND number < ?2 ORDER BY number DESC LIMIT ?3") \
  X(FindEventNumber, \
    "SELECT number FROM events WHERE day = ?1 AND hash = ?2") \
  X(CountParked, \
    "SELECT COUNT(*) FROM events WHERE outcome = 6 AND outcome <> 3") \
  X(AllSubjects, \
    "SELECT subject FROM subjects WHERE subject > ?1 ORDER BY subject LIMIT ?2") \
  /* set aside */ \
  X(PutSetAside, \
    "INSERT INTO set_aside (day, hash, source, reason, detail, request, received) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON " \
    "CONFLICT (day, hash) DO UPDATE SET source = excluded.source, reason = excluded.reason, detail = excluded.detail, " \
    "request = excluded.request, received = excluded.received") \
  X(FindSetAside, \
    "SELECT source, reason, detail, request, received FROM set_aside WHERE day = ?1 AND hash = ?2") \
  X(DeleteSetAside, \
    "DELETE FROM set_aside WHERE day = ?1 AND hash = ?2") \
  X(ListSetAside, \
    "SELECT day, hash FROM set_aside WHERE (day, hash) < (?1, ?2) ORDER BY day DESC, hash DESC LIMIT ?3") \
  X(CountSetAside, \
    "SELECT COUNT(*) FROM set_aside") \
  /* subjects */ \
  X(FindSubject, \
    "SELECT suite, instance, kind, id, subject_key, uri, title FROM subject_details WHERE subject = ?1") \
  X(PutSubject, \
    "INSERT INTO subject_details (subject, suite, instance, kind, id, subject_key, uri, title) VALUES (?1, ?2, ?3, ?4, ?5, " \
    "?6, ?7, ?8) ON CONFLICT (subject) DO UPDATE SET suite = excluded.suite, instance = excluded.instance, kind = " \
    "excluded.kind, id = excluded.id, subject_key = excluded.subject_key, uri = excluded.uri, title = excluded.title WHERE " \
    "subject_details.frozen = 0") \
  X(FindSubjectsByUri, \
    "SELECT subjects.subject FROM subject_details JOIN subjects ON subjects.number = subject_details.subject WHERE uri = ?1 " \
    "AND uri <> ''") \
  X(PutAlias, \
    "INSERT INTO aliases (alias, subject) VALUES (?1, ?2) ON CONFLICT (alias) DO UPDATE SET subject = excluded.subject " \
    "WHERE aliases.subject <> excluded.subject") \
  X(FindAlias, \
    "SELECT subjects.subject FROM aliases JOIN subjects ON subjects.number = aliases.subject WHERE alias = ?1") \
  X(InsertFormerAlias, \
    "INSERT INTO former_aliases (subject, alias) VALUES (?1, ?2) ON CONFLICT (subject, alias) DO NOTHING") \
  X(FormerAliasesOf, \
    "SELECT alias FROM former_aliases WHERE subject = ?1") \
  X(InsertInstance, \
    "INSERT INTO instances (suite, instance) VALUES (?1, ?2) ON CONFLICT (suite, instance) DO NOTHING") \
  X(AllInstances, \
    "SELECT suite, instance FROM instances ORDER BY suite, instance") \
  /* links */ \
  X(InsertLink, \
    "INSERT INTO links (origin, kind, target) VALUES (?1, ?2, ?3) ON CONFLICT (origin, kind, target) DO NOTHING") \
  X(LinksFrom, \
    "SELECT kind, target FROM links WHERE origin = ?1 ORDER BY kind, target") \
  X(LinksTo, \
    "SELECT kind, target, subjects.subject FROM links JOIN subjects ON subjects.number = links.origin WHERE target = ?1") \
  /* participants, places, resolutions */ \
  X(InsertParticipant, \
    "INSERT INTO participants (day, account, subject) VALUES (?1, ?2, ?3) ON CONFLICT (day, account, subject) DO NOTHING") \
  X(SubjectsOfAccount, \
    "SELECT subjects.subject FROM participants JOIN subjects ON subjects.number = participants.subject WHERE day = ?1 AND " \
    "account = ?2") \
  X(NextDayOfParticipants, \
    "SELECT MIN(day) FROM participants WHERE day > ?1") \
  X(FindPlace, \
    "SELECT id FROM places WHERE suite = ?1 AND instance = ?2 AND kind = ?3 AND value = ?4") \
  X(InsertPlace, \
    "INSERT INTO places (suite, instance, kind, value) VALUES (?1, ?2, ?3, ?4) RETURNING id") \
  X(InsertSubjectPlace, \
    "INSERT INTO subject_places (place, subject) VALUES (?1, ?2) ON CONFLICT (place, subject) DO NOTHING") \
  X(AllPlaces, \
    "SELECT suite, instance, kind, value FROM places ORDER BY suite, instance, kind, value") \
  X(SubjectsInPlace, \
    "SELECT subjects.subject FROM subject_places JOIN subjects ON subjects.number = subject_places.subject WHERE place = ?1") \
  X(AddResolutions, \
    "INSERT INTO resolutions (time_window, account, total, subjects) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (time_window, " \
    "account) DO UPDATE SET total = resolutions.total + excluded.total, subjects = CASE WHEN length(resolutions.subjects) < " \
    "1024 THEN CAST(resolutions.subjects || excluded.subjects AS BLOB) END RETURNING total") \
  X(FindResolvedSubjects, \
    "SELECT subjects FROM resolutions WHERE time_window = ?1 AND account = ?2") \
  X(FindResolutions, \
    "SELECT total FROM resolutions WHERE time_window = ?1 AND account = ?2")
// clang-format on

#endif  // COMITY_SERVICE_STORE_SQL_STATEMENTS_EVENTS_H_
