#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/escaping.h"
#include "service/domain/deeds/policy_record.h"

namespace comity::domain {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

absl::Time At(int64_t hours) { return absl::UnixEpoch() + absl::Hours(hours); }

Policy Numbered(int32_t number, absl::Time active) {
  Policy policy = FirstPolicy(false, absl::UnixEpoch());
  policy.number = number;
  policy.active_time = active;
  return policy;
}
std::vector<Policy> Three() { return {Numbered(1, At(0)), Numbered(2, At(100)), Numbered(3, At(200))}; }

TEST(PoliciesTest, JudgeAFactByTheLatestActivationBeforeIt) {
  const Policies policies = Policies::Create(Three()).value();
  EXPECT_EQ(policies.At(At(-5)).number, 1);
  EXPECT_EQ(policies.At(At(100) - absl::Microseconds(1)).number, 1);
  EXPECT_EQ(policies.At(At(100)).number, 2);
  EXPECT_EQ(policies.At(At(1000)).number, 3);
}

TEST(PoliciesTest, JudgeWhatWasRestatedByTheLastThatRestatedIt) {
  const Policies policies = Policies::Create(Three(), {{At(50), At(150), 3}, {At(120), At(130), 1}}).value();
  EXPECT_EQ(policies.At(At(49)).number, 1);
  EXPECT_EQ(policies.At(At(50)).number, 3);
  EXPECT_EQ(policies.At(At(119)).number, 3);
  EXPECT_EQ(policies.At(At(120)).number, 1);
  EXPECT_EQ(policies.At(At(130)).number, 3);
  EXPECT_EQ(policies.At(At(150)).number, 2);  // as it was
  EXPECT_EQ(policies.At(At(200)).number, 3);
}

TEST(PoliciesTest, GiveTheSameForRestatingTwiceAsForOnce) {
  const Policies once = Policies::Create(Three(), {{At(50), At(150), 3}}).value();
  const Policies twice = Policies::Create(Three(), {{At(50), At(150), 3}, {At(50), At(150), 3}}).value();
  for (int hour = -1; hour < 250; ++hour) EXPECT_EQ(once.At(At(hour)).number, twice.At(At(hour)).number) << hour;
}

TEST(PoliciesTest, RefuseARestatementByAPolicyThatIsNotThere) { EXPECT_FALSE(Policies::Create(Three(), {{At(1), At(2), 9}}).ok()); }

TEST(PoliciesTest, NameEveryPolicyOfARange) {
  const Policies policies = Policies::Create(Three()).value();
  const auto numbers = [&](int64_t from, int64_t to) {
    std::vector<int32_t> found;
    for (const Policy* policy : policies.Between(At(from), At(to))) found.push_back(policy->number);
    return found;
  };
  EXPECT_THAT(numbers(-10, -5), ElementsAre(1));
  EXPECT_THAT(numbers(50, 100), ElementsAre(1, 2));
  EXPECT_THAT(numbers(50, 500), ElementsAre(1, 2, 3));
}

TEST(PoliciesTest, PutACandidateIntoARangeAlone) {
  const Policies policies = Policies::Create(Three()).value();
  const Policies other = policies.With(Numbered(9, absl::InfiniteFuture()), At(110), At(120));
  EXPECT_EQ(other.At(At(110)).number, 9);
  EXPECT_EQ(other.At(At(120)).number, 2);
  EXPECT_EQ(other.At(At(5)).number, 1);
}

PolicyRecord Record() {
  PolicyRecord record;
  record.policy = Numbered(4, absl::InfiniteFuture());
  record.based_on = 3;
  record.because = "bots earned credit";
  record.drafted_by = {PersonUid{{1}}, "token"};
  AddApproval(record.approvals, {{PersonUid{{2}}, "a"}, At(3)});
  record.returned = RuleReturn{DeedKind::kReviewed, 30, 9, 123'456};
  return record;
}

TEST(PolicyRecordTest, IsReadAsItWasWritten) {
  EXPECT_EQ(DecodePolicyRecord(EncodePolicyRecord(Record())).value(), Record());
  EXPECT_FALSE(DecodePolicyRecord(EncodePolicyRecord(Record()) + "x").ok());
  Restatement restatement;
  restatement.number = 2;
  restatement.range = {At(1), At(2), 3};
  restatement.because = "why";
  restatement.preview.counted = 7;
  restatement.created = At(5);
  EXPECT_EQ(DecodeRestatement(EncodeRestatement(restatement)).value(), restatement);
  EXPECT_FALSE(DecodeRestatement("").ok());
}

TEST(PolicyRecordTest, CountsAPersonOnceThroughHoweverManyTokensAndAllNamelessTokensAsOne) {
  std::vector<Approval> approvals;
  for (const char* token : {"one", "two"}) {
    AddApproval(approvals, {{PersonUid{{7}}, token}, At(1)});
    AddApproval(approvals, {{PersonUid{}, token}, At(1)});
  }
  EXPECT_EQ(approvals.size(), 2u);
  AddApproval(approvals, {{PersonUid{{8}}, "one"}, At(1)});
  EXPECT_EQ(approvals.size(), 3u);
}

TEST(PolicyRecordTest, HasATagOfItsContentAlone) {
  PolicyRecord other = Record();
  other.policy.number = 8;
  other.policy.active_time = At(9);
  other.approvals.clear();
  EXPECT_EQ(ContentTag(other), ContentTag(Record()));
  other.because = "something else";
  EXPECT_NE(ContentTag(other), ContentTag(Record()));
  other = Record();
  other.policy.bulk_limit = 21;
  EXPECT_NE(ContentTag(other), ContentTag(Record()));
}

// Policy 1 as it was stored before there was a rule for ASSISTED.
const std::string kStoredBefore = absl::HexStringToBytes(
    "010200000000028080e8beb6ef75028080e8beb6ef75028080e8beb6ef75028080e8beb6ef75028080e8beb6ef75028080e8"
    "beb6ef75028080c892ff839302028080e8beb6ef750708636f6d706c65746509636f6d706c6574656404646f6e6505666978"
    "65640b696d706c656d656e746564087265736f6c76656406736f6c7665642880e0a596bb1180e0ba84bf0380e0ba84bf0380"
    "c0cbacf62200");

TEST(APolicyStoredBeforeARuleExisted, HasItInShadowSoThatNobodysCreditChanges) {
  const auto policy = DecodePolicy(kStoredBefore);
  ASSERT_TRUE(policy.ok()) << policy.status();
  Policy expected = FirstPolicy(false, absl::UnixEpoch());
  expected.rules[static_cast<size_t>(DeedKind::kAssisted)] = {RuleMode::kShadow, absl::Hours(72)};
  EXPECT_EQ(*policy, expected);
  EXPECT_EQ(DecodePolicy(EncodePolicy(*policy)).value(), expected) << "and still when it is stored anew";
}

TEST(APolicyStoredBeforeARuleExisted, IsRefusedWhenCutShortOrContinued) {
  for (size_t size = 0; size < kStoredBefore.size(); ++size) EXPECT_FALSE(DecodePolicy(kStoredBefore.substr(0, size)).ok()) << size;
  EXPECT_FALSE(DecodePolicy(kStoredBefore + '\0').ok());
}

TEST(PolicyOne, HasEveryRuleActiveOrInShadowForAPilot) {
  for (const bool pilot : {false, true}) {
    const Rule expected = {pilot ? RuleMode::kShadow : RuleMode::kActive, absl::Hours(72)};
    EXPECT_EQ(FirstPolicy(pilot, absl::UnixEpoch()).rule(DeedKind::kAssisted), expected);
  }
}

TEST(PolicyRecordTest, KeepsAReturnOfEveryRule) {
  for (const DeedKind kind : kDeedKinds) {
    PolicyRecord record = Record();
    record.returned->kind = kind;
    EXPECT_EQ(DecodePolicyRecord(EncodePolicyRecord(record)).value(), record);
  }
}

TEST(PolicyFaultsTest, NameEveryFieldAtFaultAtOnce) {
  Policy policy = Numbered(2, At(0));
  EXPECT_THAT(FaultsOf(policy), IsEmpty());
  policy.rules[1].hold = absl::ZeroDuration();
  policy.bulk_limit = 0;
  policy.handover_window = absl::Milliseconds(1500);
  policy.done_resolutions = {"Done", "fixed", "fixed"};
  policy.bot_accounts = {"dependabot"};
  std::vector<std::string> fields;
  for (const FieldFault& fault : FaultsOf(policy)) fields.push_back(fault.field);
  EXPECT_THAT(fields, ElementsAre("rules.resolved.hold", "done_resolutions[0]", "done_resolutions[2]", "bulk_limit", "handover_window",
                                  "bot_accounts[0]"));
}

TEST(PolicyChangesTest, SayInPlainWordsWhatDiffers) {
  Policy before = Numbered(1, At(0)), after = before;
  EXPECT_THAT(PolicyChanges(before, after), IsEmpty());
  after.rules[static_cast<size_t>(DeedKind::kReviewed)] = {RuleMode::kShadow, absl::Hours(24)};
  after.bulk_limit = 30;
  after.bot_accounts = {"github:github.com:robot"};
  after.done_resolutions.pop_back();
  const auto changes = PolicyChanges(before, after);
  EXPECT_THAT(changes, Contains(AllOf(HasSubstr("Reviewing"), HasSubstr("credits nobody any more"))));
  EXPECT_THAT(changes, Contains(AllOf(HasSubstr("Reviewing"), HasSubstr("24 hours"), HasSubstr("72 hours"))));
  EXPECT_THAT(changes, Contains(AllOf(HasSubstr("30"), HasSubstr("20"))));
  EXPECT_THAT(changes, Contains(HasSubstr("github:github.com:robot")));
  EXPECT_THAT(changes, Contains(HasSubstr("no longer mean that a ticket is done: solved")));
}

TEST(PolicyChangesTest, HaveAMessageForEveryFieldAndDirection) {
  Policy before = Numbered(1, At(0)), after = before;
  for (Rule& rule : after.rules) rule = {RuleMode::kShadow, absl::Hours(1)};
  after.done_resolutions = {"other"};
  after.bulk_limit = 1;
  after.bulk_window = after.fast_approval = after.closed_by_change = after.handover_window = absl::Seconds(11);
  after.bot_accounts = {"a:b:c"};
  EXPECT_EQ(PolicyChanges(before, after).size(), kDeedKinds.size() * 2 + 2 + 5 + 1);
  EXPECT_EQ(PolicyChanges(after, before).size(), kDeedKinds.size() * 2 + 2 + 5 + 1);
}

}  // namespace
}  // namespace comity::domain
