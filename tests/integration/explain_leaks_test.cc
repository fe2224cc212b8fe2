// What an explanation, a remedy or an error must not tell to whom: each role, each side, each story.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "service/base/error.h"
#include "tests/integration/ingest_world.h"

namespace comity::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

v1::Fact WithAccount(v1::Fact fact, const std::string& role, const std::string& id) {
  v1::Account* account = role == "actor" ? fact.mutable_actor() : role == "asker" ? fact.mutable_asker() : fact.mutable_target();
  account->set_id(id);
  account->set_login("login-" + id);
  account->set_kind(v1::ACCOUNT_KIND_HUMAN);
  return fact;
}

// Support asks, payments (owner) help; carl of checkout is on no side. `stranger` and `unknown` are accounts that nobody is linked to.
class AnExplanation : public ::testing::Test {
 protected:
  AnExplanation() {
    world.Help("1", "sam", "pia", 60);  // a deed
    world.Ingest(
        {World::Opened("2", "sam", 0), WithAccount(World::Resolved("2", "sam", "pia", 60), "actor", "stranger")});  // unknown helper
    world.Ingest({WithAccount(World::Opened("3", "sam", 0), "asker", "unknown"),                                    // unknown asker
                  WithAccount(World::Resolved("3", "sam", "pia", 60), "asker", "unknown")});
    world.Help("4", "sam", "pia", 60);
    world.Ingest({World::Reopened("4", "sue", 90)});                                         // taken back
    world.Ingest({World::Opened("5", "sam", 0), World::Resolved("5", "sam", "pia", 60)});    // waits for a yes
    world.Ingest({World::Opened("6", "sam", 0), World::Resolved("6", "sam", "robot", 60)});  // a bot
    world.Ingest(
        {World::Opened("7", "sam", 0), World::Commented("7", "sue", 5), World::Resolved("7", "sam", "sue", 60)});  // within the team
  }
  static std::vector<std::string> Secrets() { return {"people/", "accounts/", "stranger", "unknown:", "login-", "sam", "pia", "Ticket "}; }
  static constexpr int kStories = 7;
  World world;
};

TEST_F(AnExplanation, TellsMembersAndLeadsOfBothTeamsNoNameNoAccountAndNoTitle) {
  int read = 0;
  for (const bool lead : {false, true}) {
    for (const char* viewer : {"sue", "paul"}) {
      for (int story = 1; story <= kStories; ++story) {
        // In the last one sue is a helper herself.
        if (std::string(viewer) == "sue" && (story == 7)) continue;
        const auto why = world.Why(world.Member(viewer, lead), std::to_string(story));
        if (!why.ok()) continue;  // no side of hers or his
        ++read;
        for (const std::string& secret : Secrets()) {
          EXPECT_THAT(why->DebugString(), Not(HasSubstr(secret))) << viewer << " reads story " << story;
        }
      }
    }
  }
  EXPECT_GE(read, 20);
}

TEST_F(AnExplanation, TellsStrangersNothingInTheSameWordsAsOfASubjectThatIsNotThere) {
  const absl::Status absent = world.Why(world.Member("carl"), "999").status();
  EXPECT_EQ(DetailsOf(absent).reason, "SUBJECT_NOT_FOUND");
  for (const bool lead : {false, true}) {
    for (int story = 1; story <= kStories; ++story) {
      const auto why = world.Why(world.Member("carl", lead), std::to_string(story));
      EXPECT_EQ(why.status().code(), absent.code()) << story;
      EXPECT_EQ(why.status().message(), absent.message()) << story;
      EXPECT_EQ(DetailsOf(why.status()).faults, DetailsOf(absent).faults) << story;
    }
  }
  // Nor by the names of what was made of it.
  for (const std::string& name : {world.Deeds().at(0).name(), world.EventOf("2", v1::FACT_KIND_RESOLVED).name()}) {
    v1::ExplainSubjectRequest request;
    request.set_subject(name);
    EXPECT_EQ(world.events->ExplainSubject(world.Member("carl"), request).status().message(), absent.message());
  }
}

TEST_F(AnExplanation, TellsThoseConcernedWhichAccountToLink) {
  const auto why = world.Why(world.Member("sam"), "2");
  ASSERT_TRUE(why.ok()) << why.status();
  EXPECT_THAT(why->DebugString(), HasSubstr("comity accounts link github:github.com:stranger"));
  const auto nameless = world.Why(world.Member("paul"), "2");
  ASSERT_TRUE(nameless.ok()) << nameless.status();
  EXPECT_THAT(nameless->DebugString(), HasSubstr("comity accounts link ACCOUNT PERSON"));
}

TEST_F(AnExplanation, NamesNobodyWhoOptedOutToAnybodyButThemselvesAndThoseWhoOversee) {
  world.Write([this](store::Transaction& transaction) {
    return transaction.directory().PutPerson(
        {.uid = world.person("pia"), .id = "pia", .display_name = "pia", .former = false, .opted_out = true});
  });
  for (const char* viewer : {"sam", "sue", "paul"}) {
    const auto why = world.Why(world.Member(viewer), "1");
    ASSERT_TRUE(why.ok()) << why.status();
    EXPECT_THAT(why->DebugString(), Not(HasSubstr("pia"))) << viewer;
  }
  EXPECT_THAT(world.Why("1").DebugString(), HasSubstr("pia"));
}

// Pia hands over to carl while hand-overs are on trial; carl resolves, which counts.
TEST_F(AnExplanation, OfASubjectThatCountsTellsNothingOfATrialBesideIt) {
  world.Write([this](store::Transaction& transaction) {
    domain::Policy policy = domain::FirstPolicy(false, world.clock.Now());
    policy.number = 2;
    policy.active_time = absl::FromCivil(absl::CivilDay(2026, 1, 1), absl::UTCTimeZone());
    policy.rules[static_cast<size_t>(domain::DeedKind::kHandedOver)].mode = domain::RuleMode::kShadow;
    return transaction.deeds().PutPolicy(policy);
  });
  v1::Fact assigned = WithAccount(World::Commented("8", "pia", 20), "target", "carl");
  assigned.set_kind(v1::FACT_KIND_ASSIGNED);
  assigned.set_object_id("8-assigned");
  world.Ingest({World::Opened("8", "sam", 0), assigned, World::Commented("8", "pia", 21), World::Commented("8", "carl", 50),
                World::Resolved("8", "sam", "carl", 60)});
  std::string trial;
  for (const v1::Deed& deed : world.Deeds()) {
    if (deed.shadow()) trial = deed.name();
  }
  ASSERT_FALSE(trial.empty()) << world.Why("8").DebugString();
  EXPECT_THAT(world.Why("8").DebugString(), HasSubstr(trial));
  EXPECT_THAT(world.Why(world.Member("pia"), "8")->DebugString(), HasSubstr(trial));
  for (const char* viewer : {"sam", "sue", "paul", "carl", "cleo"}) {
    const auto why = world.Why(world.Member(viewer), "8");
    ASSERT_TRUE(why.ok()) << viewer << why.status();
    EXPECT_THAT(why->DebugString(), Not(HasSubstr(trial))) << viewer;
    EXPECT_THAT(why->DebugString(), Not(HasSubstr("HANDED_OVER"))) << viewer;
    EXPECT_THAT(why->DebugString(), Not(HasSubstr("handed"))) << viewer;
  }
}

}  // namespace
}  // namespace comity::testing
