#include "service/store/sqlite/connection.h"

#include <unistd.h>

#include "service/base/call_scope.h"
#include "service/base/error.h"
#include "service/base/failpoint.h"
#include "service/obs/log.h"
#include "service/store/sqlite/clean_pages.h"
#include "service/store/sqlite/errors.h"

namespace comity::store::sqlite {
namespace {

// FULL: what is committed is on the disk. secure_delete: what is deleted is overwritten. A checkpoint each 64 MB of log, since the same
// pages change again and again; the writer's cache holds the pages that grow.
constexpr char kWriterSetUp[] =
    "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA cache_size = -65536;"
    "PRAGMA journal_size_limit = 67108864; PRAGMA temp_store = MEMORY";
constexpr char kReaderSetUp[] = "PRAGMA query_only = ON; PRAGMA cache_size = -4096; PRAGMA temp_store = MEMORY";
constexpr int kEmptyMilliseconds = 1'000;  // for readers to end, while the writer waits
constexpr int kExitAfterFailedSync = 70;   // EX_SOFTWARE, as comity-connect does
constexpr int kCheckpointPages = 16'000;
constexpr int kBusyMilliseconds = 10'000;  // other processes, for example a verification

// As SQLite wants it in an address: it ends at ? and #.
std::string AddressOf(const std::string& path) {
  std::string address = "file:";
  for (const char c : path) {
    if (c == '?' || c == '#' || c == '%') {
      address += c == '?' ? "%3f" : c == '#' ? "%23" : "%25";
    } else {
      address += c;
    }
  }
  return address + "?immutable=1";
}

// After a sync has failed the kernel may have dropped what it could not write, and says yes the next time: whoever goes on may acknowledge
// what is not there. So the process ends at once, answering nobody, and the next one reads what is on the disk.
void EndIfASyncFailed(int code) {
  if (code != SQLITE_IOERR_FSYNC && code != SQLITE_IOERR_DIR_FSYNC) return;
  obs::Log(obs::Level::kError, "The store's disk failed to make a write durable; ending. Start again after looking at its disk.",
           {{"code", code}});
  ::_exit(kExitAfterFailedSync);
}

// In place of SQLite's own, which forgets that a sync failed. Any other failure leaves the log as it is, and the next commit tries again.
int Checkpoint(void* /*context*/, sqlite3* database, const char* schema, int pages) {
  if (pages < kCheckpointPages) return SQLITE_OK;
  failpoint::PassOnly(Failpoint::kServiceCheckpoint);
  EndIfASyncFailed(sqlite3_wal_checkpoint_v2(database, schema, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr));
  failpoint::PassOnly(Failpoint::kServiceCheckpointed);
  return SQLITE_OK;
}

}  // namespace

class SqliteStatement : public sql::Statement {
 public:
  SqliteStatement(SqliteConnection& connection, sqlite3_stmt* statement) : connection_(connection), statement_(statement) {}
  ~SqliteStatement() override { sqlite3_finalize(statement_); }
  SqliteStatement(const SqliteStatement&) = delete;
  SqliteStatement& operator=(const SqliteStatement&) = delete;

  void BindInt(int place, int64_t value) override { sqlite3_bind_int64(statement_, place, value); }
  void BindText(int place, std::string_view value) override {
    sqlite3_bind_text(statement_, place, NotNull(value), static_cast<int>(value.size()), SQLITE_STATIC);
  }
  void BindBlob(int place, std::string_view value) override {
    sqlite3_bind_blob(statement_, place, NotNull(value), static_cast<int>(value.size()), SQLITE_STATIC);
  }
  void BindNull(int place) override { sqlite3_bind_null(statement_, place); }

