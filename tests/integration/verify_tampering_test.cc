// Whoever can write to the file can change what it says, but not unnoticed by `comity admin verify`.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "service/store/sqlite/connection.h"
#include "tests/integration/ingest_world.h"

namespace comity::testing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

struct Edit {
  const char* name;
  const char* sql;
  const char* fault;  // part of one that is reported
};

void PrintTo(const Edit& edit, std::ostream* out) { *out << edit.name; }

class AVerification : public ::testing::TestWithParam<Edit> {
 protected:
  AVerification() {
    world.Help("1", "sam", "pia", 60);
    world.Help("2", "carl", "paul", 120);
    world.Help("3", "cleo", "pia", 180);
  }
  World world;
};

TEST_P(AVerification, FindsAStoreThatWasEditedBehindTheServicesBack) {
  ASSERT_TRUE(world.Verify().ok()) << world.Verify().DebugString();
  ASSERT_GE(world.Verify().entry_count(), 3);
  {
    const auto connection =
        store::sqlite::SqliteConnection::Open(world.folder / "comity.db", store::sqlite::SqliteConnection::Mode::kWrite).value();
    const absl::Status edited = connection->ExecuteScript(GetParam().sql);
    ASSERT_TRUE(edited.ok()) << edited;
  }
  const v1::VerifyLedgerResponse verified = world.Verify();
  EXPECT_FALSE(verified.ok());
  EXPECT_THAT(verified.faults(), Contains(HasSubstr(GetParam().fault)));
}

INSTANTIATE_TEST_SUITE_P(
    All, AVerification,
    ::testing::ValuesIn<Edit>({
        {"AChangedLeaf", "UPDATE ledger SET leaf = leaf || x'00' WHERE sequence = 2", "entry 2 does not have the hash kept with it"},
        {"AChangedLeafHash", "UPDATE ledger SET leaf_hash = zeroblob(32) WHERE sequence = 2", "entry 2 breaks the chain"},
        {"AChangedChain", "UPDATE ledger SET chain_hash = zeroblob(32) WHERE sequence = 1", "entry 1 breaks the chain"},
        {"ALeafInPlaceOfAnother",
         "UPDATE ledger SET leaf = (SELECT leaf FROM ledger WHERE sequence = 1), leaf_hash = (SELECT leaf_hash FROM ledger WHERE sequence "
         "= 1)"
         " WHERE sequence = 3",
         "entry 3 breaks the chain"},
        {"AnEntryTakenOut", "DELETE FROM ledger WHERE sequence = 2", "entry 3 stands where 2 should"},
        {"TheLastEntryTakenOff", "DELETE FROM ledger WHERE sequence = (SELECT MAX(sequence) FROM ledger)", "head is not its last entry"},
        {"AnEntryAdded",
         "INSERT INTO ledger SELECT sequence + 1, created, subject, deed, line, revision + 1, leaf, leaf_hash, chain_hash FROM ledger"
         " ORDER BY sequence DESC LIMIT 1",
         "breaks the chain"},
        {"AMovedHead", "UPDATE ledger_head SET sequence = sequence - 1", "head is not its last entry"},
        {"AMovedHeadHash", "UPDATE ledger_head SET chain_hash = zeroblob(32)", "head is not its last entry"},
        {"ARollupRaised", "UPDATE rollups SET line_count = line_count + 1", "rollups differ"},
        {"AShareInARollupLowered", "UPDATE rollups SET share_ppm = share_ppm - 1 WHERE is_week = 0", "rollups differ"},
        {"ARollupTakenOut", "DELETE FROM rollups WHERE is_week = 1", "rollups differ"},
        {"SomebodyLessInAWeek", "DELETE FROM week_people WHERE helper_side = 1", "rollups differ"},
        {"AnEntryOfAnotherSubject", "UPDATE ledger SET subject = subject + 1000", "what stands differs"},
        {"EverySubjectTakenOut", "DELETE FROM subjects", "rollups differ"},
        {"AnEventTakenOut", "DELETE FROM events", "what stands differs"},
    }),
    [](const auto& edit) { return std::string(edit.param.name); });

}  // namespace
}  // namespace comity::testing
