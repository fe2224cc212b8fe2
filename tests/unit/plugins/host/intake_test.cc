#include "plugins/host/intake.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "tests/unit/plugins/host/host_support.h"

namespace comity::host {
namespace {

using comity::testing::WaitUntil;
using Outcome = Intake::Outcome;

class IntakeTest : public ::testing::Test {
 protected:
  void SetUp() override {
    SpoolOptions options;
    options.dir = dir_ / "spool";
    options.max_bytes = 1 << 20;
    auto spool = Spool::Open(options, disk_, nullptr);
    ASSERT_TRUE(spool.ok());
    spool_ = *std::move(spool);
    auto index = DeliveryIndex::Open(dir_ / "index", 1000, clock_.Now());
    ASSERT_TRUE(index.ok());
    index_ = *std::move(index);
    intake_ = std::make_unique<Intake>(
        *spool_, *index_, clock_, [this](uint64_t, Delivery) { ++handed_on_; }, [this](const absl::Status&) { ++failures_; });
  }
  void Submit(Delivery delivery) {
    intake_->Submit(std::move(delivery), [this](Outcome outcome) {
      MutexLock lock(mutex_);
      outcomes_.push_back(outcome);
    });
  }
  int Count(Outcome outcome) {
    MutexLock lock(mutex_);
    return static_cast<int>(std::count(outcomes_.begin(), outcomes_.end(), outcome));
  }
  bool AwaitAnswers(size_t count) {
    return WaitUntil(
        [&] {
          MutexLock lock(mutex_);
          return outcomes_.size() == count;
        },
        kSoon);
  }

