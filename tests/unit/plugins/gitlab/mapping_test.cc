#include "plugins/gitlab/mapping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "plugins/gitlab/accounts.h"
#include "plugins/gitlab/closing_keywords.h"
#include "plugins/gitlab/gitlab.h"
#include "plugins/sdk/conformance/case.h"

namespace comity::gitlab {
namespace {

using sdk::conformance::Case;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<v1::Fact> FactsOf(const std::string& name) {
  static const std::map<std::string, Case> cases = [] {
    std::map<std::string, Case> by_name;
    const auto loaded = sdk::conformance::LoadCases(COMITY_SOURCE_DIR "/plugins/gitlab/cases");
    for (const Case& one : *loaded) by_name.emplace(one.name, one);
    return by_name;
  }();
  const Case& one = cases.at(name);
  const auto parsed = MakeConnector()->Parse(one.delivery.View(), one.source, absl::FromUnixSeconds(1'788'343'200));
  return parsed.ok() ? parsed->facts : std::vector<v1::Fact>();
}

TEST(GitLabMapping, AnApprovalIsAReviewOnceHoweverItIsTold) {
  const auto one = FactsOf("review_that_approves_as_one_of_several"), last = FactsOf("review_that_approves_as_the_last_one_needed");
  ASSERT_THAT(one, SizeIs(1));
  ASSERT_THAT(last, SizeIs(1));
  EXPECT_EQ(one[0].SerializeAsString(), last[0].SerializeAsString());
  EXPECT_EQ(one[0].object_id(), "review:8003/1201/1f0c4a9e7d2b8c3a6e5f90817263544536271809");
  EXPECT_EQ(one[0].revision(), "1f0c4a9e7d2b8c3a6e5f90817263544536271809");
}

TEST(GitLabMapping, WhoPushesTakesNoApprovalBack) {
  EXPECT_THAT(FactsOf("reviews_reset_by_a_push"), IsEmpty());
  const auto withdrawn = FactsOf("review_withdrawn");
  ASSERT_THAT(withdrawn, SizeIs(1));
  EXPECT_EQ(withdrawn[0].object_id(), FactsOf("review_that_approves_as_one_of_several")[0].object_id());
}

TEST(GitLabMapping, AMoveSolvesNothing) {
  for (const char* name : {"issue_closed_by_a_move", "issue_told_later_to_have_moved"}) {
    const auto facts = FactsOf(name);
    ASSERT_THAT(facts, SizeIs(2)) << name;
    EXPECT_EQ(facts[0].resolution(), v1::RESOLUTION_MOVED);
    EXPECT_EQ(facts[1].kind(), v1::FACT_KIND_MOVED);
    EXPECT_EQ(facts[1].links(0).target_id(), "9100");
  }
}

// Who labels a closed ticket is not who closed it; the service takes the closer from the closing's own hook.
TEST(GitLabMapping, ALabelSetLaterSaysHowATicketWasClosed) {
  const auto closed = FactsOf("issue_closed"), labelled = FactsOf("issue_labelled_as_not_to_be_done_after_its_closing");
  ASSERT_THAT(labelled, SizeIs(1));
  EXPECT_EQ(labelled[0].object_id(), closed[0].object_id());
  EXPECT_EQ(labelled[0].occur_time().seconds(), closed[0].occur_time().seconds());
  EXPECT_EQ(labelled[0].resolution(), v1::RESOLUTION_WONT_DO);
  EXPECT_FALSE(labelled[0].has_actor());
  EXPECT_GT(labelled[0].object_version(), closed[0].object_version());
}

TEST(GitLabMapping, AClosingIsJoinedToTheChangeByItsKey) {
  const auto merge = FactsOf("change_merged_that_closes_a_ticket");
  ASSERT_THAT(merge, SizeIs(2));
  EXPECT_TRUE(merge[0].default_branch());
  ASSERT_EQ(merge[1].kind(), v1::FACT_KIND_LINKED);
  EXPECT_EQ(merge[1].links(0).target_key(), FactsOf("issue_closed")[0].subject().key());
}

TEST(GitLabMapping, TheSameTicketsAreLinkedOnceWheneverItIsTold) {
  const auto merge = FactsOf("change_merged_that_closes_a_ticket"), edit = FactsOf("change_edited_to_close_a_ticket");
  EXPECT_EQ(merge[1].revision(), edit[0].revision());
  EXPECT_NE(FactsOf("change_opened_that_closes_tickets")[1].revision(), edit[0].revision());
}

TEST(GitLabLabels, AreReadWithoutTheirScopeCaseAndPunctuation) {
  const LabelSet labels("wontfix, won't do, 対応しない, --");
  for (const char* label : {"wontfix", "WontFix", "won't fix", "wont_fix", "resolution::Won't do", "a::b::WONT-DO", "対応しない"}) {
    EXPECT_TRUE(labels.Holds(label)) << label;
  }
  for (const char* label : {"", "--", "fix", "wontfix-yet", "wontfix::maybe", "対応", "::"}) EXPECT_FALSE(labels.Holds(label)) << label;
}

TEST(GitLabAccounts, KnowBotsByTheirNames) {
  for (const char* name : {"project_17_bot", "project_17_bot2", "project_17_bot_3f9a", "group_5_bot_3f9a", "service_account_9f86d081",
                           "service_account_group_5_9f86", "support-bot", "alert-bot", "GitLabDuo", "gitlab-bot"}) {
    EXPECT_TRUE(IsBotName(name)) << name;
  }
  for (const char* name :
       {"ana", "project_bot", "project__bot", "projects_17_bot", "my_project_17_bot", "abbot", "service_accountant", "ghost", ""}) {
    EXPECT_FALSE(IsBotName(name)) << name;
  }
}

std::vector<std::string> Keys(std::string_view text) { return ClosedKeys(text, "acme/payments/billing", "gitlab.com"); }

TEST(GitLabClosingKeywords, CloseListsHereAndElsewhere) {
  EXPECT_THAT(Keys("Closes #4, #6, and #7"), ElementsAre("acme/payments/billing#4", "acme/payments/billing#6", "acme/payments/billing#7"));
  EXPECT_THAT(Keys("Implementing: issues #4 and acme/web#5, https://gitlab.com/acme/payments/checkout/-/issues/6 see #7"),
              ElementsAre("acme/payments/billing#4", "acme/web#5", "acme/payments/checkout#6"));
  EXPECT_THAT(Keys("fix checkout#3"), ElementsAre("acme/payments/checkout#3"));
  EXPECT_THAT(Keys("fixes https://gitlab.com/acme/web/-/work_items/8"), ElementsAre("acme/web#8"));
  EXPECT_THAT(Keys("fixes ACME/Payments/Billing#3, Acme/payments/Web#4"), ElementsAre("acme/payments/billing#3", "acme/payments/Web#4"));
}

TEST(GitLabClosingKeywords, AreNotMereMentions) {
  for (const char* text : {"See #4", "Closes !4", "closes#4", "disclosed #4", "`Closes #4`", "<!-- Closes #4 -->", "Closes #0",
                           "Closes #4a", "Closes https://elsewhere.example/acme/web/-/issues/4", "Closes https://gitlab.com/web/-/issues/4",
                           "Closes https://gitlab.com/acme/web/-/merge_requests/4", "Closes /web#4", "Closes acme//web#4"}) {
    EXPECT_THAT(Keys(text), IsEmpty()) << text;
  }
}

}  // namespace
}  // namespace comity::gitlab
