// Statements of operation. X(Name, text)
#ifndef COMITY_SERVICE_STORE_SQL_STATEMENTS_ADMIN_H_
#define COMITY_SERVICE_STORE_SQL_STATEMENTS_ADMIN_H_

// clang-format off
#define COMITY_SQL_ADMIN(X) \
  /* schema */ \
  X(CreateSchemaVersion, \
    "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL PRIMARY KEY)") \
  X(FindSchemaVersion, \
    "SELECT COALESCE(MAX(version), 0) FROM schema_version") \
  X(InsertSchemaVersion, \
    "INSERT INTO schema_version (version) VALUES (?1)") \
  /* sources and tokens */ \
  X(InsertSource, \
    "INSERT INTO sources (id, suite, instance, created, last_event) VALUES (?1, ?2, ?3, ?4, ?5)") \
  X(FindSource, \
    "SELECT id, suite, instance, created, last_event FROM sources WHERE id = ?1") \
  X(ListSources, \
    "SELECT id, suite, instance, created, last_event FROM sources WHERE id > ?1 ORDER BY id LIMIT ?2") \
  X(TouchSource, \
    "UPDATE sources SET last_event = ?2 WHERE id = ?1 AND last_event < ?2") \
  X(PutToken, \
    "INSERT INTO tokens (id, secret_hash, roles, person, sources, created, revoked) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON " \
    "CONFLICT (id) DO UPDATE SET secret_hash = excluded.secret_hash, roles = excluded.roles, person = excluded.person, " \
    "sources = excluded.sources, created = excluded.created, revoked = excluded.revoked") \
  X(FindToken, \
    "SELECT id, secret_hash, roles, person, sources, created, revoked FROM tokens WHERE id = ?1") \
  X(FindTokenByHash, \
    "SELECT id, secret_hash, roles, person, sources, created, revoked FROM tokens WHERE secret_hash = ?1") \
  X(ListTokens, \
    "SELECT id, secret_hash, roles, person, sources, created, revoked FROM tokens WHERE id > ?1 ORDER BY id LIMIT ?2") \
  X(RolesOfPerson, \
    "SELECT roles FROM tokens WHERE person = ?1 AND revoked > ?2") \
  /* audit and reads */ \
  X(InsertAudit, \
    "INSERT INTO audit (time, method, token, person, code, target) VALUES (?1, ?2, ?3, ?4, ?5, ?6)") \
  X(InsertRead, \
    "INSERT INTO person_reads (about, time, reader, reader_token, method, target) VALUES (?1, ?2, ?3, ?4, ?5, ?6)") \
  X(ListReads, \
    "SELECT id, time, reader, reader_token, method, target FROM person_reads WHERE about = ?1 AND id < ?2 ORDER BY id DESC " \
    "LIMIT ?3") \
  /* answers */ \
  X(FindAnswer, \
    "SELECT request_hash, answer FROM answers WHERE caller = ?1 AND request_id = ?2 AND created > ?3") \
  X(PutAnswer, \
    "INSERT INTO answers (caller, request_id, request_hash, answer, created) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT " \
    "(caller, request_id) DO UPDATE SET request_hash = excluded.request_hash, answer = excluded.answer, created = " \
    "excluded.created") \
  X(DeleteOldAnswers, \
    "DELETE FROM answers WHERE created <= ?1") \
  /* jobs */ \
  X(InsertJob, \
    "INSERT INTO jobs (id, cause, total, done, created, ended) VALUES (?1, ?2, ?3, ?4, ?5, ?6)") \
  X(FindJob, \
    "SELECT id, cause, total, done, created, ended FROM jobs WHERE id = ?1") \
  X(RunningJobs, \
    "SELECT id, cause, total, done, created, ended FROM jobs WHERE ended IS NULL ORDER BY created, id") \
  X(InsertJobSubject, \
    "INSERT INTO job_subjects (job, subject) VALUES (?1, ?2) ON CONFLICT (job, subject) DO NOTHING") \
  X(InsertJobSubjectsOfDays, \
    "INSERT INTO job_subjects (job, subject) SELECT ?1, subject FROM subjects WHERE number IN (SELECT events.subject FROM " \
    "events WHERE day BETWEEN ?2 AND ?3) ON CONFLICT (job, subject) DO NOTHING") \
  X(NextJobSubjects, \
    "SELECT subject FROM job_subjects WHERE job = ?1 ORDER BY subject LIMIT ?2") \
  X(DeleteJobSubject, \
    "DELETE FROM job_subjects WHERE job = ?1 AND subject = ?2") \
  X(CountJobDone, \
    "UPDATE jobs SET done = done + ?2 WHERE id = ?1") \
  X(EndJob, \
    "UPDATE jobs SET ended = ?2 WHERE id = ?1 AND ended IS NULL AND NOT EXISTS (SELECT 1 FROM job_subjects WHERE job = ?1)") \
  /* settings */ \
  X(FindSetting, \
    "SELECT value FROM settings WHERE name = ?1") \
  X(PutSetting, \
    "INSERT INTO settings (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value")
// clang-format on

#endif  // COMITY_SERVICE_STORE_SQL_STATEMENTS_ADMIN_H_
