// Reviews, answers, pages, what was waited for, hand-overs, and what people say. Labelled cases cover the rest.
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

Fact Reviewed(std::string_view change, std::string_view reviewer, absl::Duration at) {
  Fact fact =
      MakeFact(FactKind::kChangeReviewed, change, at, Human(reviewer), "review-" + std::string(reviewer) + absl::FormatDuration(at));
  fact.subject_kind = SubjectKind::kChange;
  fact.author = Human("ana");
  fact.review_state = ReviewState::kApproved;
  return fact;
}

TEST(AReview, WaitsForTheMergeAndThenHelpsTheAuthor) {
  const Fact review = Reviewed("c", "bea", kHour);
  EXPECT_EQ(ReasonOf(World().JudgeAll(Input("c", {Opened("c", "ana"), review})), review), ReasonCode::kWaitsForMerge);
  const Verdict verdict = World().JudgeAll(Input("c", {Opened("c", "ana"), review, Merged("c", "ana", "abe", 2 * kHour)}));
  ASSERT_THAT(verdict.deeds, SizeIs(1));
  EXPECT_EQ(verdict.deeds[0].key, (DeedKey{SubjectOf("c"), DeedKind::kReviewed, 0, PersonOf("bea")}));
  EXPECT_EQ(verdict.deeds[0].asker, PersonOf("ana"));
  EXPECT_FALSE(verdict.deeds[0].awaits_yes);
}

TEST(AReview, WaitsForAYesWhenTheApprovalCameAtOnce) {
  for (const auto& [after, waits] : std::map<absl::Duration, bool>{{absl::Seconds(60), true}, {absl::Seconds(61), false}}) {
    const Verdict verdict =
        World().JudgeAll(Input("c", {Opened("c", "ana"), Reviewed("c", "bea", after), Merged("c", "ana", "abe", kHour)}));
    EXPECT_EQ(verdict.deeds.at(0).awaits_yes, waits);
  }
}

TEST(AReview, OfAMachinesChangeHelpsTheHumanWhoAskedForIt) {
  Fact review = Reviewed("c", "bea", kHour);
  review.author.kind = AccountKind::kBot;
  Fact request = MakeFact(FactKind::kReviewRequested, "c", kHour / 2, Human("cy"), "r");
  request.target = Human("bea");
  const Verdict verdict = World().JudgeAll(Input("c", {review, request, Merged("c", "ana", "abe", 2 * kHour)}));
  EXPECT_EQ(verdict.deeds.at(0).asker, PersonOf("cy"));
  EXPECT_EQ(verdict.deeds.at(0).helped_team, TeamOf("checkout"));
}

TEST(AReview, IsTakenBackByADismissalInTimeAndALaterOneStands) {
  const Fact first = Reviewed("c", "bea", kHour), second = Reviewed("c", "bea", 5 * kHour);
  Fact dismissed = MakeFact(FactKind::kReviewDismissed, "c", 2 * kHour, Human("ana"), first.object_id);
  dismissed.target = Human("bea");
  const Fact merged = Merged("c", "ana", "abe", 6 * kHour);
  Verdict verdict = World().JudgeAll(Input("c", {first, dismissed, merged}));
  EXPECT_EQ(verdict.deeds.at(0).state, DeedState::kReversed);
  EXPECT_EQ(ReasonOf(verdict, dismissed), ReasonCode::kReviewDismissed);
  verdict = World().JudgeAll(Input("c", {first, dismissed, second, merged}));
  ASSERT_THAT(verdict.deeds, SizeIs(1));
  EXPECT_EQ(verdict.deeds[0].made_by, second.key);
  EXPECT_EQ(verdict.deeds[0].state, DeedState::kProvisional);
}

TEST(AnAnswer, HelpsWhoeverAskedAndIsTakenBackWhenUnmarked) {
  Fact answered = MakeFact(FactKind::kAnswered, "d", kHour, Human("cy"));
  answered.author = Human("bea");
  answered.asker = Human("ana");
  EXPECT_EQ(World().JudgeAll(Input("d", {answered})).deeds.at(0).key.person, PersonOf("bea"));
  const Fact unmarked = MakeFact(FactKind::kAnswerUnmarked, "d", 2 * kHour, Human("ana"));
  EXPECT_EQ(World().JudgeAll(Input("d", {answered, unmarked})).deeds.at(0).state, DeedState::kReversed);
}

