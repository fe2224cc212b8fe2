// The main job, in one process on a real store: facts go in, deeds come out, those concerned put them right, and all of it can be rebuilt.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <random>
#include <thread>

#include "service/base/error.h"
#include "tests/integration/ingest_world.h"

namespace comity::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::string Reason(const absl::Status& status) { return DetailsOf(status).reason; }

void ExpectRebuildAgrees(World& world) {
  const auto verified = world.Verify();
  EXPECT_TRUE(verified.ok()) << verified.DebugString();
}

TEST(IngestStory, IssueClosedForAnotherTeamMakesOneDeed) {
  World world;
  world.Help("1", "sam", "pia");
  const auto deeds = world.Deeds();
  ASSERT_EQ(deeds.size(), 1u);
  const v1::Deed& deed = deeds[0];
  EXPECT_EQ(deed.kind(), v1::Deed::KIND_RESOLVED);
  EXPECT_EQ(deed.stance(), v1::Deed::STANCE_SERVED);
  EXPECT_EQ(deed.asker(), "people/sam");
  EXPECT_EQ(deed.helped_team(), "teams/support");
  EXPECT_EQ(deed.helper_team(), "teams/payments");
  ASSERT_EQ(deed.helpers_size(), 1);
  EXPECT_EQ(deed.helpers(0).person(), "people/pia");
  EXPECT_EQ(deed.helpers(0).share_ppm(), 1'000'000);
  EXPECT_EQ(deed.state(), v1::Deed::STATE_PROVISIONAL);
  EXPECT_EQ(deed.subject(), "acme/billing#1");
  ExpectRebuildAgrees(world);
}

TEST(IngestStory, DeedStandsOnceItsHoldIsOver) {
  World world;
  world.Help("1", "sam", "pia");
  world.clock.Advance(absl::Hours(73));
  EXPECT_EQ(world.Deeds().at(0).state(), v1::Deed::STATE_STANDING);
}

TEST(IngestStory, HelperOfAnotherTeamStepsIn) {
  World world;
  world.Help("1", "sam", "carl");
  ASSERT_EQ(world.Deeds().size(), 1u);
  EXPECT_EQ(world.Deeds()[0].stance(), v1::Deed::STANCE_STEPPED_IN);
}

TEST(IngestStory, SameFactsSentAHundredTimesAtOnceMakeOneDeed) {
  World world;
  const std::vector<v1::Fact> facts = {World::Opened("1", "sam"), World::Commented("1", "pia", 50), World::Resolved("1", "sam", "pia")};
  std::vector<std::thread> senders;
  std::atomic<int> stored{0};
  for (int sender = 0; sender < 10; ++sender) {
    senders.emplace_back([&] {
      for (int i = 0; i < 10; ++i) {
        for (const v1::IngestResult& result : world.Ingest(facts)) {
          if (result.disposition() == v1::IngestResult::DISPOSITION_STORED) ++stored;
        }
      }
    });
  }
  for (std::thread& sender : senders) sender.join();
  EXPECT_EQ(stored, 3);
  EXPECT_EQ(world.Deeds().size(), 1u);
  const auto verified = world.Verify();
  EXPECT_TRUE(verified.ok()) << verified.DebugString();
  EXPECT_EQ(verified.entry_count(), 1);
}

TEST(IngestStory, SourcesOwnTextOfAnInstantIsShownAndMakesNoOtherFact) {
  World world;
  v1::Fact fact = World::Opened("1", "sam");
  fact.set_occur_time_text("2026-09-02T11:00:00+02:00");
  EXPECT_EQ(world.Ingest({fact})[0].disposition(), v1::IngestResult::DISPOSITION_STORED);
  fact.set_occur_time_text("1788339600");
  const v1::IngestResult again = world.Ingest({fact})[0];
  EXPECT_EQ(again.disposition(), v1::IngestResult::DISPOSITION_DUPLICATE);
  v1::GetEventRequest request;
  request.set_name(again.event());
  const auto event = world.events->GetEvent(world.Steward(), request);
  ASSERT_TRUE(event.ok()) << event.status();
  EXPECT_EQ(event->fact().occur_time_text(), "2026-09-02T11:00:00+02:00");
}

