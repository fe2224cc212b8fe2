// Policies can be changed without fear: drafted, approved, activated for what is to come, compared and restated.
#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include "service/domain/deeds/ledger.h"
#include "tests/integration/policy_world.h"

namespace comity::testing {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

const absl::Time kMorning = absl::FromUnixSeconds(1'788'339'600);  // 2026-09-02 09:00 UTC, minute 0 of the world's facts
absl::Time Minute(int minute) { return kMorning + absl::Minutes(minute); }

class APolicy : public ::testing::Test {
 protected:
  std::string Posted() { return world.Verify().standing_digest(); }
  PolicyWorld world;
};

TEST_F(APolicy, IsDraftedFromTheOneInForceAndJudgesNothingYet) {
  const v1::Policy draft = world.Draft("rules.resolved.mode: shadow\nbecause: too easy").value();
  EXPECT_EQ(draft.name(), "policies/2");
  EXPECT_EQ(draft.state(), v1::Policy::STATE_DRAFT);
  EXPECT_EQ(draft.based_on(), "policies/1");
  EXPECT_EQ(draft.because(), "too easy");
  EXPECT_THAT(draft.changes(), SizeIs(1));
  EXPECT_THAT(draft.prose(), HasSubstr("judges nothing yet"));
  EXPECT_EQ(world.InForce().name(), "policies/1");
  world.Help("1", "sam", "pia");
  EXPECT_EQ(world.Deeds().at(0).policy(), "policies/1");
}

TEST_F(APolicy, IsRefusedWithEveryFaultAtOnce) {
  v1::CreatePolicyRequest request;
  request.mutable_policy()->set_bulk_limit(-1);
  request.mutable_policy()->add_done_resolutions("Fixed");
  request.mutable_policy()->mutable_bulk_window()->set_seconds(1);
  const absl::Status refused = world.deeds->CreatePolicy(world.First(), request).status();
  EXPECT_EQ(ReasonOf(refused), "POLICY_INVALID");
  EXPECT_THAT(DetailsOf(refused).faults, SizeIs(3));
}

TEST_F(APolicy, NeedsTwoStewardsWhoAreNotOnePersonWithTwoTokens) {
  const v1::Policy draft = world.Draft("bulk_limit: 30").value();
  EXPECT_EQ(world.Approve(world.First(), draft)->state(), v1::Policy::STATE_DRAFT);
  EXPECT_EQ(world.Approve(world.StewardNamed("sue", "another-token"), draft)->approvals_size(), 1);
  EXPECT_EQ(ReasonOf(world.Activate(draft.name()).status()), "APPROVALS_MISSING");
  app::Caller nameless = world.Steward(), other = world.Steward();
  other.token_id = "other";
  nameless.person = other.person = {};
  const v1::Policy alone = world.Draft("bulk_limit: 31").value();
  EXPECT_EQ(world.Approve(nameless, alone)->approvals_size(), 1);
  EXPECT_EQ(world.Approve(other, alone)->approvals_size(), 1);
  EXPECT_EQ(world.Approve(world.Second(), draft)->state(), v1::Policy::STATE_APPROVED);
}

TEST_F(APolicy, LosesItsApprovalsWhenItIsEdited) {
  const v1::Policy draft = world.Draft("bulk_limit: 30").value();
  ASSERT_TRUE(world.Approve(world.First(), draft).ok());
  v1::UpdatePolicyRequest update;
  update.mutable_policy()->set_name(draft.name());
  update.mutable_policy()->set_etag(draft.etag());
  update.mutable_policy()->set_bulk_limit(40);
  update.mutable_update_mask()->add_paths("bulk_limit");
  const v1::Policy edited = world.deeds->UpdatePolicy(world.First(), update).value();
  EXPECT_EQ(edited.bulk_limit(), 40);
  EXPECT_EQ(edited.approvals_size(), 0);
  EXPECT_EQ(ReasonOf(world.Approve(world.Second(), draft).status()), "ETAG_STALE");  // that was of other content
  EXPECT_EQ(ReasonOf(world.deeds->UpdatePolicy(world.First(), update).status()), "ETAG_STALE");
  update.mutable_update_mask()->add_paths("name");
  EXPECT_EQ(ReasonOf(world.deeds->UpdatePolicy(world.First(), update).status()), "ETAG_STALE");
  update.mutable_policy()->clear_etag();
  EXPECT_EQ(ReasonOf(world.deeds->UpdatePolicy(world.First(), update).status()), "FIELD_INVALID");
}

TEST_F(APolicy, StaysAsItIsOnceItIsApproved) {
  const v1::Policy draft = world.Draft("bulk_limit: 30").value();
  world.Approve(world.First(), draft).value();
  world.Approve(world.Second(), draft).value();
  v1::UpdatePolicyRequest update;
  update.mutable_policy()->set_name(draft.name());
  update.mutable_policy()->set_bulk_limit(40);
  EXPECT_EQ(ReasonOf(world.deeds->UpdatePolicy(world.First(), update).status()), "POLICY_NOT_DRAFT");
  v1::DeletePolicyRequest drop;
  drop.set_name(draft.name());
  EXPECT_EQ(ReasonOf(world.deeds->DeletePolicy(world.First(), drop).status()), "POLICY_NOT_DRAFT");
}

TEST_F(APolicy, IsReadByEverybodyOnceItIsApprovedAndByStewardsBefore) {
  const v1::Policy draft = world.Draft("bulk_limit: 30").value();
  v1::GetPolicyRequest get;
  get.set_name(draft.name());
  const app::Caller member = world.Member("cleo");
  EXPECT_EQ(ReasonOf(world.deeds->GetPolicy(member, get).status()), "POLICY_NOT_FOUND");
  EXPECT_EQ(world.deeds->ListPolicies(member, {})->policies_size(), 1);
  EXPECT_EQ(world.deeds->ListPolicies(world.Steward(), {})->policies_size(), 2);
  world.Approve(world.First(), draft).value();
  world.Approve(world.Second(), draft).value();
  const v1::Policy read = world.deeds->GetPolicy(member, get).value();
  EXPECT_THAT(read.prose(), HasSubstr("more than 30 tickets"));
  EXPECT_THAT(read.changes(), SizeIs(1));
  EXPECT_EQ(read.drafted_by(), "");  // who did what is for stewards and auditors
  EXPECT_EQ(read.approvals(0).person(), "");
}

TEST_F(APolicy, ThatWasDroppedLeavesItsNumberUnused) {
  v1::DeletePolicyRequest drop;
  drop.set_name(world.Draft("bulk_limit: 30").value().name());
  ASSERT_TRUE(world.deeds->DeletePolicy(world.First(), drop).ok());
  EXPECT_EQ(ReasonOf(world.deeds->DeletePolicy(world.First(), drop).status()), "POLICY_NOT_FOUND");
  EXPECT_EQ(world.Draft("bulk_limit: 30").value().name(), "policies/3");
}

TEST_F(APolicy, IsWrittenOutAsAFileThatDraftsTheSameAgain) {
  v1::GetPolicyRequest get;
  get.set_name(world.Draft("bulk_limit: 30\nrules.reviewed.hold: 5d\nbot_accounts: ['github:github.com:robot']").value().name());
  const v1::Policy first = world.deeds->GetPolicy(world.Steward(), get).value();
  const v1::Policy second = world.Draft(first.file()).value();
  EXPECT_EQ(second.etag(), first.etag());
}

TEST_F(APolicy, JudgesOnlyWhatHappensAfterItsActivation) {
  world.Help("1", "sam", "pia", 60);
  EXPECT_EQ(ReasonOf(world.Put("bulk_limit: 30").empty() ? absl::OkStatus() : world.Activate("policies/2").status()), "POLICY_ACTIVE");
  const v1::Policy draft = world.Draft("rules.resolved.mode: shadow").value();
  world.Approve(world.First(), draft).value();
  world.Approve(world.Second(), draft).value();
  EXPECT_EQ(ReasonOf(world.Activate(draft.name(), world.clock.Now()).status()), "TIME_IN_PAST");
  EXPECT_EQ(ReasonOf(world.Activate(draft.name(), world.clock.Now() + absl::Minutes(9)).status()), "TIME_IN_PAST");
  ASSERT_TRUE(world.Activate(draft.name(), Minute(300)).ok());
  world.clock.Advance(absl::Hours(12));
  world.Help("2", "sam", "pia", 299);
  world.Help("3", "sam", "pia", 301);
  EXPECT_EQ(world.DeedOf("2").shadow(), false);
  EXPECT_EQ(world.DeedOf("3").shadow(), true);
  EXPECT_EQ(world.InForce().name(), draft.name());
  EXPECT_TRUE(world.Verify().ok());
}

// Promise 2, for policies: whatever came first, facts or activation, the end is the same.
TEST(Policies, MakeTheSameOfFactsInWhateverOrderFactsAndActivationsCome) {
  const auto run = [](int order) {
    PolicyWorld world;
    const auto facts = [&](int from, int to) {
      for (int i = from; i < to; ++i) world.Help(std::to_string(i), "sam", i % 2 == 0 ? "pia" : "carl", 100 + 40 * i);
    };
    const auto put = [&] {
      world.Put("rules.resolved.mode: shadow", Minute(300));
      world.Put("rules.resolved: {mode: active, hold: 1h}\nbulk_limit: 1", Minute(420));
    };
    if (order == 0) {
      put();
      world.clock.Advance(absl::Hours(24));
      facts(0, 12);
    } else if (order == 1) {  // what happened before is told before and after
      facts(0, 2);
      put();
      world.clock.Advance(absl::Hours(24));
      facts(6, 12);
      facts(2, 6);
    } else {
      put();
      world.clock.Advance(absl::Hours(24));
      for (int i = 11; i >= 0; --i) facts(i, i + 1);
    }
    const auto verified = world.Verify();
    EXPECT_TRUE(verified.ok()) << verified.DebugString();
    return verified.standing_digest() + verified.rollup_digest();
  };
  EXPECT_EQ(run(0), run(1));
  EXPECT_EQ(run(0), run(2));
}

TEST_F(APolicy, IsComparedOverHistoryAndChangesNothing) {
  for (int i = 0; i < 6; ++i) world.Help(std::to_string(i), "sam", i < 4 ? "pia" : "carl", 60 + i);
  const std::string before = Posted();
  v1::ComparePolicyRequest request;
  request.set_name(world.Draft("bot_accounts: ['github:github.com:pia']\nrules.reviewed.mode: shadow").value().name());
  const v1::ComparePolicyResponse compared = world.deeds->ComparePolicy(world.Steward(), request).value();
  EXPECT_TRUE(compared.complete());
  EXPECT_EQ(compared.fact_count(), 18);
  EXPECT_EQ(compared.total().not_counted(), 4);
  EXPECT_EQ(compared.total().counted(), 0);
  EXPECT_EQ(compared.total().people(), 0);  // two people are too few to say
  ASSERT_EQ(compared.rows_size(), 1);
  EXPECT_EQ(compared.rows(0).helper_team(), "teams/payments");
  EXPECT_EQ(compared.rows(0).helped_team(), "teams/support");
  ASSERT_EQ(compared.examples_size(), 4);
  EXPECT_THAT(compared.examples(0).before().text(), HasSubstr("A member of payments resolved"));
  EXPECT_THAT(compared.examples(0).after().text(), HasSubstr("bot"));
  EXPECT_THAT(compared.DebugString(), Not(HasSubstr("pia\"")));
  EXPECT_EQ(Posted(), before);
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(compared, world.deeds->ComparePolicy(world.Steward(), request).value()));
}

TEST_F(APolicy, IsComparedWithNamesOnlyIfAskedAndThenThatIsShownToThem) {
  world.Help("1", "sam", "pia");
  v1::ComparePolicyRequest request;
  request.set_name(world.Draft("rules.resolved.mode: shadow").value().name());
  const auto reads = [&] { return world.store->BeginRead().value()->admin().ListReads(world.person("pia"), 0, 100).value().size(); };
  ASSERT_TRUE(world.deeds->ComparePolicy(world.Steward(), request).ok());
  EXPECT_EQ(reads(), 0u);
  request.set_with_names(true);
  EXPECT_THAT(world.deeds->ComparePolicy(world.Steward(), request)->examples(0).before().text(), HasSubstr("Pia (payments)"));
  EXPECT_EQ(reads(), 1u);
}

TEST_F(APolicy, IsComparedByItsBulkLimitToo) {
  for (int i = 0; i < 4; ++i) world.Help(std::to_string(i), "sam", "pia", 60);
  v1::ComparePolicyRequest request;
  request.set_name(world.Draft("bulk_limit: 2").value().name());
  EXPECT_EQ(world.deeds->ComparePolicy(world.Steward(), request)->total().waits(), 4);
  request.set_name(world.Draft("bulk_limit: 2\nbulk_window: 20m").value().name());
  const auto compared = world.deeds->ComparePolicy(world.Steward(), request).value();
  EXPECT_TRUE(compared.bulk_window_ignored());
  EXPECT_EQ(compared.total().waits(), 4);
}

TEST_F(APolicy, IsComparedOverTheRangeAskedForAlone) {
  for (int i = 0; i < 3; ++i) world.Help(std::to_string(i), "sam", "pia", 60 + 10 * i);
  v1::ComparePolicyRequest request;
  request.set_name(world.Draft("rules.resolved.mode: shadow").value().name());
  request.mutable_start_time()->set_seconds(absl::ToUnixSeconds(Minute(70)));
  request.mutable_end_time()->set_seconds(absl::ToUnixSeconds(Minute(80)));
  EXPECT_EQ(world.deeds->ComparePolicy(world.Steward(), request)->total().not_counted(), 1);
  request.mutable_end_time()->set_seconds(absl::ToUnixSeconds(Minute(70)));
  EXPECT_EQ(ReasonOf(world.deeds->ComparePolicy(world.Steward(), request).status()), "FIELD_INVALID");
}

class ARestatement : public APolicy {
 protected:
  void SetUp() override {
    world.Help("1", "sam", "pia", 60);
    world.Help("2", "sam", "pia", 90);
    policy = world.Put("rules.resolved.mode: shadow");
  }
  v1::CreateRestatementRequest Asked(int from, int to) {
    v1::CreateRestatementRequest request;
    request.mutable_restatement()->set_policy(policy);
    request.mutable_restatement()->mutable_start_time()->set_seconds(absl::ToUnixSeconds(Minute(from)));
    request.mutable_restatement()->mutable_end_time()->set_seconds(absl::ToUnixSeconds(Minute(to)));
    request.mutable_restatement()->set_because("it was wrong");
    return request;
  }
  std::string policy;
};

TEST_F(ARestatement, IsAnnouncedToEverybodyBeforeItChangesAnything) {
  const std::string before = Posted();
  const v1::Restatement made = world.deeds->CreateRestatement(world.First(), Asked(0, 70)).value();
  EXPECT_EQ(made.state(), v1::Restatement::STATE_ANNOUNCED);
  EXPECT_EQ(made.preview().not_counted(), 1);
  const auto listed = world.deeds->ListRestatements(world.Member("cleo"), {}).value();
  ASSERT_EQ(listed.restatements_size(), 1);
  EXPECT_EQ(listed.restatements(0).because(), "it was wrong");
  EXPECT_EQ(Posted(), before);
  v1::StartRestatementRequest start;
  start.set_name(made.name());
  EXPECT_EQ(ReasonOf(world.deeds->StartRestatement(world.First(), start).status()), "APPROVALS_MISSING");
}

TEST_F(ARestatement, JudgesItsRangeAloneAndEachEntrySaysWhy) {
  world.Restate(policy, Minute(0), Minute(70));
  EXPECT_TRUE(world.DeedOf("1").shadow());
  EXPECT_FALSE(world.DeedOf("2").shadow());
  v1::ExplainDeedRequest explain;
  explain.set_name(world.DeedOf("1").name());
  const auto explained = world.deeds->ExplainDeed(world.Steward(), explain).value();
  EXPECT_EQ(explained.entries(explained.entries_size() - 1).cause(), "POLICY_RESTATED");
  EXPECT_TRUE(world.Verify().ok());
  EXPECT_EQ(world.deeds->ListRestatements(world.Member("cleo"), {})->restatements(0).state(), v1::Restatement::STATE_DONE);
}

TEST_F(ARestatement, HoldsForFactsThatComeLate) {
  world.Restate(policy, Minute(0), Minute(120));
  world.Help("3", "sam", "carl", 100);
  EXPECT_TRUE(world.DeedOf("3").shadow());
  EXPECT_TRUE(world.Verify().ok());
}

TEST_F(ARestatement, DoneTwiceIsDoneOnce) {
  world.Restate(policy, Minute(0), Minute(120));
  const auto once = world.Verify();
  world.Restate(policy, Minute(0), Minute(120));
  const auto twice = world.Verify();
  EXPECT_EQ(once.root_hash(), twice.root_hash());
  EXPECT_TRUE(twice.ok());
}

TEST_F(ARestatement, IsUndoneByRestatingWithWhatWasInForce) {
  const std::string before = Posted();
  world.Restate(policy, Minute(0), Minute(120));
  EXPECT_NE(Posted(), before);
  world.Restate("policies/1", Minute(0), Minute(120));
  EXPECT_EQ(Posted(), before);
}

TEST_F(ARestatement, IsRefusedForFactsToComeForDraftsAndForAnotherBulkWindow) {
  EXPECT_EQ(ReasonOf(world.deeds->CreateRestatement(world.First(), Asked(0, 60 * 24)).status()), "FIELD_INVALID");
  v1::CreateRestatementRequest request = Asked(0, 70);
  request.mutable_restatement()->set_policy(world.Draft("bulk_limit: 3").value().name());
  EXPECT_EQ(ReasonOf(world.deeds->CreateRestatement(world.First(), request).status()), "POLICY_NOT_ACTIVATED");
  world.clock.Advance(absl::Hours(1));
  request.mutable_restatement()->set_policy(world.Put("bulk_window: 10m"));
  EXPECT_EQ(ReasonOf(world.deeds->CreateRestatement(world.First(), request).status()), "BULK_WINDOW_DIFFERS");
}

TEST_F(ARestatement, CanBeTakenBackBeforeItIsStartedAndNotAfter) {
  v1::DeleteRestatementRequest drop;
  drop.set_name(world.deeds->CreateRestatement(world.First(), Asked(0, 70)).value().name());
  EXPECT_TRUE(world.deeds->DeleteRestatement(world.First(), drop).ok());
  EXPECT_EQ(ReasonOf(world.deeds->DeleteRestatement(world.First(), drop).status()), "RESTATEMENT_NOT_FOUND");
  drop.set_name(world.Restate(policy, Minute(0), Minute(70)).name());
  EXPECT_EQ(ReasonOf(world.deeds->DeleteRestatement(world.First(), drop).status()), "RESTATEMENT_STARTED");
}

}  // namespace
}  // namespace comity::testing