TEST(APage, HelpsItsOwnerUnlessTheEditIsRevertedWithinSevenDays) {
  Fact edit = MakeFact(FactKind::kPageEdited, "p", kHour, Human("cy"), "page");
  edit.revision = "r1";
  Verdict verdict = World().JudgeAll(Input("p", {edit}));
  ASSERT_THAT(verdict.deeds, SizeIs(1));
  EXPECT_EQ(verdict.deeds[0].helped_team, TeamOf("payments"));
  EXPECT_EQ(verdict.deeds[0].hold, absl::Hours(168));
  EXPECT_TRUE(verdict.deeds[0].asker.empty());
  for (const auto& [after, state] :
       std::map<absl::Duration, DeedState>{{168 * kHour, DeedState::kReversed}, {169 * kHour, DeedState::kProvisional}}) {
    verdict = World().JudgeAll(Input("p", {edit, MakeFact(FactKind::kReverted, "p", kHour + after, Human("bea"), "r1")}));
    EXPECT_EQ(verdict.deeds.at(0).state, state);
  }
  edit.tentative = true;
  EXPECT_EQ(World().JudgeAll(Input("p", {edit})).deeds.at(0).because.code, ReasonCode::kTentativeAuthor);
  edit.minor = true;
  EXPECT_EQ(ReasonOf(World().JudgeAll(Input("p", {edit})), edit), ReasonCode::kMinor);
}

TEST(ABlockedTicket, CreditsWhoResolvesTheBlockerWhileItWaits) {
  Fact blocked = MakeFact(FactKind::kBlocked, "t", kHour, Human("ana"));
  blocked.links = {{LinkKind::kBlockedBy, AliasOf("b")}};
  for (const auto& [at, counts] : std::map<absl::Duration, bool>{{kHour / 2, false}, {2 * kHour, true}}) {
    SubjectInput input = Input("t", {Opened("t", "ana"), blocked});
    input.related[SubjectOf("b")] = Events({Commented("b", "bea", kHour), Resolved("b", "bea", at)});
    const Verdict verdict = World().JudgeAll(input);
    ASSERT_EQ(verdict.deeds.size(), counts ? 1u : 0u);
    if (!counts) continue;
    EXPECT_EQ(verdict.deeds[0].key, (DeedKey{SubjectOf("t"), DeedKind::kUnblocked, 0, PersonOf("bea")}));
    EXPECT_EQ(verdict.deeds[0].helped_team, TeamOf("support"));
    EXPECT_THAT(verdict.facts, SizeIs(2));  // only the subject's own
  }
}

TEST(AHandOver, NeedsAnotherTeamAndACommentAndIsUndoneWhenHandedBack) {
  const Fact assigned = Assigned("t", "bea", "cy", kHour);
  Verdict verdict = World().JudgeAll(Input("t", {Opened("t", "ana"), assigned}));
  EXPECT_EQ(ReasonOf(verdict, assigned), ReasonCode::kWaitsForComment);
  std::vector<Fact> facts = {Opened("t", "ana"), assigned, Commented("t", "bea", kHour + absl::Minutes(10))};
  verdict = World().JudgeAll(Input("t", facts));
  ASSERT_THAT(verdict.deeds, SizeIs(1));
  EXPECT_EQ(verdict.deeds[0].key.kind, DeedKind::kHandedOver);
  EXPECT_EQ(ReasonOf(verdict, facts[2]), ReasonCode::kEvidenceOfHandover);
  facts.push_back(Assigned("t", "cy", "ben", 5 * kHour));
  EXPECT_EQ(World().JudgeAll(Input("t", facts)).deeds.at(0).because.code, ReasonCode::kHandedBack);
  const Fact within = Assigned("t", "bea", "ben", kHour);
  EXPECT_THAT(World().JudgeAll(Input("t", {Opened("t", "ana"), within, Commented("t", "bea", kHour)})).deeds, IsEmpty());
}

