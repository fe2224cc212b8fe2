// What only a file can get wrong: permissions, what is left in it, what is not a store, and no space.
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <random>

#include "service/store/sqlite/connection.h"
#include "tests/contract/contract.h"

namespace comity::store::sqlite {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

class ASqliteFile : public ::testing::Test {
 protected:
  std::string path() const { return folder_ / "store.db"; }
  std::unique_ptr<Store> Open() { return Ok(OpenStore("sqlite:" + path(), true)); }
  static absl::Status Fill(Store& store, int from, int settings) {
    COMITY_ASSIGN_OR_RETURN(const auto transaction, store.BeginWrite());
    const std::string value(4000, 'v');
    for (int i = from; i < from + settings; ++i) COMITY_RETURN_IF_ERROR(transaction->admin().PutSetting(std::to_string(i), value));
    return transaction->Commit();
  }
  static bool Has(Store& store, int setting) { return Ok(Ok(store.BeginRead())->admin().FindSetting(std::to_string(setting))).has_value(); }

  comity::testing::TempDir folder_;
};

TEST_F(ASqliteFile, IsReadableByItsOwnerOnly) {
  const mode_t before = umask(0);
  const auto store = Open();
  EXPECT_OK(Fill(*store, 0, 1));
  umask(before);
  for (const char* suffix : {"", "-wal", "-shm", ".lock"}) {
    struct stat found;
    ASSERT_EQ(stat((path() + suffix).c_str(), &found), 0) << suffix;
    EXPECT_EQ(found.st_mode & 0777, 0600u) << suffix;
  }
}

TEST_F(ASqliteFile, CommitsDurablyIntoALogAndOverwritesWhatIsDeleted) {
  Open().reset();
  const auto connection = Ok(SqliteConnection::Open(path(), SqliteConnection::Mode::kWrite));
  EXPECT_EQ(Ok(connection->Query("PRAGMA journal_mode")), "wal");
  EXPECT_EQ(Ok(connection->Query("PRAGMA synchronous")), "2");
  EXPECT_EQ(Ok(connection->Query("PRAGMA secure_delete")), "1");
}

TEST_F(ASqliteFile, HoldsNoByteOfADeletedPersonAfterACheckpoint) {
  const std::string canaries[] = {"canary-slug", "Canary Display Name", "canary-login", "canary because"};
  {
    const auto store = Open();
    auto write = Ok(store->BeginWrite());
    EXPECT_OK(write->directory().PutPerson({Person(1), canaries[0], canaries[1], false, false}));
    EXPECT_OK(write->directory().PutAccount(
        {Account(1), {"github", "github.com", "1"}, canaries[2], domain::AccountKind::kHuman, Person(1), false, false}));
    EXPECT_OK(write->deeds().PutStatement(
        Subject(1), {IdOf<domain::StatementUid>(1), domain::Statement::Kind::kConfirm, {}, Person(1), At(1), {}, false}, canaries[3]));
    for (int i = 2; i < 60; ++i) EXPECT_OK(write->directory().PutPerson({Person(i), "other" + std::to_string(i), "Other", false, false}));
    EXPECT_OK(write->Commit());
    write.reset();  // the next writer waits for this one to go
    const auto erase = Ok(store->BeginWrite());
    EXPECT_OK(erase->directory().DeletePerson(Person(1)));
    EXPECT_OK(erase->Commit());
  }
  {
    const auto connection = Ok(SqliteConnection::Open(path(), SqliteConnection::Mode::kWrite));
    Ok(connection->Query("PRAGMA wal_checkpoint(TRUNCATE)"));
    const std::string left = comity::testing::ReadFile(path()) + comity::testing::ReadFile(path() + "-wal");
    EXPECT_THAT(left, HasSubstr("other59"));
    for (const std::string& canary : canaries) EXPECT_THAT(left, Not(HasSubstr(canary))) << canary;
  }
}

// Rows of an account are spread over the pages of a tree by their ids: pages are split, and what was moved out of one must not stay in it.
TEST_F(ASqliteFile, HoldsNoByteOfADeletedAccountWhoseRowWasMoved) {
  constexpr int kAccounts = 6'000, kAtOnce = 50;
  const auto login = [](int i) { return "canary-" + std::to_string(i) + ";"; };
  const auto id = [](int i) {
    std::mt19937_64 random(static_cast<uint64_t>(i));
    domain::AccountUid uid;
    for (uint8_t& byte : uid.bytes) byte = static_cast<uint8_t>(random());
    return uid;
  };
  const auto store = Open();
  for (int first = 0; first < kAccounts; first += kAtOnce) {
    const auto write = Ok(store->BeginWrite());
    for (int i = first; i < first + kAtOnce; ++i) {
      const domain::AccountName name{"github", "github.com", std::to_string(i)};
      const auto person = i % 3 == 0 ? Person(7) : Person(8);
      EXPECT_OK(write->directory().PutAccount({id(i), name, login(i), domain::AccountKind::kHuman, person, false, false}));
    }
    EXPECT_OK(write->Commit());
  }
  {
    const auto erase = Ok(store->BeginWrite());
    EXPECT_OK(erase->directory().DeletePerson(Person(7)));
    EXPECT_OK(erase->Commit());
  }
  EXPECT_OK(store->EmptyLog());
  EXPECT_OK(store->CopyTo(folder_ / "copy.db"));
  {  // what is in memory is changed and goes into the log
    const auto write = Ok(store->BeginWrite());
    for (int i = 1; i < kAccounts; i += 9) {
      const domain::AccountName name{"github", "github.com", std::to_string(i)};
      EXPECT_OK(write->directory().PutAccount({id(i), name, login(i), domain::AccountKind::kHuman, Person(9), false, false}));
    }
    EXPECT_OK(write->Commit());
  }
  for (const std::string& file : {path(), path() + "-wal", folder_ / "copy.db"}) {
    const std::string left = comity::testing::ReadFile(file);
    EXPECT_THAT(left, HasSubstr(login(1))) << file;
    int found = 0;
    for (int i = 0; i < kAccounts; i += 3) found += left.find(login(i)) == std::string::npos ? 0 : 1;
    EXPECT_EQ(found, 0) << file;
  }
  for (const std::string& file : {path(), folder_ / "copy.db"}) {
    const auto connection = Ok(SqliteConnection::Open(file, SqliteConnection::Mode::kRead));
    EXPECT_EQ(Ok(connection->Query("PRAGMA integrity_check")), "ok") << file;
  }
}

TEST_F(ASqliteFile, ThatIsSomethingElseIsRefused) {
  std::ofstream(path()) << std::string(8192, 'x');
  const absl::Status refused = OpenStore("sqlite:" + path(), true).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(DetailsOf(refused).reason, "STORE_FAILED");
  EXPECT_EQ(comity::testing::ReadFile(path()), std::string(8192, 'x'));
}

TEST_F(ASqliteFile, InAFolderThatIsNotThereIsNotFound) {
  EXPECT_TRUE(absl::IsNotFound(OpenStore("sqlite:" + folder_ / "no/store.db", true).status()));
  EXPECT_TRUE(absl::IsNotFound(OpenStore("sqlite:" + folder_.path(), true).status()));
}

// Lets this process's files grow to `bytes` only, as a full quota would.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    rlimit limit = before_;
    limit.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() { setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_;
};

TEST_F(ASqliteFile, OnAFullDiskRefusesWritesReadsOnAndHeals) {
  const auto store = Open();
  EXPECT_OK(Fill(*store, 0, 10));
  {
    const FileSizeLimit full(2 << 20);
    for (int attempt = 0; attempt < 3; ++attempt) {
      const absl::Status refused = Fill(*store, 1000, 2000);
      EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted) << refused;
      EXPECT_EQ(DetailsOf(refused).reason, "STORE_FULL");
      EXPECT_TRUE(Has(*store, 9));
      EXPECT_FALSE(Has(*store, 1000));
    }
  }
  EXPECT_OK(Fill(*store, 1000, 2000));
  EXPECT_TRUE(Has(*store, 2999));
}

