#include "service/domain/duty/rotation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace comity::domain {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;

Rotation Weekly(int32_t start_day, int32_t weeks = 1) {
  Rotation rotation;
  rotation.start_day = start_day;
  rotation.interval_weeks = weeks;
  return rotation;
}

TEST(RoundsOfARotation, FollowOneAnotherWithoutAGap) {
  for (const int32_t weeks : {1, 2, 26}) {
    const Rotation rotation = Weekly(20'000, weeks);
    EXPECT_EQ(FirstDayOf(rotation, 0), 20'000);
    for (int32_t day = 20'000 - 400; day < 20'000 + 400; ++day) {
      const int32_t round = RoundOf(rotation, day);
      EXPECT_LE(FirstDayOf(rotation, round), day);
      EXPECT_GE(LastDayOf(rotation, round), day);
      EXPECT_EQ(LastDayOf(rotation, round) + 1, FirstDayOf(rotation, round + 1));
    }
  }
}

TEST(RoundsOfARotation, AreDueTwoAheadAndNeverOnceTheyAreOver) {
  Rotation rotation = Weekly(20'000);
  const auto due = [&](int32_t day) {
    const DueRounds rounds = DueOn(rotation, day);
    return std::pair(rounds.first, rounds.last);
  };
  EXPECT_EQ(due(20'000 - 15), std::pair(0, -1)) << "more than two rounds before the first: none yet";
  EXPECT_EQ(due(20'000 - 14), std::pair(0, 0));
  EXPECT_EQ(due(20'000 - 1), std::pair(0, 1));
  EXPECT_EQ(due(20'000), std::pair(0, 2));
  EXPECT_EQ(due(20'000 + 6), std::pair(0, 2));
  EXPECT_EQ(due(20'000 + 70), std::pair(10, 12)) << "what was missed is not made up";
  rotation.archived = absl::UnixEpoch();
  EXPECT_EQ(due(20'000 + 70), std::pair(0, -1));
}

TEST(AnAbsence, IsOneOfARoundWhenItHasHalfOfItsDays) {
  const Rotation week = Weekly(20'000), fortnight = Weekly(20'000, 2);
  const auto days = [](int32_t first, int32_t last) { return Absence{.uid = {}, .first_day = first, .last_day = last}; };
  EXPECT_FALSE(IsAwayIn(week, 0, {}));
  EXPECT_FALSE(IsAwayIn(week, 0, {days(20'000, 20'002)}));
  EXPECT_TRUE(IsAwayIn(week, 0, {days(20'000, 20'003)}));
  EXPECT_TRUE(IsAwayIn(week, 0, {days(19'000, 21'000)}));
  EXPECT_FALSE(IsAwayIn(week, 0, {days(20'000, 20'002), days(20'001, 20'002)})) << "a day counts once";
  EXPECT_TRUE(IsAwayIn(week, 0, {days(20'000, 20'001), days(20'005, 20'006)}));
  EXPECT_FALSE(IsAwayIn(week, 1, {days(20'000, 20'006)}));
  EXPECT_FALSE(IsAwayIn(fortnight, 0, {days(20'000, 20'005)}));
  EXPECT_TRUE(IsAwayIn(fortnight, 0, {days(20'000, 20'006)}));
}

TEST(EveryDuty, HasPromptsForWhoeverHasIt) {
  for (int duty = 1; duty <= 5; ++duty) EXPECT_THAT(PromptsFor(static_cast<Duty>(duty)), Not(IsEmpty())) << duty;
  EXPECT_THAT(PromptsFor(Duty::kNone), IsEmpty());
}

}  // namespace
}  // namespace comity::domain
