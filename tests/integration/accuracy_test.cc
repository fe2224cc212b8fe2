// Promise 5: it publishes how often it is wrong, and a rule that is wrong too often goes back to SHADOW and says so.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "service/app/admin_app.h"
#include "service/app/rule_watch.h"
#include "tests/integration/policy_world.h"

namespace comity::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

class Accuracy : public ::testing::Test {
 protected:
  void SetUp() override {
    // Five more people to help, so that there are enough of whom numbers may be told.
    world.Write([&](store::Transaction& t) -> absl::Status {
      for (const std::string& id : kHelpers) {
        const domain::PersonUid uid = world.person(id);
        COMITY_RETURN_IF_ERROR(t.directory().PutPerson({.uid = uid, .id = id, .display_name = id}));
        COMITY_RETURN_IF_ERROR(
            t.directory().PutMemberships(uid, {{.person = uid, .team = world.team("payments"), .days = {}, .primary = true}}));
        COMITY_RETURN_IF_ERROR(t.directory().PutAccount({.uid = world.uids.Make<domain::AccountUid>("github:github.com:" + id),
                                                         .name = {"github", "github.com", id},
                                                         .login = id,
                                                         .kind = domain::AccountKind::kHuman,
                                                         .person = uid}));
      }
      return absl::OkStatus();
    });
  }
  // `count` deeds from this issue number on, by as many helpers as there are.
  void Help(int from, int count, int at = 60) {
    for (int i = from; i < from + count; ++i)
      world.Help(std::to_string(i), "sam", kHelpers[static_cast<size_t>(i) % kHelpers.size()], at + i);
  }
  void Correct(int issue) {
    v1::CorrectDeedRequest request;
    request.set_name(world.DeedOf(std::to_string(issue)).name());
    request.set_because("carl did it");
    auto* share = request.add_shares();
    share->set_person("people/" + kHelpers[static_cast<size_t>(issue + 1) % kHelpers.size()]);
    share->set_share_ppm(1'000'000);
    ASSERT_TRUE(world.deeds->CorrectDeed(world.Member("sam"), request).ok());
    v1::AcceptDeedRequest accept;
    accept.set_name(request.name());
    ASSERT_TRUE(world.deeds->AcceptDeed(world.Member(kHelpers[static_cast<size_t>(issue + 1) % kHelpers.size()]), accept).ok());
  }
  v1::Accuracy Told() { return world.deeds->GetAccuracy(world.Member("cleo"), {}).value(); }
  size_t PolicyCount() { return world.store->BeginRead().value()->deeds().LoadPolicies().value().size(); }
  absl::Status CheckByClock() {
    return world.writer->Run([&](store::Transaction& transaction) { return app::CheckRules(*world.context, transaction); });
  }

  const std::vector<std::string> kHelpers = {"h0", "h1", "h2", "h3", "h4"};
  PolicyWorld world;
};

