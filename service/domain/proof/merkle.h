// The Merkle tree of RFC 9162, section 2.1, over leaf hashes that are there already: roots, proofs, their verification. Pure.
#ifndef COMITY_SERVICE_DOMAIN_PROOF_MERKLE_H_
#define COMITY_SERVICE_DOMAIN_PROOF_MERKLE_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "service/domain/digest.h"

namespace comity::domain {

// SHA-256 of nothing: the root of no leaves.
Digest EmptyRoot();
// SHA-256(0x01 || left || right).
Digest NodeHash(const Digest& left, const Digest& right);

// A tree that grows to the right. Keeps one hash for each level, whatever its size.
class MerkleTree {
 public:
  void Add(const Digest& leaf_hash) { AddSubtree(leaf_hash, 0); }
  // Adds 2^level leaves at once by their root. The size must be a multiple of that, as it is between whole subtrees.
  void AddSubtree(const Digest& root, int level);
  uint64_t size() const { return size_; }
  Digest Root() const;
  // The root of the whole subtree that ends with the last leaf; asked when `size` is a multiple of 2^level.
  const Digest* LastSubtree(int level) const;

 private:
  struct Subtree {
    int level;
    Digest root;
  };
  void Join();
  std::vector<Subtree> whole_;  // from the left, of falling level
  Digest last_[64];             // by level, the latest whole subtree
  uint64_t known_ = 0;          // bit = last_ of this level is set
  uint64_t size_ = 0;
};

// Leaves first … first + size - 1.
struct LeafRange {
  uint64_t first = 0, size = 0;
  bool operator==(const LeafRange&) const = default;
};

// The parts whose roots are the proof that leaf `index` is in the tree of `size` leaves, from the leaf to the root: at most ⌈log₂ size⌉.
// Empty for an index outside.
std::vector<LeafRange> InclusionRanges(uint64_t index, uint64_t size);
// The same for the proof that the tree of `first` leaves is the beginning of the tree of `second`: at most ⌈log₂ second⌉ + 1. Empty when
// they are the same, or `first` is 0 or greater.
std::vector<LeafRange> ConsistencyRanges(uint64_t first, uint64_t second);

// A whole subtree: leaves number × 2^level and on, 2^level of them.
struct SubtreeName {
  int level = 0;
  uint64_t number = 0;
  bool operator==(const SubtreeName&) const = default;
};
using SubtreeHash = std::function<absl::StatusOr<Digest>(const SubtreeName&)>;

// The root of each range, from the hashes of the whole subtrees it is made of: one for each, but for a range at the tree's right edge.
absl::StatusOr<std::vector<Digest>> HashRanges(const std::vector<LeafRange>& ranges, const SubtreeHash& hash);

// RFC 9162, 2.1.3.2 and 2.1.4.2. Nothing is taken for granted: false for whatever does not fit.
bool VerifyInclusion(const Digest& leaf_hash, uint64_t index, uint64_t size, const std::vector<Digest>& path, const Digest& root);
bool VerifyConsistency(uint64_t first, const Digest& first_root, uint64_t second, const Digest& second_root,
                       const std::vector<Digest>& path);

}  // namespace comity::domain

#endif  // COMITY_SERVICE_DOMAIN_PROOF_MERKLE_H_
