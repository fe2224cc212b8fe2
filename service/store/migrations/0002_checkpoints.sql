-- Signed checkpoints of the ledger, one for each size, and the public keys that signed them. `ledger_nodes`: roots of whole parts of the
-- Merkle tree, from 1,024 leaves up, written with a checkpoint and never with a fact: a proof reads some twenty of them and two parts' leaves.
CREATE TABLE checkpoints (size BIGINT NOT NULL PRIMARY KEY, created BIGINT NOT NULL, note TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE checkpoint_keys (verifier TEXT NOT NULL PRIMARY KEY, created BIGINT NOT NULL, retired BIGINT NOT NULL) WITHOUT ROWID;
CREATE TABLE ledger_nodes (level BIGINT NOT NULL, number BIGINT NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (level, number)) WITHOUT ROWID;
