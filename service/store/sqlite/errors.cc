#include "service/store/sqlite/errors.h"

#include <cerrno>
#include <string>

#include "service/base/error.h"

namespace comity::store::sqlite {
namespace {

absl::Status Failed(std::string_view what) {
  return Error(absl::StatusCode::kDataLoss, ErrorReason::kStoreFailed,
               std::string(what) + "; stop the service and restore the store from a backup");
}

// The system's error of the last write that failed, to the log if there is one, else to the file. The connection's own errno is not
// that: undoing the failed write sets it again.
int LastErrno(sqlite3* database) {
  int error = 0;
  sqlite3_file* log = nullptr;
  sqlite3_file_control(database, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
  if (log != nullptr && log->pMethods != nullptr) log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &error);
  if (error == 0) sqlite3_file_control(database, "main", SQLITE_FCNTL_LAST_ERRNO, &error);
  return error;
}

// Quotas and limits fail writes with errors of their own, which SQLite does not call full.
bool LacksSpace(sqlite3* database, int code) {
  if (code != SQLITE_IOERR_WRITE && code != SQLITE_IOERR_TRUNCATE && code != SQLITE_IOERR_SHMSIZE) return false;
  const int error = LastErrno(database);
  return error == ENOSPC || error == EDQUOT || error == EFBIG;
}

}  // namespace

absl::Status Full() {
  return Error(absl::StatusCode::kResourceExhausted, ErrorReason::kStoreFull,
               "the store's disk or quota is full and nothing was written; free space on it, then repeat: no restart is needed");
}

absl::Status Busy(const char* message) { return Error(absl::StatusCode::kUnavailable, ErrorReason::kStoreBusy, message); }

absl::Status StatusOf(sqlite3* database, int code) {
  switch (code & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
      return absl::OkStatus();
    case SQLITE_FULL:
      return Full();
    case SQLITE_CONSTRAINT:
      return absl::AlreadyExistsError("a row of this key is there");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Busy("another process holds the store; repeat");
    case SQLITE_IOERR:
      if (LacksSpace(database, code)) return Full();
      return Busy("the store's disk failed to read or write; repeat, and look at the system's log if it stays so");
    case SQLITE_CORRUPT:
      return Failed("the store's file is damaged");
    case SQLITE_NOTADB:
      return Failed("the store's file is not a store");
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return Busy("the store's files cannot be opened; check their owner and permissions, and the number of open files");
    case SQLITE_READONLY:
      if (code == SQLITE_READONLY_DBMOVED) return Busy("the store's file was moved or deleted while it was open; put it back, or restart");
      if (sqlite3_db_readonly(database, "main") == 1)
        return Busy("the store's file can only be read; check its owner, permissions and mount");
      return absl::FailedPreconditionError("a write where the store may only be read");
    case SQLITE_NOMEM:
      return Error(absl::StatusCode::kUnavailable, ErrorReason::kStoreBusy, "no memory is left for the store; repeat");
    default:
      return absl::InternalError(std::string("store: ") + sqlite3_errmsg(database));
  }
}

}  // namespace comity::store::sqlite
