#include <atomic>
#include <thread>

#include "tests/contract/contract.h"

namespace comity::store {
namespace {

COMITY_CONTRACT(AStore);

absl::Status Set(Transaction& t, const std::string& name) { return t.admin().PutSetting(name, "x"); }
bool Has(Transaction& t, const std::string& name) { return Ok(t.admin().FindSetting(name)).has_value(); }

TEST_P(AStore, NamesItsEngine) { EXPECT_EQ(store_->engine(), GetParam().name); }

TEST_P(AStore, KeepsWhatIsCommittedWhenOpenedAgain) {
  EXPECT_OK(Write([](Transaction& t) { return Set(t, "a"); }));
  Reopen();
  Reopen();
  EXPECT_TRUE(Has(*Ok(store_->BeginRead()), "a"));
}

TEST_P(AStore, KeepsNothingThatWasNotCommitted) {
  {
    const auto transaction = Ok(store_->BeginWrite());
    EXPECT_OK(Set(*transaction, "a"));
    EXPECT_TRUE(Has(*transaction, "a"));
  }
  EXPECT_FALSE(Has(*Ok(store_->BeginRead()), "a"));
  EXPECT_OK(Write([](Transaction& t) { return Set(t, "b"); }));
  EXPECT_FALSE(Has(*Ok(store_->BeginRead()), "a"));
}

TEST_P(AStore, CommitsOnce) {
  const auto transaction = Ok(store_->BeginWrite());
  EXPECT_OK(transaction->Commit());
  EXPECT_FALSE(transaction->Commit().ok());
}

TEST_P(AStore, ReadsASnapshotThatLaterWritesDoNotChange) {
  const auto before = Ok(store_->BeginRead());
  EXPECT_OK(Write([](Transaction& t) { return Set(t, "a"); }));
  EXPECT_FALSE(Has(*before, "a"));
  EXPECT_TRUE(Has(*Ok(store_->BeginRead()), "a"));
}

TEST_P(AStore, ReadsWhileAWriteIsOpen) {
  const auto writing = Ok(store_->BeginWrite());
  EXPECT_OK(Set(*writing, "a"));
  EXPECT_FALSE(Has(*Ok(store_->BeginRead()), "a"));
}

TEST_P(AStore, RefusesToWriteInAReadTransaction) { EXPECT_FALSE(Set(*Ok(store_->BeginRead()), "a").ok()); }

TEST_P(AStore, UndoesWhatCameAfterAMark) {
  EXPECT_OK(Write([](Transaction& t) -> absl::Status {
    COMITY_RETURN_IF_ERROR(Set(t, "before"));
    COMITY_RETURN_IF_ERROR(t.Mark());
    COMITY_RETURN_IF_ERROR(Set(t, "undone"));
    COMITY_RETURN_IF_ERROR(t.Rollback());
    return Set(t, "after");
  }));
  const auto snapshot = Ok(store_->BeginRead());
  EXPECT_TRUE(Has(*snapshot, "before"));
  EXPECT_FALSE(Has(*snapshot, "undone"));
  EXPECT_TRUE(Has(*snapshot, "after"));
}

TEST_P(AStore, NestsMarks) {
  EXPECT_OK(Write([](Transaction& t) -> absl::Status {
    COMITY_RETURN_IF_ERROR(t.Mark());
    COMITY_RETURN_IF_ERROR(Set(t, "outer"));
    COMITY_RETURN_IF_ERROR(t.Mark());
    COMITY_RETURN_IF_ERROR(Set(t, "inner"));
    COMITY_RETURN_IF_ERROR(t.Rollback());
    COMITY_RETURN_IF_ERROR(t.Mark());
    COMITY_RETURN_IF_ERROR(Set(t, "released"));
    COMITY_RETURN_IF_ERROR(t.Release());
    return t.Release();
  }));
  const auto snapshot = Ok(store_->BeginRead());
  EXPECT_TRUE(Has(*snapshot, "outer"));
  EXPECT_FALSE(Has(*snapshot, "inner"));
  EXPECT_TRUE(Has(*snapshot, "released"));
}

TEST_P(AStore, UndoesAReleasedMarkWithTheOneAroundIt) {
  EXPECT_OK(Write([](Transaction& t) -> absl::Status {
    COMITY_RETURN_IF_ERROR(t.Mark());
    COMITY_RETURN_IF_ERROR(t.Mark());
    COMITY_RETURN_IF_ERROR(Set(t, "a"));
    COMITY_RETURN_IF_ERROR(t.Release());
    return t.Rollback();
  }));
  EXPECT_FALSE(Has(*Ok(store_->BeginRead()), "a"));
}

TEST_P(AStore, RefusesToGoBackWithoutAMark) {
  const auto transaction = Ok(store_->BeginWrite());
  EXPECT_FALSE(transaction->Rollback().ok());
  EXPECT_FALSE(transaction->Release().ok());
  EXPECT_OK(transaction->Commit());
}

TEST_P(AStore, LetsOneWriterInAfterTheOther) {
  std::atomic<int> inside = 0, most = 0;
  std::vector<std::thread> threads;
  threads.reserve(8);
  for (int writer = 0; writer < 8; ++writer) {
    threads.emplace_back([&, writer] {
      for (int i = 0; i < 5; ++i) {
        EXPECT_OK(Write([&](Transaction& t) {
          most = std::max(most.load(), ++inside);
          const absl::Status set = Set(t, std::to_string(writer) + "/" + std::to_string(i));
          --inside;
          return set;
        }));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(most, 1);
  EXPECT_TRUE(Has(*Ok(store_->BeginRead()), "7/4"));
}

TEST_P(AStore, IsReadByManyThreadsAtOnce) {
  EXPECT_OK(Write([](Transaction& t) { return Set(t, "a"); }));
  std::vector<std::thread> threads;
  threads.reserve(24);
  for (int reader = 0; reader < 24; ++reader) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i) EXPECT_TRUE(Has(*Ok(store_->BeginRead()), "a"));
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST_P(AStore, RefusesASchemaOfALaterRelease) {
  store_.reset();
  {
    const auto database = Ok(GetParam().database(folder_.path()));
    const auto writer = Ok(database->Writer());
    EXPECT_OK(writer->Begin());
    EXPECT_OK(writer->ExecuteScript("INSERT INTO schema_version (version) VALUES (9999)"));
    EXPECT_OK(writer->Commit());
  }
  const auto refused = OpenStore(address(), true);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(DetailsOf(refused.status()).reason, "STORE_NEWER");
}

TEST_P(AStore, RefusesIdsOfAnEarlierBuild) {
  store_.reset();
  {
    const auto database = Ok(GetParam().database(folder_.path()));
    const auto writer = Ok(database->Writer());
    EXPECT_OK(writer->Begin());
    EXPECT_OK(writer->ExecuteScript("DELETE FROM settings WHERE name = 'ids'"));
    EXPECT_OK(writer->Commit());
  }
  const auto refused = OpenStore(address(), true);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(DetailsOf(refused.status()).reason, "STORE_OLDER");
}

TEST_P(AStore, IsMadeByOneOfTwoThatStartAtOnce) {
  const comity::testing::TempDir fresh;
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] { EXPECT_OK(OpenStore(GetParam().address(fresh.path()), true).status()); });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST_P(AStore, IsNotThereUnlessMade) {
  const comity::testing::TempDir fresh;
  EXPECT_TRUE(absl::IsNotFound(OpenStore(GetParam().address(fresh.path()), false).status()));
}

TEST(OpeningAStore, RefusesAnUnknownScheme) {
  for (const char* address : {"", "store.db", "mysql:x", "sqlite:"}) {
    const absl::Status refused = OpenStore(address, true).status();
    EXPECT_TRUE(absl::IsInvalidArgument(refused)) << address;
    ASSERT_EQ(DetailsOf(refused).faults.size(), 1u);
    EXPECT_EQ(DetailsOf(refused).faults[0].field, "store");
  }
}

}  // namespace
}  // namespace comity::store
