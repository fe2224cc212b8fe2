// What is kept to prove the ledger: signed checkpoints, the keys that signed them, hashes of whole parts of the tree.
#ifndef COMITY_SERVICE_STORE_CHECKPOINT_STORE_H_
#define COMITY_SERVICE_STORE_CHECKPOINT_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "service/domain/digest.h"

namespace comity::store {

struct CheckpointRow {
  int64_t size = 0;  // entries it covers
  absl::Time created;
  std::string note;  // signed
};

struct CheckpointKeyRow {
  std::string verifier;  // the public half
  absl::Time created;
  absl::Time retired = absl::InfiniteFuture();  // it signs nothing from then on; what it signed stays good
};

// The root of leaves number × 2^level and on, 2^level of them.
struct TreeNodeRow {
  int32_t level = 0;
  int64_t number = 0;
  domain::Digest hash{};
};

// Every call blocks on I/O and belongs to its transaction. Errors not named: UNAVAILABLE (busy or lost), RESOURCE_EXHAUSTED (disk full).
class CheckpointStore {
 public:
  virtual ~CheckpointStore() = default;

  // One for each size, which stays as it is: an earlier one is kept, and this one is not.
  virtual absl::Status PutCheckpoint(const CheckpointRow& checkpoint) = 0;
  virtual absl::StatusOr<std::optional<CheckpointRow>> FindCheckpoint(int64_t size) = 0;
  // Largest first, below `before` (0 = from the largest), at most `limit`.
  virtual absl::StatusOr<std::vector<CheckpointRow>> ListCheckpoints(int64_t before, int32_t limit) = 0;

  // Inserts or replaces by verifier.
  virtual absl::Status PutCheckpointKey(const CheckpointKeyRow& key) = 0;
  virtual absl::StatusOr<std::vector<CheckpointKeyRow>> CheckpointKeys() = 0;

  // Inserts or replaces.
  virtual absl::Status PutTreeNodes(const std::vector<TreeNodeRow>& nodes) = 0;
  virtual absl::StatusOr<std::optional<domain::Digest>> FindTreeNode(int32_t level, int64_t number) = 0;
  // Of entries `first` (from 1) and on, at most `limit`, in order.
  virtual absl::StatusOr<std::vector<domain::Digest>> LeafHashes(int64_t first, int32_t limit) = 0;
};

}  // namespace comity::store

#endif  // COMITY_SERVICE_STORE_CHECKPOINT_STORE_H_
