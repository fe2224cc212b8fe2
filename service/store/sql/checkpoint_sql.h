// CheckpointStore over SQL.
#ifndef COMITY_SERVICE_STORE_SQL_CHECKPOINT_SQL_H_
#define COMITY_SERVICE_STORE_SQL_CHECKPOINT_SQL_H_

#include <optional>
#include <vector>

#include "service/store/checkpoint_store.h"
#include "service/store/sql/connection.h"

namespace comity::store::sql {

// Lives as long as its transaction.
class CheckpointSql : public CheckpointStore {
 public:
  explicit CheckpointSql(Connection& connection) : connection_(connection) {}

  absl::Status PutCheckpoint(const CheckpointRow& checkpoint) override;
  absl::StatusOr<std::optional<CheckpointRow>> FindCheckpoint(int64_t size) override;
  absl::StatusOr<std::vector<CheckpointRow>> ListCheckpoints(int64_t before, int32_t limit) override;
  absl::Status PutCheckpointKey(const CheckpointKeyRow& key) override;
  absl::StatusOr<std::vector<CheckpointKeyRow>> CheckpointKeys() override;
  absl::Status PutTreeNodes(const std::vector<TreeNodeRow>& nodes) override;
  absl::StatusOr<std::optional<domain::Digest>> FindTreeNode(int32_t level, int64_t number) override;
  absl::StatusOr<std::vector<domain::Digest>> LeafHashes(int64_t first, int32_t limit) override;

 private:
  Connection& connection_;
};

}  // namespace comity::store::sql

#endif  // COMITY_SERVICE_STORE_SQL_CHECKPOINT_SQL_H_
