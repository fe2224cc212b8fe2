// Checkpoints and proofs over the API and on a real store.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>

#include "clients/verify/checks.h"
#include "service/app/checkpoints.h"
#include "service/store/sqlite/connection.h"
#include "tests/integration/service_world.h"
#include "tests/support/process.h"

namespace comity::test {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

domain::Entry EntryNumber(int number) {
  domain::Entry entry;
  entry.line.bytes[0] = static_cast<uint8_t>(number);
  entry.line.bytes[1] = static_cast<uint8_t>(number >> 8);
  entry.revision = 1;
  entry.policy = 1;
  return entry;
}

domain::SubjectRef SubjectOne() {
  domain::SubjectRef subject;
  subject.bytes[0] = 1;
  return subject;
}

class ACheckpoint : public ::testing::Test {
 protected:
  void Append(int first, int count) {
    std::vector<domain::Entry> entries;
    for (int i = first; i < first + count; ++i) entries.push_back(EntryNumber(i));
    const absl::Status status = world_.writer->Run(
        [&](store::Transaction& transaction) { return transaction.deeds().Append(entries, SubjectOne(), world_.clock.Now()).status(); });
    ASSERT_TRUE(status.ok()) << status;
  }
  std::vector<verify::PublicKey> Keys() {
    std::string lines;
    const auto list =
        world_.Get<v1::ListCheckpointsResponse>("AdminService/ListCheckpoints", v1::ListCheckpointsRequest(), world_.admin_token);
    for (const auto& key : list.keys()) lines += key.verifier() + "\n";
    return verify::ReadKeys(lines);
  }
  v1::Checkpoint Create() {
    return world_.Get<v1::Checkpoint>("AdminService/CreateCheckpoint", v1::CreateCheckpointRequest(), world_.admin_token);
  }
  void Sql(const std::string& script) {
    const auto connection =
        store::sqlite::SqliteConnection::Open(world_.folder / "comity.db", store::sqlite::SqliteConnection::Mode::kWrite);
    ASSERT_TRUE(connection.ok() && (*connection)->ExecuteScript(script).ok());
  }

