#include "plugins/jira/mapping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "plugins/jira/jira.h"
#include "plugins/sdk/conformance/case.h"
#include "plugins/sdk/conformance/talk.h"
#include "plugins/sdk/source_checks.h"

namespace comity::jira {
namespace {

using sdk::conformance::Case;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const std::map<std::string, Case>& Cases() {
  static const std::map<std::string, Case> cases = [] {
    std::map<std::string, Case> by_name;
    const auto loaded = sdk::conformance::LoadCases(COMITY_SOURCE_DIR "/plugins/jira/cases");
    for (const Case& one : *loaded) by_name.emplace(one.name, one);
    return by_name;
  }();
  return cases;
}

std::vector<v1::Fact> FactsOf(const Case& one) {
  const auto parsed = MakeConnector()->Parse(one.delivery.View(), one.source, absl::FromUnixSeconds(1'788'343'200));
  return parsed.ok() ? parsed->facts : std::vector<v1::Fact>();
}
std::vector<v1::Fact> FactsOf(const std::string& name) { return FactsOf(Cases().at(name)); }

// What makes a fact this fact: a revision says it all.
std::string KeyOf(const v1::Fact& fact) {
  return v1::FactKind_Name(fact.kind()) + " " + fact.object_id() + " " +
         (fact.revision().empty() ? fact.occur_time().ShortDebugString() : fact.revision());
}

sdk::conformance::Walked WalkOf(const std::string& name) {
  const auto talks = sdk::conformance::LoadTalks(COMITY_SOURCE_DIR "/plugins/jira/polls");
  const auto talk = std::find_if(talks->begin(), talks->end(), [&](const auto& each) { return each.name == name; });
  return sdk::conformance::Walk(
      *MakeConnector(), talk->source, talk->poll,
      [&](const sdk::Fetch& fetch) {
        const auto answer = talk->answers.find(fetch.Name());
        return answer == talk->answers.end() ? net::Response{404, {}, "{}"} : answer->second;
      },
      1000);
}

std::vector<std::string> FaultsOf(const std::map<std::string, std::string>& config, const std::string& instance = "acme.atlassian.net",
                                  bool polls = false) {
  return MakeConnector()->Check({"jira-acme", "jira", instance, {"a secret of nobody"}, config, polls});
}

TEST(JiraMapping, AtLeastThirtyFiveCasesAndNineTalksAreKept) {
  EXPECT_GE(Cases().size(), 35u);
  EXPECT_GE(sdk::conformance::LoadTalks(COMITY_SOURCE_DIR "/plugins/jira/polls")->size(), 9u);
}

TEST(JiraMapping, ACommentIsOneFactThoughTwoEventsTellIt) {
  const auto own = FactsOf("comment_as_its_own_event"), update = FactsOf("comment_as_an_update_of_the_issue");
  ASSERT_THAT(own, SizeIs(1));
  ASSERT_THAT(update, SizeIs(1));
  EXPECT_EQ(KeyOf(own[0]), KeyOf(update[0]));
  EXPECT_EQ(own[0].actor().id(), update[0].actor().id());
  EXPECT_EQ(own[0].subject().title(), "") << "this event does not say whether everybody may see the ticket";
}

TEST(JiraMapping, ALinkIsOneFactWhetherAWebhookOrThePollTellsIt) {
  const auto found = WalkOf("links_that_block_and_one_that_was_removed").facts;
  for (const char* name : {"link_blocks", "link_duplicates"}) {
    const auto told = FactsOf(name);
    ASSERT_THAT(told, SizeIs(1));
    const auto same = std::find_if(found.begin(), found.end(), [&](const v1::Fact& fact) { return KeyOf(fact) == KeyOf(told[0]); });
    ASSERT_NE(same, found.end()) << name;
    EXPECT_EQ(same->links(0).target_id(), told[0].links(0).target_id());
    EXPECT_TRUE(same->has_actor()) << "a webhook does not say who, the changelog does";
  }
}

TEST(JiraMapping, ThePortalThatFiledATicketIsNotItsAsker) {
  const auto facts = FactsOf("issue_resolved_that_a_portal_filed_for_a_customer");
  ASSERT_THAT(facts, SizeIs(1));
  EXPECT_EQ(facts[0].asker().id(), "qm:8a1c:7d20");
  EXPECT_EQ(facts[0].asker().kind(), v1::ACCOUNT_KIND_HUMAN) << "customers are people";
  EXPECT_EQ(facts[0].asker().login(), "") << "nobody's e-mail address";
}

// The kit tells accounts apart by `/id`, which Jira's do not have.
TEST(JiraMapping, AnAppIsABotWhateverItsPart) {
  const std::string app = R"({"accountId":"712020:1","accountType":"app","displayName":"Automation"})";
  const std::string body = R"({"webhookEvent":"jira:issue_created","user":)" + app +
                           R"(,"issue":{"id":"1","key":"SHOP-1","fields":{"created":"2026-09-02T09:00:00.000+0000","reporter":)" + app +
                           R"(,"assignee":)" + app + "}}}";
  Case one = Cases().at("issue_opened");
  one.delivery.body = body;
  const auto facts = FactsOf(one);
  ASSERT_THAT(facts, SizeIs(2));
  for (const v1::Fact& fact : facts) {
    EXPECT_EQ(fact.actor().kind(), v1::ACCOUNT_KIND_BOT);
    EXPECT_EQ(fact.asker().kind(), v1::ACCOUNT_KIND_BOT);
  }
  EXPECT_EQ(facts[1].target().kind(), v1::ACCOUNT_KIND_BOT);
}

TEST(JiraMapping, AddressesOfOtherHostsAreNotPassedOn) {
  Case one = Cases().at("issue_opened");
  const auto address = [&](const std::string& self) {
    one.delivery.body = R"({"webhookEvent":"jira:issue_created","issue":{"id":"1","key":"SHOP-1","self":")" + self +
                        R"(","fields":{"created":"2026-09-02T09:00:00.000+0000"}}})";
    const auto facts = FactsOf(one);
    return facts.empty() ? "none" : facts[0].subject().uri();
  };
  EXPECT_EQ(address("https://acme.atlassian.net/rest/api/2/issue/1"), "https://acme.atlassian.net/browse/SHOP-1");
  EXPECT_EQ(address("https://acme.atlassian.net:8443/jira/rest/api/2/issue/1"), "https://acme.atlassian.net:8443/jira/browse/SHOP-1");
  for (const char* self : {"https://evil.example/rest/api/2/issue/1", "https://acme.atlassian.net.evil.example/rest/api/2/issue/1",
                           "https://api.atlassian.com/ex/jira/1/rest/api/3/issue/1", "javascript:/rest/", ""}) {
    EXPECT_EQ(address(self), "https://acme.atlassian.net/browse/SHOP-1") << self;
  }
}

