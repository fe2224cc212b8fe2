// From two hooks to a deed: the connector's facts, taken in and judged as the service does it.
#include <gtest/gtest.h>

#include <algorithm>

#include "plugins/github/github.h"
#include "plugins/sdk/conformance/case.h"
#include "service/app/fact_intake.h"
#include "tests/unit/service/domain/deeds/world.h"

namespace comity::github {
namespace {

using domain::Event;
using domain::test::AccountOf;
using domain::test::PersonOf;
using domain::test::TeamOf;

const absl::Time kReceived = absl::FromUnixSeconds(1'788'343'200);

std::vector<Event> EventsOf(const std::string& name) {
  const auto cases = sdk::conformance::LoadCases(COMITY_SOURCE_DIR "/plugins/github/cases");
  const auto found = std::find_if(cases->begin(), cases->end(), [&](const auto& one) { return one.name == name; });
  const auto parsed = MakeConnector()->Parse(found->delivery.View(), found->source, kReceived);
  std::vector<Event> events;
  for (const v1::Fact& fact : parsed->facts) {
    app::TakenFact taken = app::TakeFact(fact, "facts", kReceived);
    EXPECT_TRUE(taken.status.ok()) << taken.status;
    const auto party = [](const auto& sighting) {
      return sighting ? domain::Party{AccountOf(sighting->name.id), sighting->kind} : domain::Party{};
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
  world.Link("1101", "ana");
  world.Link("1202", "bea");
  world.Link("1201", "cy");
  world.Own("acme/billing", "payments");
  return world;
}

TEST(ATicketClosedByAChange, CreditsTheChangesAuthorWhicheverHookComesFirst) {
  const std::vector<Event> closing = EventsOf("issue_closed_as_completed");
  std::vector<Event> merge = EventsOf("change_merged_that_closes_a_ticket");
  ASSERT_EQ(closing.size(), 1u);
  ASSERT_EQ(merge.size(), 2u);
  for (int order = 0; order < 2; ++order) {
    domain::SubjectInput input;
    input.subject = closing[0].fact.subject;
    input.events = closing;
    input.related[merge[0].fact.subject] = merge;
    const domain::Verdict verdict = Acme().JudgeAll(input);
    ASSERT_EQ(verdict.deeds.size(), 1u);
    const domain::Deed& deed = verdict.deeds[0];
    EXPECT_EQ(deed.key.kind, domain::DeedKind::kResolved);
    EXPECT_EQ(deed.asker, PersonOf("ana"));
    EXPECT_EQ(deed.helped_team, TeamOf("support"));
    ASSERT_EQ(deed.lines.size(), 1u);
    EXPECT_EQ(deed.lines[0].person, PersonOf("bea"));
    EXPECT_EQ(deed.lines[0].share_ppm, domain::kWholePpm);
    EXPECT_EQ(deed.lines[0].stance, domain::Stance::kServed);
    std::reverse(merge.begin(), merge.end());
  }
}

TEST(ATicketClosedByAChange, IsItsClosersUntilTheHookOfTheMergeArrives) {
  domain::SubjectInput input;
  input.events = EventsOf("issue_closed_as_completed");
  input.subject = input.events[0].fact.subject;
  const domain::Verdict verdict = Acme().JudgeAll(input);
  ASSERT_EQ(verdict.deeds.size(), 1u);
  EXPECT_EQ(verdict.deeds[0].lines[0].person, PersonOf("cy"));
  EXPECT_EQ(verdict.deeds[0].lines[0].stance, domain::Stance::kSteppedIn);
}

TEST(ATicketClosedByAChange, IsNotWhenTheChangeWasMergedElsewhere) {
  domain::SubjectInput input;
  input.events = EventsOf("issue_closed_as_completed");
  input.subject = input.events[0].fact.subject;
  const std::vector<Event> merge = EventsOf("change_merged_into_another_branch");
  input.related[merge[0].fact.subject] = merge;
  const domain::Verdict verdict = Acme().JudgeAll(input);
  ASSERT_EQ(verdict.deeds.size(), 1u);
  EXPECT_EQ(verdict.deeds[0].lines[0].person, PersonOf("cy"));
}

}  // namespace
}  // namespace comity::github