  World world_;
};

TEST_F(ACheckpoint, IsMadeOnceForWhatWasAppended) {
  Append(0, 5);
  const v1::Checkpoint first = Create();
  EXPECT_EQ(first.name(), "checkpoints/5");
  world_.clock.Advance(absl::Hours(1));
  EXPECT_EQ(Create().note(), first.note());
  Append(5, 1);
  EXPECT_EQ(Create().name(), "checkpoints/6");
  v1::GetCheckpointRequest get;
  get.set_name("checkpoints/5");
  EXPECT_EQ(world_.Get<v1::Checkpoint>("AdminService/GetCheckpoint", get, world_.admin_token).note(), first.note());
  get.clear_name();
  EXPECT_EQ(world_.Get<v1::Checkpoint>("AdminService/GetCheckpoint", get, world_.admin_token).entry_count(), 6);
  EXPECT_TRUE(verify::CheckNote(first.note(), Keys()).holds);
}

// Sizes around whole parts of 1,024 leaves, so that stored and read hashes meet in every way.
TEST_F(ACheckpoint, GrowsIncrementallyToTheSameTreeAndProvesWhatLiesBetween) {
  std::vector<v1::Checkpoint> made;
  int size = 0;
  for (const int next : {1, 1023, 1024, 1025, 2048, 3000, 5121}) {
    Append(size, next - size);
    size = next;
    made.push_back(Create());
  }
  const auto transaction = world_.store->BeginRead().value();
  app::LedgerReader reader(*transaction, {}, {});
  for (const v1::Checkpoint& checkpoint : made) {
    ASSERT_TRUE(reader.ReadTo(checkpoint.entry_count()).ok());
    const auto read = domain::ReadCheckpoint(checkpoint.note()).value();
    EXPECT_EQ(read.root, reader.tree().Root()) << checkpoint.name();
    EXPECT_EQ(read.chain, reader.chain());
  }
  const std::vector<verify::PublicKey> keys = Keys();
  for (size_t older = 0; older < made.size(); ++older) {
    for (size_t newer = older; newer < made.size(); ++newer) {
      v1::GetConsistencyProofRequest request;
      request.set_older(made[older].name());
      request.set_newer(made[newer].name());
      const auto proof = world_.Get<v1::Proof>("AdminService/GetConsistencyProof", request, world_.admin_token);
      const auto report = verify::CheckProof(proof.text(), keys, made[older].note());
      EXPECT_TRUE(report.holds) << made[older].name() << " in " << made[newer].name() << ": " << report.sentences.back();
    }
  }
  for (const int64_t index : {0, 1, 1022, 1023, 1024, 2047, 2048, 3001, 5119, 5120}) {
    const auto path = app::HashesOf(*transaction, domain::InclusionRanges(static_cast<uint64_t>(index), 5121)).value();
    const auto row = transaction->deeds().ReadLedger(index + 1, 1).value().front();
    const auto root = domain::ReadCheckpoint(made.back().note()).value().root;
    EXPECT_TRUE(domain::VerifyInclusion(row.leaf_hash, static_cast<uint64_t>(index), 5121, path, root)) << index;
  }
  std::vector<std::string> faults;
  EXPECT_EQ(app::CheckCheckpoints(*transaction, faults).value(), 7);
  EXPECT_THAT(faults, SizeIs(0));
}

TEST_F(ACheckpoint, ProvesADeedToThoseWhoHelpedAndAsked) {
  const std::string deed = world_.MakeDeed(1);
  v1::GetInclusionProofRequest request;
  request.set_deed(deed);
  const std::string ana = world_.MakeToken({v1::ROLE_MEMBER}, "ana");
  EXPECT_EQ(world_.Call("AdminService/GetInclusionProof", request, ana).reason, "CHECKPOINT_NOT_FOUND");
  Create();
  const auto proof = world_.Get<v1::Proof>("AdminService/GetInclusionProof", request, ana);
  EXPECT_EQ(proof.deed(), deed);
  const auto report = verify::CheckProof(proof.text(), Keys(), std::nullopt);
  EXPECT_TRUE(report.holds);
  EXPECT_THAT(report.sentences.back(), HasSubstr("grants 100 % of " + deed));
  const std::string second = world_.MakeDeed(2);
  request.set_deed(second);
  EXPECT_EQ(world_.Call("AdminService/GetInclusionProof", request, ana).reason, "NOT_IN_CHECKPOINT");
}

TEST_F(ACheckpoint, IsNotSignedOverALedgerThatWasRewritten) {
  Append(0, 10);
  Create();
  Append(10, 1);
  Sql("UPDATE ledger SET leaf = leaf || x'00' WHERE sequence = 3");
  const Reply reply = world_.Call("AdminService/CreateCheckpoint", v1::CreateCheckpointRequest(), world_.admin_token);
  EXPECT_EQ(reply.reason, "LEDGER_FORKED");
}

// Whoever rewrites everything consistently still meets what was signed.
TEST_F(ACheckpoint, ShowsALedgerThatWasWrittenAnewFromTheBeginning) {
  Append(0, 4);
  Create();
  Sql("DELETE FROM ledger; UPDATE ledger_head SET sequence = 0, chain_hash = zeroblob(32)");
  const auto write = world_.store->BeginWrite().value();
  std::vector<domain::Entry> others;
  for (int i = 0; i < 5; ++i) others.push_back(EntryNumber(100 + i));
  ASSERT_TRUE(write->deeds().Append(others, SubjectOne(), world_.clock.Now()).ok());
  std::vector<std::string> faults;
  ASSERT_TRUE(app::CheckCheckpoints(*write, faults).ok());
  ASSERT_THAT(faults, SizeIs(1));
  EXPECT_THAT(faults.front(), HasSubstr("checkpoint 4 was signed over another ledger"));
}

TEST_F(ACheckpoint, StaysGoodWhenTheKeyIsReplaced) {
  Append(0, 3);
  const v1::Checkpoint before = Create();
  std::filesystem::remove(world_.folder / "checkpoint.key");
  const auto rotated = app::Checkpoints::Open(*world_.store, *world_.writer, world_.clock, world_.folder / "checkpoint.key").value();
  Append(3, 1);
  const std::string after = rotated->Make().value().note;
  const std::vector<verify::PublicKey> keys = Keys();
  ASSERT_THAT(keys, SizeIs(2));
  EXPECT_TRUE(verify::CheckNote(before.note(), keys).holds);
  EXPECT_TRUE(verify::CheckNote(after, keys).holds);
  const auto list =
      world_.Get<v1::ListCheckpointsResponse>("AdminService/ListCheckpoints", v1::ListCheckpointsRequest(), world_.admin_token);
  EXPECT_NE(list.keys(0).has_retire_time(), list.keys(1).has_retire_time());
}

TEST_F(ACheckpoint, IsSignedWithAKeyThatOnlyItsOwnerCanRead) {
  const std::string file = world_.folder / "checkpoint.key";
  struct stat info;
  ASSERT_EQ(stat(file.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  chmod(file.c_str(), 0644);
  const auto opened = app::Checkpoints::Open(*world_.store, *world_.writer, world_.clock, file);
  EXPECT_TRUE(absl::IsPermissionDenied(opened.status())) << opened.status();
}

TEST_F(ACheckpoint, IsMadeEachDayByTheClock) {
  Append(0, 2);
  world_.checkpoints->StartDaily();
  const auto latest = [&] { return world_.store->BeginRead().value()->checkpoints().ListCheckpoints(0, 10).value(); };
  EXPECT_TRUE(testing::WaitUntil([&] { return latest().size() == 1; }, std::chrono::seconds(10)));
}

}  // namespace
}  // namespace comity::test
