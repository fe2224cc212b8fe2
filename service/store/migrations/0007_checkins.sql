-- Check-ins. Nothing here is written with a fact but `checkin_occurrences`: a row for each meeting that is not long over, and for tickets while
-- a template asks about them. It holds nothing but what to look at again, and when: facts and templates say the rest.
CREATE TABLE checkin_templates (
  id TEXT NOT NULL, version BIGINT NOT NULL, team BLOB NOT NULL, title TEXT NOT NULL, opens_on BIGINT NOT NULL, series TEXT NOT NULL,
  label TEXT NOT NULL, teams BLOB NOT NULL, questions BLOB NOT NULL, open_hours BIGINT NOT NULL, archived BIGINT NOT NULL,
  created BIGINT NOT NULL, changed BIGINT NOT NULL, since BIGINT NOT NULL, PRIMARY KEY (id, version)
) WITHOUT ROWID;
CREATE INDEX checkin_templates_by_opens_on ON checkin_templates (opens_on);
CREATE TABLE norm_sets (
  id TEXT NOT NULL, version BIGINT NOT NULL, team BLOB NOT NULL, title TEXT NOT NULL, norms BLOB NOT NULL, changed BIGINT NOT NULL,
  PRIMARY KEY (id, version)
) WITHOUT ROWID;
-- `kind`: 1 a meeting (`about` = its subject), 2 a ticket (`about` = a deed). `looked`: what the clock said at the last look. A look from the
-- future, as by a clock that was put back since, is made again.
CREATE TABLE checkin_occurrences (
  kind BIGINT NOT NULL, about BLOB NOT NULL, due BIGINT NOT NULL, looked BIGINT NOT NULL, PRIMARY KEY (kind, about)
) WITHOUT ROWID;
CREATE INDEX checkin_occurrences_by_due ON checkin_occurrences (due);
CREATE INDEX checkin_occurrences_by_looked ON checkin_occurrences (looked);
-- `state`: 1 open, 2 closed, 3 its answers are deleted. Who was asked lies in `asks`, under `uid`. `same` is equal for one meeting that two
-- calendars tell, `pool` for those whose few answers may be shown together (null: never). `released`: those shown together; 0 = not shown.
CREATE TABLE checkins (
  number INTEGER PRIMARY KEY, uid BLOB NOT NULL UNIQUE, template TEXT NOT NULL, template_version BIGINT NOT NULL, team BLOB NOT NULL,
  opens_on BIGINT NOT NULL, kind BIGINT NOT NULL, about BLOB NOT NULL, same BLOB NOT NULL, pool BLOB, opened BIGINT NOT NULL,
  closes BIGINT NOT NULL, state BIGINT NOT NULL, released BIGINT NOT NULL, withheld BIGINT NOT NULL
);
CREATE INDEX checkins_by_state ON checkins (state, closes);
CREATE INDEX checkins_by_template ON checkins (template, state, number);
CREATE INDEX checkins_by_about ON checkins (kind, about);
CREATE INDEX checkins_by_same ON checkins (kind, same);
CREATE INDEX checkins_by_pool ON checkins (pool, state, released) WHERE pool IS NOT NULL;
CREATE INDEX checkins_by_released ON checkins (released) WHERE released > 0;
-- What people wrote lies in `words` alone, one line for each question. Deleted 7 days after the check-in closed.
CREATE TABLE checkin_answers (
  number INTEGER PRIMARY KEY, checkin BIGINT NOT NULL, person BIGINT NOT NULL, choices BLOB NOT NULL, words TEXT NOT NULL,
  held BIGINT NOT NULL, UNIQUE (checkin, person)
);
CREATE INDEX checkin_answers_by_person ON checkin_answers (person);
-- Whoever is asked nothing any more is forgotten too.
CREATE INDEX asks_by_asked ON asks (asked);
