// Signed checkpoints of the ledger, and proofs that lead to them.
#ifndef COMITY_SERVICE_APP_CHECKPOINTS_H_
#define COMITY_SERVICE_APP_CHECKPOINTS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "service/app/writer.h"
#include "service/domain/proof/checkpoint.h"
#include "service/domain/proof/merkle.h"
#include "service/obs/clock.h"
#include "service/store/store.h"

namespace comity::app {

// Makes checkpoints with one key. Safe to call from any thread.
//
// Nothing of this is on the way of a fact: hashes of whole parts of the tree are stored when a checkpoint is made, from the leaves that
// came since the one before.
class Checkpoints {
 public:
  // Reads the key from `key_file`, or makes it there (0600) and names the ledger if the store has no name yet. A key that the store does
  // not know yet takes over: the one before is kept as retired, and what it signed stays good.
  // Errors: those of ReadSecretFile; INVALID_ARGUMENT (SECRET_FILE_UNSAFE); the store's.
  static absl::StatusOr<std::unique_ptr<Checkpoints>> Open(store::Store& store, Writer& writer, const obs::Clock& clock,
                                                           const std::string& key_file);
  virtual ~Checkpoints() = default;

  // From now on one a day by the clock, when something was appended since the last. Until it is destroyed.
  virtual void StartDaily() = 0;

  // Of all entries, or of the first `size` (-1 = all); the one that is there if nothing was appended since. Reads and checks every entry
  // since the one before: its hashes, and that the ledger still begins with what was signed.
  // Errors: DATA_LOSS (LEDGER_FORKED) when it does not: nothing is signed then.
  virtual absl::StatusOr<store::CheckpointRow> Make(int64_t size = -1) = 0;
};

// The hashes that prove `ranges`, from the stored parts and at most some 1,024 leaves for each ragged end. The ranges lie within a
// checkpoint that is there.
absl::StatusOr<std::vector<domain::Digest>> HashesOf(store::Transaction& transaction, const std::vector<domain::LeafRange>& ranges);

// Reads entries from the store's own ledger, one after the other, checking each: hashes, chain, order. Used for what is signed and for
// what was backed up.
class LedgerReader {
 public:
  // From the entry after `tree.size()`, whose chain hash is `chain`.
  LedgerReader(store::Transaction& transaction, domain::MerkleTree tree, const domain::Digest& chain)
      : transaction_(transaction), tree_(std::move(tree)), chain_(chain) {}
  // Goes on to entry `size`. Errors: DATA_LOSS (LEDGER_FORKED).
  absl::Status ReadTo(int64_t size);
  const domain::MerkleTree& tree() const { return tree_; }
  const domain::Digest& chain() const { return chain_; }
  // Parts that were completed meanwhile.
  const std::vector<store::TreeNodeRow>& completed() const { return completed_; }

 private:
  absl::Status Take(const store::LedgerRow& row);
  store::Transaction& transaction_;
  domain::MerkleTree tree_;
  domain::Digest chain_;
  std::vector<store::TreeNodeRow> completed_;
};

// Whether the ledger, read anew up to the largest, leads to every checkpoint that is kept, and each is signed with a key that is kept.
// Gives how many there are; adds a sentence to `faults` for each that does not fit.
absl::StatusOr<int64_t> CheckCheckpoints(store::Transaction& transaction, std::vector<std::string>& faults);

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_CHECKPOINTS_H_