TEST(IngestStory, ReopenedWithinTheHoldIsReversed) {
  World world;
  world.Help("1", "sam", "pia");
  world.Ingest({World::Reopened("1", "sam", 120)});
  ASSERT_EQ(world.Deeds().size(), 1u);
  EXPECT_EQ(world.Deeds()[0].state(), v1::Deed::STATE_REVERSED);
  EXPECT_EQ(world.Deeds()[0].because(), "REOPENED");
  EXPECT_EQ(world.EventOf("1", v1::FACT_KIND_REOPENED).outcome(), v1::Event::OUTCOME_UNDO);
  ExpectRebuildAgrees(world);
}

struct RefusedCase {
  std::string name;
  v1::Fact fact;
  v1::Event::Outcome outcome;
  std::string reason;
};
class IngestRefuses : public ::testing::TestWithParam<RefusedCase> {};

TEST_P(IngestRefuses, AndSaysWhy) {
  World world;
  world.Ingest({World::Opened("1", "sam"), GetParam().fact});
  EXPECT_THAT(world.Deeds(), IsEmpty());
  const v1::Event event = world.EventOf("1", v1::FACT_KIND_RESOLVED);
  EXPECT_EQ(event.outcome(), GetParam().outcome);
  EXPECT_EQ(event.reason(), GetParam().reason);
  EXPECT_FALSE(event.explanation().text().empty());
  EXPECT_THAT(world.Why("1").summary(), HasSubstr(event.explanation().text()));
  ExpectRebuildAgrees(world);
}

v1::Fact ResolvedAs(v1::Resolution resolution) {
  v1::Fact fact = World::Resolved("1", "sam", "pia");
  fact.set_resolution(resolution);
  return fact;
}

INSTANTIATE_TEST_SUITE_P(
    All, IngestRefuses,
    ::testing::Values(RefusedCase{"Bots", World::Resolved("1", "sam", "robot"), v1::Event::OUTCOME_NOT_COUNTED, "BOT"},
                      RefusedCase{"Duplicates", ResolvedAs(v1::RESOLUTION_DUPLICATE), v1::Event::OUTCOME_NOT_COUNTED, "DUPLICATE"},
                      RefusedCase{"NotPlanned", ResolvedAs(v1::RESOLUTION_WONT_DO), v1::Event::OUTCOME_NOT_COUNTED, "WONT_DO"},
                      RefusedCase{"TheAsker", World::Resolved("1", "sam", "sam"), v1::Event::OUTCOME_NOT_COUNTED, "SELF"},
                      RefusedCase{"Strangers", World::Resolved("1", "sam", "stranger"), v1::Event::OUTCOME_PARKED, "UNKNOWN_ACCOUNT"}),
    [](const auto& tested) { return tested.param.name; });

TEST(IngestStory, HelpWithinTheOwningTeamIsInternal) {
  World world;
  world.Help("1", "paul", "pia");
  EXPECT_THAT(world.Deeds(), IsEmpty());
  const v1::Event event = world.EventOf("1", v1::FACT_KIND_RESOLVED);
  EXPECT_EQ(event.outcome(), v1::Event::OUTCOME_INTERNAL);
  EXPECT_EQ(event.reason(), "SAME_TEAM");
  ExpectRebuildAgrees(world);
}

TEST(IngestStory, AskerAndHelperOfOneTeamHelpTheOwner) {
  World world;
  world.Help("1", "carl", "cleo");
  ASSERT_EQ(world.Deeds().size(), 1u);
  EXPECT_EQ(world.Deeds()[0].helped_team(), "teams/payments");
}

TEST(IngestStory, AccountLinkedLaterIsJudgedThen) {
  World world;
  world.Help("1", "sam", "stranger");
  ASSERT_THAT(world.Deeds(), IsEmpty());
  world.Link("stranger", "carl");
  ASSERT_EQ(world.Deeds().size(), 1u);
  EXPECT_EQ(world.Deeds()[0].helpers(0).person(), "people/carl");
  ExpectRebuildAgrees(world);
}

