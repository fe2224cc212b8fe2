#include "service/base/recurring.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "tests/support/process.h"

namespace comity {
namespace {

using std::chrono::milliseconds;
constexpr milliseconds kDeadline(10'000);

TEST(RecurringWork, IsCalledAgainAfterEachRest) {
  std::atomic<int> calls = 0;
  const Recurring work(Recurring::Rest::zero(), [&calls] {
    ++calls;
    return milliseconds(1);
  });
  EXPECT_TRUE(testing::WaitUntil([&] { return calls >= 3; }, kDeadline));
}

TEST(RecurringWork, RestsBeforeItsFirstCallIfToldSo) {
  std::atomic<int> calls = 0;
  {
    const Recurring work(std::chrono::hours(1), [&calls] {
      ++calls;
      return Recurring::kUntilWoken;
    });
  }
  EXPECT_EQ(calls, 0);
}

TEST(RecurringWork, IsWokenFromAnyRest) {
  for (const Recurring::Rest rest : {Recurring::Rest(std::chrono::hours(1)), Recurring::kUntilWoken}) {
    std::atomic<int> calls = 0;
    Recurring work(rest, [&calls, rest] {
      ++calls;
      return rest;
    });
    for (int expected = 1; expected <= 3; ++expected) {
      work.Wake();
      ASSERT_TRUE(testing::WaitUntil([&] { return calls >= expected; }, kDeadline));
    }
    EXPECT_EQ(calls, 3);
  }
}

TEST(RecurringWork, WokenDuringACallIsCalledOnceMore) {
  std::atomic<int> calls = 0;
  std::atomic<bool> woken = false;
  Recurring work(Recurring::Rest::zero(), [&calls, &woken] {
    ++calls;
    while (!woken) std::this_thread::yield();
    return Recurring::kUntilWoken;
  });
  ASSERT_TRUE(testing::WaitUntil([&] { return calls == 1; }, kDeadline));
  work.Wake();
  woken = true;
  EXPECT_TRUE(testing::WaitUntil([&] { return calls == 2; }, kDeadline));
}

TEST(RecurringWork, EndsAfterTheCallThatIsUnderWay) {
  std::atomic<bool> begun = false, ended = false;
  {
    const Recurring work(Recurring::Rest::zero(), [&] {
      begun = true;
      std::this_thread::sleep_for(milliseconds(20));  // work that takes its time
      ended = true;
      return Recurring::kUntilWoken;
    });
    ASSERT_TRUE(testing::WaitUntil([&] { return begun.load(); }, kDeadline));
  }
  EXPECT_TRUE(ended);
}

}  // namespace
}  // namespace comity