TEST_F(ASqliteFile, OnAFullDiskRunsNothingOutsideOfTheLostTransaction) {
  const auto store = Open();
  {
    const FileSizeLimit full(1 << 20);
    const auto transaction = Ok(store->BeginWrite());
    const std::string large(40 << 20, 'v');  // more than the writer's cache takes with the rest: the log must grow before the commit
    EXPECT_OK(transaction->Mark());
    absl::Status refused;
    for (int i = 0; refused.ok() && i < 4; ++i) refused = transaction->admin().PutSetting("large" + std::to_string(i), large);
    EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted) << refused;
    EXPECT_FALSE(transaction->admin().PutSetting("1", "small").ok());
    EXPECT_FALSE(transaction->Rollback().ok());
    EXPECT_EQ(transaction->Commit().code(), absl::StatusCode::kResourceExhausted);
  }
  EXPECT_FALSE(Has(*store, 1));
  EXPECT_OK(Fill(*store, 1, 1));
}

// What SQLite itself calls full: the file may have no more pages. The connection is asked directly, below the store.
TEST_F(ASqliteFile, ThatIsFullInTheMiddleOfATransactionLosesAllOfItAndGoesOn) {
  Open().reset();
  const auto connection = Ok(SqliteConnection::Open(path(), SqliteConnection::Mode::kWrite));
  const auto count = [&] { return Ok(connection->Query("SELECT COUNT(*) FROM settings WHERE name <> 'ids'")); };
  const std::string large = "INSERT INTO settings (name, value) VALUES ('large', zeroblob(1000000))";
  Ok(connection->Query("PRAGMA max_page_count = " + std::to_string(std::stoi(Ok(connection->Query("PRAGMA page_count"))) + 20)));
  for (int attempt = 0; attempt < 3; ++attempt) {
    EXPECT_OK(connection->Begin());
    EXPECT_OK(connection->ExecuteScript("INSERT INTO settings (name, value) VALUES ('small', 'x')"));
    const absl::Status full = connection->ExecuteScript(large);
    EXPECT_EQ(full.code(), absl::StatusCode::kResourceExhausted) << full;
    EXPECT_EQ(DetailsOf(full).reason, "STORE_FULL");
    EXPECT_FALSE(connection->ExecuteScript("INSERT INTO settings (name, value) VALUES ('after', 'x')").ok());
    EXPECT_EQ(connection->Commit().code(), absl::StatusCode::kResourceExhausted);
    EXPECT_EQ(count(), "0");
  }
  Ok(connection->Query("PRAGMA max_page_count = 1073741823"));
  EXPECT_OK(connection->Begin());
  EXPECT_OK(connection->ExecuteScript(large));
  EXPECT_OK(connection->Commit());
  EXPECT_EQ(count(), "1");
}