  comity::testing::TempDir dir_;
  FlakyDisk disk_;
  TestClock clock_;
  std::unique_ptr<Spool> spool_;
  std::unique_ptr<DeliveryIndex> index_;
  std::atomic<int> handed_on_{0}, failures_{0};
  Mutex mutex_;
  std::vector<Outcome> outcomes_ ABSL_GUARDED_BY(mutex_);
  std::unique_ptr<Intake> intake_;
};

TEST_F(IntakeTest, StoresOneOfAHundredRedeliveriesAtOnceAndAnswersAll) {
  std::vector<std::thread> senders;
  for (int i = 0; i < 10; ++i) {
    senders.emplace_back([this] {
      for (int n = 0; n < 10; ++n) Submit(LineDelivery("the same", "delivery-1"));
    });
  }
  for (std::thread& sender : senders) sender.join();
  ASSERT_TRUE(AwaitAnswers(100));
  EXPECT_EQ(Count(Outcome::kStored), 1);
  EXPECT_EQ(Count(Outcome::kDuplicate), 99);
  EXPECT_EQ(spool_->records(), 1);
  intake_->Stop();
  EXPECT_EQ(handed_on_, 1);
}

TEST_F(IntakeTest, TellsDeliveriesApartBySourceIdAndBody) {
  Submit(LineDelivery("a", "1"));
  Submit(LineDelivery("a", "2"));
  Submit(LineDelivery("b", "1"));
  Delivery other = LineDelivery("a", "1");
  other.source = "lines-b";
  Submit(other);
  Submit(LineDelivery("a", ""));
  ASSERT_TRUE(AwaitAnswers(5));
  EXPECT_EQ(Count(Outcome::kStored), 5);
}

TEST_F(IntakeTest, SharesOneSyncAmongAllThatArriveMeanwhile) {
  std::atomic<bool> reached{false};
  disk_.hold_reached = &reached;
  disk_.hold = true;
  Submit(LineDelivery("first"));
  ASSERT_TRUE(WaitUntil([&] { return reached.load(); }, kSoon));
  const int before = disk_.syncs;
  for (int i = 0; i < 500; ++i) Submit(LineDelivery(std::to_string(i)));
  EXPECT_EQ(Count(Outcome::kStored), 0) << "nobody is answered before the sync is over";
  disk_.hold = false;
  ASSERT_TRUE(AwaitAnswers(501));
  EXPECT_EQ(Count(Outcome::kStored), 501);
  EXPECT_EQ(disk_.syncs - before, 1);
}

TEST_F(IntakeTest, AnswersFullAndHealsWithoutRememberingWhatItDidNotKeep) {
  disk_.write_error = ENOSPC;
  Submit(LineDelivery("x", "1"));
  Submit(LineDelivery("x", "1"));
  ASSERT_TRUE(AwaitAnswers(2));
  EXPECT_EQ(Count(Outcome::kFull), 2);
  disk_.write_error = 0;
  Submit(LineDelivery("x", "1"));
  ASSERT_TRUE(AwaitAnswers(3));
  EXPECT_EQ(Count(Outcome::kStored), 1);
  EXPECT_EQ(failures_, 0);
}

TEST_F(IntakeTest, LetsSmallOnesInWhenALargeOneHasNoRoom) {
  std::atomic<bool> reached{false};
  disk_.hold_reached = &reached;
  disk_.hold = true;
  Submit(LineDelivery("first"));
  ASSERT_TRUE(WaitUntil([&] { return reached.load(); }, kSoon));
  Submit(LineDelivery(std::string(2 << 20, 'x')));
  for (int i = 0; i < 5; ++i) Submit(LineDelivery(std::to_string(i)));
  disk_.hold = false;
  ASSERT_TRUE(AwaitAnswers(7));
  EXPECT_EQ(Count(Outcome::kFull), 1);
  EXPECT_EQ(Count(Outcome::kStored), 6);
}

TEST_F(IntakeTest, AcknowledgesNothingAfterAFailedSync) {
  disk_.sync_error = EIO;
  Submit(LineDelivery("x"));
  ASSERT_TRUE(AwaitAnswers(1));
  disk_.sync_error = 0;
  Submit(LineDelivery("y"));
  ASSERT_TRUE(AwaitAnswers(2));
  EXPECT_EQ(Count(Outcome::kStored), 0);
  EXPECT_EQ(failures_, 1);
  EXPECT_EQ(handed_on_, 0);
}

TEST_F(IntakeTest, StoresWhatIsWaitingWhenItStopsAndTakesNothingAfter) {
  for (int i = 0; i < 50; ++i) Submit(LineDelivery(std::to_string(i)));
  intake_->Stop();
  EXPECT_EQ(Count(Outcome::kStored), 50);
  Submit(LineDelivery("late"));
  EXPECT_EQ(Count(Outcome::kStopped), 1);
}

TEST_F(IntakeTest, EmptiesTheFileInUseWhenEverythingWasReleased) {
  Submit(LineDelivery("body"));
  ASSERT_TRUE(AwaitAnswers(1));
  spool_->Release(1);
  EXPECT_TRUE(WaitUntil([&] { return spool_->bytes() == static_cast<int64_t>(kSegmentHeaderBytes); }, kSoon));
}

TEST(DeliveryIndexTest, RemembersAcrossStartsForThirtyDays) {
  comity::testing::TempDir dir;
  TestClock clock;
  const DeliveryKey first = KeyOf(LineDelivery("a", "1")), second = KeyOf(LineDelivery("b", "2"));
  {
    auto index = DeliveryIndex::Open(dir / "index", 1000, clock.Now());
    ASSERT_TRUE(index.ok());
    (*index)->Add({first}, clock.Now());
    clock.Advance(absl::Hours(24));
    (*index)->Add({second}, clock.Now());
    EXPECT_TRUE((*index)->Contains(first));
  }
  clock.Advance(absl::Hours(24 * 28));
  auto index = DeliveryIndex::Open(dir / "index", 1000, clock.Now());
  ASSERT_TRUE(index.ok());
  EXPECT_TRUE((*index)->Contains(first));
  EXPECT_TRUE((*index)->Contains(second));
  clock.Advance(absl::Hours(24));
  (*index)->Add({KeyOf(LineDelivery("c"))}, clock.Now());
  EXPECT_FALSE((*index)->Contains(first));
  EXPECT_TRUE((*index)->Contains(second));
}

TEST(DeliveryIndexTest, ForgetsTheOldestWhenThereAreTooManyAndSurvivesATornFile) {
  comity::testing::TempDir dir;
  TestClock clock;
  {
    auto index = DeliveryIndex::Open(dir / "index", 100, clock.Now());
    ASSERT_TRUE(index.ok());
    for (int i = 0; i < 500; ++i) (*index)->Add({KeyOf(LineDelivery(std::to_string(i)))}, clock.Now());
    EXPECT_LE((*index)->size(), 100u);
    EXPECT_GE((*index)->size(), 50u);
    EXPECT_FALSE((*index)->Contains(KeyOf(LineDelivery("0"))));
    EXPECT_TRUE((*index)->Contains(KeyOf(LineDelivery("499"))));
  }
  for (const auto& entry : std::filesystem::directory_iterator(dir / "index")) {
    std::filesystem::resize_file(entry.path(), std::filesystem::file_size(entry.path()) / 2 + 3);
  }
  auto index = DeliveryIndex::Open(dir / "index", 100, clock.Now());
  ASSERT_TRUE(index.ok());
  (*index)->Add({KeyOf(LineDelivery("new"))}, clock.Now());
  EXPECT_TRUE((*index)->Contains(KeyOf(LineDelivery("new"))));
}

}  // namespace
}  // namespace comity::host
