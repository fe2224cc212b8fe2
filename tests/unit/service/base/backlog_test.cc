#include "service/base/backlog.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <utility>

namespace comity {
namespace {

using std::chrono::milliseconds;

// Whoever works off `bytes_a_second`, and as many callers as want to.
class ABacklog : public ::testing::Test {
 protected:
  // Offers `bytes` each `every` for `length`. Returns how long the last of those that were taken had to wait.
  milliseconds Offer(size_t bytes, milliseconds every, milliseconds length) {
    milliseconds waited(0);
    for (const auto end = now_ + length; now_ < end; now_ += every) {
      WorkOff();
      if (!backlog_.Enter(bytes, now_)) {
        ++refused_;
        continue;
      }
      free_ = std::max(free_, now_) + milliseconds(1000 * bytes / bytes_a_second_);
      waiting_.emplace_back(free_, bytes);
      waited = std::chrono::duration_cast<milliseconds>(free_ - now_);
    }
    return waited;
  }
  void WorkOff() {
    for (; !waiting_.empty() && waiting_.front().first <= now_; waiting_.pop_front()) {
      backlog_.Leave(waiting_.front().second, waiting_.front().first);
      worked_off_ += waiting_.front().second;
    }
  }

  Backlog backlog_;
  size_t bytes_a_second_ = 2'000'000, worked_off_ = 0;
  int refused_ = 0;
  Backlog::Time now_ = Backlog::Time(std::chrono::hours(1)), free_ = now_;
  std::deque<std::pair<Backlog::Time, size_t>> waiting_;
};

TEST_F(ABacklog, RefusesNobodyWhileEverythingIsWorkedOffInTime) {
  Offer(10'000, milliseconds(6), milliseconds(30'000));
  EXPECT_EQ(refused_, 0);
}

TEST_F(ABacklog, TakesABurstAfterACalmTime) {
  Offer(2'000, milliseconds(100), milliseconds(30'000));
  for (int i = 0; i < 35; ++i) EXPECT_TRUE(backlog_.Enter(20'000, now_)) << i;
}

TEST_F(ABacklog, KeepsTheWaitShortAndTheWorkerBusyUnderTenTimesTheLoad) {
  const milliseconds waited = Offer(20'000, milliseconds(1), milliseconds(30'000));
  EXPECT_LE(waited, milliseconds(600));
  EXPECT_GE(waited, milliseconds(200));
  EXPECT_GT(refused_, 20'000);
  EXPECT_GE(worked_off_, size_t{55'000'000});  // of 60
}

TEST_F(ABacklog, AdaptsToAWorkerThatHasBecomeSlow) {
  Offer(20'000, milliseconds(1), milliseconds(10'000));
  bytes_a_second_ = 500'000;
  const milliseconds waited = Offer(20'000, milliseconds(1), milliseconds(20'000));
  EXPECT_LE(waited, milliseconds(900));
}

TEST_F(ABacklog, TakesWhatIsLargerThanEverythingWhenNothingElseWaits) {
  EXPECT_TRUE(backlog_.Enter(size_t{4} << 20, now_));
  EXPECT_FALSE(backlog_.Enter(size_t{4} << 20, now_));
  backlog_.Leave(size_t{4} << 20, now_ + milliseconds(1));
  EXPECT_TRUE(backlog_.Enter(size_t{4} << 20, now_ + milliseconds(1)));
}

TEST_F(ABacklog, LearnsNothingFromWhatIsDropped) {
  bytes_a_second_ = 100'000;
  Offer(20'000, milliseconds(10), milliseconds(20'000));
  for (int i = 0; i < 1000; ++i) {
    backlog_.EnterAnyhow(20'000);
    backlog_.Drop(20'000);
  }
  const milliseconds waited = Offer(20'000, milliseconds(1), milliseconds(5'000));
  EXPECT_LE(waited, milliseconds(3000));  // what is always taken, at this pace
}

TEST_F(ABacklog, DoesNotTakeOneSlowCallAfterADropForThePace) {
  Offer(20'000, milliseconds(1), milliseconds(10'000));
  for (; !waiting_.empty(); waiting_.pop_front()) backlog_.Drop(waiting_.front().second);
  ASSERT_TRUE(backlog_.Enter(1'000, now_));
  now_ += milliseconds(10'000);
  backlog_.Leave(1'000, now_);
  for (int i = 0; i < 35; ++i) EXPECT_TRUE(backlog_.Enter(20'000, now_)) << i;
}

TEST_F(ABacklog, CountsWhatMayNotBeRefused) {
  for (int i = 0; i < 100; ++i) backlog_.EnterAnyhow(100'000);
  EXPECT_FALSE(backlog_.Enter(100, now_));
}

}  // namespace
}  // namespace comity
