// The verifier against what the service's own code writes: two implementations that share nothing must agree, and nothing changed may pass.
#include "clients/verify/checks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/verify/entry.h"
#include "clients/verify/tree.h"
#include "service/domain/deeds/ledger.h"
#include "service/domain/proof/checkpoint.h"
#include "service/domain/proof/merkle.h"
#include "service/domain/proof/proof_text.h"
#include "tests/support/figures.h"
#include "tests/support/process.h"

namespace comity::verify {
namespace {

using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string LeafOf(uint64_t number) {
  domain::Entry entry;
  entry.line.bytes[0] = static_cast<uint8_t>(number);
  entry.line.bytes[1] = static_cast<uint8_t>(number >> 8);
  entry.revision = 1;
  entry.deed.bytes.fill(static_cast<uint8_t>(number + 1));
  entry.day = 20'698;  // 2026-09-02
  entry.kind = domain::DeedKind::kResolved;
  entry.content.share_ppm = 500'000;
  entry.policy = 1;
  return domain::EncodeEntry(entry);
}

// A ledger as the service keeps and signs it.
struct Ledger {
  explicit Ledger(uint64_t count, uint64_t changed = UINT64_MAX) {
    for (uint64_t i = 0; i < count; ++i) Add(LeafOf(i == changed ? i + 100'000 : i));
  }
  void Add(const std::string& leaf) {
    leaves.push_back(leaf);
    hashes.push_back(domain::LeafHash(leaf));
    chains.push_back(domain::ChainHash(chains.back(), hashes.back()));
  }
  domain::Digest RootOf(domain::LeafRange range) const {
    domain::MerkleTree tree;
    for (uint64_t i = range.first; i < range.first + range.size; ++i) tree.Add(hashes[i]);
    return tree.Root();
  }
  std::vector<domain::Digest> Hashes(const std::vector<domain::LeafRange>& ranges) const {
    std::vector<domain::Digest> path;
    for (const domain::LeafRange& range : ranges) path.push_back(RootOf(range));
    return path;
  }
  std::string Note(uint64_t size, const domain::SigningKey& key) const {
    return key.Sign(
        domain::CheckpointNote({"comity/ledger/test", size, RootOf({0, size}), chains[size], absl::FromUnixSeconds(1'788'350'400)}));
  }
  std::string Lines() const { return Lines(leaves); }
  static std::string Lines(const std::vector<std::string>& some) {
    std::string text = "comity ledger 1\n";
    for (const std::string& leaf : some) absl::StrAppend(&text, absl::Base64Escape(leaf), "\n");
    return text;
  }
  std::string Inclusion(uint64_t index, uint64_t size, const domain::SigningKey& key) const {
    return domain::ProofText(
        domain::InclusionProof{index + 1, leaves[index], Hashes(domain::InclusionRanges(index, size)), Note(size, key)});
  }
  std::string Consistency(uint64_t older, uint64_t newer, const domain::SigningKey& key) const {
    return domain::ProofText(domain::ConsistencyProof{Hashes(domain::ConsistencyRanges(older, newer)), Note(older, key), Note(newer, key)});
  }
  std::vector<std::string> leaves;
  std::vector<domain::Digest> hashes, chains = {domain::Digest{}};
};

struct Fixture {
  domain::SigningKey key = domain::SigningKey::Generate("comity/ledger/test").value();
  domain::SigningKey wrong = domain::SigningKey::Generate("comity/ledger/test").value();
  std::vector<PublicKey> keys = ReadKeys(key.VerifierText() + "\n");
};

TEST(TheVerifier, AgreesWithTheServiceOnEveryProofOfSmallLedgers) {
  const Fixture f;
  const Ledger ledger(40);
  for (uint64_t size = 1; size <= 40; ++size) {
    for (uint64_t index = 0; index < size; ++index) {
      const Report report = CheckProof(ledger.Inclusion(index, size, f.key), f.keys, std::nullopt);
      ASSERT_TRUE(report.holds) << index << " of " << size << ": " << report.sentences.back();
    }
    for (uint64_t older = 0; older <= size; ++older) {
      const Report report = CheckProof(ledger.Consistency(older, size, f.key), f.keys, ledger.Note(older, f.key));
      ASSERT_TRUE(report.holds) << older << " in " << size << ": " << report.sentences.back();
    }
  }
}

TEST(TheVerifier, SaysInPlainWordsWhatHeld) {
  const Fixture f;
  const Ledger ledger(9);
  EXPECT_THAT(
      CheckProof(ledger.Inclusion(4, 9, f.key), f.keys, std::nullopt).sentences,
      ElementsAre("The checkpoint of 9 entries of comity/ledger/test, signed for 2026-09-02T12:00:00Z is signed with a key that you trust.",
                  "Entry 5 is in it: grants 50 % of deeds/20260902-0k2ga1850k2ga1850k2ga1850k."));
  EXPECT_THAT(CheckProof(ledger.Consistency(4, 9, f.key), f.keys, std::nullopt).sentences.back(), HasSubstr("5 entries were appended"));
  EXPECT_THAT(CheckLedger(LinesOf(ledger.Lines()), ledger.Note(7, f.key), f.keys).sentences.back(), HasSubstr("2 after them"));
  EXPECT_EQ(DescribeEntry("x"), "an entry of a form that this release does not know");
}

TEST(TheVerifier, FindsAForkAgainstTheCheckpointThatWasKept) {
  const Fixture f;
  const Ledger ledger(50), forked(50, 20);
  const std::string kept = ledger.Note(30, f.key);
  // Signed with the right key by whoever forked: the proofs hold by themselves, and not beside what was kept.
  EXPECT_FALSE(CheckProof(forked.Consistency(30, 50, f.key), f.keys, kept).holds);
  EXPECT_FALSE(CheckProof(forked.Inclusion(3, 30, f.key), f.keys, kept).holds);
  EXPECT_FALSE(CheckLedger(LinesOf(forked.Lines()), kept, f.keys).holds);
  EXPECT_TRUE(CheckProof(ledger.Consistency(30, 50, f.key), f.keys, kept).holds);
  // One that says nothing of what was kept is no proof either.
  EXPECT_FALSE(CheckProof(ledger.Consistency(31, 50, f.key), f.keys, kept).holds);
}

TEST(TheVerifier, TrustsSeveralKeysAndNoOther) {
  const Fixture f;
  const Ledger ledger(5);
  const std::vector<PublicKey> both = ReadKeys(absl::StrCat(f.wrong.VerifierText(), "\n", f.key.VerifierText(), "\n"));
  EXPECT_EQ(both.size(), 2u);
  EXPECT_TRUE(CheckNote(ledger.Note(5, f.key), both).holds);
  EXPECT_FALSE(CheckNote(ledger.Note(5, f.wrong), f.keys).holds);
  std::string damaged = f.key.VerifierText();
  damaged[damaged.size() - 4] ^= 1;
  EXPECT_TRUE(ReadKeys(damaged).empty());
}

// The seeds of the fuzz target were made by a third program, in Python with the openssl command.
TEST(TheVerifier, ReadsWhatAThirdImplementationWrote) {
  const auto seed = [](const std::string& name) {
    return comity::testing::ReadFile(COMITY_SOURCE_DIR "/tests/fuzz/corpus/verify/" + name);
  };
  const std::vector<PublicKey> keys = ReadKeys(seed("key"));
  EXPECT_EQ(keys.size(), 1u);
  EXPECT_TRUE(CheckNote(seed("checkpoint"), keys).holds);
  EXPECT_TRUE(CheckProof(seed("inclusion"), keys, seed("checkpoint")).holds);
  EXPECT_TRUE(CheckProof(seed("consistency"), keys, seed("checkpoint")).holds);
  EXPECT_TRUE(CheckLedger(LinesOf(seed("ledger")), seed("checkpoint"), keys).holds);
  EXPECT_FALSE(CheckNote(seed("forged"), keys).holds);
}

// L1: random edits of a ledger, of its checkpoint and of proofs, each checked against the checkpoint that was kept.
class L1Tampering : public ::testing::Test {
 protected:
  static int Count() { return static_cast<int>(testing::Figure("L1")); }
  size_t Below(size_t end) { return static_cast<size_t>(random_() % end); }

  // Leaves changed in one of the ways of somebody who can write to the store.
  std::vector<std::string> Edit(std::vector<std::string> leaves) {
    const size_t place = Below(leaves.size());
    switch (Below(7)) {
      case 0:
        leaves[place][Below(leaves[place].size())] ^= static_cast<char>(1 << Below(8));
        break;
      case 1:
        leaves.erase(leaves.begin() + static_cast<std::ptrdiff_t>(place));
        break;
      case 2:
        leaves.insert(leaves.begin() + static_cast<std::ptrdiff_t>(place), leaves[Below(leaves.size())]);
        break;
      case 3:
        std::swap(leaves[place], leaves[Below(leaves.size())]);
        break;
      case 4:
        leaves.resize(place);
        break;
      case 5:  // a fork: another history from here on
        for (size_t i = place; i < leaves.size(); ++i) leaves[i] = LeafOf(50'000 + i);
        break;
      default:
        leaves[place].resize(Below(leaves[place].size()));
    }
    return leaves;
  }
  std::string Flip(std::string text) {
    text[Below(text.size())] ^= static_cast<char>(1 << Below(8));
    return text;
  }

  const Fixture fixture_{};
  const Ledger ledger_{60};
  std::mt19937_64 random_{2026};
};

TEST_F(L1Tampering, OfTheLedgerIsAlwaysFound) {
  const std::string kept = ledger_.Note(60, fixture_.key);
  int found = 0, tried = 0;
  while (tried < Count()) {
    const std::vector<std::string> edited = Edit(ledger_.leaves);
    if (edited == ledger_.leaves) continue;  // swapped with itself
    ++tried;
    found += CheckLedger(LinesOf(Ledger::Lines(edited)), kept, fixture_.keys).holds ? 0 : 1;
  }
  EXPECT_EQ(found, tried);
  testing::Report("L1", absl::StrCat(found, " of ", tried, " edits of a ledger found"));
}

TEST_F(L1Tampering, ThatIsSignedAnewWithAnotherKeyIsAlwaysFound) {
  for (int i = 0; i < Count(); ++i) {
    Ledger forged(0);
    for (const std::string& leaf : Edit(ledger_.leaves)) forged.Add(leaf);
    const uint64_t size = forged.leaves.size();
    ASSERT_FALSE(CheckLedger(LinesOf(forged.Lines()), forged.Note(size, fixture_.wrong), fixture_.keys).holds);
  }
}

TEST_F(L1Tampering, OfCheckpointsProofsAndTextsIsAlwaysFound) {
  const std::string note = ledger_.Note(60, fixture_.key), lines = ledger_.Lines();
  const std::string inclusion = ledger_.Inclusion(17, 60, fixture_.key), consistency = ledger_.Consistency(37, 60, fixture_.key);
  for (int i = 0; i < Count(); ++i) {
    ASSERT_FALSE(CheckNote(Flip(note), fixture_.keys).holds);
    ASSERT_FALSE(CheckProof(Flip(inclusion), fixture_.keys, std::nullopt).holds);
    ASSERT_FALSE(CheckProof(Flip(consistency), fixture_.keys, std::nullopt).holds);
    ASSERT_FALSE(CheckLedger(LinesOf(Flip(lines)), note, fixture_.keys).holds);
    ASSERT_FALSE(CheckProof(inclusion.substr(0, Below(inclusion.size())), fixture_.keys, std::nullopt).holds);
    ASSERT_FALSE(CheckLedger(LinesOf(lines.substr(0, Below(lines.size()))), note, fixture_.keys).holds);
  }
}

TEST_F(L1Tampering, IsNeverSeenWhereThereIsNone) {
  for (int i = 0; i < Count(); ++i) {
    const uint64_t size = 1 + Below(60), older = Below(size + 1), index = Below(size);
    ASSERT_TRUE(CheckLedger(LinesOf(ledger_.Lines()), ledger_.Note(older, fixture_.key), fixture_.keys).holds);
    ASSERT_TRUE(CheckProof(ledger_.Inclusion(index, size, fixture_.key), fixture_.keys, ledger_.Note(size, fixture_.key)).holds);
    ASSERT_TRUE(CheckProof(ledger_.Consistency(older, size, fixture_.key), fixture_.keys, ledger_.Note(older, fixture_.key)).holds);
  }
}

}  // namespace
}  // namespace comity::verify
