#include "plugins/gitea/mapping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "plugins/gitea/gitea.h"
#include "plugins/sdk/conformance/case.h"
#include "service/app/fact_intake.h"
#include "tests/unit/service/domain/deeds/world.h"

namespace comity::gitea {
namespace {

using domain::Event;
using domain::test::PersonOf;
using sdk::conformance::Case;

const absl::Time kReceived = absl::FromUnixSeconds(1'788'343'200);

const Case& CaseOf(const std::string& name) {
  static const std::map<std::string, Case> cases = [] {
    std::map<std::string, Case> by_name;
    const auto loaded = sdk::conformance::LoadCases(COMITY_SOURCE_DIR "/plugins/gitea/cases");
    for (const Case& one : *loaded) by_name.emplace(one.name, one);
    return by_name;
  }();
  return cases.at(name);
}

std::vector<v1::Fact> FactsOf(const std::string& name) {
  const Case& one = CaseOf(name);
  const auto parsed = MakeConnector()->Parse(one.delivery.View(), one.source, kReceived);
  return parsed.ok() ? parsed->facts : std::vector<v1::Fact>();
}

std::vector<Event> EventsOf(const std::string& name) {
  std::vector<Event> events;
  for (const v1::Fact& fact : FactsOf(name)) {
    app::TakenFact taken = app::TakeFact(fact, "facts", kReceived);
    EXPECT_TRUE(taken.status.ok()) << taken.status;
    const auto party = [](const auto& sighting) {
      return sighting ? domain::Party{domain::test::AccountOf(sighting->name.id), sighting->kind} : domain::Party{};
    };
    taken.fact.actor = party(taken.actor);
    taken.fact.asker = party(taken.asker);
    taken.fact.author = party(taken.author);
    taken.fact.target = party(taken.target);
    events.push_back({taken.fact, kReceived});
  }
  return events;
}

// Ana of support asked in the repository of payments; bea of payments wrote the change; cy of checkout merged it, which closed the ticket.
domain::test::World Acme() {
  domain::test::World world;
  world.Link("11", "ana");
  world.Link("13", "bea");
  world.Link("12", "cy");
  world.rows.ownership.push_back({3, "gitea:git.acme.example:repo:acme/billing", domain::test::TeamOf("payments"), {}});
  return world;
}

TEST(ATicketClosedByAChangeInGitea, CreditsTheChangesAuthorAndNotWhoMerged) {
  const std::vector<Event> closing = EventsOf("issue_closed"), merge = EventsOf("change_merged_that_closes_a_ticket");
  ASSERT_EQ(closing.size(), 1u);
  ASSERT_EQ(merge.size(), 2u);
  domain::SubjectInput input;
  input.subject = closing[0].fact.subject;
  input.events = closing;
  input.related[merge[0].fact.subject] = merge;
  const domain::Verdict verdict = Acme().JudgeAll(input);
  ASSERT_EQ(verdict.deeds.size(), 1u);
  ASSERT_EQ(verdict.deeds[0].lines.size(), 1u);
  EXPECT_EQ(verdict.deeds[0].lines[0].person, PersonOf("bea"));
  EXPECT_EQ(verdict.deeds[0].asker, PersonOf("ana"));
}

TEST(ALabelAfterTheClosing, IsTheSameFactWithItsReasonAndTheCloserIsKept) {
  const std::vector<Event> closing = EventsOf("issue_closed"), label = EventsOf("issue_labelled_after_its_closing"),
                           cleared = EventsOf("issue_whose_labels_were_cleared_after_its_closing");
  EXPECT_EQ(label[0].fact.key, closing[0].fact.key);
  EXPECT_EQ(cleared[0].fact.key, closing[0].fact.key);
  const domain::Fact refused = domain::FoldObservations({closing[0].fact, label[0].fact});
  EXPECT_EQ(refused.resolution, domain::Resolution::kWontDo);
  EXPECT_EQ(refused.actor, closing[0].fact.actor);
  EXPECT_EQ(domain::FoldObservations({cleared[0].fact, label[0].fact, closing[0].fact}).resolution, domain::Resolution::kDone);
}

TEST(AChangeOfGitea, HasOneIdInAllItsHooks) {
  for (const char* name : {"change_opened", "comment_on_a_change", "review_that_approves", "review_requested",
                           "change_merged_that_closes_a_ticket", "change_reopened"}) {
    for (const v1::Fact& fact : FactsOf(name)) {
      EXPECT_EQ(fact.subject().id(), "83") << name;
      EXPECT_EQ(fact.subject().key(), "acme/billing#40") << name;
    }
  }
}

TEST(AnEventOfGitea, IsTheSameByItsCoarseAndItsFineName) {
  for (const char* name : {"review_that_approves", "review_that_asks_for_changes", "comment_on_a_change", "review_requested",
                           "issue_labelled_after_its_closing", "issue_assigned"}) {
    Case one = CaseOf(name);
    one.delivery.DropHeader("X-Gitea-Event-Type");
    const auto coarse = MakeConnector()->Parse(one.delivery.View(), one.source, kReceived);
    ASSERT_TRUE(coarse.ok()) << name;
    const std::vector<v1::Fact> fine = FactsOf(name);
    ASSERT_EQ(coarse->facts.size(), fine.size()) << name;
    for (size_t i = 0; i < fine.size(); ++i) EXPECT_EQ(coarse->facts[i].SerializeAsString(), fine[i].SerializeAsString()) << name;
  }
}

TEST(AnEditOfAWikiPage, IsTheSameFactWheneverItsDeliveryIsRead) {
  const Case& one = CaseOf("wiki_page_edited");
  const auto first = MakeConnector()->Parse(one.delivery.View(), one.source, kReceived);
  const auto later = MakeConnector()->Parse(one.delivery.View(), one.source, kReceived + absl::Hours(1));
  ASSERT_TRUE(first.ok() && later.ok());
  const auto key = [](const v1::Fact& fact) { return app::TakeFact(fact, "facts", kReceived + absl::Hours(2)).fact.key; };
  EXPECT_EQ(key(first->facts[0]).hash, key(later->facts[0]).hash);
}

TEST(ASourceOfGitea, IsCheckedBeforeItIsUsed) {
  const auto connector = MakeConnector();
  sdk::Source source{.id = "s", .suite = "gitea", .instance = "git.acme.example", .secrets = {"x"}, .config = {}};
  EXPECT_THAT(connector->Check(source), testing::IsEmpty());
  source.instance = "git.acme.example:3000";
  EXPECT_THAT(connector->Check(source), testing::SizeIs(1)) << "a port would part the names of accounts in the wrong place";
  source.instance = "https://git.acme.example/";
  source.config = {{"private_is_confidential", "maybe"}, {"wontdo_labels", "x"}};
  EXPECT_THAT(connector->Check(source), testing::SizeIs(3));
  source = {.id = "s", .suite = "gitea", .instance = "git.acme.example", .secrets = {}, .config = {}, .polls = true};
  EXPECT_THAT(connector->Check(source), testing::ElementsAre(testing::HasSubstr("names nothing to poll")));
  source.config = {{"repositories", "acme/billing"}};
  EXPECT_THAT(connector->Check(source), testing::IsEmpty());
  source.polls = false;
  EXPECT_THAT(connector->Check(source), testing::SizeIs(2));
}

TEST(TheConnectorsOfGiteaAndForgejo, DifferInTheirHeadersAlone) {
  const auto gitea = MakeConnector(), forgejo = MakeForgejoConnector();
  EXPECT_EQ(gitea->manifest().suite, "gitea");
  EXPECT_EQ(forgejo->manifest().suite, "forgejo");
  EXPECT_EQ(forgejo->manifest().delivery_id_header, "X-Forgejo-Delivery");
  const Case& one = CaseOf("issue_closed");
  EXPECT_FALSE(forgejo->Parse(one.delivery.View(), one.source, kReceived).ok()) << "the headers of another suite are not read";
}

}  // namespace
}  // namespace comity::gitea
