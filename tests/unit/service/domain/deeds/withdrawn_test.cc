#include "service/domain/deeds/withdrawn.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/service/domain/deeds/world.h"

namespace comity::domain {
namespace {

using ::testing::SizeIs;

Deed StandingDeed() {
  Deed deed;
  deed.key = {test::SubjectOf("1"), DeedKind::kResolved, 0, {}};
  deed.asker = test::PersonOf("ana");
  deed.helped_team = test::TeamOf("support");
  Line& line = deed.lines.emplace_back();
  line.person = test::PersonOf("bea");
  line.share_ppm = kWholePpm;
  line.team = test::TeamOf("payments");
  deed.awaits_yes = true;
  deed.because = {ReasonCode::kResolvedByCloser, {}};
  deed.steps = {deed.because, {ReasonCode::kStepHold, {}}};
  return deed;
}
const FactVerdict kParked{Outcome::kParked, {ReasonCode::kUnknownAccount, {{"account", "x"}}}, std::nullopt};

TEST(AWithdrawnDeed, IsReversedWithItsReasonAndStaysWithThosePeople) {
  const Deed before = StandingDeed();
  const Deed deed = Withdrawn(before, ReasonCode::kAccountUnlinked, &kParked);
  EXPECT_EQ(deed.state, DeedState::kReversed);
  EXPECT_FALSE(deed.awaits_yes);
  EXPECT_EQ(deed.because, (Reason{ReasonCode::kAccountUnlinked, {{"account", "x"}}}));
  EXPECT_EQ(deed.lines, before.lines);
  EXPECT_EQ(deed.asker, before.asker);
  // What made it, what took it back, why it does not count now, and that it can come back; nothing of what would have come next.
  ASSERT_THAT(deed.steps, SizeIs(4));
  EXPECT_EQ(deed.steps[0].code, ReasonCode::kResolvedByCloser);
  EXPECT_EQ(deed.steps[2], kParked.reason);
  EXPECT_EQ(deed.steps[3].code, ReasonCode::kStepWithdrawn);
}

TEST(AWithdrawnDeed, KeepsTheReasonItWasReversedForBefore) {
  const Deed once = Withdrawn(StandingDeed(), ReasonCode::kAccountUnlinked, &kParked);
  EXPECT_EQ(Withdrawn(once, ReasonCode::kOwnershipChanged, nullptr), once);
}

TEST(AWithdrawnDeed, IsNoLongerHelpIfNoOccasionSaysMore) {
  EXPECT_EQ(Withdrawn(StandingDeed(), ReasonCode::kNone, nullptr).because.code, ReasonCode::kNoLongerHelp);
}

TEST(AWithdrawnDeed, HidesThoseWhoOptedOut) {
  test::World world;
  for (PersonRow& person : world.rows.people) person.opted_out = person.id == "bea";
  Deed deed = StandingDeed();
  deed.steps[0].parameters = {{"person", test::PersonOf("bea").ToText()}};
  EXPECT_THAT(HideOptedOut(Directory(world.rows), deed), SizeIs(1));
  EXPECT_TRUE(deed.lines[0].person.empty());
  EXPECT_FALSE(deed.lines[0].opted_out_line.empty());
  EXPECT_TRUE(deed.steps[0].parameters.empty());
}

}  // namespace
}  // namespace comity::domain
