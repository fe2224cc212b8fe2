#include "service/domain/proof/merkle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <random>

#include "absl/strings/escaping.h"
#include "service/base/sha256.h"
#include "service/domain/deeds/ledger.h"

namespace comity::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

std::string Hex(const Digest& digest) { return absl::BytesToHexString({reinterpret_cast<const char*>(digest.data()), digest.size()}); }

// The recursive definition of RFC 9162, 2.1.1, word for word.
Digest DefinedRoot(const std::vector<Digest>& leaves, uint64_t first, uint64_t size) {
  if (size == 0) return Sha256({});
  if (size == 1) return leaves[first];
  uint64_t split = 1;
  while (split * 2 < size) split *= 2;
  return NodeHash(DefinedRoot(leaves, first, split), DefinedRoot(leaves, first + split, size - split));
}

std::vector<Digest> MakeLeaves(uint64_t count) {
  std::vector<Digest> leaves;
  for (uint64_t i = 0; i < count; ++i) leaves.push_back(LeafHash(std::to_string(i)));
  return leaves;
}

// Every level of whole subtrees, as a store could keep them.
class Subtrees {
 public:
  explicit Subtrees(std::vector<Digest> leaves) {
    levels_.push_back(std::move(leaves));
    while (levels_.back().size() > 1) {
      std::vector<Digest> next;
      for (size_t i = 0; i + 1 < levels_.back().size(); i += 2) next.push_back(NodeHash(levels_.back()[i], levels_.back()[i + 1]));
      levels_.push_back(std::move(next));
    }
  }
  const Digest& leaf(uint64_t index) const { return levels_[0][index]; }
  std::vector<Digest> Hash(const std::vector<LeafRange>& ranges) const {
    return HashRanges(ranges,
                      [this](const SubtreeName& name) -> absl::StatusOr<Digest> {
                        return levels_.at(static_cast<size_t>(name.level)).at(name.number);
                      })
        .value();
  }
  Digest Root(uint64_t size) const { return size == 0 ? EmptyRoot() : Hash({{0, size}}).front(); }

 private:
  std::vector<std::vector<Digest>> levels_;
};

size_t CeilLog2(uint64_t size) { return static_cast<size_t>(std::bit_width(size - 1)); }

// The eight leaves and their roots that implementations of RFC 6962 share.
const std::vector<std::string> kVectorLeaves = {"",
                                                std::string(1, '\0'),
                                                "\x10",
                                                "\x20\x21",
                                                "\x30\x31",
                                                "\x40\x41\x42\x43",
                                                "\x50\x51\x52\x53\x54\x55\x56\x57",
                                                "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f"};

std::vector<Digest> VectorHashes() {
  std::vector<Digest> hashes;
  for (const std::string& leaf : kVectorLeaves) hashes.push_back(LeafHash(leaf));
  return hashes;
}

