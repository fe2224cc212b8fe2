// Statements of erasure. X(Name, text)
#ifndef COMITY_SERVICE_STORE_SQL_STATEMENTS_PRIVACY_H_
#define COMITY_SERVICE_STORE_SQL_STATEMENTS_PRIVACY_H_

// clang-format off
#define COMITY_SQL_PRIVACY(X) \
  /* who was erased */ \
  X(InsertErasedPerson, \
    "INSERT INTO erased_people (uid, id_hash, opted_out, job, stage, words, counts) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)") \
  X(UpdateErasedPerson, \
    "UPDATE erased_people SET stage = ?2, words = ?3, counts = ?4 WHERE uid = ?1") \
  X(FindErasedPerson, \
    "SELECT uid, id_hash, opted_out, job, stage, words, counts FROM erased_people WHERE id_hash = ?1") \
  X(WaitingErasures, \
    "SELECT uid, id_hash, opted_out, job, stage, words, counts FROM erased_people WHERE stage < 2") \
  X(AllErasedPeople, \
    "SELECT uid, opted_out FROM erased_people ORDER BY uid") \
  X(InsertErasedAccount, \
    "INSERT INTO erased_accounts (name_hash, uid, person, bot) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (name_hash) DO UPDATE SET uid = " \
    "excluded.uid, person = excluded.person, bot = excluded.bot") \
  X(FindErasedAccount, \
    "SELECT name_hash, uid, person, bot FROM erased_accounts WHERE name_hash = ?1") \
  X(ErasedAccountsOf, \
    "SELECT name_hash, uid, person, bot FROM erased_accounts WHERE person = ?1") \
  X(AnyErased, \
    "SELECT uid FROM erased_people ORDER BY uid LIMIT 1") \
  X(AllErasedAccounts, \
    "SELECT name_hash, uid, person, bot FROM erased_accounts ORDER BY name_hash") \
  /* what goes at once */ \
  X(DeleteAccount, \
    "DELETE FROM accounts WHERE uid = ?1") \
  X(DeleteTokensOf, \
    "DELETE FROM tokens WHERE person = ?1") \
  /* calls and words */ \
  X(ReadAudit, \
    "SELECT id, time, method, token, person, code, target FROM audit WHERE id < ?1 ORDER BY id DESC LIMIT ?2") \
  X(PruneAudit, \
    "DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE id > 0 ORDER BY id LIMIT ?2) AND time < ?1") \
  X(PruneReads, \
    "DELETE FROM person_reads WHERE id IN (SELECT id FROM person_reads WHERE id > 0 ORDER BY id LIMIT ?2) AND time < ?1") \
  X(StatementTextsBy, \
    "SELECT because FROM statement_texts WHERE author = ?1") \
  X(ProposalTextsBy, \
    "SELECT because FROM proposal_texts WHERE author = ?1") \
  /* rows that may name somebody, in order */ \
  X(SweepEvents, \
    "SELECT number, bytes, parameters FROM events WHERE number > ?1 ORDER BY number LIMIT ?2") \
  X(RewriteEvent, \
    "UPDATE events SET bytes = ?2, parameters = ?3 WHERE number = ?1") \
  X(SweepDeeds, \
    "SELECT number, bytes FROM deeds WHERE number > ?1 ORDER BY number LIMIT ?2") \
  X(FindDeedBytes, \
    "SELECT bytes FROM deeds WHERE number = ?1") \
  X(RewriteDeed, \
    "UPDATE deeds SET bytes = ?2 WHERE number = ?1") \
  X(FindEventParameters, \
    "SELECT parameters FROM events WHERE number = ?1") \
  X(SweepObservations, \
    "SELECT day, hash, content, bytes FROM observations WHERE (day, hash, content) > (?1, ?2, ?3) ORDER BY day, hash, content LIMIT ?4") \
  X(RewriteObservation, \
    "UPDATE observations SET bytes = ?4 WHERE day = ?1 AND hash = ?2 AND content = ?3") \
  X(SweepSetAside, \
    "SELECT day, hash, request, detail FROM set_aside WHERE (day, hash) > (?1, ?2) ORDER BY day, hash LIMIT ?3") \
  X(SweepSubjects, \
    "SELECT subject, id, subject_key, uri, title FROM subject_details WHERE subject > ?1 ORDER BY subject LIMIT ?2") \
  X(RewriteSubject, \
    "UPDATE subject_details SET id = ?2, subject_key = ?3, uri = ?4, title = ?5, frozen = 1 WHERE subject = ?1") \
  X(SweepPlaces, \
    "SELECT id, suite, instance, kind, value FROM places WHERE id > ?1 ORDER BY id LIMIT ?2") \
  X(RewritePlace, \
    "UPDATE places SET value = ?2 WHERE id = ?1") \
  X(WithholdTitle, \
    "UPDATE subject_details SET title = '', frozen = 1 WHERE subject = ?1 AND title <> ''") \
  X(SweepStatementTexts, \
    "SELECT uid, because FROM statement_texts WHERE uid > ?1 ORDER BY uid LIMIT ?2") \
  X(SweepProposalTexts, \
    "SELECT uid, because FROM proposal_texts WHERE uid > ?1 ORDER BY uid LIMIT ?2") \
  X(SweepAnswers, \
    "SELECT caller, request_id, answer FROM answers WHERE (caller, request_id) > (?1, ?2) ORDER BY caller, request_id LIMIT ?3") \
  X(RemoveAnswer, \
    "DELETE FROM answers WHERE caller = ?1 AND request_id = ?2") \
  X(SweepShared, \
    "SELECT deed, person FROM shared_deeds WHERE (deed, person) > (?1, ?2) ORDER BY deed, person LIMIT ?3") \
  X(SweepReads, \
    "SELECT id, about, reader, target FROM person_reads WHERE id > ?1 ORDER BY id LIMIT ?2") \
  X(RewriteRead, \
    "UPDATE person_reads SET reader = CASE WHEN length(?2) = 0 THEN NULL ELSE ?2 END, reader_token = CASE WHEN length(?2) = 0 THEN '' ELSE " \
    "reader_token END, target = ?3 WHERE id = ?1") \
  X(RemoveRead, \
    "DELETE FROM person_reads WHERE id = ?1") \
  X(SweepAudit, \
    "SELECT id, target FROM audit WHERE id > ?1 ORDER BY id LIMIT ?2") \
  X(RewriteAudit, \
    "UPDATE audit SET target = ?2 WHERE id = ?1")
// clang-format on

#endif  // COMITY_SERVICE_STORE_SQL_STATEMENTS_PRIVACY_H_
