#include "service/app/policy_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "service/base/error.h"

namespace comity::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

PolicyContent Base() { return {domain::FirstPolicy(false, absl::UnixEpoch()), ""}; }

std::vector<std::string> FieldsAtFault(std::string_view text) {
  std::vector<std::string> fields;
  const auto read = ReadPolicyFile(text, Base());
  EXPECT_EQ(DetailsOf(read.status()).reason, "POLICY_INVALID") << text;
  for (const FieldFault& fault : DetailsOf(read.status()).faults) fields.push_back(fault.field);
  return fields;
}

TEST(PolicyFileTest, LaysWhatItNamesOverTheBase) {
  const auto read = ReadPolicyFile(R"(
because: "reviews were too easy"
rules:
  reviewed: {mode: shadow, hold: 24h}
rules.page_improved.hold: 3d
bulk_limit: 30
bulk_window: 10m
fast_approval: 90s
done_resolutions: [shipped]
bot_accounts:
)",
                                   Base());
  ASSERT_TRUE(read.ok()) << read.status();
  const domain::Policy& policy = read->policy;
  EXPECT_EQ(read->because, "reviews were too easy");
  EXPECT_EQ(policy.rule(domain::DeedKind::kReviewed), (domain::Rule{domain::RuleMode::kShadow, absl::Hours(24)}));
  EXPECT_EQ(policy.rule(domain::DeedKind::kPageImproved).hold, absl::Hours(72));
  EXPECT_EQ(policy.rule(domain::DeedKind::kResolved), Base().policy.rule(domain::DeedKind::kResolved));
  EXPECT_EQ(policy.bulk_limit, 30);
  EXPECT_EQ(policy.bulk_window, absl::Minutes(10));
  EXPECT_EQ(policy.fast_approval, absl::Seconds(90));
  EXPECT_THAT(policy.done_resolutions, ElementsAre("shipped"));
}

TEST(PolicyFileTest, OfNothingIsTheBase) {
  for (const char* text : {"", "# only a comment\n"}) EXPECT_EQ(ReadPolicyFile(text, Base())->policy, Base().policy);
}

TEST(PolicyFileTest, IsReadAsItWasWrittenOverAnyBase) {
  PolicyContent content = Base();
  content.because = "said \"so\" \\ and: more # no comment";
  content.policy.rules[2].mode = domain::RuleMode::kShadow;
  content.policy.rules[3].hold = absl::Seconds(61);
  content.policy.done_resolutions = {"no", "won't: fix", "- dash", "1e3"};
  content.policy.bot_accounts = {"github:github.com:robot"};
  content.policy.fast_approval = absl::ZeroDuration();
  PolicyContent other = Base();
  other.policy.bulk_limit = 5;
  other.policy.bot_accounts = {"x:y:z"};
  const auto read = ReadPolicyFile(WritePolicyFile(content), other);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->policy, content.policy);
  EXPECT_EQ(read->because, content.because);
}

TEST(PolicyFileTest, NamesEveryFaultByLineAndKey) {
  EXPECT_THAT(FieldsAtFault("bulk_limt: 3\nbulk_limit: many\nbulk_window: 5 minutes\nrules:\n  reviewd: {mode: shadow}\n"
                            "  reviewed: {mode: off, weight: 2}\ndone_resolutions: fixed\n"),
              ElementsAre("line 1 bulk_limt", "line 2 bulk_limit", "line 3 bulk_window", "line 5 rules.reviewd.mode",
                          "line 6 rules.reviewed.mode", "line 6 rules.reviewed.weight", "line 7 done_resolutions"));
}

TEST(PolicyFileTest, RefusesAKeyThatIsWrittenTwiceInWhateverForm) {
  EXPECT_THAT(FieldsAtFault("rules: {reviewed: {mode: shadow}}\nrules.reviewed.mode: active\n"), ElementsAre("line 2 rules.reviewed.mode"));
}

TEST(PolicyFileTest, RefusesWhatIsNoPolicyFile) {
  for (const char* text : {"[1, 2]", "just words", "a: &x 1", "a: [", "rules: 3"})
    EXPECT_THAT(FieldsAtFault(text), testing::SizeIs(1)) << text;
  EXPECT_THAT(FieldsAtFault(std::string(kMaxPolicyFileBytes + 1, '#')), ElementsAre("line 1"));
}

}  // namespace
}  // namespace comity::app
