#include "clients/verify/tree.h"

namespace comity::verify {
namespace {

Hash Join(const Hash& left, const Hash& right) { return Sha256({"\x01", ViewOf(left), ViewOf(right)}); }

// The size of the left part: the largest power of two below.
uint64_t LeftOf(uint64_t size) {
  uint64_t left = 1;
  while (left < size - left) left *= 2;
  return left;
}

// Takes hashes off the end of a proof, which is where its upper levels are. Empty-handed, it remembers that.
class Rest {
 public:
  explicit Rest(const std::vector<Hash>& path) : path_(path), left_(path.size()) {}
  Hash Take() {
    if (left_ == 0) {
      short_ = true;
      return {};
    }
    return path_[--left_];
  }
  bool Used() const { return left_ == 0 && !short_; }
  bool Short() const { return short_; }

 private:
  const std::vector<Hash>& path_;
  size_t left_;
  bool short_ = false;
};

// At most 64 deep: each step halves.
Hash Climb(const Hash& leaf_hash, uint64_t index, uint64_t size, Rest& rest) {
  if (size == 1 || rest.Short()) return leaf_hash;
  const uint64_t left = LeftOf(size);
  const Hash sibling = rest.Take();
  return index < left ? Join(Climb(leaf_hash, index, left, rest), sibling)
                      : Join(sibling, Climb(leaf_hash, index - left, size - left, rest));
}

std::pair<Hash, Hash> Climb(uint64_t older, const Hash& older_root, uint64_t newer, bool known, Rest& rest) {
  if (older == newer || rest.Short()) {
    const Hash hash = known ? older_root : rest.Take();
    return {hash, hash};
  }
  const uint64_t left = LeftOf(newer);
  const Hash sibling = rest.Take();
  if (older <= left) {
    const auto [before, after] = Climb(older, older_root, left, known, rest);
    return {before, Join(after, sibling)};
  }
  const auto [before, after] = Climb(older - left, older_root, newer - left, false, rest);
  return {Join(sibling, before), Join(sibling, after)};
}

}  // namespace

Hash LeafHash(std::string_view leaf) { return Sha256({std::string_view("\0", 1), leaf}); }
Hash ChainHash(const Hash& previous, const Hash& leaf_hash) { return Sha256({ViewOf(previous), ViewOf(leaf_hash)}); }

void Tree::Add(const Hash& leaf_hash) {
  Hash carried = leaf_hash;
  size_t level = 0;
  for (; level < levels_.size() && levels_[level].has_value(); ++level) {
    carried = Join(*levels_[level], carried);
    levels_[level].reset();
  }
  if (level == levels_.size()) levels_.emplace_back();
  levels_[level] = carried;
  ++size_;
}

Hash Tree::Root() const {
  std::optional<Hash> root;
  for (const std::optional<Hash>& level : levels_) {
    if (level.has_value()) root = root.has_value() ? Join(*level, *root) : *level;
  }
  return root.value_or(Sha256({}));
}

std::optional<Hash> RootOfInclusion(const Hash& leaf_hash, uint64_t index, uint64_t size, const std::vector<Hash>& path) {
  if (index >= size || path.size() > 64) return std::nullopt;
  Rest rest(path);
  const Hash root = Climb(leaf_hash, index, size, rest);
  return rest.Used() ? std::optional(root) : std::nullopt;
}

std::optional<std::pair<Hash, Hash>> RootsOfConsistency(uint64_t older, const Hash& older_root, uint64_t newer,
                                                        const std::vector<Hash>& path) {
  if (older == 0 || older > newer || path.size() > 65) return std::nullopt;
  Rest rest(path);
  const auto roots = Climb(older, older_root, newer, true, rest);
  return rest.Used() ? std::optional(roots) : std::nullopt;
}

}  // namespace comity::verify
