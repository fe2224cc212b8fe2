// Statements of checkpoints and proofs. X(Name, text)
#ifndef COMITY_SERVICE_STORE_SQL_STATEMENTS_CHECKPOINTS_H_
#define COMITY_SERVICE_STORE_SQL_STATEMENTS_CHECKPOINTS_H_

// clang-format off
#define COMITY_SQL_CHECKPOINTS(X) \
  X(PutCheckpoint, \
    "INSERT INTO checkpoints (size, created, note) VALUES (?1, ?2, ?3) ON CONFLICT (size) DO NOTHING") \
  X(FindCheckpoint, \
    "SELECT size, created, note FROM checkpoints WHERE size = ?1") \
  X(ListCheckpoints, \
    "SELECT size, created, note FROM checkpoints WHERE size < ?1 ORDER BY size DESC LIMIT ?2") \
  X(PutCheckpointKey, \
    "INSERT INTO checkpoint_keys (verifier, created, retired) VALUES (?1, ?2, ?3) ON CONFLICT (verifier) DO UPDATE SET " \
    "created = excluded.created, retired = excluded.retired") \
  X(AllCheckpointKeys, \
    "SELECT verifier, created, retired FROM checkpoint_keys") \
  X(PutTreeNode, \
    "INSERT INTO ledger_nodes (level, number, hash) VALUES (?1, ?2, ?3) ON CONFLICT (level, number) DO UPDATE SET " \
    "hash = excluded.hash") \
  X(FindTreeNode, \
    "SELECT hash FROM ledger_nodes WHERE level = ?1 AND number = ?2") \
  X(LeafHashes, \
    "SELECT leaf_hash FROM ledger WHERE sequence >= ?1 ORDER BY sequence LIMIT ?2")
// clang-format on

#endif  // COMITY_SERVICE_STORE_SQL_STATEMENTS_CHECKPOINTS_H_