TEST_F(ASqliteFile, IsOpenedByOneOwnerAtATimeAndByTheNextWhenThatOneIsGone) {
  auto store = Open();
  const absl::Status refused = OpenStore("sqlite:" + path(), false).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(DetailsOf(refused).reason, "STORE_BUSY");
  EXPECT_THAT(DetailsOf(refused).faults, Contains(FieldFault{"store", path()}));
  EXPECT_OK(Fill(*store, 0, 1));
  store.reset();
  EXPECT_TRUE(Has(*Open(), 0));
}

// Somebody who is not root: root may do anything.
class AsNobody {
 public:
  AsNobody() : was_root_(geteuid() == 0) {
    if (was_root_ && seteuid(65534) != 0) std::abort();
  }
  ~AsNobody() {
    if (was_root_ && seteuid(0) != 0) std::abort();
  }

 private:
  const bool was_root_;
};

TEST_F(ASqliteFile, ThatMayNotBeReadOrWrittenIsRefusedWithItsName) {
  Open().reset();
  const std::string unreachable = folder_ / "closed";
  ASSERT_EQ(mkdir(unreachable.c_str(), 0), 0);
  ASSERT_EQ(chmod(folder_.path().c_str(), 0755), 0);
  for (const mode_t mode : {0u, 0444u}) {
    for (const char* suffix : {"", ".lock"}) ASSERT_EQ(chmod((path() + suffix).c_str(), mode), 0);
    const AsNobody nobody;
    for (const std::string& at : {path(), unreachable + "/store.db"}) {
      const absl::Status refused = OpenStore("sqlite:" + at, false).status();
      EXPECT_EQ(refused.code(), absl::StatusCode::kUnavailable) << refused;
      EXPECT_EQ(DetailsOf(refused).reason, "STORE_BUSY");
      EXPECT_THAT(std::string(refused.message()), HasSubstr("check its owner"));
      EXPECT_THAT(DetailsOf(refused).faults, Contains(FieldFault{"store", at}));
    }
  }
  ASSERT_EQ(chmod(folder_.path().c_str(), 0700), 0);
  ASSERT_EQ(chmod(unreachable.c_str(), 0700), 0);
}

TEST_F(ASqliteFile, CutOffToNothingIsNotTakenForANewStore) {
  Open().reset();
  ASSERT_EQ(truncate(path().c_str(), 0), 0);
  const absl::Status refused = OpenStore("sqlite:" + path(), false).status();
  EXPECT_TRUE(absl::IsNotFound(refused));
  EXPECT_THAT(std::string(refused.message()), HasSubstr("is empty"));
}

TEST_F(ASqliteFile, HeldByAnotherProgramIsBusy) {
  const auto store = Open();
  const auto other = Ok(SqliteConnection::Open(path(), SqliteConnection::Mode::kWrite));
  EXPECT_OK(other->Begin());
  EXPECT_TRUE(Ok(store->BeginRead()) != nullptr);
  other->Abandon();
  EXPECT_OK(Fill(*store, 1, 1));
}

}  // namespace
}  // namespace comity::store::sqlite
