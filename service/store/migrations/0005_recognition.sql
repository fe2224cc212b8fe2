-- Thanks, what they are for, and what people are asked. People by number, as in every table that is read by person; nothing here is written
-- with a fact. What people wrote lies in `recognitions`, `recognition_comments` and `recognition_reports` alone; withdrawing deletes the
-- rows. Programmes and criteria are what stewards published.
CREATE TABLE programmes (
  id TEXT NOT NULL PRIMARY KEY, owner BLOB NOT NULL, purpose TEXT NOT NULL, behaviours BLOB NOT NULL, audience BLOB NOT NULL,
  start_day BIGINT NOT NULL, review_day BIGINT NOT NULL, changed BIGINT NOT NULL, version BIGINT NOT NULL
) WITHOUT ROWID;
CREATE TABLE criteria (
  behaviour TEXT NOT NULL, version BIGINT NOT NULL, root BIGINT NOT NULL, title TEXT NOT NULL, criteria TEXT NOT NULL,
  lifetime_days BIGINT NOT NULL, effective BIGINT NOT NULL, affirmed BIGINT NOT NULL, PRIMARY KEY (behaviour, version)
) WITHOUT ROWID;

-- In the order they came; `labels` are bits. `taken_down` = a steward's reason, empty while it stands. `wide`: 1 if anybody but those concerned
-- may see it, so that lists need not read those that are not.
CREATE TABLE recognitions (
  number INTEGER PRIMARY KEY, uid BLOB NOT NULL UNIQUE, deed BLOB, behaviour TEXT NOT NULL, criteria_version BIGINT NOT NULL,
  saw TEXT NOT NULL, evidence TEXT NOT NULL, labels BIGINT NOT NULL, created BIGINT NOT NULL, taken_down TEXT NOT NULL,
  widest BIGINT NOT NULL, closed BIGINT NOT NULL, reported BIGINT NOT NULL, withdrawn BIGINT NOT NULL, wide BIGINT NOT NULL
);
CREATE INDEX recognitions_by_wide ON recognitions (wide, number);
CREATE INDEX recognitions_by_reported ON recognitions (reported, number);
CREATE INDEX recognitions_by_deed ON recognitions (deed) WHERE deed IS NOT NULL;
-- `part`: 0 wrote it, 1 is thanked.
CREATE TABLE recognition_people (
  person BIGINT NOT NULL, part BIGINT NOT NULL, recognition BIGINT NOT NULL, visibility BIGINT NOT NULL, known BIGINT NOT NULL,
  PRIMARY KEY (person, part, recognition)
) WITHOUT ROWID;
CREATE INDEX recognition_people_by_recognition ON recognition_people (recognition, part, person);
CREATE TABLE recognition_comments (
  number INTEGER PRIMARY KEY, uid BLOB NOT NULL UNIQUE, recognition BIGINT NOT NULL, author BIGINT NOT NULL, created BIGINT NOT NULL,
  words TEXT NOT NULL
);
CREATE INDEX recognition_comments_by_recognition ON recognition_comments (recognition);
CREATE INDEX recognition_comments_by_author ON recognition_comments (author);
-- Outlive what they report.
CREATE TABLE recognition_reports (
  number INTEGER PRIMARY KEY, uid BLOB NOT NULL UNIQUE, recognition BLOB NOT NULL, reporter BIGINT NOT NULL, created BIGINT NOT NULL,
  because TEXT NOT NULL, decision BIGINT NOT NULL, decision_because TEXT NOT NULL, decided BIGINT NOT NULL
);
CREATE INDEX recognition_reports_by_recognition ON recognition_reports (recognition);
CREATE INDEX recognition_reports_by_reporter ON recognition_reports (reporter);
CREATE TABLE recognition_choices (person BIGINT NOT NULL PRIMARY KEY, visibility BIGINT NOT NULL, no_invitations BIGINT NOT NULL) WITHOUT ROWID;
-- What somebody was asked and when (`about` = a deed); 0 in `waiting` says that it is over, not how it ended.
CREATE TABLE asks (
  person BIGINT NOT NULL, kind BIGINT NOT NULL, about BLOB NOT NULL, asked BIGINT NOT NULL, waiting BIGINT NOT NULL,
  PRIMARY KEY (person, kind, about)
) WITHOUT ROWID;
CREATE INDEX asks_by_about ON asks (about);