TEST(IngestStory, MembershipCorrectedBackwardsLeavesACorrectingEntry) {
  World world;
  world.Help("1", "sam", "pia");
  world.SetTeam("pia", "checkout", absl::CivilDay(2026, 1, 1));
  const auto deeds = world.Deeds();
  ASSERT_EQ(deeds.size(), 1u);
  EXPECT_EQ(deeds[0].helper_team(), "teams/checkout");
  EXPECT_EQ(deeds[0].stance(), v1::Deed::STANCE_STEPPED_IN);
  v1::ExplainDeedRequest request;
  request.set_name(deeds[0].name());
  const auto explained = world.deeds->ExplainDeed(world.Steward(), request).value();
  ASSERT_GE(explained.entries_size(), 2);
  EXPECT_EQ(explained.entries(explained.entries_size() - 1).cause(), "MEMBERSHIP_CORRECTED");
  ExpectRebuildAgrees(world);
}

TEST(IngestStory, OneBadFactIsSetAsideAndItsNeighboursAreStored) {
  World world;
  v1::Fact bad = World::Resolved("2", "sam", "pia");
  bad.mutable_subject()->clear_id();
  bad.clear_object_id();
  const auto results = world.Ingest({World::Opened("1", "sam"), bad, World::Resolved("1", "sam", "pia")});
  EXPECT_EQ(results[0].disposition(), v1::IngestResult::DISPOSITION_STORED);
  EXPECT_EQ(results[1].disposition(), v1::IngestResult::DISPOSITION_SET_ASIDE);
  EXPECT_EQ(results[1].status().code(), static_cast<int>(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(results[2].disposition(), v1::IngestResult::DISPOSITION_STORED);
  v1::ListEventsRequest request;
  request.set_outcome(v1::Event::OUTCOME_SET_ASIDE);
  const auto listed = world.events->ListEvents(world.Steward(), request).value();
  ASSERT_EQ(listed.events_size(), 1);
  EXPECT_EQ(listed.events(0).reason(), "INVALID_FACT");
  EXPECT_THAT(listed.events(0).explanation().text(), HasSubstr("subject.id"));
}

TEST(IngestStory, SourceSpeaksForItsOwnSuiteAndInstanceAlone) {
  World world;
  v1::Fact elsewhere = World::Resolved("1", "sam", "pia");
  elsewhere.set_instance("github.example.org");
  v1::Fact other = World::Resolved("1", "sam", "pia");
  other.set_suite("jira");
  const auto results = world.Ingest({World::Opened("1", "sam"), elsewhere, other});
  for (const int i : {1, 2}) {
    EXPECT_EQ(results[static_cast<size_t>(i)].disposition(), v1::IngestResult::DISPOSITION_SET_ASIDE);
    EXPECT_EQ(results[static_cast<size_t>(i)].status().code(), static_cast<int>(absl::StatusCode::kInvalidArgument));
  }
  EXPECT_THAT(world.Deeds(), IsEmpty());
}

TEST(IngestStory, FactFromTheFutureIsSetAsideAndCanBeReplayed) {
  World world;
  const auto results = world.Ingest({World::Opened("1", "sam"), World::Resolved("1", "sam", "pia", 300)});  // the clock says minute 180
  ASSERT_EQ(results[1].disposition(), v1::IngestResult::DISPOSITION_SET_ASIDE);
  EXPECT_THAT(world.Deeds(), IsEmpty());
  world.clock.Advance(absl::Hours(3));
  v1::ReplayEventRequest request;
  request.set_name(results[1].event());
  const auto replayed = world.events->ReplayEvent(world.Steward(), request);
  ASSERT_TRUE(replayed.ok()) << replayed.status();
  EXPECT_EQ(replayed->outcome(), v1::Event::OUTCOME_COUNTED);
  EXPECT_EQ(world.Deeds().size(), 1u);
}

TEST(IngestStory, MassCloseWaitsForEachAskersYes) {
  World world;
  std::vector<v1::Fact> facts;
  for (int i = 1; i <= 21; ++i) {
    const std::string issue = std::to_string(i);
    facts.push_back(World::Opened(issue, "sam"));
    facts.push_back(World::Commented(issue, "pia", 30));
    facts.push_back(World::Resolved(issue, "sam", "pia"));
  }
  // One after the other: the first twenty were judged before the window was known to be full.
  for (const v1::Fact& fact : facts) world.Ingest({fact});
  ASSERT_EQ(world.Deeds().size(), 21u);
  for (const v1::Deed& deed : world.Deeds()) EXPECT_TRUE(deed.awaits_confirmation());
  ExpectRebuildAgrees(world);
}

TEST(IngestStory, ArrivalInAnyOrderEndsInTheSameStandingAndRollups) {
  std::vector<v1::Fact> facts = {
      World::Opened("1", "sam", 0),    World::Commented("1", "pia", 40),        World::Resolved("1", "sam", "pia", 60),
      World::Reopened("1", "sam", 70), World::Resolved("1", "sam", "carl", 90), World::Commented("1", "carl", 80),
      World::Opened("2", "carl", 5),   World::Commented("2", "pia", 20),        World::Resolved("2", "carl", "pia", 100),
      World::Opened("3", "paul", 5),   World::Resolved("3", "paul", "pia", 110)};
  std::string standing, rollups;
  std::mt19937 random(7);
  for (int round = 0; round < 6; ++round) {
    World world;
    for (const v1::Fact& fact : facts) world.Ingest({fact});
    world.Ingest({facts[static_cast<size_t>(round)], facts[2]});
    const auto verified = world.Verify();
    EXPECT_TRUE(verified.ok()) << verified.DebugString();
    if (round == 0) {
      standing = verified.standing_digest();
      rollups = verified.rollup_digest();
    }
    EXPECT_EQ(verified.standing_digest(), standing);
    EXPECT_EQ(verified.rollup_digest(), rollups);
    std::shuffle(facts.begin(), facts.end(), random);
  }
}

TEST(IngestStory, WhyIsAnsweredByKeyAddressEventAndDeed) {
  World world;
  world.Help("1", "sam", "pia");
  const std::string address = "https://github.com/acme/billing/issues/1";
  for (const std::string& subject : {std::string("acme/billing#1"), address, address + "/", address + "#issuecomment-7",
                                     world.EventOf("1", v1::FACT_KIND_RESOLVED).name(), world.Deeds().at(0).name()}) {
    v1::ExplainSubjectRequest request;
    request.set_subject(subject);
    const auto why = world.events->ExplainSubject(world.Steward(), request);
    ASSERT_TRUE(why.ok()) << subject << ": " << why.status();
    EXPECT_EQ(why->subject(), "acme/billing#1");
    EXPECT_EQ(why->events_size(), 3);
    EXPECT_EQ(why->deeds_size(), 1);
  }
}

TEST(IngestStory, UnknownSourceAndForeignTokenAreRefused) {
  World world;
  v1::IngestEventBatchRequest request;
  request.set_source("sources/other");
  *request.add_facts() = World::Opened("1", "sam");
  app::Caller caller{.token_id = "t", .roles = {}, .person = {}, .sources = {"hub"}, .scope = v1::SCOPE_SOURCE};
  const auto ingest = [&] {
    absl::Status status;
    std::atomic<bool> answered{false};
    world.events->IngestEventBatch(caller, request, [&](const absl::StatusOr<v1::IngestEventBatchResponse>& response) {
      status = response.status();
      answered = true;
    });
    EXPECT_TRUE(WaitUntil([&] { return answered.load(); }, std::chrono::seconds(10)));
    return Reason(status);
  };
  EXPECT_EQ(ingest(), "SOURCE_NOT_IN_TOKEN");
  caller.sources = {"other"};
  EXPECT_EQ(ingest(), "SOURCE_NOT_FOUND");
}

}  // namespace
}  // namespace comity::testing
