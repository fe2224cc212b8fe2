#include "service/store/sqlite/copy.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>

#include "service/base/error.h"
#include "service/store/sqlite/clean_pages.h"
#include "service/store/sqlite/database.h"
#include "service/store/sqlite/errors.h"
#include "service/store/sqlite/lock.h"

namespace comity::store::sqlite {
namespace {

constexpr int kPagesAtOnce = 2048;  // 8 MB
constexpr unsigned long long kRoomLeft = 16 << 20;

absl::Status NotWritten(const std::string& path) {
  if (errno == ENOSPC || errno == EDQUOT) return Full();
  return Busy((path + " cannot be written: " + std::strerror(errno)).c_str());
}

absl::Status SyncPath(const std::string& path, int flags) {
  const int file = open(path.c_str(), flags | O_CLOEXEC);
  const bool synced = file >= 0 && fsync(file) == 0;
  const absl::Status status = synced ? absl::OkStatus() : NotWritten(path);
  if (file >= 0) close(file);
  return status;
}

absl::Status SyncFolderOf(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path();
  return SyncPath(folder.empty() ? "." : folder, O_RDONLY | O_DIRECTORY);
}

// A copy that does not fit must not first fill the disk on which the store itself still writes.
absl::Status CheckRoom(SqliteConnection& source, const std::string& path) {
  COMITY_ASSIGN_OR_RETURN(const std::string pages, source.Query("PRAGMA page_count"));
  COMITY_ASSIGN_OR_RETURN(const std::string page_bytes, source.Query("PRAGMA page_size"));
  const auto needed = std::strtoull(pages.c_str(), nullptr, 10) * std::strtoull(page_bytes.c_str(), nullptr, 10);
  struct statvfs space;
  const std::string folder = std::filesystem::path(path).parent_path();
  if (statvfs(folder.empty() ? "." : folder.c_str(), &space) != 0) return absl::OkStatus();
  const auto room = static_cast<unsigned long long>(space.f_bavail) * space.f_frsize;
  if (room >= needed + kRoomLeft) return absl::OkStatus();
  return Error(absl::StatusCode::kResourceExhausted, ErrorReason::kStoreFull,
               "the server's disk has no room for a copy: it takes " + std::to_string(needed >> 20) + " MiB and " +
                   std::to_string(kRoomLeft >> 20) + " MiB to go on, and " + std::to_string(room >> 20) + " MiB are free");
}

// All pages as one read transaction sees them: it is held throughout, so writers neither wait nor make the copy begin again.
absl::Status CopyPages(SqliteConnection& source, sqlite3* copy) {
  COMITY_RETURN_IF_ERROR(source.Begin());
  sqlite3_backup* const backup = sqlite3_backup_init(copy, "main", source.handle(), "main");
  if (backup == nullptr) return StatusOf(copy, sqlite3_errcode(copy));
  int code = SQLITE_OK;
  while (code == SQLITE_OK) code = sqlite3_backup_step(backup, kPagesAtOnce);
  const int finished = sqlite3_backup_finish(backup);
  if (code == SQLITE_DONE) code = finished;
  return code == SQLITE_OK ? absl::OkStatus() : StatusOf(copy, code);
}

absl::Status Rename(const std::string& from, const std::string& to) {
  if (std::rename(from.c_str(), to.c_str()) == 0) return absl::OkStatus();
  return NotWritten(to);
}

bool IsThere(const std::string& path) {
  struct stat known;
  return lstat(path.c_str(), &known) == 0;
}

// The file first: without it nothing starts, and so nothing can take the log for another file's.
absl::Status MoveAside(const std::string& store, const std::string& aside) {
  if (IsThere(store)) COMITY_RETURN_IF_ERROR(Rename(store, aside));
  if (IsThere(store + "-wal")) COMITY_RETURN_IF_ERROR(Rename(store + "-wal", aside + "-wal"));
  std::remove((store + "-shm").c_str());
  return SyncFolderOf(store);
}

class CopiedDatabase : public sql::Database {
 public:
  explicit CopiedDatabase(std::string path) : path_(std::move(path)) {}
  absl::StatusOr<sql::Lease> Writer() override { return absl::FailedPreconditionError("a copy is not written to"); }
  absl::StatusOr<sql::Lease> Reader() override {
    COMITY_ASSIGN_OR_RETURN(auto reader, SqliteConnection::Open(path_, SqliteConnection::Mode::kCopy));
    return sql::Lease(reader.release(), [](sql::Connection* connection) { delete connection; });
  }
  std::string_view engine() const override { return "sqlite"; }
  absl::Status CopyTo(const std::string&) override { return absl::FailedPreconditionError("a copy is copied as a file"); }
  absl::Status EmptyLog() override { return absl::FailedPreconditionError("a copy has no log"); }

 private:
  const std::string path_;
};

}  // namespace

absl::Status CopyInto(SqliteConnection& source, const std::string& path) {
  COMITY_RETURN_IF_ERROR(CheckRoom(source, path));
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0 && errno == EEXIST) return absl::AlreadyExistsError("there is a file where the copy should go");
  if (file < 0) return NotWritten(path);
  close(file);
  sqlite3* copy = nullptr;
  int code = sqlite3_open_v2(path.c_str(), &copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, CleaningFileSystem());
  // It is nothing until it is whole and synced, so nothing of it need be undone.
  if (code == SQLITE_OK) code = sqlite3_exec(copy, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF", nullptr, nullptr, nullptr);
  absl::Status status = StatusOf(copy, code);
  if (status.ok()) status = CopyPages(source, copy);
  source.Abandon();
  sqlite3_close_v2(copy);
  if (status.ok()) status = SyncPath(path, O_RDWR);
  if (status.ok()) status = SyncFolderOf(path);
  if (!status.ok()) unlink(path.c_str());
  return status;
}

absl::StatusOr<std::unique_ptr<sql::Database>> OpenCopy(const std::string& path) {
  if (!IsThere(path)) return absl::NotFoundError(path + " is not there");
  return std::make_unique<CopiedDatabase>(path);
}

absl::StatusOr<std::string> InstallCopy(const std::string& copy, const std::string& store, bool replace) {
  COMITY_ASSIGN_OR_RETURN(const std::unique_ptr<StoreLock> lock, StoreLock::Take(store));
  const bool there = IsThere(store);
  if (there && !replace) {
    return Error(absl::StatusCode::kAlreadyExists, ErrorReason::kStoreExists,
                 "there is a store already; give another data directory, or --replace to move it aside");
  }
  const std::string aside = store + ".replaced";
  if (there && IsThere(aside)) {
    return Error(absl::StatusCode::kAlreadyExists, ErrorReason::kStoreExists,
                 "a store that was moved aside before is still there; look at " + aside + ", delete it with its -wal, then repeat");
  }
  COMITY_RETURN_IF_ERROR(MoveAside(store, aside));
  COMITY_RETURN_IF_ERROR(Rename(copy, store));
  COMITY_RETURN_IF_ERROR(SyncFolderOf(store));
  return IsThere(aside) ? aside : std::string();
}

}  // namespace comity::store::sqlite
