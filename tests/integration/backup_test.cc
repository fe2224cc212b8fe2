// Backup of a service under load, and its return, with the programs that people use.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "comity/v1/admin.pb.h"
#include "tests/support/deployment.h"
#include "tests/support/figures.h"
#include "tests/support/traffic.h"

namespace comity::testing {
namespace {

using ::testing::HasSubstr;

v1::VerifyLedgerResponse Verified(const Deployment& deployment) {
  v1::VerifyLedgerRequest request;
  request.set_rebuild(true);
  v1::VerifyLedgerResponse response;
  const absl::Status status = deployment.Steward()->Call("/comity.v1.AdminService/VerifyLedger", request, &response);
  EXPECT_TRUE(status.ok()) << status;
  return response;
}

class D8Backup : public ::testing::Test {
 protected:
  // Exit code; what was said is in `said_`.
  int Comity(const std::vector<std::string>& words) {
    static const std::string kProgram = COMITY_BIN_DIR "/comity";
    std::vector<std::string> command{kProgram};
    command.insert(command.end(), words.begin(), words.end());
    return Run(command);
  }
  int Run(const std::vector<std::string>& words) {
    const std::string log = folder_ / ("log" + std::to_string(++logs_));
    Process process(words, log);
    const int code = process.Wait();
    said_ = ReadFile(log);
    return code;
  }
  int BackUp(const Deployment& deployment, const std::string& folder) {
    return Comity({"--server", deployment.server(), "--token-file", deployment.dir() / "data/admin.token", "admin", "backup", folder});
  }

