#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "service/domain/deeds/messages.h"
#include "service/domain/deeds/policy.h"

namespace comity::domain {
namespace {

using testing::HasSubstr;
using testing::Not;

Policy Usual() { return FirstPolicy(/*pilot=*/false, absl::UnixEpoch()); }

TEST(PolicyProseTest, SaysWhatPolicyOneCountsAndForHowLongItCanBeTakenBack) {
  const std::string prose = PolicyProse(Usual());
  EXPECT_THAT(prose, HasSubstr("Policy 1 says what counts as help and whose it is, never how much it is worth. It judges everything"));
  EXPECT_THAT(prose, HasSubstr("Resolving a ticket is help"));
  EXPECT_THAT(prose, HasSubstr("within 72 hours takes the credit back"));
  EXPECT_THAT(prose, HasSubstr("within 7 days takes the credit back"));
  EXPECT_THAT(prose, HasSubstr("more than 20 tickets within 5 minutes"));
  EXPECT_THAT(prose, Not(HasSubstr("trial")));
}

TEST(PolicyProseTest, HasOneLineForEveryKindOfDeed) {
  const std::string prose = PolicyProse(Usual());
  EXPECT_EQ(static_cast<size_t>(std::count(prose.begin(), prose.end(), '\n')), kDeedKinds.size() + 2);
}

TEST(PolicyProseTest, SaysOfAPilotThatNobodyIsCreditedYet) {
  EXPECT_THAT(PolicyProse(FirstPolicy(/*pilot=*/true, absl::UnixEpoch())), HasSubstr("only runs on trial"));
}

TEST(PolicyProseTest, LeavesNoPlaceholderBehind) {
  for (const bool pilot : {false, true}) {
    const std::string prose = PolicyProse(FirstPolicy(pilot, absl::UnixEpoch()));
    EXPECT_EQ(prose.find_first_of("{}[]|"), std::string::npos) << prose;
    EXPECT_THAT(prose, Not(HasSubstr("…")));
  }
}

struct Change {
  std::string name;
  void (*make)(Policy&);
};
class PolicyProseChangesWith : public testing::TestWithParam<Change> {};

// Generated from the data alone: no field can change without the words saying so.
TEST_P(PolicyProseChangesWith, EveryField) {
  Policy changed = Usual();
  GetParam().make(changed);
  EXPECT_NE(PolicyProse(changed), PolicyProse(Usual()));
}
INSTANTIATE_TEST_SUITE_P(All, PolicyProseChangesWith,
                         testing::ValuesIn<Change>({
                             {"Number", [](Policy& p) { p.number = 2; }},
                             {"ActiveTime", [](Policy& p) { p.active_time += absl::Hours(24 * 365); }},
                             {"Mode", [](Policy& p) { p.rules[static_cast<size_t>(DeedKind::kReviewed)].mode = RuleMode::kShadow; }},
                             {"Hold", [](Policy& p) { p.rules[static_cast<size_t>(DeedKind::kAnswered)].hold = absl::Hours(24); }},
                             {"DoneResolutions", [](Policy& p) { p.done_resolutions.push_back("shipped"); }},
                             {"BulkLimit", [](Policy& p) { p.bulk_limit = 7; }},
                             {"BulkWindow", [](Policy& p) { p.bulk_window = absl::Seconds(90); }},
                             {"FastApproval", [](Policy& p) { p.fast_approval = absl::Seconds(30); }},
                             {"ClosedByChange", [](Policy& p) { p.closed_by_change = absl::Minutes(5); }},
                             {"HandoverWindow", [](Policy& p) { p.handover_window = absl::Minutes(3); }},
                             {"BotAccounts", [](Policy& p) { p.bot_accounts.push_back("github:github.com:1"); }},
                         }),
                         [](const testing::TestParamInfo<Change>& changed) { return changed.param.name; });

TEST(PolicyProseTest, UsesEveryMessageOfItsFile) {
  Policy full = FirstPolicy(/*pilot=*/true, absl::UnixEpoch());
  full.rules[static_cast<size_t>(DeedKind::kResolved)].mode = RuleMode::kActive;
  full.done_resolutions = {"shipped"};
  full.bot_accounts = {"github:github.com:1"};
  Policy bare = Usual();
  bare.active_time += absl::Hours(24);
  bare.done_resolutions.clear();
  Policy draft = Usual();
  draft.active_time = absl::InfiniteFuture();
  const std::string prose = PolicyProse(full) + PolicyProse(bare) + PolicyProse(draft);
  for (const auto& [key, message] : PolicyMessages()) {
    if (key.starts_with("CHANGE_")) continue;  // of PolicyChanges, whose test counts them
    const std::string beginning = message.text.substr(0, message.text.find('{'));
    EXPECT_THAT(prose, HasSubstr(beginning)) << key;
    EXPECT_TRUE(message.different.empty() && message.remedies.empty()) << key;
  }
}

}  // namespace
}  // namespace comity::domain
