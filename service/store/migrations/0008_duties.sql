-- Duties that a team's people take in turns. Who it is stands in `duty_seats` and `duty_absences` alone, by number; turns name seats, so that
-- they can be worked out again when somebody's name is erased. `number` comes from the counter `rotations` and is never given again.
-- `seed` is shown once the rotation is archived; until then its hash is. `archived` is the greatest number while it goes on.
CREATE TABLE rotations (
  number BIGINT NOT NULL PRIMARY KEY, id TEXT NOT NULL UNIQUE, team BLOB NOT NULL, duty BIGINT NOT NULL, title TEXT NOT NULL,
  start_day BIGINT NOT NULL, interval_weeks BIGINT NOT NULL, seed BLOB NOT NULL, created BIGINT NOT NULL, changed BIGINT NOT NULL,
  archived BIGINT NOT NULL, version BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX rotations_by_team ON rotations (team, id);
CREATE INDEX rotations_running ON rotations (number) WHERE archived = 9223372036854775807;
-- `person` is null once they were erased.
CREATE TABLE duty_seats (rotation BIGINT NOT NULL, seat BIGINT NOT NULL, person BIGINT, PRIMARY KEY (rotation, seat)) WITHOUT ROWID;
CREATE UNIQUE INDEX duty_seats_by_person ON duty_seats (person, rotation) WHERE person IS NOT NULL;
-- What happened, in order; never changed. `cause`: 1 its time had come, 2 skipped, 3 not available, 4 swapped.
CREATE TABLE duty_turns (
  rotation BIGINT NOT NULL, number BIGINT NOT NULL, round BIGINT NOT NULL, cause BIGINT NOT NULL, made BIGINT NOT NULL, present BLOB NOT NULL,
  seat BIGINT NOT NULL, PRIMARY KEY (rotation, number)
) WITHOUT ROWID;
-- One of a round at most, until it is answered or over.
CREATE TABLE duty_offers (rotation BIGINT NOT NULL, round BIGINT NOT NULL, seat BIGINT NOT NULL, PRIMARY KEY (rotation, round)) WITHOUT ROWID;
-- Without a reason; deleted when they are past.
CREATE TABLE duty_absences (
  person BIGINT NOT NULL, uid BLOB NOT NULL, first_day BIGINT NOT NULL, last_day BIGINT NOT NULL, PRIMARY KEY (person, uid)
) WITHOUT ROWID;
CREATE INDEX duty_absences_by_last_day ON duty_absences (last_day);
