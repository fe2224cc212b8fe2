-- Changes that wait to be delivered, oldest first. A row is gone once it was delivered.
CREATE TABLE /*_*/comity_outbox (
  co_id BIGINT UNSIGNED AUTO_INCREMENT NOT NULL,
  co_key VARBINARY(64) NOT NULL,
  co_body MEDIUMBLOB NOT NULL,
  co_tries INT UNSIGNED DEFAULT 0 NOT NULL,
  co_next BIGINT UNSIGNED DEFAULT 0 NOT NULL,
  PRIMARY KEY(co_id)
) /*$wgDBTableOptions*/;
