#include "service/domain/deeds/accuracy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace comity::domain {
namespace {

using testing::ElementsAre;

// Against the closed form, computed with other software to six places.
TEST(WilsonIntervalTest, IsThatOfTheBooks) {
  EXPECT_NEAR(WilsonInterval(0, 20).lower_ppm, 0, 1);
  EXPECT_NEAR(WilsonInterval(0, 20).upper_ppm, 161'125, 5);
  EXPECT_NEAR(WilsonInterval(10, 20).lower_ppm, 299'298, 5);
  EXPECT_NEAR(WilsonInterval(10, 20).upper_ppm, 700'702, 5);
  EXPECT_NEAR(WilsonInterval(20, 20).upper_ppm, kWholePpm, 1);
  EXPECT_NEAR(WilsonInterval(1, 1000).lower_ppm, 177, 2);
}

TEST(WilsonIntervalTest, SaysNothingOfNothing) {
  EXPECT_EQ(WilsonInterval(0, 0).lower_ppm, 0);
  EXPECT_EQ(WilsonInterval(0, 0).upper_ppm, kWholePpm);
}

TEST(WilsonIntervalTest, HoldsTheShareAndNarrowsWithMoreDeeds) {
  for (int64_t total = 1; total < 400; total += 7) {
    for (int64_t hits = 0; hits <= total; hits += 3) {
      const Interval interval = WilsonInterval(hits, total);
      EXPECT_LE(interval.lower_ppm, hits * kWholePpm / total + 1);
      EXPECT_GE(interval.upper_ppm, hits * kWholePpm / total);
      const Interval more = WilsonInterval(hits * 10, total * 10);
      EXPECT_LE(more.upper_ppm - more.lower_ppm, interval.upper_ppm - interval.lower_ppm);
    }
  }
}

TEST(RuleReturnTest, NeedsTwentyDeedsOfFivePeopleAndMoreThanATenthWrongForSure) {
  const auto returned = [](int64_t corrected, int64_t untouched, int32_t people) {
    return ReturnOf(DeedKind::kReviewed, {.untouched = untouched, .corrected = corrected}, people).has_value();
  };
  EXPECT_TRUE(returned(5, 15, 5) == (WilsonInterval(5, 20).lower_ppm > 100'000));
  EXPECT_TRUE(returned(6, 14, 5));
  EXPECT_FALSE(returned(6, 13, 5));  // 19 deeds
  EXPECT_FALSE(returned(6, 14, 4));
  EXPECT_FALSE(returned(3, 17, 9));  // 15 %, but it may be chance
  EXPECT_FALSE(returned(100, 900, 50));
  EXPECT_TRUE(returned(130, 870, 50));
}

TEST(RuleReturnTest, GivesItsFigures) {
  const auto returned = ReturnOf(DeedKind::kReviewed, {.untouched = 10, .confirmed = 3, .corrected = 8, .declined = 1}, 5);
  ASSERT_TRUE(returned.has_value());
  EXPECT_EQ(returned->deeds, 22);
  EXPECT_EQ(returned->corrected, 8);
  EXPECT_EQ(returned->lower_ppm, WilsonInterval(8, 22).lower_ppm);
}

Deed DeedIn(DeedState state, uint8_t person) {
  Deed deed;
  deed.key.kind = DeedKind::kReviewed;
  deed.policy = 3;
  deed.state = state;
  Line& line = deed.lines.emplace_back();
  line.person = PersonUid{{person}};
  line.share_ppm = kWholePpm;
  return deed;
}

TEST(AccuracyDeltaTest, MovesADeedFromWhereItWasToWhereItIs) {
  AccuracyDeltas deltas;
  const Deed before = DeedIn(DeedState::kProvisional, 1), after = DeedIn(DeedState::kCorrected, 2);
  AddAccuracyDelta(nullptr, &before, "github", "github.com", deltas);
  AddAccuracyDelta(&before, &after, "github", "github.com", deltas);
  const AccuracyKey key{DeedKind::kReviewed, 3, "github", "github.com"};
  EXPECT_EQ(deltas.counts[key], (AccuracyCounts{.corrected = 1}));
  EXPECT_EQ((deltas.people[{key, PersonUid{{1}}}]), 0);
  EXPECT_EQ((deltas.people[{key, PersonUid{{2}}}]), 1);
}

TEST(AccuracyDeltaTest, CountsNothingThatWasTakenBack) {
  AccuracyDeltas deltas;
  const Deed before = DeedIn(DeedState::kConfirmed, 1), after = DeedIn(DeedState::kReversed, 1);
  AddAccuracyDelta(nullptr, &before, "s", "i", deltas);
  AddAccuracyDelta(&before, &after, "s", "i", deltas);
  EXPECT_EQ(deltas.counts.begin()->second.Sum(), 0);
}

Policy InMode(int32_t number, int64_t hour, RuleMode mode) {
  Policy policy = FirstPolicy(false, absl::UnixEpoch());
  policy.number = number;
  policy.active_time = absl::UnixEpoch() + absl::Hours(hour);
  policy.rules[static_cast<size_t>(DeedKind::kReviewed)].mode = mode;
  return policy;
}

TEST(StretchTest, GoesBackToTheLastChangeOfMode) {
  const Policies policies = Policies::Create({InMode(1, 0, RuleMode::kActive), InMode(2, 10, RuleMode::kShadow),
                                              InMode(3, 20, RuleMode::kActive), InMode(4, 30, RuleMode::kActive)})
                                .value();
  const auto at = [&](int64_t hour) { return StretchOf(policies, DeedKind::kReviewed, absl::UnixEpoch() + absl::Hours(hour)); };
  EXPECT_THAT(at(5).policies, ElementsAre(1));
  EXPECT_EQ(at(5).start, absl::InfinitePast());
  EXPECT_EQ(at(15).mode, RuleMode::kShadow);
  EXPECT_THAT(at(35).policies, ElementsAre(4, 3));
  EXPECT_EQ(at(35).start, absl::UnixEpoch() + absl::Hours(20));
  EXPECT_THAT(StretchOf(policies, DeedKind::kAnswered, absl::UnixEpoch() + absl::Hours(35)).policies, ElementsAre(4, 3, 2, 1));
}

}  // namespace
}  // namespace comity::domain
