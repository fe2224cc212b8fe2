#include <gmock/gmock.h>

#include "service/domain/deeds/judge.h"
#include "tests/unit/service/domain/deeds/world.h"

namespace comity::domain {
namespace {

using namespace test;  // NOLINT: the words of this folder's tests
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

constexpr absl::Duration kHour = absl::Hours(1);

ReasonCode ReasonOf(const Verdict& verdict, const Fact& fact) { return verdict.facts.at(fact.key).reason.code; }
Outcome OutcomeOf(const Verdict& verdict, const Fact& fact) { return verdict.facts.at(fact.key).outcome; }

std::vector<std::pair<PersonUid, int32_t>> SharesOf(const Deed& deed) {
  std::vector<std::pair<PersonUid, int32_t>> shares;
  for (const Line& line : deed.lines) shares.emplace_back(line.person, line.share_ppm);
  return shares;
}

TEST(AResolvedTicket, IsServedByItsOwnersForTheAskersTeam) {
  const Fact resolved = Resolved("t", "bea", kHour);
  const Verdict verdict = World().JudgeAll(Input("t", {Opened("t", "ana"), Commented("t", "bea", kHour / 2), resolved}));
  ASSERT_EQ(verdict.deeds.size(), 1u);
  const Deed& deed = verdict.deeds[0];
  EXPECT_EQ(deed.key, (DeedKey{SubjectOf("t"), DeedKind::kResolved, 0, {}}));
  EXPECT_THAT(SharesOf(deed), ElementsAre(Pair(PersonOf("bea"), kWholePpm)));
  EXPECT_EQ(deed.helped_team, TeamOf("support"));
  EXPECT_EQ(deed.helper_team(), TeamOf("payments"));
  EXPECT_EQ(deed.stance(), Stance::kServed);
  EXPECT_EQ(deed.state, DeedState::kProvisional);
  EXPECT_FALSE(deed.awaits_yes);
  EXPECT_EQ(deed.asker, PersonOf("ana"));
  EXPECT_EQ(OutcomeOf(verdict, resolved), Outcome::kCounted);
  EXPECT_EQ(verdict.facts.size(), 3u);
}

TEST(AResolvedTicket, IsSteppedInForByAThirdTeam) {
  const Verdict verdict = World().JudgeAll(Input("t", {Opened("t", "ana"), Commented("t", "cy", kHour / 2), Resolved("t", "cy", kHour)}));
  ASSERT_EQ(verdict.deeds.size(), 1u);
  EXPECT_EQ(verdict.deeds[0].stance(), Stance::kSteppedIn);
  EXPECT_EQ(verdict.deeds[0].helped_team, TeamOf("support"));
}

TEST(AResolvedTicket, HelpsTheOwnerWhenAskerAndResolverShareATeam) {
  const Verdict verdict = World().JudgeAll(Input("t", {Opened("t", "ana"), Commented("t", "abe", kHour / 2), Resolved("t", "abe", kHour)}));
  ASSERT_EQ(verdict.deeds.size(), 1u);
  EXPECT_EQ(verdict.deeds[0].helped_team, TeamOf("payments"));
  EXPECT_EQ(verdict.deeds[0].stance(), Stance::kSteppedIn);
}

TEST(AResolvedTicket, DoesNotWaitForAYesWhenTheAskerClosedWhatAnAssigneeDid) {
  const Verdict verdict = World().JudgeAll(Input(
      "t", {Opened("t", "ana"), Assigned("t", "abe", "bea", kHour / 4), Commented("t", "bea", kHour / 2), Resolved("t", "ana", kHour)}));
  ASSERT_EQ(verdict.deeds.size(), 1u);
  EXPECT_THAT(SharesOf(verdict.deeds[0]), ElementsAre(Pair(PersonOf("bea"), kWholePpm)));
  EXPECT_FALSE(verdict.deeds[0].awaits_yes);
}

TEST(AResolvedTicket, IsInternalHelpWithinOneTeam) {
  const Fact resolved = Resolved("t", "ben", kHour);
  const Verdict verdict = World().JudgeAll(Input("t", {Opened("t", "bea"), resolved}));
  EXPECT_THAT(verdict.deeds, IsEmpty());
  EXPECT_EQ(OutcomeOf(verdict, resolved), Outcome::kInternal);
  EXPECT_EQ(ReasonOf(verdict, resolved), ReasonCode::kSameTeam);
  ASSERT_EQ(verdict.internal.size(), 1u);
  EXPECT_EQ(verdict.internal[0].team, TeamOf("payments"));
}

TEST(AResolvedTicket, WaitsForAYesWhenItsCloserDidNothingElse) {
  Verdict verdict = World().JudgeAll(Input("t", {Opened("t", "ana"), Resolved("t", "bea", kHour)}));
  ASSERT_EQ(verdict.deeds.size(), 1u);
  EXPECT_TRUE(verdict.deeds[0].awaits_yes);
  EXPECT_EQ(verdict.deeds[0].because.code, ReasonCode::kClosedWithoutOtherAct);
  SubjectInput input = Input("t", {Opened("t", "ana"), Resolved("t", "bea", kHour)});
  input.statements = {Say(Statement::Kind::kConfirm, "ana", verdict.deeds[0].key, 2 * kHour)};
  verdict = World().JudgeAll(input);
  EXPECT_FALSE(verdict.deeds[0].awaits_yes);
  EXPECT_EQ(verdict.deeds[0].state, DeedState::kConfirmed);
}

struct RefusedCase {
  std::string name;
  void (*spoil)(Fact&);
  Outcome outcome;
  ReasonCode reason;
};
class AResolvedTicketEarnsNothing : public testing::TestWithParam<RefusedCase> {};
TEST_P(AResolvedTicketEarnsNothing, When) {
  Fact resolved = Resolved("t", "bea", kHour);
  GetParam().spoil(resolved);
  const Verdict verdict = World().JudgeAll(Input("t", {Opened("t", "ana"), resolved}));
  EXPECT_THAT(verdict.deeds, IsEmpty());
  EXPECT_EQ(OutcomeOf(verdict, resolved), GetParam().outcome);
  EXPECT_EQ(ReasonName(ReasonOf(verdict, resolved)), ReasonName(GetParam().reason));
}
INSTANTIATE_TEST_SUITE_P(
    All, AResolvedTicketEarnsNothing,
    testing::ValuesIn<RefusedCase>({
        {"NobodyIsNamed", [](Fact& f) { f.actor = {}; }, Outcome::kNotCounted, ReasonCode::kNoActor},
        {"ABotClosedIt", [](Fact& f) { f.actor.kind = AccountKind::kBot; }, Outcome::kNotCounted, ReasonCode::kBot},
        {"AMachineClosedIt", [](Fact& f) { f.automation = true; }, Outcome::kNotCounted, ReasonCode::kBot},
        {"ATeamAccountClosedIt", [](Fact& f) { f.actor.kind = AccountKind::kTeam; }, Outcome::kNotCounted, ReasonCode::kAccountIsTeam},
        {"ItWontBeDone", [](Fact& f) { f.resolution = Resolution::kWontDo; }, Outcome::kNotCounted, ReasonCode::kWontDo},
        {"ItIsADuplicate", [](Fact& f) { f.resolution = Resolution::kDuplicate; }, Outcome::kNotCounted, ReasonCode::kDuplicate},
        {"ItMoved", [](Fact& f) { f.resolution = Resolution::kMoved; }, Outcome::kNotCounted, ReasonCode::kMoved},
        {"NobodyKnowsTheReason",
         [](Fact& f) {
           f.resolution = Resolution::kUnknown;
           f.resolution_text = "parked";
         },
         Outcome::kNotCounted, ReasonCode::kUnknownResolution},
        {"TheAskerClosedIt", [](Fact& f) { f.actor = Human("ana"); }, Outcome::kNotCounted, ReasonCode::kSelf},
        {"NobodyKnowsTheHelper", [](Fact& f) { f.actor = Human("zed"); }, Outcome::kParked, ReasonCode::kUnknownAccount},
        {"NobodyKnowsTheAsker", [](Fact& f) { f.asker = Human("zed"); }, Outcome::kParked, ReasonCode::kUnknownAccount},
        {"NobodyOwnsIt",
         [](Fact& f) {
           f.places = {{"repo", "nobodys"}};
         },
         Outcome::kParked, ReasonCode::kUnknownOwner},
    }),
    [](const auto& param) { return param.param.name; });

TEST(AResolvedTicket, CountsByTheSuitesOwnWordIfThePolicySaysSo) {
  Fact resolved = Resolved("t", "bea", kHour);
  resolved.resolution = Resolution::kUnknown;
  resolved.resolution_text = "Fixed";
  EXPECT_EQ(World().JudgeAll(Input("t", {Opened("t", "ana"), resolved})).deeds.size(), 1u);
}

TEST(AResolvedTicket, IsReversedWhenReopenedWithinTheHoldAndNotLater) {
  for (const auto& [after, reversed] :
       std::map<absl::Duration, bool>{{absl::Seconds(1), true}, {72 * kHour, true}, {72 * kHour + absl::Microseconds(1), false}}) {
    const Fact resolved = Resolved("t", "bea", kHour);
    const Fact reopened = MakeFact(FactKind::kReopened, "t", kHour + after, Human("ana"));
    const Verdict verdict = World().JudgeAll(Input("t", {Opened("t", "ana"), reopened, resolved}));
    ASSERT_EQ(verdict.deeds.size(), 1u);
    EXPECT_EQ(verdict.deeds[0].state == DeedState::kReversed, reversed) << after;
    EXPECT_EQ(OutcomeOf(verdict, reopened), reversed ? Outcome::kUndo : Outcome::kContext);
    EXPECT_EQ(ReasonOf(verdict, reopened), reversed ? ReasonCode::kReopened : ReasonCode::kUndoTooLate);
    const ReasonCode because = verdict.deeds[0].because.code;
    EXPECT_EQ(because, reversed ? ReasonCode::kReopened : ReasonCode::kClosedWithoutOtherAct);
  }
}

TEST(AResolvedTicket, IsReversedWhenClosedAgainForAnotherReason) {
  Fact again = Resolved("t", "ana", 2 * kHour);
  again.resolution = Resolution::kWontDo;
  const Verdict verdict = World().JudgeAll(Input("t", {Opened("t", "ana"), Resolved("t", "bea", kHour), again}));
  ASSERT_EQ(verdict.deeds.size(), 1u);
  EXPECT_EQ(verdict.deeds[0].state, DeedState::kReversed);
  EXPECT_EQ(OutcomeOf(verdict, again), Outcome::kUndo);
  EXPECT_EQ(ReasonOf(verdict, again), ReasonCode::kClosedAgainWithOtherReason);
}

TEST(AResolvedTicket, FillsTheSameDeedAgainAfterAnUndoInTime) {
  const Verdict verdict = World().JudgeAll(Input("t", {Opened("t", "ana"), Resolved("t", "bea", kHour),
                                                       MakeFact(FactKind::kReopened, "t", 2 * kHour), Resolved("t", "cy", 3 * kHour)}));
  ASSERT_EQ(verdict.deeds.size(), 1u);
  EXPECT_EQ(verdict.deeds[0].key.episode, 0);
  EXPECT_EQ(verdict.deeds[0].state, DeedState::kProvisional);
  EXPECT_THAT(SharesOf(verdict.deeds[0]), ElementsAre(Pair(PersonOf("cy"), kWholePpm)));
}

TEST(AResolvedTicket, OpensTheNextEpisodeForANewPersonAfterALateUndo) {
  const Fact again = Resolved("t", "bea", 202 * kHour);
  const Fact third = Resolved("t", "cy", 400 * kHour);
  const Verdict verdict =
      World().JudgeAll(Input("t", {Opened("t", "ana"), Resolved("t", "bea", kHour), MakeFact(FactKind::kReopened, "t", 201 * kHour), again,
                                   MakeFact(FactKind::kReopened, "t", 300 * kHour), third}));
  EXPECT_EQ(ReasonOf(verdict, again), ReasonCode::kAlreadyCredited);
  ASSERT_EQ(verdict.deeds.size(), 2u);
  EXPECT_THAT(SharesOf(verdict.deeds[1]), ElementsAre(Pair(PersonOf("cy"), kWholePpm)));
  EXPECT_EQ(verdict.deeds[1].key.episode, 2);
}

TEST(AResolvedTicket, FoldsRepeatsWithoutAnUndoBetween) {
  const Fact repeat = Resolved("t", "cy", 2 * kHour);
  const Verdict verdict = World().JudgeAll(Input("t", {Opened("t", "ana"), Resolved("t", "bea", kHour), repeat}));
  EXPECT_EQ(ReasonOf(verdict, repeat), ReasonCode::kRepeated);
  EXPECT_THAT(SharesOf(verdict.deeds[0]), ElementsAre(Pair(PersonOf("bea"), kWholePpm)));
}

SubjectInput ClosedByChange(absl::Duration apart, SubjectRef named, bool default_branch) {
  SubjectInput input = Input("t", {Opened("t", "ana"), Resolved("t", "ben", kHour)});
  Fact merged = Merged("c", "cy", "ben", kHour - apart);
  merged.default_branch = default_branch;
  input.related[merged.subject] = Events({Linked("c", "cy", named, kHour / 2), merged});
  return input;
}

TEST(ATicketClosedByAChange, IsTakenBackByTheChangesRevertWithinTheHoldAndNotLater) {
  for (const auto& [after, state] : std::map<absl::Duration, DeedState>{
           {kHour, DeedState::kReversed}, {72 * kHour, DeedState::kReversed}, {72 * kHour + absl::Seconds(1), DeedState::kProvisional}}) {
    SubjectInput input = ClosedByChange(absl::ZeroDuration(), SubjectOf("t"), true);
    Fact reverted = MakeFact(FactKind::kReverted, "c", kHour + after, Human("ben"));
    reverted.subject_kind = SubjectKind::kChange;
    input.related[SubjectOf("c")].push_back({reverted, reverted.occur_time});
    const Verdict verdict = World().JudgeAll(input);
    ASSERT_EQ(verdict.deeds.size(), 1u);
    EXPECT_EQ(verdict.deeds[0].state, state) << after;
    const bool named = std::count(verdict.deeds[0].evidence.begin(), verdict.deeds[0].evidence.end(), reverted.key) == 1;
    EXPECT_EQ(named, state == DeedState::kReversed);
    EXPECT_EQ(verdict.facts.size(), 2u) << "the revert is told with its change";
  }
}

TEST(ATicketClosedByAChange, CreditsTheChangesAuthorAlone) {
  for (const SubjectRef named : {SubjectOf("t"), AliasOf("t")}) {
    for (const absl::Duration apart : {absl::Seconds(60), absl::Seconds(-60), absl::ZeroDuration()}) {
      const Verdict verdict = World().JudgeAll(ClosedByChange(apart, named, true));
      ASSERT_EQ(verdict.deeds.size(), 1u);
      EXPECT_THAT(SharesOf(verdict.deeds[0]), ElementsAre(Pair(PersonOf("cy"), kWholePpm)));
      EXPECT_FALSE(verdict.deeds[0].awaits_yes);
    }
  }
}

TEST(ATicketClosedByAChange, CreditsTheCloserWhenTheChangeDidNotCloseIt) {
  for (const SubjectInput& input :
       {ClosedByChange(absl::Seconds(61), SubjectOf("t"), true), ClosedByChange(absl::ZeroDuration(), SubjectOf("t"), false),
        ClosedByChange(absl::ZeroDuration(), SubjectOf("other"), true)}) {
    const Verdict verdict = World().JudgeAll(input);
    ASSERT_EQ(verdict.deeds.size(), 1u);
    EXPECT_THAT(SharesOf(verdict.deeds[0]), ElementsAre(Pair(PersonOf("ben"), kWholePpm)));
  }
}

TEST(ATicketClosedByAChange, CreditsTheAuthorAlsoWhenAMachineMergedIt) {
  SubjectInput input = ClosedByChange(absl::ZeroDuration(), SubjectOf("t"), true);
  input.events[1].fact.actor.kind = AccountKind::kBot;
  EXPECT_THAT(SharesOf(World().JudgeAll(input).deeds.at(0)), ElementsAre(Pair(PersonOf("cy"), kWholePpm)));
}

TEST(SeveralHelpers, ShareEquallyWhenAnAssigneeActedBetweenAssignmentAndClosing) {
  const std::vector<Fact> base = {Opened("t", "ana"), Resolved("t", "bea", kHour), Assigned("t", "bea", "cy", kHour / 4)};
  std::vector<Fact> facts = base;
  facts.push_back(Commented("t", "cy", kHour / 2));
  EXPECT_THAT(SharesOf(World().JudgeAll(Input("t", facts)).deeds.at(0)),
              ElementsAre(Pair(PersonOf("bea"), 500'000), Pair(PersonOf("cy"), 500'000)));
  for (const absl::Duration at : {kHour / 8, 2 * kHour}) {  // before the assignment, after the closing
    facts = base;
    facts.push_back(Commented("t", "cy", at));
    EXPECT_THAT(SharesOf(World().JudgeAll(Input("t", facts)).deeds.at(0)), ElementsAre(Pair(PersonOf("bea"), kWholePpm))) << at;
  }
}

TEST(SeveralHelpers, HoldTheShareOfSomebodyUnknownAndGiveNoneToThoseInside) {
  std::vector<Fact> facts = {Opened("t", "ana"), Resolved("t", "bea", kHour), Assigned("t", "bea", "zed", kHour / 4),
                             Commented("t", "zed", kHour / 2)};
  Deed deed = World().JudgeAll(Input("t", facts)).deeds.at(0);
  ASSERT_EQ(deed.lines.size(), 2u);
  EXPECT_EQ(deed.lines[0].person, PersonOf("bea"));
  EXPECT_EQ(deed.lines[1].account, AccountOf("zed"));
  EXPECT_TRUE(deed.lines[1].person.empty());
  EXPECT_EQ(deed.lines[1].share_ppm, 500'000);
  facts.push_back(Assigned("t", "bea", "abe", kHour / 4));
  facts.push_back(Commented("t", "abe", kHour / 2));  // abe shares a team with the asker
  const Verdict verdict = World().JudgeAll(Input("t", facts));
  EXPECT_EQ(verdict.deeds.at(0).lines, deed.lines);
  EXPECT_THAT(verdict.internal, testing::SizeIs(1));
}

TEST(Bulk, WaitsForEachAskersYes) {
  SubjectInput input = Input("t", {Opened("t", "ana"), Commented("t", "bea", kHour / 2), Resolved("t", "bea", kHour)});
  input.bulk_windows = {{AccountOf("bea"), BulkWindowOf(kStart + kHour, absl::Seconds(300))}};
  const Deed deed = World().JudgeAll(input).deeds.at(0);
  EXPECT_TRUE(deed.awaits_yes);
  EXPECT_EQ(deed.because.code, ReasonCode::kBulk);
}

TEST(AMovedTicket, IsJudgedTogetherWithItsOldSelf) {
  Fact first = Opened("old", "ana");
  Fact second = MakeFact(FactKind::kOpened, "new", kHour, Human("bea"));
  Fact moved = MakeFact(FactKind::kMoved, "old", kHour, Human("bea"));
  moved.links = {{LinkKind::kMovedTo, SubjectOf("new")}};
  const Fact resolved = Resolved("new", "bea", 2 * kHour);
  SubjectInput input = Input("old", {first, second, moved, resolved});
  input.subject = std::min(SubjectOf("old"), SubjectOf("new"));
  const Verdict verdict = World().JudgeAll(input);
  ASSERT_EQ(verdict.deeds.size(), 1u);
  EXPECT_EQ(verdict.deeds[0].key.subject, input.subject);
  EXPECT_EQ(verdict.deeds[0].asker, PersonOf("ana"));
  EXPECT_EQ(OutcomeOf(verdict, second), Outcome::kContext);
}

TEST(TheDirectoryOfThatDay, DecidesNotTodays) {
  World world;
  world.Leave("bea");
  const absl::CivilDay day = DayOf(kStart);
  world.Join("bea", "payments", {absl::CivilDay(1, 1, 1), day + 1});
  world.Join("bea", "support", {day + 1, absl::CivilDay(9999, 1, 1)});
  const std::vector<Fact> facts = {Opened("t", "ana"), Commented("t", "bea", kHour), Resolved("t", "bea", 2 * kHour)};
  EXPECT_EQ(world.JudgeAll(Input("t", facts)).deeds.at(0).helper_team(), TeamOf("payments"));
}

TEST(SeveralTeamsOfOnePerson, GoByOwnerThenPrimaryThenEarliest) {
  World world;
  world.Join("bea", "checkout", {}, true);
  EXPECT_EQ(world.JudgeAll(Input("t", {Opened("t", "ana", "pay"), Resolved("t", "bea", kHour, "pay")})).deeds.at(0).helper_team(),
            TeamOf("payments"));
  EXPECT_EQ(world.JudgeAll(Input("t", {Opened("t", "ana", "sup"), Resolved("t", "bea", kHour, "sup")})).deeds.at(0).helper_team(),
            TeamOf("checkout"));
}

TEST(ShadowRules, MakeDeedsThatCreditNobody) {
  World world;
  world.policy = FirstPolicy(true, absl::UnixEpoch());
  EXPECT_TRUE(world.JudgeAll(Input("t", {Opened("t", "ana"), Resolved("t", "bea", kHour)})).deeds.at(0).shadow);
}

}  // namespace
}  // namespace comity::domain
