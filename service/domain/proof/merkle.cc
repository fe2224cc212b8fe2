#include "service/domain/proof/merkle.h"

#include <algorithm>
#include <bit>

#include "service/base/error.h"
#include "service/base/sha256.h"

namespace comity::domain {
namespace {

std::string_view ViewOf(const Digest& digest) { return {reinterpret_cast<const char*>(digest.data()), digest.size()}; }

// The largest power of two below `size`, which is at least 2.
uint64_t SplitOf(uint64_t size) { return std::bit_floor(size - 1); }

}  // namespace

Digest EmptyRoot() { return Sha256({}); }

Digest NodeHash(const Digest& left, const Digest& right) { return Sha256({std::string_view("\x01", 1), ViewOf(left), ViewOf(right)}); }

void MerkleTree::AddSubtree(const Digest& root, int level) {
  whole_.push_back({level, root});
  size_ += uint64_t{1} << level;
  last_[level] = root;
  known_ |= uint64_t{1} << level;
  Join();
}

void MerkleTree::Join() {
  while (whole_.size() >= 2 && whole_[whole_.size() - 2].level == whole_.back().level) {
    const Subtree right = whole_.back();
    whole_.pop_back();
    whole_.back() = {right.level + 1, NodeHash(whole_.back().root, right.root)};
    last_[right.level + 1] = whole_.back().root;
    known_ |= uint64_t{1} << (right.level + 1);
  }
}

Digest MerkleTree::Root() const {
  if (whole_.empty()) return EmptyRoot();
  Digest root = whole_.back().root;
  for (auto subtree = whole_.rbegin() + 1; subtree != whole_.rend(); ++subtree) root = NodeHash(subtree->root, root);
  return root;
}

const Digest* MerkleTree::LastSubtree(int level) const {
  const bool ends_here = size_ > 0 && size_ % (uint64_t{1} << level) == 0;
  return ends_here && (known_ >> level & 1) != 0 ? &last_[level] : nullptr;
}

std::vector<LeafRange> InclusionRanges(uint64_t index, uint64_t size) {
  std::vector<LeafRange> ranges;
  if (index >= size) return ranges;
  for (LeafRange tree{0, size}; tree.size > 1;) {
    const uint64_t split = SplitOf(tree.size);
    const LeafRange left{tree.first, split}, right{tree.first + split, tree.size - split};
    const bool in_left = index < right.first;
    ranges.push_back(in_left ? right : left);
    tree = in_left ? left : right;
  }
  std::reverse(ranges.begin(), ranges.end());
  return ranges;
}

std::vector<LeafRange> ConsistencyRanges(uint64_t first, uint64_t second) {
  std::vector<LeafRange> ranges;
  if (first == 0 || first >= second) return ranges;
  LeafRange tree{0, second};
  // Down to the part that ends where the first tree ends. It is left out when it is the whole first tree, whose root the verifier has.
  while (tree.first + tree.size != first) {
    const uint64_t split = SplitOf(tree.size);
    const LeafRange left{tree.first, split}, right{tree.first + split, tree.size - split};
    const bool in_left = first <= right.first;
    ranges.push_back(in_left ? right : left);
    tree = in_left ? left : right;
  }
  if (tree.first != 0) ranges.push_back(tree);
  std::reverse(ranges.begin(), ranges.end());
  return ranges;
}

absl::StatusOr<std::vector<Digest>> HashRanges(const std::vector<LeafRange>& ranges, const SubtreeHash& hash) {
  std::vector<Digest> hashes;
  for (const LeafRange& range : ranges) {
    MerkleTree tree;
    // A range of a proof begins at a multiple of the largest power of two in its size, so its whole subtrees fall in size from the left.
    while (tree.size() < range.size) {
      const uint64_t part = std::bit_floor(range.size - tree.size());
      const int level = std::countr_zero(part);
      COMITY_ASSIGN_OR_RETURN(const Digest root, hash({level, (range.first + tree.size()) >> level}));
      tree.AddSubtree(root, level);
    }
    hashes.push_back(tree.Root());
  }
  return hashes;
}

bool VerifyInclusion(const Digest& leaf_hash, uint64_t index, uint64_t size, const std::vector<Digest>& path, const Digest& root) {
  if (index >= size) return false;
  uint64_t node = index, last = size - 1;
  Digest hash = leaf_hash;
  for (const Digest& sibling : path) {
    if (last == 0) return false;
    if ((node & 1) != 0 || node == last) {
      hash = NodeHash(sibling, hash);
      for (; (node & 1) == 0 && node != 0; last >>= 1) node >>= 1;
    } else {
      hash = NodeHash(hash, sibling);
    }
    node >>= 1;
    last >>= 1;
  }
  return last == 0 && hash == root;
}

bool VerifyConsistency(uint64_t first, const Digest& first_root, uint64_t second, const Digest& second_root,
                       const std::vector<Digest>& path) {
  if (first > second) return false;
  if (first == second) return path.empty() && first_root == second_root;
  if (first == 0) return path.empty() && first_root == EmptyRoot();
  const bool starts_with_first = std::has_single_bit(first);
  if (!starts_with_first && path.empty()) return false;
  uint64_t node = first - 1, last = second - 1;
  for (; (node & 1) != 0; last >>= 1) node >>= 1;
  Digest old_hash = starts_with_first ? first_root : path.front();
  Digest new_hash = old_hash;
  for (size_t i = starts_with_first ? 0 : 1; i < path.size(); ++i) {
    if (last == 0) return false;
    if ((node & 1) != 0 || node == last) {
      old_hash = NodeHash(path[i], old_hash);
      new_hash = NodeHash(path[i], new_hash);
      for (; (node & 1) == 0 && node != 0; last >>= 1) node >>= 1;
    } else {
      new_hash = NodeHash(new_hash, path[i]);
    }
    node >>= 1;
    last >>= 1;
  }
  return last == 0 && old_hash == first_root && new_hash == second_root;
}

}  // namespace comity::domain
