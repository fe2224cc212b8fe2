// One connection to a SQLite file.
#ifndef COMITY_SERVICE_STORE_SQLITE_CONNECTION_H_
#define COMITY_SERVICE_STORE_SQLITE_CONNECTION_H_

#include <sqlite3.h>

#include <array>
#include <memory>
#include <string>

#include "service/store/sql/connection.h"

namespace comity::store::sqlite {

class SqliteStatement;

class SqliteConnection : public sql::Connection {
 public:
  enum class Mode {
    kWrite,
    kRead,
    kCopy,  // read a file that nobody writes, and make no file beside it
  };

  // Opens a file that is there. Errors: those of StatusOf.
  static absl::StatusOr<std::unique_ptr<SqliteConnection>> Open(const std::string& path, Mode mode);
  ~SqliteConnection() override;
  SqliteConnection(const SqliteConnection&) = delete;
  SqliteConnection& operator=(const SqliteConnection&) = delete;

  absl::StatusOr<sql::Statement*> Prepared(sql::Sql sql) override;
  absl::Status Begin() override;
  absl::Status Commit() override;
  void Abandon() override;
  absl::Status Mark(int depth) override;
  absl::Status RollbackTo(int depth) override;
  absl::Status Release(int depth) override;
  absl::Status ExecuteScript(std::string_view script) override;

  // See Store::EmptyLog; outside of transactions.
  absl::Status EmptyLog();

  // For set-up and tests: runs one statement and gives the first column of its first row as text.
  absl::StatusOr<std::string> Query(const std::string& text);
  sqlite3* handle() { return database_; }

 private:
  friend class SqliteStatement;
  SqliteConnection(sqlite3* database, Mode mode);
  absl::Status Configure();
  // The status of a result; remembers failures after which SQLite may have rolled back by itself, so that nothing runs outside of a
  // transaction by mistake.
  absl::Status Noted(int code);

  // What begins and ends a transaction, prepared once like every other statement: parsing it was a good part of a short read.
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  using Kept = std::unique_ptr<sqlite3_stmt, Finalize>;
  absl::Status RunKept(Kept& kept, const char* text);

  sqlite3* database_;
  Mode mode_;
  absl::Status failed_;  // of the open transaction
  std::array<std::unique_ptr<SqliteStatement>, sql::kSqlCount> statements_;
  Kept begin_, first_read_, commit_, rollback_;
};

}  // namespace comity::store::sqlite

#endif  // COMITY_SERVICE_STORE_SQLITE_CONNECTION_H_