TEST(JiraMapping, ARepeatIsKnownByItsIdAndWithoutOneByItsBody) {
  sdk::conformance::Delivery delivery = Cases().at("issue_opened").delivery;
  const auto connector = MakeConnector();
  EXPECT_THAT(sdk::DeliveryIdOf(connector->manifest(), delivery.View()), HasSubstr("4f0c9a10"));
  delivery.DropHeader("X-Atlassian-Webhook-Identifier");
  EXPECT_THAT(sdk::DeliveryIdOf(connector->manifest(), delivery.View()), HasSubstr("sha256:"));
}

TEST(JiraConfiguration, IsRefusedWithTheRemedy) {
  EXPECT_THAT(FaultsOf({}), IsEmpty());
  EXPECT_THAT(FaultsOf({{"projects", "shop, BILL_2"}}, "jira.example.org", true), IsEmpty());
  const auto fault = [](const std::map<std::string, std::string>& config, bool polls = false) {
    const auto faults = FaultsOf(config, "acme.atlassian.net", polls);
    return faults.size() == 1 ? faults[0] : std::to_string(faults.size()) + " faults";
  };
  EXPECT_THAT(fault({}, true), HasSubstr("give the keys of projects"));
  EXPECT_THAT(fault({{"projects", "SHOP"}}), HasSubstr("no poll block"));
  EXPECT_THAT(fault({{"projects", "SHOP-12"}}, true), HasSubstr("project keys such as SHOP"));
  EXPECT_THAT(fault({{"projects", "SHOP\" OR project = \"HR"}}, true), HasSubstr("project keys such as SHOP"));
  EXPECT_THAT(fault({{"deployment", "server"}}), HasSubstr("cloud or data_center"));
  EXPECT_THAT(fault({{"done_resolutions", "Done, Rejected"}}), HasSubstr("both name `rejected`"));
  EXPECT_THAT(fault({{"organisation", "acme"}}), HasSubstr("not an option of jira"));
  EXPECT_THAT(FaultsOf({}, "https://acme.atlassian.net"), SizeIs(1));
}

}  // namespace
}  // namespace comity::jira
