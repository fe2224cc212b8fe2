-- Changes that wait to be delivered, oldest first. A row is gone once it was delivered.
CREATE TABLE /*_*/comity_outbox (
  co_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  co_key TEXT NOT NULL,
  co_body BLOB NOT NULL,
  co_tries INTEGER DEFAULT 0 NOT NULL,
  co_next INTEGER DEFAULT 0 NOT NULL
);