  TempDir folder_;
  std::string said_;
  int logs_ = 0;
};

TEST_F(D8Backup, OfAServiceThatGoesOnIngestingComesBackAsItWasSigned) {
  Deployment deployment;
  const auto connector = deployment.Connector();
  ASSERT_TRUE(connector->Push(TicketBatch(1, 200)).ok());
  std::atomic<bool> stop{false};
  std::atomic<int> pushed{0};
  std::thread load([&] {
    for (int64_t first = 201; !stop; first += 20) {
      EXPECT_TRUE(connector->Push(TicketBatch(first, 20)).ok());
      ++pushed;
    }
  });
  WaitUntil([&] { return pushed > 2; }, std::chrono::seconds(20));
  const std::string backup = folder_ / "backup";
  const int code = BackUp(deployment, backup);
  const int during = pushed;
  WaitUntil([&] { return pushed > during; }, std::chrono::seconds(20));
  stop = true;
  load.join();
  ASSERT_EQ(code, 0) << said_;
  for (const char* file : {"store", "manifest"}) {
    struct stat info;
    ASSERT_EQ(stat((backup + "/" + file).c_str(), &info), 0) << file;
    EXPECT_EQ(info.st_mode & 0777, 0600u) << file;
  }
  EXPECT_EQ(Comity({"admin", "check-backup", backup}), 0) << said_;

  // By the verifier that shares no code with the service, with keys fetched from the service.
  const std::string keys = folder_ / "keys";
  ASSERT_EQ(Comity({"--server", deployment.server(), "--token-file", deployment.dir() / "data/admin.token", "checkpoints", "keys", "--out",
                    keys}),
            0)
      << said_;
  EXPECT_EQ(Run({COMITY_BIN_DIR "/comity-verify", "ledger", backup, "--key", keys}), 0) << said_;
  EXPECT_THAT(said_, HasSubstr("It holds."));

  // Not while the service runs, and not over a store unless that is asked for.
  const std::string data = deployment.dir() / "data";
  EXPECT_NE(Comity({"admin", "restore", backup, "--data-dir", data, "--replace"}), 0);
  EXPECT_THAT(said_, HasSubstr("another process serves this store"));
  const v1::VerifyLedgerResponse later = Verified(deployment);
  deployment.KillService();
  EXPECT_NE(Comity({"admin", "restore", backup, "--data-dir", data}), 0);
  EXPECT_THAT(said_, HasSubstr("--replace"));
  ASSERT_EQ(Comity({"admin", "restore", backup, "--data-dir", data, "--replace"}), 0) << said_;
  deployment.StartService();
  deployment.AwaitService(std::chrono::seconds(20));
  const v1::VerifyLedgerResponse restored = Verified(deployment);
  EXPECT_TRUE(restored.ok()) << restored.DebugString();
  EXPECT_LT(restored.entry_count(), later.entry_count());
  // The chain's root is the one that was signed at the backup, and so are standing and totals: a rebuild from the events says the same.
  EXPECT_THAT(ReadFile(backup + "/manifest"), HasSubstr("\n" + std::to_string(restored.entry_count()) + "\n"));
  // Facts that came after it are sent again, as after any outage, and bring back what was lost.
  ASSERT_TRUE(connector->Push(TicketBatch(201, 200)).ok());
  EXPECT_TRUE(Verified(deployment).ok());
  Report("D8", absl::StrCat("backed up under ingest and restored: ", restored.entry_count(), " of ", later.entry_count(),
                            " entries, as signed; rebuild equal"));
}

TEST_F(D8Backup, ThatIsHalfOrChangedIsRefused) {
  Deployment deployment;
  ASSERT_TRUE(deployment.Connector()->Push(TicketBatch(1, 50)).ok());
  const std::string backup = folder_ / "backup", data = folder_ / "data";
  ASSERT_EQ(BackUp(deployment, backup), 0) << said_;
  EXPECT_NE(BackUp(deployment, backup), 0);
  EXPECT_THAT(said_, HasSubstr("holds a backup already"));
  std::filesystem::create_directory(folder_ / "foreign");
  WriteFile(folder_ / "foreign/letters", "mine");
  EXPECT_NE(BackUp(deployment, folder_ / "foreign"), 0);
  EXPECT_THAT(said_, HasSubstr("holds other files"));

  const std::string store = ReadFile(backup + "/store"), manifest = ReadFile(backup + "/manifest");
  std::string flipped = store;
  flipped[flipped.size() / 2] ^= 1;
  WriteFile(backup + "/store", flipped);
  EXPECT_NE(Comity({"admin", "restore", backup, "--data-dir", data}), 0);
  EXPECT_THAT(said_, HasSubstr("not what its manifest says"));
  WriteFile(backup + "/store", store.substr(0, store.size() / 2));
  EXPECT_NE(Comity({"admin", "check-backup", backup}), 0);
  WriteFile(backup + "/store", store);
  WriteFile(backup + "/manifest", manifest.substr(0, manifest.size() - 9));
  EXPECT_NE(Comity({"admin", "restore", backup, "--data-dir", data}), 0);
  std::filesystem::remove(backup + "/manifest");
  EXPECT_NE(Comity({"admin", "restore", backup, "--data-dir", data}), 0);
  EXPECT_THAT(said_, HasSubstr("not finished"));
  EXPECT_FALSE(std::filesystem::exists(data + "/comity.db"));
  // What was begun and not finished is begun again.
  EXPECT_EQ(BackUp(deployment, backup), 0) << said_;
  ASSERT_EQ(Comity({"admin", "restore", backup, "--data-dir", data}), 0) << said_;
  EXPECT_TRUE(std::filesystem::exists(data + "/comity.db"));
}

TEST_F(D8Backup, LeavesNothingOnTheServer) {
  Deployment deployment;
  WriteFile(deployment.dir() / "data/backup-0123.tmp", "left by a crash");
  deployment.KillService();
  deployment.StartService();
  deployment.AwaitService(std::chrono::seconds(20));
  ASSERT_EQ(BackUp(deployment, folder_ / "backup"), 0) << said_;
  for (const auto& file : std::filesystem::directory_iterator(deployment.dir() / "data")) {
    EXPECT_NE(file.path().extension(), ".tmp") << file.path();
  }
}

}  // namespace
}  // namespace comity::testing
