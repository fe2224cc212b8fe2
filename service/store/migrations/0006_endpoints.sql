-- Outbound webhooks. Nothing here names people: an address and a choice of an administrator's, and messages of opaque ids, team ids and
-- numbers. No secret lies here: each follows from a key outside of the store and a seed in `secrets`; `secret_check` tells a wrong key.
-- `number` comes from the counter `endpoints` and is never given again, since deliveries outlive their endpoint by some days.
CREATE TABLE endpoints (
  number BIGINT NOT NULL PRIMARY KEY, id TEXT NOT NULL UNIQUE, url TEXT NOT NULL, types BLOB NOT NULL, teams BLOB NOT NULL,
  paused BIGINT NOT NULL, created BIGINT NOT NULL, changed BIGINT NOT NULL, version BIGINT NOT NULL, secrets BLOB NOT NULL,
  secret_check BLOB NOT NULL, last_success BIGINT NOT NULL, last_failure BIGINT NOT NULL,
  failure BIGINT NOT NULL, http_status BIGINT NOT NULL, consecutive_failures BIGINT NOT NULL, rests BIGINT NOT NULL, failing_since BIGINT NOT NULL,
  next_attempt BIGINT NOT NULL, disabled BIGINT NOT NULL, waiting BIGINT NOT NULL, missed BIGINT NOT NULL, missed_since BIGINT NOT NULL
) WITHOUT ROWID;
-- What is told, one row for each endpoint and message, written in the transaction of what it tells of; in the order they came. Without an
-- endpoint there is no row, and a fact costs what it did. `state`: 1 waits, 2 delivered, 3 given up.
CREATE TABLE deliveries (
  number INTEGER PRIMARY KEY, uid BLOB NOT NULL UNIQUE, endpoint BIGINT NOT NULL, type BIGINT NOT NULL, created BIGINT NOT NULL,
  body TEXT NOT NULL, state BIGINT NOT NULL, attempts BIGINT NOT NULL, refusals BIGINT NOT NULL, last_attempt BIGINT NOT NULL,
  next_attempt BIGINT NOT NULL, failure BIGINT NOT NULL, http_status BIGINT NOT NULL
);
CREATE INDEX deliveries_by_endpoint ON deliveries (endpoint, number);
CREATE INDEX deliveries_waiting ON deliveries (endpoint, next_attempt, number) WHERE state = 1;
