-- How policies came to be (drafts, approvals, who and why), restatements of history, and how often rules are corrected. `policies` holds
-- what judges: the active ones.
CREATE TABLE policy_records (number BIGINT NOT NULL PRIMARY KEY, bytes BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE restatements (number BIGINT NOT NULL PRIMARY KEY, bytes BLOB NOT NULL) WITHOUT ROWID;

-- Deeds as they stand by rule, policy and where they come from, kept in step with every change of a deed; and who helped in them, as
-- reference counts. Both are few rows, however many the deeds.
CREATE TABLE accuracy (
  kind BIGINT NOT NULL, policy BIGINT NOT NULL, suite TEXT NOT NULL, instance TEXT NOT NULL, untouched BIGINT NOT NULL,
  confirmed BIGINT NOT NULL, corrected BIGINT NOT NULL, declined BIGINT NOT NULL, PRIMARY KEY (kind, policy, suite, instance)
) WITHOUT ROWID;
CREATE TABLE accuracy_people (
  kind BIGINT NOT NULL, policy BIGINT NOT NULL, suite TEXT NOT NULL, instance TEXT NOT NULL, person BIGINT NOT NULL, total BIGINT NOT NULL,
  PRIMARY KEY (kind, policy, suite, instance, person)
) WITHOUT ROWID;
