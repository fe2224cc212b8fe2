// Help with a change (tested, advised on, mentored, written together) and its revert. Labelled cases cover the rest.
#include <gmock/gmock.h>

#include "service/domain/deeds/judge.h"
#include "tests/unit/service/domain/deeds/world.h"

namespace comity::domain {
namespace {

using namespace test;  // NOLINT: the words of this folder's tests
using testing::IsEmpty;
using testing::SizeIs;

constexpr absl::Duration kHour = absl::Hours(1);

ReasonCode ReasonOf(const Verdict& verdict, const Fact& fact) { return verdict.facts.at(fact.key).reason.code; }

// What `helper` did about the change of ana, who is in support, in a place of payments.
Fact Helped(FactKind kind, std::string_view helper, absl::Duration at) {
  Fact fact = MakeFact(kind, "c", at, Human(helper), "c/" + std::string(helper));
  fact.subject_kind = SubjectKind::kChange;
  fact.author = Human("ana");
  return fact;
}
const Fact kMerged = Merged("c", "ana", "abe", 9 * kHour);

TEST(HelpWithAChange, WaitsForTheMergeAndThenHelpsTheAuthorInWhicheverWay) {
  for (const auto& [kind, code] : std::map<FactKind, ReasonCode>{{FactKind::kChangeTested, ReasonCode::kChangeTested},
                                                                 {FactKind::kChangeHelped, ReasonCode::kChangeHelped},
                                                                 {FactKind::kChangeMentored, ReasonCode::kChangeMentored},
                                                                 {FactKind::kChangeCoWritten, ReasonCode::kChangeCoWritten}}) {
    const Fact helped = Helped(kind, "bea", kHour);
    EXPECT_EQ(ReasonOf(World().JudgeAll(Input("c", {helped})), helped), ReasonCode::kWaitsForMerge);
    const Verdict verdict = World().JudgeAll(Input("c", {helped, kMerged}));
    ASSERT_THAT(verdict.deeds, SizeIs(1)) << FactKindName(kind);
    const Deed& deed = verdict.deeds[0];
    EXPECT_EQ(deed.key, (DeedKey{SubjectOf("c"), DeedKind::kAssisted, 0, PersonOf("bea")}));
    EXPECT_EQ(deed.because.code, code);
    EXPECT_EQ(deed.asker, PersonOf("ana"));
    EXPECT_EQ(deed.helped_team, TeamOf("support"));
    EXPECT_EQ(deed.hold, absl::Hours(72));
    EXPECT_FALSE(deed.shadow);
  }
}

TEST(HelpWithAChange, IsOneDeedOfTheEarliestActHoweverOftenAndVariouslySomebodyHelped) {
  const Fact first = Helped(FactKind::kChangeMentored, "bea", kHour), second = Helped(FactKind::kChangeTested, "bea", 2 * kHour);
  const Verdict verdict = World().JudgeAll(Input("c", {second, first, kMerged}));
  ASSERT_THAT(verdict.deeds, SizeIs(1));
  EXPECT_EQ(verdict.deeds[0].made_by, first.key);
  EXPECT_EQ(ReasonOf(verdict, second), ReasonCode::kAlreadyCredited);
}

TEST(HelpWithAChange, EarnsNothingForTheAuthorOrAMachine) {
  const Fact own = Helped(FactKind::kChangeTested, "ana", kHour);
  Fact bot = Helped(FactKind::kChangeTested, "bea", kHour);
  bot.actor.kind = AccountKind::kBot;
  const Verdict verdict = World().JudgeAll(Input("c", {own, bot, kMerged}));
  EXPECT_THAT(verdict.deeds, IsEmpty());
  EXPECT_EQ(ReasonOf(verdict, own), ReasonCode::kSelf);
  EXPECT_EQ(ReasonOf(verdict, bot), ReasonCode::kBot);
}

TEST(HelpWithAChange, IsOnTrialByAPolicyThatHasItSo) {
  World world;
  world.policy.rules[static_cast<size_t>(DeedKind::kAssisted)].mode = RuleMode::kShadow;
  EXPECT_TRUE(world.JudgeAll(Input("c", {Helped(FactKind::kChangeTested, "bea", kHour), kMerged})).deeds.at(0).shadow);
}

Fact Reverted(absl::Duration at) {
  Fact fact = MakeFact(FactKind::kReverted, "c", at, Human("cy"));
  fact.subject_kind = SubjectKind::kChange;
  return fact;
}

TEST(ARevertedChange, TakesBackWhatWasDoneAboutItWithinTheHoldAndNothingLater) {
  const Fact review = Helped(FactKind::kChangeReviewed, "bea", kHour), help = Helped(FactKind::kChangeHelped, "cleo", kHour);
  Fact reverted = Reverted(73 * kHour);
  Verdict verdict = World().JudgeAll(Input("c", {review, help, kMerged, reverted}));
  ASSERT_THAT(verdict.deeds, SizeIs(2));
  for (const Deed& deed : verdict.deeds) {
    EXPECT_EQ(deed.state, DeedState::kReversed);
    EXPECT_EQ(deed.because.code, ReasonCode::kChangeReverted);
  }
  EXPECT_EQ(verdict.facts.at(reverted.key).outcome, Outcome::kUndo);
  EXPECT_EQ(verdict.facts.at(reverted.key).deed, verdict.deeds[0].key.Hash()) << "of the review, which is judged first";
  reverted = Reverted(73 * kHour + absl::Seconds(1));
  verdict = World().JudgeAll(Input("c", {review, help, kMerged, reverted}));
  for (const Deed& deed : verdict.deeds) EXPECT_EQ(deed.state, DeedState::kProvisional);
  EXPECT_EQ(ReasonOf(verdict, reverted), ReasonCode::kUndoTooLate);
}

TEST(ARevertedChange, HasNothingToTakeBackBeforeAnybodyHelped) {
  const Fact reverted = Reverted(kHour);
  const Verdict verdict = World().JudgeAll(Input("c", {reverted, Helped(FactKind::kChangeTested, "bea", kHour), kMerged}));
  EXPECT_EQ(ReasonOf(verdict, reverted), ReasonCode::kNothingToUndo);
  EXPECT_EQ(verdict.deeds.at(0).state, DeedState::kProvisional);
}

TEST(ARevertedChange, SaysSoOfHelpThatStillWaitedForTheMerge) {
  const Fact help = Helped(FactKind::kChangeTested, "bea", kHour), reverted = Reverted(2 * kHour);
  const Verdict verdict = World().JudgeAll(Input("c", {help, reverted}));
  EXPECT_EQ(ReasonOf(verdict, help), ReasonCode::kChangeReverted);
  EXPECT_EQ(verdict.facts.at(reverted.key).outcome, Outcome::kUndo);
}

}  // namespace
}  // namespace comity::domain
