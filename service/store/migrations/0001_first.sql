-- The first schema. Forward-only: a change is a new file with the next number.
-- Types are those both engines know: BIGINT, TEXT, BLOB; a driver translates BLOB, WITHOUT ROWID and INTEGER PRIMARY KEY (a number
-- given by the engine). Times are microseconds UTC, days are numbers since 1970-01-01, ids are 16 bytes.
--
-- What a fact costs is the pages it dirties: each is logged, synced and copied back. A row at a random place dirties a page of its own. So
-- ids of subjects, aliases and deeds begin with what keeps them near those of the same time (`SubjectRefOf`); all else names subjects,
-- people, teams and accounts by this store's own numbers, given in the order they came, and begins with the day where it is not of one
-- subject: neighbours in time are neighbours on the disk, and a fact costs the same with ten years of history as with one day.

-- Numbers never leave the store. A subject's is made with its first row, one of `uids` with the first row that counts by person, team or
-- account.
CREATE TABLE subjects (number INTEGER PRIMARY KEY, subject BLOB NOT NULL UNIQUE);
CREATE TABLE uids (number INTEGER PRIMARY KEY, uid BLOB NOT NULL UNIQUE);

-- Small totals, so that nobody counts rows: `directory` = its version, `events`, `audit`.
CREATE TABLE counters (name TEXT NOT NULL PRIMARY KEY, value BIGINT NOT NULL) WITHOUT ROWID;

-- Directory. Personal: people, accounts. Nothing else holds a name, a slug or a login. `salt` is what commitments in the ledger were
-- made with: once it is deleted with its row, nobody can tell what they were made to.
CREATE TABLE people (
  uid BLOB NOT NULL PRIMARY KEY, id TEXT NOT NULL, display_name TEXT NOT NULL, former BIGINT NOT NULL, opted_out BIGINT NOT NULL,
  salt BLOB
) WITHOUT ROWID;
CREATE TABLE teams (
  uid BLOB NOT NULL PRIMARY KEY, id TEXT NOT NULL, display_name TEXT NOT NULL, parent BLOB, function TEXT NOT NULL, end_day BIGINT
) WITHOUT ROWID;
CREATE TABLE memberships (
  person BLOB NOT NULL, place BIGINT NOT NULL, team BLOB NOT NULL, start_day BIGINT NOT NULL, end_day BIGINT NOT NULL,
  is_primary BIGINT NOT NULL, PRIMARY KEY (person, place)
) WITHOUT ROWID;
CREATE TABLE ownership (
  place BIGINT NOT NULL PRIMARY KEY, file_order BIGINT NOT NULL, pattern TEXT NOT NULL, team BLOB NOT NULL, start_day BIGINT NOT NULL,
  end_day BIGINT NOT NULL
) WITHOUT ROWID;
CREATE TABLE accounts (
  uid BLOB NOT NULL PRIMARY KEY, name TEXT NOT NULL UNIQUE, login TEXT NOT NULL, kind BIGINT NOT NULL, person BLOB,
  linked_by_file BIGINT NOT NULL, declared_bot BIGINT NOT NULL, first_seen BIGINT NOT NULL, salt BLOB
) WITHOUT ROWID;
CREATE INDEX accounts_unlinked ON accounts (name) WHERE person IS NULL;
-- The few that judging needs: linked ones and bots.
CREATE INDEX accounts_known ON accounts (person) WHERE person IS NOT NULL;
CREATE INDEX accounts_bots ON accounts (name) WHERE declared_bot = 1 OR kind = 2;
CREATE TABLE opt_outs (person BLOB NOT NULL PRIMARY KEY, opted_out BIGINT NOT NULL, changed BIGINT NOT NULL) WITHOUT ROWID;

-- Events, with the first observation beside the key. Wide rows lie in the order they came, beside a narrow index of keys.
CREATE TABLE events (
  number INTEGER PRIMARY KEY, day BIGINT NOT NULL, hash BLOB NOT NULL, subject BIGINT NOT NULL, stored BIGINT NOT NULL, source TEXT NOT NULL, content BLOB NOT NULL,
  bytes BLOB NOT NULL, further BIGINT NOT NULL, outcome BIGINT NOT NULL, reason BIGINT NOT NULL, parameters BLOB, deed BLOB,
  UNIQUE (day, hash)
);
CREATE INDEX events_by_subject ON events (subject);
-- Most events are CONTEXT (3): those are found by key.
CREATE INDEX events_by_outcome ON events (outcome, number) WHERE outcome <> 3;
-- What a second and later observation said.
CREATE TABLE observations (
  day BIGINT NOT NULL, hash BLOB NOT NULL, content BLOB NOT NULL, stored BIGINT NOT NULL, source TEXT NOT NULL, bytes BLOB NOT NULL,
  PRIMARY KEY (day, hash, content)
) WITHOUT ROWID;
CREATE TABLE set_aside (
  day BIGINT NOT NULL, hash BLOB NOT NULL, source TEXT NOT NULL, reason BIGINT NOT NULL, detail TEXT NOT NULL, request BLOB NOT NULL,
  received BIGINT NOT NULL, PRIMARY KEY (day, hash)
) WITHOUT ROWID;