TEST_F(Accuracy, IsToldToEverybodyWithItsInterval) {
  Help(0, 10);
  Correct(0);
  v1::ConfirmDeedRequest confirm;
  confirm.set_name(world.DeedOf("1").name());
  ASSERT_TRUE(world.deeds->ConfirmDeed(world.Member("sam"), confirm).ok());
  const v1::Accuracy told = Told();
  ASSERT_EQ(told.rows_size(), 1);
  const v1::Accuracy::Row& row = told.rows(0);
  EXPECT_EQ(row.suite(), "github");
  EXPECT_EQ(row.confirmed_count(), 1);
  EXPECT_EQ(row.corrected_count(), 1);
  EXPECT_EQ(row.untouched_count(), 8);
  EXPECT_EQ(row.rate_ppm(), 100'000);
  EXPECT_LT(row.lower_ppm(), 100'000);
  EXPECT_GT(row.upper_ppm(), 100'000);
}

TEST_F(Accuracy, IsWithheldOfFewerThanFivePeople) {
  Help(0, 4);
  const v1::Accuracy told = Told();
  ASSERT_EQ(told.rows_size(), 1);
  EXPECT_TRUE(told.rows(0).withheld());
  EXPECT_EQ(told.rows(0).untouched_count(), 0);
}

TEST_F(Accuracy, CountsNothingThatWasTakenBack) {
  Help(0, 10);
  world.Ingest({World::Reopened("3", "sam", 80)});
  EXPECT_EQ(Told().rows(0).untouched_count(), 9);
}

TEST_F(Accuracy, SendsARuleThatIsWrongTooOftenBackToShadowFromNowOn) {
  Help(0, 24);
  for (int i = 0; i < 5; ++i) Correct(i);
  EXPECT_EQ(PolicyCount(), 1u);
  Correct(5);
  ASSERT_EQ(PolicyCount(), 2u);
  v1::GetPolicyRequest get;
  get.set_name("policies/2");
  const v1::Policy policy = world.deeds->GetPolicy(world.Member("cleo"), get).value();
  EXPECT_EQ(policy.returned().kind(), v1::Deed::KIND_RESOLVED);
  EXPECT_EQ(policy.returned().deed_count(), 24);
  EXPECT_EQ(policy.returned().corrected_count(), 6);
  EXPECT_GT(policy.returned().lower_ppm(), 100'000);
  EXPECT_THAT(policy.changes(), SizeIs(1));
  // History stays; what happens from then on credits nobody.
  EXPECT_FALSE(world.DeedOf("7").shadow());
  world.clock.Advance(absl::Hours(24));
  world.Help("100", "sam", "h0", 60 * 20);
  EXPECT_TRUE(world.DeedOf("100").shadow());
  EXPECT_TRUE(world.Verify().ok());
  app::AdminApp admin(*world.context);
  EXPECT_EQ(admin.GetStatus(world.Member("cleo"), {})->returned_rules_size(), 1);
}

TEST_F(Accuracy, SendsARuleBackOnceForOnePieceOfEvidence) {
  Help(0, 24);
  for (int i = 0; i < 9; ++i) Correct(i);  // more statements after it, and looks by the clock
  EXPECT_EQ(PolicyCount(), 2u);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(CheckByClock().ok());
  world.clock.Advance(absl::Hours(1));
  ASSERT_TRUE(CheckByClock().ok());
  EXPECT_EQ(PolicyCount(), 2u);
}

TEST_F(Accuracy, CountsOnlyLaterDeedsAfterAStewardMadeTheRuleActiveAgain) {
  Help(0, 24);
  for (int i = 0; i < 6; ++i) Correct(i);
  ASSERT_EQ(PolicyCount(), 2u);
  world.clock.Advance(absl::Hours(1));
  world.Put("rules.resolved.mode: active");
  ASSERT_EQ(PolicyCount(), 3u);
  world.clock.Advance(absl::Hours(24));
  for (int i = 6; i < 9; ++i) Correct(i);  // of before
  ASSERT_TRUE(CheckByClock().ok());
  EXPECT_EQ(PolicyCount(), 3u);
  EXPECT_EQ(Told().rows_size(), 0);
  Help(200, 24, 60 * 10);
  for (int i = 200; i < 206; ++i) Correct(i);
  EXPECT_EQ(PolicyCount(), 4u);
  EXPECT_TRUE(world.Verify().ok());
}

TEST_F(Accuracy, FollowsDeedsThroughARestatement) {
  Help(0, 10);
  const std::string policy = world.Put("rules.resolved.hold: 1h");
  EXPECT_EQ(Told().rows(0).untouched_count(), 10);
  world.Restate(policy, absl::FromUnixSeconds(1'788'339'600), absl::FromUnixSeconds(1'788'339'600) + absl::Hours(3));
  world.clock.Advance(absl::Hours(1));
  EXPECT_EQ(Told().rows(0).untouched_count(), 10);
}

}  // namespace
}  // namespace comity::testing
