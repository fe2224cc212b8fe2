// Subjects that hang together: changes that close tickets, tickets that wait, tickets that move. In whichever order it all arrives.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "tests/integration/ingest_world.h"

namespace comity::testing {
namespace {

v1::Fact Change(v1::FactKind kind, const std::string& change, const std::string& author, int at) {
  v1::Fact fact = World::Resolved(change, author, author, at);
  fact.set_kind(kind);
  fact.mutable_subject()->set_kind(v1::SUBJECT_KIND_CHANGE);
  fact.mutable_subject()->set_id("c" + change);
  fact.set_object_id("c" + change);
  fact.clear_asker();
  fact.clear_resolution();
  fact.mutable_author()->set_id(author);
  return fact;
}

v1::Fact Linked(const std::string& change, const std::string& author, const std::string& issue, int at) {
  v1::Fact fact = Change(v1::FACT_KIND_LINKED, change, author, at);
  v1::Link& link = *fact.add_links();
  link.set_kind(v1::LINK_KIND_CLOSES);
  link.set_target_key("acme/billing#" + issue);
  return fact;
}

v1::Fact Merged(const std::string& change, const std::string& author, const std::string& merger, int at) {
  v1::Fact fact = Change(v1::FACT_KIND_CHANGE_MERGED, change, author, at);
  fact.mutable_actor()->set_id(merger);
  fact.set_default_branch(true);
  return fact;
}

v1::Fact Moved(const std::string& from, const std::string& to, int at) {
  v1::Fact fact = World::Reopened(from, "paul", at);
  fact.set_kind(v1::FACT_KIND_MOVED);
  v1::Link& link = *fact.add_links();
  link.set_kind(v1::LINK_KIND_MOVED_TO);
  link.set_target_kind(v1::SUBJECT_KIND_ISSUE);
  link.set_target_id(to);
  return fact;
}

v1::Fact Blocked(const std::string& issue, const std::string& by, int at) {
  v1::Fact fact = World::Reopened(issue, "sam", at);
  fact.set_kind(v1::FACT_KIND_BLOCKED);
  v1::Link& link = *fact.add_links();
  link.set_kind(v1::LINK_KIND_BLOCKED_BY);
  link.set_target_key("acme/billing#" + by);
  return fact;
}

// Each order of arrival in a store of its own; all must agree with each other and with a rebuild. Returns the deeds of the last.
std::vector<v1::Deed> InEveryOrder(std::vector<v1::Fact> facts, int rounds) {
  std::mt19937 random(11);
  std::string standing, rollups;
  std::vector<v1::Deed> deeds;
  for (int round = 0; round < rounds; ++round) {
    World world;
    for (const v1::Fact& fact : facts) world.Ingest({fact});
    const auto verified = world.Verify();
    EXPECT_TRUE(verified.ok()) << verified.DebugString();
    if (round == 0) {
      standing = verified.standing_digest();
      rollups = verified.rollup_digest();
    }
    EXPECT_EQ(verified.standing_digest(), standing) << round;
    EXPECT_EQ(verified.rollup_digest(), rollups) << round;
    deeds = world.Deeds();
    std::shuffle(facts.begin(), facts.end(), random);
  }
  std::erase_if(deeds, [](const v1::Deed& deed) { return deed.state() == v1::Deed::STATE_REVERSED; });
  return deeds;
}

TEST(IngestLinks, AuthorOfTheChangeThatClosedATicketIsItsHelper) {
  const auto deeds = InEveryOrder(
      {World::Opened("1", "sam"), Linked("9", "pia", "1", 30), Merged("9", "pia", "paul", 60), World::Resolved("1", "sam", "paul", 60)}, 8);
  ASSERT_EQ(deeds.size(), 1u);
  ASSERT_EQ(deeds[0].helpers_size(), 1);
  EXPECT_EQ(deeds[0].helpers(0).person(), "people/pia");
}

TEST(IngestLinks, RevertOfTheOnlyChangeThatClosedATicketTakesItsDeedBack) {
  const std::vector<v1::Fact> facts = {World::Opened("1", "sam"), Linked("9", "pia", "1", 30), Merged("9", "pia", "paul", 60),
                                       World::Resolved("1", "sam", "paul", 60), Change(v1::FACT_KIND_REVERTED, "9", "pia", 90)};
  EXPECT_TRUE(InEveryOrder(facts, 10).empty());
  World world;
  world.Ingest(facts);
  EXPECT_EQ(world.Deeds().at(0).because(), "CHANGE_REVERTED");
}

TEST(IngestLinks, WhoTestsAChangeHelpsItsAuthorUnlessTheChangeIsReverted) {
  std::vector<v1::Fact> facts = {Change(v1::FACT_KIND_CHANGE_TESTED, "9", "pia", 30), Merged("9", "pia", "paul", 60)};
  facts[0].mutable_actor()->set_id("sam");
  const auto deeds = InEveryOrder(facts, 2);
  ASSERT_EQ(deeds.size(), 1u);
  EXPECT_EQ(deeds[0].kind(), v1::Deed::KIND_ASSISTED);
  EXPECT_EQ(deeds[0].asker(), "people/pia");
  EXPECT_EQ(deeds[0].helpers(0).person(), "people/sam");
  facts.push_back(Change(v1::FACT_KIND_REVERTED, "9", "pia", 90));
  EXPECT_TRUE(InEveryOrder(facts, 6).empty());
}

TEST(IngestLinks, MovedTicketIsOneSubjectUnderOneName) {
  const auto deeds = InEveryOrder({World::Opened("1", "sam"), Moved("1", "2", 20), World::Opened("2", "sam", 20),
                                   World::Commented("2", "pia", 30), World::Resolved("2", "sam", "pia", 60)},
                                  10);
  ASSERT_EQ(deeds.size(), 1u);
  EXPECT_EQ(deeds[0].helpers(0).person(), "people/pia");
}

TEST(IngestLinks, DeedOfATicketThatMovesLaterStaysOneDeed) {
  World world;
  world.Help("2", "sam", "pia");
  world.Help("1", "sam", "carl", 80);
  const std::string name = world.Deeds().at(0).name();
  world.Ingest({Moved("1", "2", 120)});
  const auto verified = world.Verify();
  EXPECT_TRUE(verified.ok()) << verified.DebugString();
}

TEST(IngestLinks, WhoResolvesABlockerUnblocksTheTicketThatWaited) {
  const auto deeds = InEveryOrder({World::Opened("1", "sam"), Blocked("1", "2", 10), World::Opened("2", "paul", 5),
                                   World::Commented("2", "carl", 40), World::Resolved("2", "paul", "carl", 60)},
                                  10);
  const auto unblocked =
      std::count_if(deeds.begin(), deeds.end(), [](const v1::Deed& deed) { return deed.kind() == v1::Deed::KIND_UNBLOCKED; });
  EXPECT_EQ(unblocked, 1);
}

TEST(IngestLinks, OneBatchWithEverythingIsAsGoodAsOneFactAtATime) {
  const std::vector<v1::Fact> facts = {World::Opened("1", "sam"), Linked("9", "pia", "1", 30), Merged("9", "pia", "paul", 60),
                                       World::Resolved("1", "sam", "paul", 60)};
  World at_once, one_by_one;
  at_once.Ingest(facts);
  for (const v1::Fact& fact : facts) one_by_one.Ingest({fact});
  EXPECT_EQ(at_once.Verify().standing_digest(), one_by_one.Verify().standing_digest());
  EXPECT_EQ(at_once.Verify().rollup_digest(), one_by_one.Verify().rollup_digest());
}

}  // namespace
}  // namespace comity::testing
