#include "plugins/github/mapping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "plugins/github/github.h"
#include "plugins/sdk/conformance/case.h"

namespace comity::github {
namespace {

using sdk::conformance::Case;

const std::map<std::string, Case>& Cases() {
  static const std::map<std::string, Case> cases = [] {
    std::map<std::string, Case> by_name;
    const auto loaded = sdk::conformance::LoadCases(COMITY_SOURCE_DIR "/plugins/github/cases");
    for (const Case& one : *loaded) by_name.emplace(one.name, one);
    return by_name;
  }();
  return cases;
}

std::vector<v1::Fact> FactsOf(const std::string& name) {
  const Case& one = Cases().at(name);
  const auto parsed = MakeConnector()->Parse(one.delivery.View(), one.source, absl::FromUnixSeconds(1'788'343'200));
  return parsed.ok() ? parsed->facts : std::vector<v1::Fact>();
}

const v1::Fact& OfKind(const std::vector<v1::Fact>& facts, v1::FactKind kind) {
  return *std::find_if(facts.begin(), facts.end(), [&](const v1::Fact& fact) { return fact.kind() == kind; });
}

// The hooks of a merge and of the closing that follows it know nothing of each other; what joins them is in their facts.
TEST(ATicketClosedByAChange, IsJoinedToTheChangeByKeyFromHooksAlone) {
  const std::vector<v1::Fact> merge = FactsOf("change_merged_that_closes_a_ticket"), closing = FactsOf("issue_closed_as_completed");
  ASSERT_EQ(merge.size(), 2u);
  ASSERT_EQ(closing.size(), 1u);
  const v1::Fact& merged = OfKind(merge, v1::FACT_KIND_CHANGE_MERGED);
  const v1::Fact& linked = OfKind(merge, v1::FACT_KIND_LINKED);
  const v1::Fact& closed = closing.front();
  EXPECT_TRUE(merged.default_branch());
  EXPECT_EQ(merged.subject().id(), linked.subject().id());
  ASSERT_EQ(linked.links_size(), 1);
  EXPECT_EQ(linked.links(0).kind(), v1::LINK_KIND_CLOSES);
  EXPECT_EQ(linked.links(0).target_key(), closed.subject().key());
  EXPECT_LE(closed.occur_time().seconds() - merged.occur_time().seconds(), 60);
  EXPECT_EQ(merged.author().login(), "bea-lind") << "who wrote it helped";
  EXPECT_EQ(merged.actor().login(), "bob-moss") << "who merged it is told apart";
  EXPECT_EQ(closed.asker().login(), "ana-ito");
}

TEST(ADependency, IsTheSameFactFromBothEnds) {
  for (const std::string what : {"blocked", "unblocked"}) {
    const auto one = FactsOf(what + "_as_told_to_the_blocked"), other = FactsOf(what + "_as_told_to_the_blocker");
    ASSERT_EQ(one.size(), 1u);
    ASSERT_EQ(other.size(), 1u);
    EXPECT_EQ(one[0].SerializeAsString(), other[0].SerializeAsString());
  }
}

TEST(AChange, HasOneIdInItsOwnHooksAndInThoseOfItsCommentsAndReviews) {
  for (const char* name : {"change_opened", "comment_on_a_change", "comment_on_a_change_with_an_old_node_id", "review_that_approves",
                           "review_requested_of_a_person", "change_merged_that_closes_a_ticket"}) {
    for (const v1::Fact& fact : FactsOf(name)) {
      EXPECT_EQ(fact.subject().id(), "8003") << name;
      EXPECT_EQ(fact.subject().key(), "acme/billing#40") << name;
    }
  }
}

TEST(AMovedTicket, IsToldByBothEndsWithBothIds) {
  const auto from = FactsOf("issue_transferred"), to = FactsOf("issue_opened_by_a_transfer");
  ASSERT_EQ(from.size(), 1u);
  ASSERT_EQ(to.size(), 2u);
  const v1::Fact& arrived = OfKind(to, v1::FACT_KIND_MOVED);
  EXPECT_EQ(from[0].links(0).target_id(), arrived.subject().id());
  EXPECT_EQ(arrived.links(0).target_id(), from[0].subject().id());
}

TEST(NodeIds, HoldTheIdOfAChangeInBothForms) {
  EXPECT_EQ(ChangeIdOfNodeId("PR_kwDOA8VHis48_kaa"), "1023297178");
  EXPECT_EQ(ChangeIdOfNodeId("MDExOlB1bGxSZXF1ZXN0NTE1MDI2Njgw"), "515026680");
}

TEST(NodeIds, OfOtherThingsAndShapesGiveNothing) {
  for (const char* other : {"", "PR_", "PR_!!!!", "I_kwDOAJy2Ks5E0uDx", "MDU6SXNzdWU0NDQ1MDAwNDE=", "PR_kwDOA8VHis48_ka",
                            "PR_kwDOA8VHis48_kaaAA", "PR_kgDOA8VHig", "MDExOlB1bGxSZXF1ZXN0", "MDExOlB1bGxSZXF1ZXN0eDE="}) {
    EXPECT_FALSE(ChangeIdOfNodeId(other).has_value()) << other;
  }
  EXPECT_FALSE(ChangeIdOfNodeId(std::string(10'000, 'A')).has_value());
}

TEST(ASourceOfGitHub, IsCheckedBeforeItIsUsed) {
  const auto connector = MakeConnector();
  sdk::Source source{.id = "s", .suite = "github", .instance = "", .secrets = {"x"}, .config = {}};
  EXPECT_TRUE(connector->Check(source).empty()) << "the instance is github.com unless said otherwise";
  source.instance = "https://github.com/acme";
  source.config = {{"app_is_automation", "maybe"}};
  EXPECT_THAT(connector->Check(source), testing::SizeIs(2));
}

}  // namespace
}  // namespace comity::github
