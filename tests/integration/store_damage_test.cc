// A store that is damaged, of a later release, somebody else's or in use: comityd refuses it with the file and the remedy, or serves what
// is sound; it never crashes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <random>

#include "comity/v1/admin.pb.h"
#include "service/base/error.h"
#include "service/net/http.h"
#include "service/store/sqlite/connection.h"
#include "tests/support/deployment.h"
#include "tests/support/traffic.h"

namespace comity::testing {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

constexpr size_t kPageBytes = 4096;

std::string ReasonOf(const absl::Status& status) { return DetailsOf(status).reason; }

// What a start came to.
struct Start {
  bool served = false;
  int exit_code = 0;  // -1 = ended by a signal
  std::string said;
};

class ADamagedStore : public ::testing::Test {
 protected:
  // One store with a few hundred events in it, copied for each test: `killed` as a kill left it, with its log; `stopped` after a stop.
  static void SetUpTestSuite() {
    seed = new TempDir;
    Deployment deployment;
    const auto connector = deployment.Connector();
    for (int batch = 0; batch < 10; ++batch) ASSERT_TRUE(connector->Push(TicketBatch(batch * 40, 40)).ok());
    deployment.KillService();
    std::filesystem::copy(deployment.dir() / "data", *seed / "killed");
    deployment.StartService();
    deployment.AwaitService(milliseconds(10'000));
    EXPECT_EQ(deployment.service().Terminate(), 0);
    std::filesystem::copy(deployment.dir() / "data", *seed / "stopped");
  }
  static void TearDownTestSuite() {
    delete seed;
    seed = nullptr;
  }

  // A fresh copy of `stopped` or `killed`.
  void Copy(const std::string& name) {
    std::filesystem::remove_all(data());
    std::filesystem::copy(*seed / name, data());
  }
  std::string data() const { return folder / "data"; }
  std::string file(const std::string& suffix = "") const { return data() + "/comity.db" + suffix; }

  void Overwrite(const std::string& path, size_t place, const std::string& bytes) const {
    std::fstream stream(path, std::ios::binary | std::ios::in | std::ios::out);
    stream.seekp(static_cast<std::streamoff>(place));
    stream << bytes;
    ASSERT_TRUE(stream.flush().good()) << path;
  }

  // Starts comityd on it; if it serves, asks for a verification, then for its status, and stops it.
  Start Run(v1::VerifyLedgerResponse* verified = nullptr, absl::Status* verification = nullptr) {
    const std::string log = folder / "log";
    std::filesystem::remove(log);
    const int grpc = FreePort(), http = FreePort();
    Process service({COMITY_BIN_DIR "/comityd", "--data-dir", data(), "--listen", "127.0.0.1:" + std::to_string(grpc), "--http-listen",
                     "127.0.0.1:" + std::to_string(http)},
                    log);
    const auto serves = [&] {
      const auto health = net::Fetch("GET", "http://127.0.0.1:" + std::to_string(http) + "/healthz", {}, "", {std::chrono::seconds(2)});
      return health.ok() && health->status == 200;
    };
    Start start;
    WaitUntil([&] { return !service.Running() || (start.served = serves()); }, milliseconds(20'000));
    if (start.served && verified != nullptr) {
      client::Options options;
      options.server = "127.0.0.1:" + std::to_string(grpc);
      options.token_file = *seed / "stopped/admin.token";
      options.max_attempts = 1;
      const auto client = client::Client::Create(options).value();
      v1::VerifyLedgerRequest verify;
      verify.set_rebuild(true);
      *verification = client->Call("/comity.v1.AdminService/VerifyLedger", verify, verified);
      EXPECT_TRUE(service.Running()) << "the verification ended the service";
    }
    start.exit_code = start.served ? service.Terminate() : service.Wait();
    start.said = ReadFile(log);
    return start;
  }

  void ExpectRefused(const Start& start, const std::string& why, const std::string& remedy) const {
    EXPECT_FALSE(start.served);
    EXPECT_EQ(start.exit_code, 1) << start.said;
    EXPECT_THAT(start.said, HasSubstr(why));
    EXPECT_THAT(start.said, HasSubstr(remedy));
    EXPECT_THAT(start.said, HasSubstr(file()));
  }

  static inline TempDir* seed = nullptr;
  TempDir folder;
};

TEST_F(ADamagedStore, ThatIsNoDatabaseIsRefused) {
  Copy("stopped");
  Overwrite(file(), 0, std::string(2 * kPageBytes, 'x'));
  ExpectRefused(Run(), "not a store", "restore the store from a backup");
}

TEST_F(ADamagedStore, ThatWasCutOffIsRefused) {
  Copy("stopped");
  std::filesystem::resize_file(file(), std::filesystem::file_size(file()) / 2);
  ExpectRefused(Run(), "damaged", "restore the store from a backup");
}

TEST_F(ADamagedStore, ThatWasCutOffToNothingIsRefusedAndNotMadeAnew) {
  Copy("stopped");
  std::filesystem::resize_file(file(), 0);
  ExpectRefused(Run(), "is empty", "check --store");
  EXPECT_EQ(std::filesystem::file_size(file()), 0u);
}

TEST_F(ADamagedStore, WhoseSchemaIsDamagedIsRefused) {
  Copy("stopped");
  Overwrite(file(), 100, std::string(kPageBytes - 100, '\x7f'));
  ExpectRefused(Run(), "damaged", "restore the store from a backup");
}

TEST_F(ADamagedStore, OfALaterReleaseIsRefusedAndLeftAsItIs) {
  Copy("stopped");
  {
    const auto connection = store::sqlite::SqliteConnection::Open(file(), store::sqlite::SqliteConnection::Mode::kWrite).value();
    ASSERT_TRUE(connection->ExecuteScript("INSERT INTO schema_version (version) VALUES (9999); PRAGMA wal_checkpoint(TRUNCATE)").ok());
  }
  const std::string before = ReadFile(file());
  ExpectRefused(Run(), "schema version 9999", "start the release that wrote it");
  EXPECT_EQ(ReadFile(file()), before);
}

TEST_F(ADamagedStore, ThatIsMissingIsRefusedWithTheCommandThatMakesOne) {
  std::filesystem::remove_all(data());
  ExpectRefused(Run(), "is not there", "comityd init");
  EXPECT_FALSE(std::filesystem::exists(data()));
}

TEST_F(ADamagedStore, WhoseLogWasCutShortOrFlippedIsServedUpToWhereItIsSound) {
  std::mt19937 random(20260902);
  for (int round = 0; round < 6; ++round) {
    Copy("killed");
    const size_t size = std::filesystem::file_size(file("-wal"));
    ASSERT_GT(size, 50 * kPageBytes);
    const size_t place = std::uniform_int_distribution<size_t>(32, size - 1)(random);
    SCOPED_TRACE((round % 2 == 0 ? "cut at " : "flipped at ") + std::to_string(place) + " of " + std::to_string(size));
    if (round % 2 == 0) {
      std::filesystem::resize_file(file("-wal"), place);
    } else {
      Overwrite(file("-wal"), place, std::string(1, static_cast<char>(ReadFile(file("-wal"))[place] ^ 0x20)));
    }
    v1::VerifyLedgerResponse verified;
    absl::Status verification;
    const Start start = Run(&verified, &verification);
    if (!start.served) {  // a log cut before the first store was whole
      EXPECT_EQ(start.exit_code, 1) << start.said;
      continue;
    }
    EXPECT_EQ(start.exit_code, 0) << start.said;
    EXPECT_EQ(ReasonOf(verification), verification.ok() ? "" : "TOKEN_UNKNOWN");  // cut before the token was made
    EXPECT_TRUE(!verification.ok() || verified.ok()) << verified.ShortDebugString();
  }
}

TEST_F(ADamagedStore, OneOfWhosePagesIsOverwrittenIsRefusedOrServedAndNeverCrashes) {
  std::mt19937 random(20260902);
  int refused = 0, found = 0, harmless = 0;
  for (int round = 0; round < 20; ++round) {
    Copy("stopped");
    const size_t pages = std::filesystem::file_size(file()) / kPageBytes;
    const size_t page = std::uniform_int_distribution<size_t>(1, pages - 1)(random);
    SCOPED_TRACE("page " + std::to_string(page + 1) + " of " + std::to_string(pages));
    std::string noise(kPageBytes, '\0');
    for (char& byte : noise) byte = static_cast<char>(random());
    Overwrite(file(), page * kPageBytes, noise);
    v1::VerifyLedgerResponse verified;
    absl::Status verification;
    const Start start = Run(&verified, &verification);
    if (!start.served) {
      ++refused;
      ExpectRefused(start, "damaged", "restore the store from a backup");
      continue;
    }
    EXPECT_EQ(start.exit_code, 0) << start.said;
    if (!verification.ok()) {
      EXPECT_EQ(ReasonOf(verification), "STORE_FAILED") << verification;
      EXPECT_THAT(std::string(verification.message()), HasSubstr("restore the store from a backup"));
    }
    ++(verification.ok() && verified.ok() ? harmless : found);
  }
  EXPECT_GT(found, 0);
  std::cout << "20 pages overwritten: " << refused << " refused at the start, " << found << " found by a verification, " << harmless
            << " in what no proof covers\n";
}

TEST(AStoreInUse, IsRefusedToASecondServiceWhileTheFirstGoesOn) {
  Deployment deployment;
  const std::string data = deployment.dir() / "data", log = deployment.dir() / "second.log";
  for (const std::vector<std::string>& second :
       {std::vector<std::string>{COMITY_BIN_DIR "/comityd", "--data-dir", data, "--listen", "127.0.0.1:0", "--http-listen", "127.0.0.1:0"},
        std::vector<std::string>{COMITY_BIN_DIR "/comityd", "init", "--data-dir", data}}) {
    std::filesystem::remove(log);
    Process process(second, log);
    EXPECT_EQ(process.Wait(), 1);
    EXPECT_THAT(ReadFile(log), HasSubstr("another process serves this store; stop it first"));
    EXPECT_THAT(ReadFile(log), HasSubstr(deployment.store_path()));
  }
  EXPECT_TRUE(deployment.Connector()->Push(TicketBatch(0, 5)).ok());
  // However the first one ended, the next one may.
  deployment.KillService();
  deployment.StartService();
  EXPECT_LE(deployment.AwaitService(milliseconds(10'000)), milliseconds(5'000));
}

}  // namespace
}  // namespace comity::testing
