#include "service/domain/deeds/policy_difference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace comity::domain {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

Deed DeedOf(uint8_t id) {
  Deed deed;
  deed.key = {SubjectRef{{id}}, DeedKind::kResolved, 0, {}};
  Line& line = deed.lines.emplace_back();
  line.person = PersonUid{{1}};
  line.share_ppm = kWholePpm;
  line.team = TeamUid{{1}};
  line.stance = Stance::kServed;
  return deed;
}
Verdict With(std::vector<Deed> deeds) {
  Verdict verdict;
  verdict.deeds = std::move(deeds);
  return verdict;
}
DifferenceCounts CountsOf(const Verdict& before, const Verdict& after) {
  DifferenceCounts counts;
  for (const DeedDifference& difference : DifferenceOf(before, after).deeds) counts += difference.counts;
  for (const InternalDifference& difference : DifferenceOf(before, after).internal) counts += difference.counts;
  return counts;
}

TEST(DifferenceTest, IsNothingForTheSameDeedsUnderAnotherPolicyNumberAndHold) {
  Deed other = DeedOf(1);
  other.policy = 9;
  other.hold = absl::Hours(1);
  EXPECT_THAT(DifferenceOf(With({DeedOf(1)}), With({other})).deeds, IsEmpty());
}

TEST(DifferenceTest, TellsWhatCountsNowFromWhatNoLongerDoes) {
  Deed shadow = DeedOf(2);
  shadow.shadow = true;
  EXPECT_EQ(CountsOf(With({}), With({DeedOf(1), shadow})), (DifferenceCounts{.counted = 1}));
  EXPECT_EQ(CountsOf(With({DeedOf(1), DeedOf(2)}), With({shadow})), (DifferenceCounts{.not_counted = 2}));
  Deed undone = DeedOf(1);
  undone.state = DeedState::kReversed;
  EXPECT_EQ(CountsOf(With({undone}), With({DeedOf(1)})), (DifferenceCounts{.counted = 1}));
}

TEST(DifferenceTest, TellsOtherSharesFromOtherWaiting) {
  Deed shared = DeedOf(1), waits = DeedOf(2);
  shared.lines[0].share_ppm = kWholePpm / 2;
  waits.awaits_yes = true;
  EXPECT_EQ(CountsOf(With({DeedOf(1), DeedOf(2)}), With({shared, waits})), (DifferenceCounts{.changed_shares = 1, .waits = 1}));
  EXPECT_EQ(CountsOf(With({waits}), With({DeedOf(2)})), (DifferenceCounts{.no_longer_waits = 1}));
}

TEST(DifferenceTest, CountsInternalHelpWithoutPeople) {
  Verdict before, after;
  after.internal.push_back({SubjectRef{{1}}, {}, DeedKind::kResolved, TeamUid{{3}}, 1, false});
  before.internal.push_back({SubjectRef{{1}}, {}, DeedKind::kResolved, TeamUid{{3}}, 1, true});  // SHADOW
  EXPECT_EQ(CountsOf(before, after), (DifferenceCounts{.counted = 1}));
}

TEST(DifferenceTest, NamesAllWhosePartChanges) {
  Deed other = DeedOf(1);
  other.lines[0].person = PersonUid{{2}};
  other.asker = PersonUid{{3}};
  const Verdict before = With({DeedOf(1)}), after = With({other});
  std::set<PersonUid> people;
  AddPeople(DifferenceOf(before, after).deeds.at(0), people);
  EXPECT_THAT(people, SizeIs(3));
}

struct Touch {
  std::string name;
  void (*change)(Policy&);
  std::vector<DeedKind> kinds;
};
class KindsTouchedBy : public testing::TestWithParam<Touch> {};

TEST_P(KindsTouchedBy, AFieldAreThoseWhoseRulesReadIt) {
  const Policy before = FirstPolicy(false, absl::UnixEpoch());
  Policy after = before;
  GetParam().change(after);
  KindSet expected;
  for (const DeedKind kind : GetParam().kinds) expected.set(static_cast<size_t>(kind));
  EXPECT_EQ(KindsTouched(before, after), expected);
}

constexpr auto kTickets = [] { return std::vector<DeedKind>{DeedKind::kResolved, DeedKind::kUnblocked}; };
INSTANTIATE_TEST_SUITE_P(
    All, KindsTouchedBy,
    testing::ValuesIn<Touch>({{"Nothing", [](Policy& p) { p.number = 7; }, {}},
                              {"Mode", [](Policy& p) { p.rules[5].mode = RuleMode::kShadow; }, {DeedKind::kHandedOver}},
                              {"ModeOfAssists", [](Policy& p) { p.rules[8].mode = RuleMode::kShadow; }, {DeedKind::kAssisted}},
                              {"Hold", [](Policy& p) { p.rules[3].hold = absl::Hours(1); }, {DeedKind::kAnswered}},
                              {"Words", [](Policy& p) { p.done_resolutions.clear(); }, kTickets()},
                              {"BulkLimit", [](Policy& p) { p.bulk_limit = 1; }, kTickets()},
                              {"BulkWindow", [](Policy& p) { p.bulk_window = absl::Seconds(60); }, kTickets()},
                              {"ClosedByChange", [](Policy& p) { p.closed_by_change = absl::Seconds(1); }, kTickets()},
                              {"FastApproval", [](Policy& p) { p.fast_approval = absl::Seconds(1); }, {DeedKind::kReviewed}},
                              {"Handover", [](Policy& p) { p.handover_window = absl::Seconds(1); }, {DeedKind::kHandedOver}}}),
    [](const auto& tested) { return tested.param.name; });

TEST(KindsFromTest, AreThoseThatAFactOfThatKindCanMake) {
  const auto only = [](DeedKind kind) { return KindSet().set(static_cast<size_t>(kind)); };
  for (const FactKind kind : {FactKind::kChangeTested, FactKind::kChangeHelped, FactKind::kChangeMentored, FactKind::kChangeCoWritten}) {
    EXPECT_EQ(KindsFrom(kind), only(DeedKind::kAssisted)) << FactKindName(kind);
  }
  EXPECT_EQ(KindsFrom(FactKind::kChangeReviewed), only(DeedKind::kReviewed));
  EXPECT_TRUE(KindsFrom(FactKind::kChangeMerged).none());
}

TEST(KindsTouchedTest, AreAllWhereItIsAskedWhoIsABot) {
  const Policy before = FirstPolicy(false, absl::UnixEpoch());
  Policy after = before;
  after.bot_accounts = {"a:b:c"};
  EXPECT_TRUE(KindsTouched(before, after).all());
}

}  // namespace
}  // namespace comity::domain
