// Ledger entries commit to details that lie beside the ledger: altering them shows, deleting them with a person breaks nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "service/app/verify.h"
#include "service/store/sqlite/connection.h"
#include "tests/integration/ingest_world.h"

namespace comity::testing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

v1::VerifyLedgerResponse Quick(World& world) { return app::VerifyLedger(*world.context, false).value(); }

std::string HexOf(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (const char byte : bytes) {
    hex += kDigits[static_cast<uint8_t>(byte) >> 4];
    hex += kDigits[static_cast<uint8_t>(byte) & 15];
  }
  return hex;
}

void Execute(World& world, const std::string& sql) {
  auto connection = store::sqlite::SqliteConnection::Open(world.folder / "comity.db", store::sqlite::SqliteConnection::Mode::kWrite);
  ASSERT_TRUE(connection.ok()) << connection.status();
  const auto done = (*connection)->Query(sql);
  ASSERT_TRUE(done.ok()) << done.status();
}

class LedgerDetails : public ::testing::Test {
 protected:
  void SetUp() override {
    world_.Help("1", "sam", "pia");
    world_.Help("2", "sue", "carl");
  }
  World world_;
};

TEST_F(LedgerDetails, AreThoseTheEntriesWerePostedWith) {
  const auto verified = world_.Verify();
  EXPECT_TRUE(verified.ok()) << verified.DebugString();
  EXPECT_EQ(verified.entry_count(), 2);
  EXPECT_EQ(verified.commitment_count(), 2);
  EXPECT_EQ(verified.erased_commitment_count(), 0);
}

TEST_F(LedgerDetails, OfReversalsAndHeldPartsAreCommittedToToo) {
  world_.Ingest({World::Reopened("1", "sam", 120)});
  v1::Fact assigned = World::Commented("3", "stranger", 40);
  assigned.set_kind(v1::FACT_KIND_ASSIGNED);
  *assigned.mutable_target() = assigned.actor();
  world_.Ingest({World::Opened("3", "sam"), assigned, World::Commented("3", "stranger", 45), World::Commented("3", "pia", 50),
                 World::Resolved("3", "sam", "pia")});
  const auto verified = world_.Verify();
  EXPECT_TRUE(verified.ok()) << verified.DebugString();
  EXPECT_EQ(verified.entry_count(), 5);  // two grants, one reversal, one part for pia, one held for a stranger
  EXPECT_EQ(verified.commitment_count(), 5);
}

TEST_F(LedgerDetails, ShowThatAPersonWasMadeAnother) {
  Execute(world_, "UPDATE people SET id = 'mallory' WHERE id = 'pia'");
  Execute(world_, "UPDATE counters SET value = value + 1 WHERE name = 'directory'");  // so that the directory is read again
  const auto verified = Quick(world_);
  EXPECT_FALSE(verified.ok());
  EXPECT_EQ(verified.commitment_count(), 1);
  EXPECT_THAT(verified.faults(), Contains(HasSubstr("posted with other details")));
}

TEST_F(LedgerDetails, ShowThatTheFactBehindAnEntryWasAltered) {
  const auto name = domain::EventKey::FromName(world_.EventOf("1", v1::FACT_KIND_RESOLVED).name());
  const auto event = world_.store->BeginRead().value()->events().FindEvent(*name).value();
  domain::Fact fact = domain::DecodeFact(event->observations[0].bytes).value();
  fact.places.push_back({"repo", "acme/other"});
  Execute(world_, "UPDATE events SET bytes = x'" + HexOf(domain::EncodeFact(fact)) + "' WHERE bytes = x'" +
                      HexOf(event->observations[0].bytes) + "'");
  const auto verified = Quick(world_);
  EXPECT_FALSE(verified.ok());
  EXPECT_THAT(verified.faults(), Contains(HasSubstr("posted with other details")));
}

TEST_F(LedgerDetails, ShowThatASubjectWasGivenTheWordsOfAnother) {
  Execute(world_, "UPDATE subject_details SET id = '77' WHERE id = '1'");
  EXPECT_THAT(Quick(world_).faults(), Contains(HasSubstr("are those of another one")));
}

TEST_F(LedgerDetails, CanBeDeletedWithAPersonAndTheChainStillHolds) {
  world_.Write([&](store::Transaction& transaction) { return transaction.directory().DeletePerson(world_.person("pia")); });
  const auto verified = Quick(world_);
  EXPECT_TRUE(verified.ok()) << verified.DebugString();
  EXPECT_EQ(verified.entry_count(), 2);
  EXPECT_EQ(verified.commitment_count(), 1);
  EXPECT_EQ(verified.erased_commitment_count(), 1);
}

}  // namespace
}  // namespace comity::testing
