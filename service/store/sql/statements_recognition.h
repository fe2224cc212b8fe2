// Statements of recognition. X(Name, text)
#ifndef COMITY_SERVICE_STORE_SQL_STATEMENTS_RECOGNITION_H_
#define COMITY_SERVICE_STORE_SQL_STATEMENTS_RECOGNITION_H_

#define COMITY_SQL_RECOGNITION_COLUMNS \
  "number, uid, deed, behaviour, criteria_version, saw, evidence, labels, created, taken_down, widest, closed, reported, withdrawn"

// clang-format off
#define COMITY_SQL_RECOGNITION(X) \
  /* what thanks are for */ \
  X(PutProgramme, \
    "INSERT INTO programmes (id, owner, purpose, behaviours, audience, start_day, review_day, changed, version) VALUES (?1, ?2, ?3, ?4, " \
    "?5, ?6, ?7, ?8, ?9) ON CONFLICT (id) DO UPDATE SET owner = excluded.owner, purpose = excluded.purpose, behaviours = " \
    "excluded.behaviours, audience = excluded.audience, start_day = excluded.start_day, review_day = excluded.review_day, changed = " \
    "excluded.changed, version = excluded.version") \
  X(AllProgrammes, \
    "SELECT id, owner, purpose, behaviours, audience, start_day, review_day, changed, version FROM programmes ORDER BY id") \
  X(PutCriteria, \
    "INSERT INTO criteria (behaviour, version, root, title, criteria, lifetime_days, effective, affirmed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, " \
    "?7, ?8) ON CONFLICT (behaviour, version) DO UPDATE SET root = excluded.root, title = excluded.title, criteria = excluded.criteria, " \
    "lifetime_days = excluded.lifetime_days, effective = excluded.effective, affirmed = excluded.affirmed") \
  X(VersionsOfBehaviour, \
    "SELECT behaviour, version, root, title, criteria, lifetime_days, effective, affirmed FROM criteria WHERE behaviour = ?1 ORDER BY " \
    "version") \
  X(AllCriteria, \
    "SELECT behaviour, version, root, title, criteria, lifetime_days, effective, affirmed FROM criteria ORDER BY behaviour, version") \
  /* recognitions */ \
  X(InsertRecognition, \
    "INSERT INTO recognitions (uid, deed, behaviour, criteria_version, saw, evidence, labels, created, taken_down, widest, closed, reported, " \
    "withdrawn, wide) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) RETURNING number") \
  X(InsertRecognitionPerson, \
    "INSERT INTO recognition_people (person, part, recognition, visibility, known) VALUES (?1, ?2, ?3, ?4, ?5)") \
  X(FindRecognition, \
    "SELECT " COMITY_SQL_RECOGNITION_COLUMNS " FROM recognitions WHERE uid = ?1") \
  X(FindRecognitionNumber, \
    "SELECT number FROM recognitions WHERE uid = ?1") \
  X(ListWideRecognitions, \
    "SELECT " COMITY_SQL_RECOGNITION_COLUMNS " FROM recognitions WHERE wide = 1 AND number < ?1 ORDER BY number DESC LIMIT ?2") \
  X(ListReportedRecognitions, \
    "SELECT " COMITY_SQL_RECOGNITION_COLUMNS " FROM recognitions WHERE reported = 1 AND number < ?1 ORDER BY number DESC LIMIT ?2") \
  X(ListRecognitionsOf, \
    "SELECT " COMITY_SQL_RECOGNITION_COLUMNS " FROM recognition_people JOIN " \
    "recognitions ON recognitions.number = recognition_people.recognition WHERE person = ?1 AND part = ?2 AND recognition < ?3 ORDER BY " \
    "recognition DESC LIMIT ?4") \
  X(ListRecognitionsFor, \
    "SELECT " COMITY_SQL_RECOGNITION_COLUMNS " FROM recognitions WHERE deed = ?1 " \
    "AND number < ?2 ORDER BY number DESC LIMIT ?3") \
  X(FindThanksFor, \
    "SELECT number FROM recognitions JOIN recognition_people ON recognition = number WHERE deed = ?1 AND person = ?2 AND part = 0 AND " \
    "withdrawn = 0 LIMIT 1") \
  X(PeopleOfRecognition, \
    "SELECT part, uids.uid, visibility, known FROM recognition_people JOIN uids ON uids.number = recognition_people.person WHERE " \
    "recognition = ?1") \
  X(SetRecognitionVisibility, \
    "UPDATE recognition_people SET visibility = ?3 WHERE person = ?1 AND part = 1 AND recognition = ?2") \
  X(SetRecognitionTakenDown, \
    "UPDATE recognitions SET taken_down = ?2 WHERE uid = ?1") \
  X(SetRecognitionReported, \
    "UPDATE recognitions SET reported = 1 WHERE uid = ?1") \
  X(SetRecognitionWithdrawn, \
    "UPDATE recognitions SET withdrawn = 1 WHERE uid = ?1") \
  X(SetRecognitionWide, \
    "UPDATE recognitions SET wide = ?2 WHERE number = ?1") \
  X(CloseRecognition, \
    "UPDATE recognitions SET closed = 1, wide = 0 WHERE number = ?1") \
  X(MoveRecognitions, \
    "UPDATE recognitions SET deed = ?2 WHERE deed = ?1") \
  X(DeleteRecognition, \
    "DELETE FROM recognitions WHERE number = ?1") \
  X(DeleteRecognitionPeople, \
    "DELETE FROM recognition_people WHERE recognition = ?1") \
  X(DeleteRecognitionComments, \
    "DELETE FROM recognition_comments WHERE recognition = ?1") \
  /* comments and reports */ \
  X(InsertComment, \
    "INSERT INTO recognition_comments (uid, recognition, author, created, words) VALUES (?1, ?2, ?3, ?4, ?5)") \
  X(CommentsOf, \
    "SELECT recognition_comments.uid, uids.uid, words, created FROM recognition_comments JOIN uids ON uids.number = author WHERE " \
    "recognition = ?1 ORDER BY recognition_comments.number") \
  X(CommentsBy, \
    "SELECT number, uid, words, created FROM recognition_comments WHERE author = ?1 AND number > ?2 ORDER BY number LIMIT ?3") \
  X(FindComment, \
    "SELECT recognitions.uid, uids.uid, words, recognition_comments.created FROM recognition_comments JOIN recognitions ON recognitions.number " \
    "= recognition JOIN uids ON uids.number = author WHERE recognition_comments.uid = ?1") \
  X(DeleteComment, \
    "DELETE FROM recognition_comments WHERE uid = ?1") \
  X(PutReport, \
    "INSERT INTO recognition_reports (uid, recognition, reporter, created, because, decision, decision_because, decided) VALUES (?1, ?2, " \
    "?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (uid) DO UPDATE SET because = excluded.because, decision = excluded.decision, decision_because = " \
    "excluded.decision_because, decided = excluded.decided") \
  X(FindReport, \
    "SELECT recognition_reports.number, recognition_reports.uid, recognition, uids.uid, created, because, decision, decision_because, " \
    "decided FROM recognition_reports JOIN uids ON uids.number = reporter WHERE recognition_reports.uid = ?1") \
  X(ReportsOn, \
    "SELECT recognition_reports.number, recognition_reports.uid, recognition, uids.uid, created, because, decision, decision_because, " \
    "decided FROM recognition_reports JOIN uids ON uids.number = reporter WHERE recognition = ?1 ORDER BY recognition_reports.number LIMIT ?2") \
  X(ListReports, \
    "SELECT recognition_reports.number, recognition_reports.uid, recognition, uids.uid, created, because, decision, decision_because, " \
    "decided FROM recognition_reports JOIN uids ON uids.number = reporter WHERE recognition_reports.number < ?1 ORDER BY " \
    "recognition_reports.number DESC LIMIT ?2") \
  X(ListReportsBy, \
    "SELECT recognition_reports.number, recognition_reports.uid, recognition, uids.uid, created, because, decision, decision_because, " \
    "decided FROM recognition_reports JOIN uids ON uids.number = reporter WHERE reporter = ?1 AND recognition_reports.number < ?2 ORDER BY " \
    "recognition_reports.number DESC LIMIT ?3") \
  /* choices and asks */ \
  X(FindRecognitionChoice, \
    "SELECT visibility, no_invitations FROM recognition_choices WHERE person = ?1") \
  X(PutRecognitionChoice, \
    "INSERT INTO recognition_choices (person, visibility, no_invitations) VALUES (?1, ?2, ?3) ON CONFLICT (person) DO UPDATE SET " \
    "visibility = excluded.visibility, no_invitations = excluded.no_invitations") \
  X(PutAsk, \
    "INSERT INTO asks (person, kind, about, asked, waiting) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (person, kind, about) DO UPDATE SET " \
    "asked = excluded.asked, waiting = excluded.waiting") \
  X(AsksOf, \
    "SELECT kind, about, asked, waiting FROM asks WHERE person = ?1 ORDER BY kind, about") \
  X(MoveAsks, \
    "UPDATE asks SET about = ?2 WHERE about = ?1 AND NOT EXISTS (SELECT 1 FROM asks AS other WHERE other.person = asks.person AND " \
    "other.kind = asks.kind AND other.about = ?2)") \
  X(AnyAskBefore, \
    "SELECT 1 FROM asks WHERE asked < ?1 LIMIT 1") \
  X(ForgetAsksBefore, \
    "DELETE FROM asks WHERE asked < ?1") \
  /* erasure */ \
  X(RecognitionsOfPerson, \
    "SELECT part, recognition FROM recognition_people WHERE person = ?1") \
  X(OtherRecipient, \
    "SELECT person FROM recognition_people WHERE recognition = ?1 AND part = 1 AND person <> ?2 LIMIT 1") \
  X(DeleteRecognitionPerson, \
    "DELETE FROM recognition_people WHERE person = ?1 AND part = 1") \
  X(DeleteCommentsBy, \
    "DELETE FROM recognition_comments WHERE author = ?1") \
  X(BlankReportsBy, \
    "UPDATE recognition_reports SET because = '' WHERE reporter = ?1 AND because <> ''") \
  X(DeleteRecognitionChoice, \
    "DELETE FROM recognition_choices WHERE person = ?1") \
  X(DeleteAsksOf, \
    "DELETE FROM asks WHERE person = ?1") \
  X(SweepRecognitions, \
    "SELECT number, saw, evidence, taken_down FROM recognitions WHERE number > ?1 ORDER BY number LIMIT ?2") \
  X(RewriteRecognition, \
    "UPDATE recognitions SET saw = ?2, evidence = ?3, taken_down = ?4 WHERE number = ?1") \
  X(SweepComments, \
    "SELECT number, words FROM recognition_comments WHERE number > ?1 ORDER BY number LIMIT ?2") \
  X(RewriteComment, \
    "UPDATE recognition_comments SET words = ?2 WHERE number = ?1") \
  X(SweepReports, \
    "SELECT number, because, decision_because FROM recognition_reports WHERE number > ?1 ORDER BY number LIMIT ?2") \
  X(RewriteReport, \
    "UPDATE recognition_reports SET because = ?2, decision_because = ?3 WHERE number = ?1")
// clang-format on

#endif  // COMITY_SERVICE_STORE_SQL_STATEMENTS_RECOGNITION_H_