TEST(ACorrection, OutlivesUnlinkingAndGiftsKeepTheWhole) {
  World world;
  SubjectInput input = Input("t", {Opened("t", "ana"), Commented("t", "bea", kHour / 2), Resolved("t", "bea", kHour)});
  const DeedKey key{SubjectOf("t"), DeedKind::kResolved, 0, {}};
  input.statements = {
      Say(Statement::Kind::kCorrect, "ana", key, 2 * kHour, {{PersonOf("bea"), 600'000}, {PersonOf("cy"), 400'000}}),
      Say(Statement::Kind::kCorrect, "cy", key, 3 * kHour, {{PersonOf("bea"), 100'000}, {PersonOf("cleo"), 300'000}}, true)};
  for (const bool linked : {true, false}) {
    if (!linked) {
      for (AccountRow& row : world.rows.accounts) row.person = row.login == "bea" ? PersonUid{} : row.person;
    }
    const Deed deed = world.JudgeAll(input).deeds.at(0);
    EXPECT_EQ(deed.state, DeedState::kCorrected);
    ASSERT_THAT(deed.lines, SizeIs(2));
    EXPECT_EQ(deed.lines[0].person, PersonOf("bea"));
    EXPECT_EQ(deed.lines[0].share_ppm, 700'000);
    EXPECT_EQ(deed.lines[1].person, PersonOf("cleo"));
  }
}

TEST(ACorrection, LeavesThoseWhoLoseTheirPartConcerned) {
  SubjectInput input = Input("t", {Opened("t", "ana"), Commented("t", "bea", kHour / 2), Resolved("t", "bea", kHour)});
  const DeedKey key{SubjectOf("t"), DeedKind::kResolved, 0, {}};
  EXPECT_THAT(World().JudgeAll(input).deeds.at(0).former_helpers, IsEmpty());
  // bea by the facts; cy by a correction, who gave it on; cleo has it at last.
  input.statements = {Say(Statement::Kind::kCorrect, "ana", key, 2 * kHour, {{PersonOf("cy"), kWholePpm}}),
                      Say(Statement::Kind::kCorrect, "cy", key, 3 * kHour, {{PersonOf("cleo"), kWholePpm}}, true)};
  const Deed deed = World().JudgeAll(input).deeds.at(0);
  EXPECT_THAT(deed.former_helpers, testing::UnorderedElementsAre(PersonOf("bea"), PersonOf("cy")));
  std::vector<std::string> told;
  for (const Reason& step : deed.steps) {
    if (step.code == ReasonCode::kStepFormerHelper) told.push_back(step.parameters.at(0).second);
  }
  EXPECT_THAT(told, testing::UnorderedElementsAre(PersonOf("bea").ToText(), PersonOf("cy").ToText()));
}

TEST(ACorrection, NamesNoFormerHelperWhoOptedOut) {
  World world;
  SubjectInput input = Input("t", {Opened("t", "ana"), Commented("t", "bea", kHour / 2), Resolved("t", "bea", kHour)});
  input.statements = {
      Say(Statement::Kind::kCorrect, "ana", {SubjectOf("t"), DeedKind::kResolved, 0, {}}, 2 * kHour, {{PersonOf("cy"), kWholePpm}})};
  for (PersonRow& row : world.rows.people) row.opted_out = row.id == "bea";
  const Deed deed = world.JudgeAll(input).deeds.at(0);
  EXPECT_THAT(deed.former_helpers, testing::ElementsAre(PersonOf("bea")));
  for (const Reason& step : deed.steps) {
    for (const auto& [name, value] : step.parameters) EXPECT_NE(value, PersonOf("bea").ToText());
  }
}

TEST(AYes, DoesNotCoverWhatFillsTheDeedAfterAnUndo) {
  SubjectInput input = Input("t", {Opened("t", "ana"), Resolved("t", "bea", kHour), MakeFact(FactKind::kReopened, "t", 3 * kHour),
                                   Resolved("t", "cy", 4 * kHour)});
  const DeedKey key{SubjectOf("t"), DeedKind::kResolved, 0, {}};
  input.statements = {Say(Statement::Kind::kConfirm, "ana", key, 2 * kHour)};
  EXPECT_TRUE(World().JudgeAll(input).deeds.at(0).awaits_yes);
  input.statements.push_back(Say(Statement::Kind::kConfirm, "ana", key, 5 * kHour));
  EXPECT_EQ(World().JudgeAll(input).deeds.at(0).state, DeedState::kConfirmed);
}

TEST(EqualShares, GiveTheRemainderToTheFirst) {
  EXPECT_THAT(EqualShares(kWholePpm, 3), testing::ElementsAre(333'334, 333'333, 333'333));
  EXPECT_THAT(EqualShares(kWholePpm, 1), testing::ElementsAre(kWholePpm));
}

TEST(BulkWindows, AreFixedInTimeAlsoBeforeTheEpoch) {
  EXPECT_EQ(BulkWindowOf(absl::FromUnixSeconds(299), absl::Seconds(300)), 0);
  EXPECT_EQ(BulkWindowOf(absl::FromUnixSeconds(300), absl::Seconds(300)), 1);
  EXPECT_EQ(BulkWindowOf(absl::FromUnixSeconds(-1), absl::Seconds(300)), -1);
  EXPECT_EQ(BulkWindowOf(absl::FromUnixSeconds(-300), absl::Seconds(300)), -1);
  EXPECT_EQ(BulkWindowOf(absl::FromUnixSeconds(-301), absl::Seconds(300)), -2);
}

}  // namespace
}  // namespace comity::domain
