-- Changes that wait to be delivered, oldest first. A row is gone once it was delivered.
CREATE TABLE comity_outbox (
  co_id BIGSERIAL NOT NULL,
  co_key TEXT NOT NULL,
  co_body TEXT NOT NULL,
  co_tries INT DEFAULT 0 NOT NULL,
  co_next BIGINT DEFAULT 0 NOT NULL,
  PRIMARY KEY(co_id)
);