-- Subjects. Personal: subject_details. Aliases are hashes of the keys that a subject had; the latest key is in its details.
CREATE TABLE subject_details (
  subject BIGINT NOT NULL PRIMARY KEY, suite TEXT NOT NULL, instance TEXT NOT NULL, kind BIGINT NOT NULL, id TEXT NOT NULL,
  subject_key TEXT NOT NULL, uri TEXT NOT NULL, title TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX subject_details_by_uri ON subject_details (uri) WHERE uri <> '';
CREATE TABLE aliases (alias BLOB NOT NULL PRIMARY KEY, subject BIGINT NOT NULL) WITHOUT ROWID;
CREATE TABLE former_aliases (subject BIGINT NOT NULL, alias BLOB NOT NULL, PRIMARY KEY (subject, alias)) WITHOUT ROWID;
-- The suites' instances, so that a key can be looked up in each.
CREATE TABLE instances (suite TEXT NOT NULL, instance TEXT NOT NULL, PRIMARY KEY (suite, instance)) WITHOUT ROWID;
-- A target may be an alias, or a subject that nobody has seen yet.
CREATE TABLE links (
  origin BIGINT NOT NULL, kind BIGINT NOT NULL, target BLOB NOT NULL, PRIMARY KEY (origin, kind, target)
) WITHOUT ROWID;
CREATE INDEX links_by_target ON links (target);
CREATE TABLE participants (
  day BIGINT NOT NULL, account BIGINT NOT NULL, subject BIGINT NOT NULL, PRIMARY KEY (day, account, subject)
) WITHOUT ROWID;
CREATE TABLE places (
  id INTEGER PRIMARY KEY, suite TEXT NOT NULL, instance TEXT NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL,
  UNIQUE (suite, instance, kind, value)
);
CREATE TABLE subject_places (place BIGINT NOT NULL, subject BIGINT NOT NULL, PRIMARY KEY (place, subject)) WITHOUT ROWID;
-- `subjects`: those resolved, 16 bytes each, so that crossing the limit finds them; null for windows with more than some 64.
CREATE TABLE resolutions (
  time_window BIGINT NOT NULL, account BIGINT NOT NULL, total BIGINT NOT NULL, subjects BLOB, PRIMARY KEY (time_window, account)
) WITHOUT ROWID;

-- The ledger and what follows from it hold opaque uids only. A line belongs to one subject, so the key makes each (line, revision) unique,
-- and finds what was posted for a subject and what stands of it: the last revision of each line.
CREATE TABLE ledger (
  sequence INTEGER PRIMARY KEY, created BIGINT NOT NULL, subject BIGINT NOT NULL, deed BLOB NOT NULL, line BLOB NOT NULL,
  revision BIGINT NOT NULL, leaf BLOB NOT NULL, leaf_hash BLOB NOT NULL, chain_hash BLOB NOT NULL, UNIQUE (subject, line, revision)
);
CREATE TABLE ledger_head (id BIGINT NOT NULL PRIMARY KEY, sequence BIGINT NOT NULL, chain_hash BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE deeds (
  number INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, day BIGINT NOT NULL, subject BIGINT NOT NULL, first_stored BIGINT NOT NULL,
  last_sequence BIGINT NOT NULL, bytes BLOB NOT NULL
);
CREATE INDEX deeds_by_day ON deeds (day);
CREATE INDEX deeds_by_subject ON deeds (subject);
CREATE TABLE deed_people (
  day BIGINT NOT NULL, person BIGINT NOT NULL, deed BIGINT NOT NULL, PRIMARY KEY (day, person, deed)
) WITHOUT ROWID;
CREATE TABLE deed_teams (day BIGINT NOT NULL, team BIGINT NOT NULL, deed BIGINT NOT NULL, PRIMARY KEY (day, team, deed)) WITHOUT ROWID;
CREATE TABLE rollups (
  is_week BIGINT NOT NULL, start_day BIGINT NOT NULL, helper_team BIGINT NOT NULL, helped_team BIGINT NOT NULL, kind BIGINT NOT NULL,
  stance BIGINT NOT NULL, line_count BIGINT NOT NULL, share_ppm BIGINT NOT NULL,
  PRIMARY KEY (is_week, start_day, helper_team, helped_team, kind, stance)
) WITHOUT ROWID;
CREATE TABLE week_people (
  week_start_day BIGINT NOT NULL, helper_team BIGINT NOT NULL, helped_team BIGINT NOT NULL, helper_side BIGINT NOT NULL,
  person BIGINT NOT NULL, total BIGINT NOT NULL, PRIMARY KEY (week_start_day, helper_team, helped_team, helper_side, person)
) WITHOUT ROWID;

-- What people said. Personal: the texts.
CREATE TABLE statements (
  uid BLOB NOT NULL PRIMARY KEY, subject BLOB NOT NULL, kind BIGINT NOT NULL, deed_kind BIGINT NOT NULL, deed_subject BLOB NOT NULL,
  episode BIGINT NOT NULL, deed_person BLOB, author BLOB NOT NULL, said BIGINT NOT NULL, shares BLOB NOT NULL, by_helper BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX statements_by_subject ON statements (subject);
CREATE TABLE statement_texts (uid BLOB NOT NULL PRIMARY KEY, author BLOB NOT NULL, because TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX statement_texts_by_author ON statement_texts (author);
CREATE TABLE proposals (
  uid BLOB NOT NULL PRIMARY KEY, deed BLOB NOT NULL, deed_kind BIGINT NOT NULL, deed_subject BLOB NOT NULL, episode BIGINT NOT NULL,
  deed_person BLOB, author BLOB NOT NULL, by_helper BIGINT NOT NULL, created BIGINT NOT NULL, shares BLOB NOT NULL, pending BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX proposals_by_deed ON proposals (deed);
CREATE TABLE proposal_texts (uid BLOB NOT NULL PRIMARY KEY, author BLOB NOT NULL, because TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX proposal_texts_by_author ON proposal_texts (author);
CREATE TABLE shared_deeds (deed BLOB NOT NULL, person BLOB NOT NULL, PRIMARY KEY (deed, person)) WITHOUT ROWID;
CREATE TABLE policies (number BIGINT NOT NULL PRIMARY KEY, bytes BLOB NOT NULL) WITHOUT ROWID;

-- To run the deployment.
CREATE TABLE sources (
  id TEXT NOT NULL PRIMARY KEY, suite TEXT NOT NULL, instance TEXT NOT NULL, created BIGINT NOT NULL, last_event BIGINT NOT NULL
) WITHOUT ROWID;
CREATE TABLE tokens (
  id TEXT NOT NULL PRIMARY KEY, secret_hash BLOB NOT NULL UNIQUE, roles BLOB NOT NULL, person BLOB, sources BLOB NOT NULL,
  created BIGINT NOT NULL, revoked BIGINT NOT NULL
) WITHOUT ROWID;
CREATE TABLE audit (
  id INTEGER PRIMARY KEY, time BIGINT NOT NULL, method TEXT NOT NULL, token TEXT NOT NULL, person BLOB, code BIGINT NOT NULL,
  target TEXT NOT NULL
);
CREATE TABLE person_reads (
  id INTEGER PRIMARY KEY, about BLOB NOT NULL, time BIGINT NOT NULL, reader BLOB, reader_token TEXT NOT NULL, method TEXT NOT NULL,
  target TEXT NOT NULL
);
CREATE INDEX person_reads_by_about ON person_reads (about, id);
CREATE TABLE answers (
  caller TEXT NOT NULL, request_id TEXT NOT NULL, request_hash BLOB NOT NULL, answer BLOB NOT NULL, created BIGINT NOT NULL,
  PRIMARY KEY (caller, request_id)
) WITHOUT ROWID;
CREATE INDEX answers_by_created ON answers (created);
CREATE TABLE jobs (
  id TEXT NOT NULL PRIMARY KEY, cause BIGINT NOT NULL, total BIGINT NOT NULL, done BIGINT NOT NULL, created BIGINT NOT NULL, ended BIGINT
) WITHOUT ROWID;
CREATE INDEX jobs_running ON jobs (created, id) WHERE ended IS NULL;
CREATE TABLE job_subjects (job TEXT NOT NULL, subject BLOB NOT NULL, PRIMARY KEY (job, subject)) WITHOUT ROWID;
CREATE TABLE settings (name TEXT NOT NULL PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;

-- How the ids of subjects and deeds are made (`SubjectRefOf`). Stores of earlier builds do not say it, and are refused.
INSERT INTO settings (name, value) VALUES ('ids', 'placed');
INSERT INTO ledger_head (id, sequence, chain_hash) VALUES (1, 0, x'0000000000000000000000000000000000000000000000000000000000000000');
