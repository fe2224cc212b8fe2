-- Erasure. What names somebody is deleted; what judging needs of them stays under their random uid, which nothing leads to any more.

-- `id_hash` = keyed hash of the id they had, so that erasing them twice does nothing and no directory file brings them back. `words` =
-- what the sweep has yet to find elsewhere, then null. `stage`: 0 waits for a sweep, 1 in one, 2 done. `counts` = what was done, numbers only.
CREATE TABLE erased_people (
  uid BLOB NOT NULL PRIMARY KEY, id_hash BLOB NOT NULL UNIQUE, opted_out BIGINT NOT NULL, job TEXT NOT NULL, stage BIGINT NOT NULL,
  words BLOB, counts BLOB NOT NULL
) WITHOUT ROWID;
-- Those whose sweep is not done.
CREATE INDEX erased_people_waiting ON erased_people (stage) WHERE stage < 2;
-- `name_hash` = keyed hash of the account's full name: a fact that comes once more is known again, and names nobody.
CREATE TABLE erased_accounts (
  name_hash BLOB NOT NULL PRIMARY KEY, uid BLOB NOT NULL, person BLOB NOT NULL, bot BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX erased_accounts_by_person ON erased_accounts (person);
-- 1 = an erasure changed these words, or took the title away; later facts leave them as they are.
ALTER TABLE subject_details ADD COLUMN frozen BIGINT NOT NULL DEFAULT 0;
CREATE INDEX tokens_by_person ON tokens (person) WHERE person IS NOT NULL;
