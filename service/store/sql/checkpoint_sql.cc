#include "service/store/sql/checkpoint_sql.h"

#include <limits>

#include "service/base/error.h"
#include "service/store/sql/run.h"

namespace comity::store::sql {
namespace {

CheckpointRow ReadCheckpoint(const Statement& row) { return {row.Int(0), ReadTime(row, 1), ReadText(row, 2)}; }

}  // namespace

absl::Status CheckpointSql::PutCheckpoint(const CheckpointRow& checkpoint) {
  return Run(connection_, Sql::kPutCheckpoint, checkpoint.size, checkpoint.created, checkpoint.note);
}

absl::StatusOr<std::optional<CheckpointRow>> CheckpointSql::FindCheckpoint(int64_t size) {
  std::optional<CheckpointRow> found;
  COMITY_RETURN_IF_ERROR(Each(
      connection_, Sql::kFindCheckpoint, [&](const Statement& row) { found = ReadCheckpoint(row); }, size));
  return found;
}

absl::StatusOr<std::vector<CheckpointRow>> CheckpointSql::ListCheckpoints(int64_t before, int32_t limit) {
  std::vector<CheckpointRow> checkpoints;
  const int64_t end = before == 0 ? std::numeric_limits<int64_t>::max() : before;
  COMITY_RETURN_IF_ERROR(Each(
      connection_, Sql::kListCheckpoints, [&](const Statement& row) { checkpoints.push_back(ReadCheckpoint(row)); }, end, limit));
  return checkpoints;
}

absl::Status CheckpointSql::PutCheckpointKey(const CheckpointKeyRow& key) {
  return Run(connection_, Sql::kPutCheckpointKey, key.verifier, key.created, key.retired);
}

absl::StatusOr<std::vector<CheckpointKeyRow>> CheckpointSql::CheckpointKeys() {
  std::vector<CheckpointKeyRow> keys;
  const auto add = [&](const Statement& row) { keys.push_back({ReadText(row, 0), ReadTime(row, 1), ReadTime(row, 2)}); };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kAllCheckpointKeys, add));
  return keys;
}

absl::Status CheckpointSql::PutTreeNodes(const std::vector<TreeNodeRow>& nodes) {
  for (const TreeNodeRow& node : nodes) COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kPutTreeNode, node.level, node.number, node.hash));
  return absl::OkStatus();
}

absl::StatusOr<std::optional<domain::Digest>> CheckpointSql::FindTreeNode(int32_t level, int64_t number) {
  std::optional<domain::Digest> hash;
  COMITY_RETURN_IF_ERROR(Each(
      connection_, Sql::kFindTreeNode, [&](const Statement& row) { hash = ReadDigest(row, 0); }, level, number));
  return hash;
}

absl::StatusOr<std::vector<domain::Digest>> CheckpointSql::LeafHashes(int64_t first, int32_t limit) {
  std::vector<domain::Digest> hashes;
  COMITY_RETURN_IF_ERROR(Each(
      connection_, Sql::kLeafHashes, [&](const Statement& row) { hashes.push_back(ReadDigest(row, 0)); }, first, limit));
  return hashes;
}

}  // namespace comity::store::sql