  absl::StatusOr<bool> Step() override {
    if (!connection_.failed_.ok()) return connection_.failed_;
    if (connection_.mode_ == SqliteConnection::Mode::kWrite) {
      COMITY_RETURN_IF_ERROR(failpoint::Pass(Failpoint::kServiceStoreStatement));
    } else if (CallScope::IsOver()) {
      return absl::CancelledError("nobody waits for this any more");
    }
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    return connection_.Noted(code);
  }
  int64_t Int(int column) const override { return sqlite3_column_int64(statement_, column); }
  std::string_view Bytes(int column) const override {
    const void* const bytes = sqlite3_column_blob(statement_, column);
    const int size = sqlite3_column_bytes(statement_, column);
    return size == 0 ? std::string_view() : std::string_view(static_cast<const char*>(bytes), static_cast<size_t>(size));
  }
  bool IsNull(int column) const override { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
  int64_t Changed() const override { return sqlite3_changes64(connection_.database_); }
  void Reset() override { sqlite3_reset(statement_); }

 private:
  // A null pointer would bind null.
  static const char* NotNull(std::string_view value) { return value.data() == nullptr ? "" : value.data(); }

  SqliteConnection& connection_;
  sqlite3_stmt* statement_;
};

SqliteConnection::SqliteConnection(sqlite3* database, Mode mode) : database_(database), mode_(mode) {}

SqliteConnection::~SqliteConnection() {
  SqliteConnection::Abandon();
  for (auto& statement : statements_) statement.reset();
  for (Kept* kept : {&begin_, &first_read_, &commit_, &rollback_}) kept->reset();
  sqlite3_close_v2(database_);
}

absl::StatusOr<std::unique_ptr<SqliteConnection>> SqliteConnection::Open(const std::string& path, Mode mode) {
  sqlite3* database = nullptr;
  const int code =
      mode == Mode::kCopy
          ? sqlite3_open_v2(AddressOf(path).c_str(), &database, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI, nullptr)
          : sqlite3_open_v2(path.c_str(), &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, CleaningFileSystem());
  std::unique_ptr<SqliteConnection> connection(new SqliteConnection(database, mode));
  COMITY_RETURN_IF_ERROR(StatusOf(database, code));
  sqlite3_extended_result_codes(database, 1);
  sqlite3_busy_timeout(database, kBusyMilliseconds);
  COMITY_RETURN_IF_ERROR(connection->Configure());
  return connection;
}

absl::Status SqliteConnection::Configure() {
  if (mode_ != Mode::kWrite) return ExecuteScript(kReaderSetUp);
  COMITY_ASSIGN_OR_RETURN(const std::string journal, Query("PRAGMA journal_mode = WAL"));
  if (journal != "wal") {
    return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kConfigInvalid,
                 "the store's file system cannot keep a write-ahead log; put the data directory on a local disk");
  }
  COMITY_RETURN_IF_ERROR(ExecuteScript(kWriterSetUp));
  sqlite3_wal_hook(database_, Checkpoint, nullptr);
  return absl::OkStatus();
}

absl::Status SqliteConnection::Noted(int code) {
  EndIfASyncFailed(code);
  absl::Status status = StatusOf(database_, code);
  // A key that is there undoes its own statement only; after anything else the transaction is lost.
  if (!status.ok() && !absl::IsAlreadyExists(status)) failed_.Update(status);
  return status;
}

absl::StatusOr<sql::Statement*> SqliteConnection::Prepared(sql::Sql sql) {
  std::unique_ptr<SqliteStatement>& statement = statements_[static_cast<size_t>(sql)];
  if (statement != nullptr) return statement.get();
  const std::string_view text = sql::TextOf(sql);
  sqlite3_stmt* prepared = nullptr;
  COMITY_RETURN_IF_ERROR(
      Noted(sqlite3_prepare_v3(database_, text.data(), static_cast<int>(text.size()), SQLITE_PREPARE_PERSISTENT, &prepared, nullptr)));
  statement = std::make_unique<SqliteStatement>(*this, prepared);
  return statement.get();
}

absl::Status SqliteConnection::Begin() {
  if (mode_ == Mode::kWrite) {
    COMITY_RETURN_IF_ERROR(failpoint::Pass(Failpoint::kServiceStoreBegin));
    return RunKept(begin_, "BEGIN IMMEDIATE");
  }
  COMITY_RETURN_IF_ERROR(RunKept(begin_, "BEGIN"));
  return RunKept(first_read_, "SELECT 1 FROM sqlite_schema LIMIT 1");  // fixes what is seen, which BEGIN does not
}

absl::Status SqliteConnection::Commit() {
  absl::Status committed = failed_.ok() ? failpoint::Pass(Failpoint::kServiceStoreCommit) : failed_;
  if (committed.ok()) committed = RunKept(commit_, "COMMIT");
  if (committed.ok()) failpoint::PassOnly(Failpoint::kServiceStoreCommitted);
  Abandon();
  return committed;
}

void SqliteConnection::Abandon() {
  if (database_ != nullptr && sqlite3_get_autocommit(database_) == 0) {
    for (const auto& statement : statements_) {
      if (statement != nullptr) statement->Reset();
    }
    failed_ = absl::OkStatus();
    RunKept(rollback_, "ROLLBACK").IgnoreError();
  }
  failed_ = absl::OkStatus();
}

absl::Status SqliteConnection::Mark(int depth) { return ExecuteScript("SAVEPOINT mark" + std::to_string(depth)); }

absl::Status SqliteConnection::RollbackTo(int depth) {
  const std::string mark = "mark" + std::to_string(depth);
  return ExecuteScript("ROLLBACK TO " + mark + "; RELEASE " + mark);
}

absl::Status SqliteConnection::Release(int depth) { return ExecuteScript("RELEASE mark" + std::to_string(depth)); }

absl::Status SqliteConnection::ExecuteScript(std::string_view script) {
  if (!failed_.ok()) return failed_;
  return Noted(sqlite3_exec(database_, std::string(script).c_str(), nullptr, nullptr, nullptr));
}

absl::Status SqliteConnection::RunKept(Kept& kept, const char* text) {
  if (!failed_.ok()) return failed_;
  if (kept == nullptr) {
    sqlite3_stmt* prepared = nullptr;
    COMITY_RETURN_IF_ERROR(Noted(sqlite3_prepare_v3(database_, text, -1, SQLITE_PREPARE_PERSISTENT, &prepared, nullptr)));
    kept.reset(prepared);
  }
  int code = sqlite3_step(kept.get());
  while (code == SQLITE_ROW) code = sqlite3_step(kept.get());
  const absl::Status status = Noted(code == SQLITE_DONE ? SQLITE_OK : code);
  sqlite3_reset(kept.get());
  return status;
}

absl::Status SqliteConnection::EmptyLog() {
  sqlite3_busy_timeout(database_, kEmptyMilliseconds);
  const int code = sqlite3_wal_checkpoint_v2(database_, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  sqlite3_busy_timeout(database_, kBusyMilliseconds);
  EndIfASyncFailed(code);
  // Pages in memory may still hold what lay in their unallocated space, and would take it into the log again. The file's do not.
  sqlite3_db_release_memory(database_);
  return StatusOf(database_, code);
}

absl::StatusOr<std::string> SqliteConnection::Query(const std::string& text) {
  sqlite3_stmt* prepared = nullptr;
  COMITY_RETURN_IF_ERROR(StatusOf(database_, sqlite3_prepare_v2(database_, text.c_str(), -1, &prepared, nullptr)));
  SqliteStatement statement(*this, prepared);
  COMITY_ASSIGN_OR_RETURN(const bool row, statement.Step());
  std::string value;
  for (bool more = row; more;) {
    if (value.empty()) value = std::string(statement.Bytes(0));
    COMITY_ASSIGN_OR_RETURN(more, statement.Step());
  }
  return value;
}

}  // namespace comity::store::sqlite
