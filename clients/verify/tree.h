// The Merkle tree of RFC 9162, written from its definitions.
#ifndef COMITY_CLIENTS_VERIFY_TREE_H_
#define COMITY_CLIENTS_VERIFY_TREE_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "clients/verify/bytes.h"

namespace comity::verify {

Hash LeafHash(std::string_view leaf);                         // SHA-256(0x00 || leaf)
Hash ChainHash(const Hash& previous, const Hash& leaf_hash);  // SHA-256(previous || leaf hash)

// Grows leaf by leaf, as one counts in binary: each level holds the root of a whole subtree, or nothing.
class Tree {
 public:
  void Add(const Hash& leaf_hash);
  uint64_t size() const { return size_; }
  Hash Root() const;

 private:
  std::vector<std::optional<Hash>> levels_;
  uint64_t size_ = 0;
};

// The root that an inclusion proof leads to; nothing if it does not have the length it must have.
std::optional<Hash> RootOfInclusion(const Hash& leaf_hash, uint64_t index, uint64_t size, const std::vector<Hash>& path);
// The roots, of `older` leaves and of `newer`, that a consistency proof leads to.
std::optional<std::pair<Hash, Hash>> RootsOfConsistency(uint64_t older, const Hash& older_root, uint64_t newer,
                                                        const std::vector<Hash>& path);

}  // namespace comity::verify

#endif  // COMITY_CLIENTS_VERIFY_TREE_H_