TEST(L2MerkleTree, HasTheRootsOfTheVectorsOfRfc6962) {
  const std::vector<std::string> roots = {"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                                          "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                                          "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                                          "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                                          "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                                          "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                                          "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                                          "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                                          "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
  MerkleTree tree;
  EXPECT_EQ(Hex(tree.Root()), roots[0]);
  const std::vector<Digest> leaves = VectorHashes();
  for (size_t i = 0; i < leaves.size(); ++i) {
    tree.Add(leaves[i]);
    EXPECT_EQ(Hex(tree.Root()), roots[i + 1]);
    EXPECT_EQ(tree.size(), i + 1);
  }
}

TEST(L2MerkleTree, GivesTheProofsOfTheVectorsOfRfc6962) {
  const Subtrees tree(VectorHashes());
  const auto inclusion = tree.Hash(InclusionRanges(0, 8));
  ASSERT_THAT(inclusion, SizeIs(3));
  EXPECT_EQ(Hex(inclusion[0]), "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7");
  EXPECT_EQ(Hex(inclusion[1]), "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e");
  EXPECT_EQ(Hex(inclusion[2]), "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4");
  const auto consistency = tree.Hash(ConsistencyRanges(6, 8));
  ASSERT_THAT(consistency, SizeIs(3));
  EXPECT_EQ(Hex(consistency[0]), "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a");
  EXPECT_EQ(Hex(consistency[1]), "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0");
  EXPECT_EQ(Hex(consistency[2]), "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7");
}

// The examples of RFC 9162, 2.1.5.
TEST(L2MerkleTree, NamesThePartsOfTheExamplesOfRfc9162) {
  EXPECT_THAT(InclusionRanges(0, 7), ElementsAre(LeafRange{1, 1}, LeafRange{2, 2}, LeafRange{4, 3}));
  EXPECT_THAT(InclusionRanges(3, 7), ElementsAre(LeafRange{2, 1}, LeafRange{0, 2}, LeafRange{4, 3}));
  EXPECT_THAT(InclusionRanges(4, 7), ElementsAre(LeafRange{5, 1}, LeafRange{6, 1}, LeafRange{0, 4}));
  EXPECT_THAT(InclusionRanges(6, 7), ElementsAre(LeafRange{4, 2}, LeafRange{0, 4}));
  EXPECT_THAT(ConsistencyRanges(3, 7), ElementsAre(LeafRange{2, 1}, LeafRange{3, 1}, LeafRange{0, 2}, LeafRange{4, 3}));
  EXPECT_THAT(ConsistencyRanges(4, 7), ElementsAre(LeafRange{4, 3}));
  EXPECT_THAT(ConsistencyRanges(6, 7), ElementsAre(LeafRange{4, 2}, LeafRange{6, 1}, LeafRange{0, 4}));
}

TEST(L2MerkleTree, HasTheDefinedRootAndEveryProofHoldsUpTo257Leaves) {
  const std::vector<Digest> leaves = MakeLeaves(257);
  const Subtrees tree(leaves);
  MerkleTree grown;
  std::vector<Digest> roots = {EmptyRoot()};
  for (uint64_t size = 1; size <= leaves.size(); ++size) {
    grown.Add(leaves[size - 1]);
    roots.push_back(grown.Root());
    ASSERT_EQ(grown.Root(), DefinedRoot(leaves, 0, size)) << size;
    ASSERT_EQ(tree.Root(size), grown.Root()) << size;
    for (uint64_t index = 0; index < size; ++index) {
      const auto path = tree.Hash(InclusionRanges(index, size));
      ASSERT_LE(path.size(), CeilLog2(size));
      ASSERT_TRUE(VerifyInclusion(leaves[index], index, size, path, roots[size])) << index << " of " << size;
    }
    for (uint64_t first = 0; first <= size; ++first) {
      const auto path = tree.Hash(ConsistencyRanges(first, size));
      ASSERT_LE(path.size(), CeilLog2(size) + 1);
      ASSERT_TRUE(VerifyConsistency(first, roots[first], size, roots[size], path)) << first << " in " << size;
    }
  }
}

TEST(L2MerkleTree, ProvesRandomPlacesUpToAMillionLeaves) {
  const Subtrees tree(MakeLeaves(uint64_t{1} << 20));
  std::mt19937_64 random(7);
  for (int i = 0; i < 300; ++i) {
    const uint64_t size = 258 + random() % ((uint64_t{1} << 20) - 257);
    const uint64_t index = random() % size, first = random() % (size + 1);
    const auto inclusion = tree.Hash(InclusionRanges(index, size));
    ASSERT_LE(inclusion.size() * 32, 32 * CeilLog2(size));
    ASSERT_TRUE(VerifyInclusion(tree.leaf(index), index, size, inclusion, tree.Root(size))) << index << " of " << size;
    const auto consistency = tree.Hash(ConsistencyRanges(first, size));
    ASSERT_TRUE(VerifyConsistency(first, tree.Root(first), size, tree.Root(size), consistency)) << first << " in " << size;
  }
}

TEST(L2MerkleTree, IsTheSameGrownByWholeSubtrees) {
  const std::vector<Digest> leaves = MakeLeaves(1000);
  MerkleTree by_leaf, by_subtree, eight;
  for (const Digest& leaf : leaves) {
    by_leaf.Add(leaf);
    eight.Add(leaf);
    if (eight.size() < 8) continue;
    by_subtree.AddSubtree(*eight.LastSubtree(3), 3);
    eight = MerkleTree();
    EXPECT_EQ(*by_subtree.LastSubtree(3), *by_leaf.LastSubtree(3));
  }
  EXPECT_EQ(by_leaf.Root(), by_subtree.Root());
  EXPECT_EQ(by_leaf.LastSubtree(4), nullptr);  // 1000 is no multiple of 16
}

// Whatever is changed of a proof, it no longer holds.
TEST(AProof, DoesNotHoldWithAnythingInItChanged) {
  const Subtrees tree(MakeLeaves(70));
  for (uint64_t size = 1; size <= 70; ++size) {
    for (uint64_t index = 0; index < size; ++index) {
      const auto path = tree.Hash(InclusionRanges(index, size));
      const Digest root = tree.Root(size);
      for (size_t i = 0; i < path.size(); ++i) {
        auto flipped = path;
        flipped[i][size % 32] ^= static_cast<uint8_t>(1u << (index % 8));
        ASSERT_FALSE(VerifyInclusion(tree.leaf(index), index, size, flipped, root));
      }
      auto longer = path;
      longer.push_back(root);
      ASSERT_FALSE(VerifyInclusion(tree.leaf(index), index, size, longer, root));
      if (!path.empty()) {
        auto shorter = path;
        shorter.pop_back();
        ASSERT_FALSE(VerifyInclusion(tree.leaf(index), index, size, shorter, root));
      }
      ASSERT_FALSE(VerifyInclusion(tree.leaf((index + 1) % 70), index, size, path, root));
      ASSERT_FALSE(VerifyInclusion(tree.leaf(index), index + size, size, path, root));
    }
    for (uint64_t first = 1; first < size; ++first) {
      const auto path = tree.Hash(ConsistencyRanges(first, size));
      auto flipped = path;
      flipped[first % path.size()][3] ^= 4;
      ASSERT_FALSE(VerifyConsistency(first, tree.Root(first), size, tree.Root(size), flipped));
      ASSERT_FALSE(VerifyConsistency(first, tree.Root(first - 1), size, tree.Root(size), path));
      ASSERT_FALSE(VerifyConsistency(first, tree.Root(first), size, tree.Root(size - 1), path));
      ASSERT_FALSE(VerifyConsistency(size, tree.Root(size), first, tree.Root(first), path));
      ASSERT_FALSE(VerifyConsistency(first, tree.Root(first), size, tree.Root(size), {}));
    }
  }
}

}  // namespace
}  // namespace comity::domain
