#include "tests/contract/contract.h"

namespace comity::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

COMITY_CONTRACT(Checkpoints);

domain::Digest Hash(uint8_t fill) {
  domain::Digest hash{};
  hash.fill(fill);
  return hash;
}

std::vector<int64_t> Sizes(const std::vector<CheckpointRow>& rows) {
  std::vector<int64_t> sizes;
  for (const CheckpointRow& row : rows) sizes.push_back(row.size);
  return sizes;
}

TEST_P(Checkpoints, AreKeptOnceForEachSizeAndListedLargestFirst) {
  EXPECT_OK(Write([](Transaction& t) -> absl::Status {
    for (const int64_t size : {0, 7, 40})
      COMITY_RETURN_IF_ERROR(t.checkpoints().PutCheckpoint({size, At(size), "note " + std::to_string(size)}));
    return t.checkpoints().PutCheckpoint({7, At(99), "another"});
  }));
  Reopen();
  const auto snapshot = Ok(store_->BeginRead());
  EXPECT_THAT(Sizes(Ok(snapshot->checkpoints().ListCheckpoints(0, 2))), ElementsAre(40, 7));
  EXPECT_THAT(Sizes(Ok(snapshot->checkpoints().ListCheckpoints(7, 2))), ElementsAre(0));
  EXPECT_EQ(Ok(snapshot->checkpoints().FindCheckpoint(7))->note, "note 7");
  EXPECT_EQ(Ok(snapshot->checkpoints().FindCheckpoint(7))->created, At(7));
  EXPECT_FALSE(Ok(snapshot->checkpoints().FindCheckpoint(8)).has_value());
}

TEST_P(Checkpoints, KeepTheKeysThatSignedThem) {
  EXPECT_OK(Write([](Transaction& t) -> absl::Status {
    COMITY_RETURN_IF_ERROR(t.checkpoints().PutCheckpointKey({"first", At(1)}));
    COMITY_RETURN_IF_ERROR(t.checkpoints().PutCheckpointKey({"first", At(1), At(5)}));
    return t.checkpoints().PutCheckpointKey({"second", At(5)});
  }));
  const auto keys = Ok(Ok(store_->BeginRead())->checkpoints().CheckpointKeys());
  ASSERT_EQ(keys.size(), 2u);
  EXPECT_EQ(keys[0].verifier, "first");
  EXPECT_EQ(keys[0].retired, At(5));
  EXPECT_EQ(keys[1].retired, absl::InfiniteFuture());
}

TEST_P(Checkpoints, KeepHashesOfTheTreeAndGiveThoseOfTheLeaves) {
  domain::Entry entry;
  entry.line = IdOf<domain::LineHash>(1);
  entry.policy = 1;
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    for (entry.revision = 1; entry.revision <= 3; ++entry.revision) EXPECT_TRUE(t.deeds().Append({entry}, Subject(1), At(1)).ok());
    COMITY_RETURN_IF_ERROR(t.checkpoints().PutTreeNodes({{10, 0, Hash(1)}, {10, 1, Hash(2)}, {11, 0, Hash(3)}}));
    return t.checkpoints().PutTreeNodes({{10, 1, Hash(4)}});
  }));
  const auto snapshot = Ok(store_->BeginRead());
  EXPECT_EQ(Ok(snapshot->checkpoints().FindTreeNode(10, 1)), Hash(4));
  EXPECT_EQ(Ok(snapshot->checkpoints().FindTreeNode(11, 0)), Hash(3));
  EXPECT_FALSE(Ok(snapshot->checkpoints().FindTreeNode(11, 1)).has_value());
  const auto rows = Ok(snapshot->deeds().ReadLedger(1, 10));
  EXPECT_THAT(Ok(snapshot->checkpoints().LeafHashes(2, 5)), ElementsAre(rows[1].leaf_hash, rows[2].leaf_hash));
  EXPECT_THAT(Ok(snapshot->checkpoints().LeafHashes(4, 5)), IsEmpty());
}

COMITY_CONTRACT(ACopy);

TEST_P(ACopy, HoldsWhatWasCommittedWhenItWasBegunAndIsReadWhileTheStoreGoesOn) {
  EXPECT_OK(Write([](Transaction& t) { return t.admin().PutSetting("a", "before"); }));
  auto open = Ok(store_->BeginWrite());
  EXPECT_OK(open->admin().PutSetting("b", "not committed"));
  const std::string path = folder_ / "copy";
  EXPECT_OK(store_->CopyTo(path));
  EXPECT_OK(open->Commit());
  open.reset();
  EXPECT_TRUE(absl::IsAlreadyExists(store_->CopyTo(path)));
  const auto copy = Ok(OpenCopy(store_->engine(), path));
  const auto snapshot = Ok(copy->BeginRead());
  EXPECT_EQ(Ok(snapshot->admin().FindSetting("a")), "before");
  EXPECT_FALSE(Ok(snapshot->admin().FindSetting("b")).has_value());
  EXPECT_FALSE(copy->BeginWrite().ok());
}

TEST_P(ACopy, HoldsNothingThatWasDeletedBefore) {
  const std::string canary = "Canary-7f3a91";
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    for (int i = 0; i < 300; ++i) {
      COMITY_RETURN_IF_ERROR(
          t.directory().PutPerson({.uid = Person(i), .id = canary + std::to_string(i), .display_name = canary + std::string(900, 'x')}));
    }
    return absl::OkStatus();
  }));
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    for (int i = 0; i < 300; ++i) COMITY_RETURN_IF_ERROR(t.directory().DeletePerson(Person(i)));
    return absl::OkStatus();
  }));
  EXPECT_OK(store_->CopyTo(folder_ / "copy"));
  EXPECT_EQ(comity::testing::ReadFile(folder_ / "copy").find(canary), std::string::npos);
}

TEST_P(ACopy, TakesTheStoresPlaceOnlyWhenNobodyServesItAndItMayGo) {
  EXPECT_OK(Write([](Transaction& t) { return t.admin().PutSetting("a", "kept"); }));
  const std::string path = folder_ / "copy";
  EXPECT_OK(store_->CopyTo(path));
  EXPECT_OK(Write([](Transaction& t) { return t.admin().PutSetting("a", "later"); }));
  EXPECT_TRUE(absl::IsUnavailable(InstallCopy(path, address(), true).status()));
  store_.reset();
  EXPECT_TRUE(absl::IsAlreadyExists(InstallCopy(path, address(), false).status()));
  EXPECT_FALSE(Ok(InstallCopy(path, address(), true)).empty());
  Reopen();
  EXPECT_EQ(Ok(Ok(store_->BeginRead())->admin().FindSetting("a")), "kept");
  // What was moved aside is not overwritten by the next.
  EXPECT_OK(store_->CopyTo(path));
  store_.reset();
  EXPECT_TRUE(absl::IsAlreadyExists(InstallCopy(path, address(), true).status()));
}

}  // namespace
}  // namespace comity::store
