#include "service/store/sqlite/database.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>
#include <vector>

#include "service/base/error.h"
#include "service/base/mutex.h"
#include "service/store/sqlite/connection.h"
#include "service/store/sqlite/copy.h"
#include "service/store/sqlite/errors.h"
#include "service/store/sqlite/lock.h"

namespace comity::store::sqlite {
namespace {

constexpr std::chrono::seconds kWriterWait(10);
constexpr size_t kIdleReaders = 16;

class SqliteDatabase : public sql::Database {
 public:
  SqliteDatabase(std::string path, std::unique_ptr<StoreLock> lock, std::unique_ptr<SqliteConnection> writer)
      : path_(std::move(path)), lock_(std::move(lock)), writer_(std::move(writer)) {}

  absl::StatusOr<sql::Lease> Writer() override {
    const auto deadline = std::chrono::steady_clock::now() + kWriterWait;
    MutexLock lock(mutex_);
    while (writing_) {
      const auto left = deadline - std::chrono::steady_clock::now();
      if (left <= std::chrono::nanoseconds::zero()) return Busy("the writer before has not finished after 10 s; repeat");
      writer_free_.WaitFor(mutex_, left);
    }
    writing_ = true;
    return sql::Lease(writer_.get(), [this](sql::Connection* connection) { ReturnWriter(*connection); });
  }

  absl::StatusOr<sql::Lease> Reader() override {
    COMITY_ASSIGN_OR_RETURN(std::unique_ptr<SqliteConnection> reader, TakeReader());
    return sql::Lease(reader.release(), [this](sql::Connection* connection) {
      ReturnReader(std::unique_ptr<SqliteConnection>(static_cast<SqliteConnection*>(connection)));
    });
  }

  std::string_view engine() const override { return "sqlite"; }

  absl::Status CopyTo(const std::string& path) override {
    // A connection of its own, which keeps none of the pages it reads from others.
    COMITY_ASSIGN_OR_RETURN(const auto source, SqliteConnection::Open(path_, SqliteConnection::Mode::kRead));
    return CopyInto(*source, path);
  }

  absl::Status EmptyLog() override {
    COMITY_ASSIGN_OR_RETURN(const sql::Lease writer, Writer());
    return writer_->EmptyLog();
  }

 private:
  absl::StatusOr<std::unique_ptr<SqliteConnection>> TakeReader() {
    {
      MutexLock lock(mutex_);
      if (!idle_readers_.empty()) {
        std::unique_ptr<SqliteConnection> reader = std::move(idle_readers_.back());
        idle_readers_.pop_back();
        return reader;
      }
    }
    return SqliteConnection::Open(path_, SqliteConnection::Mode::kRead);
  }

  void ReturnReader(std::unique_ptr<SqliteConnection> reader) {
    reader->Abandon();
    MutexLock lock(mutex_);
    if (idle_readers_.size() < kIdleReaders) idle_readers_.push_back(std::move(reader));
  }

  void ReturnWriter(sql::Connection& writer) {
    writer.Abandon();
    MutexLock lock(mutex_);
    writing_ = false;
    writer_free_.Signal();
  }

  const std::string path_;
  const std::unique_ptr<StoreLock> lock_;  // before the connections, so that it outlives them
  const std::unique_ptr<SqliteConnection> writer_;
  Mutex mutex_;
  CondVar writer_free_;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::unique_ptr<SqliteConnection>> idle_readers_ ABSL_GUARDED_BY(mutex_);
};

absl::Status NotFound(const std::string& path, const char* why) {
  return Error(absl::StatusCode::kNotFound, ErrorReason::kConfigInvalid,
               "the store " + path + " " + why + "; check --store, or make one with `comityd init`");
}

// Made by us before SQLite opens it, so that nobody else can ever read it; the log beside it takes over its permissions.
// A file that is there must not be opened here: closing it again would drop the locks this process holds on it.
absl::Status EnsureFile(const std::string& path, bool create) {
  struct stat known;
  if (stat(path.c_str(), &known) == 0) {
    if (!S_ISREG(known.st_mode)) return NotFound(path, "is not a file");
    // SQLite would take nothing for a new database, and a store that was cut off would come back as one without any data.
    return known.st_size == 0 && !create ? NotFound(path, "is empty") : absl::OkStatus();
  }
  if (errno == EACCES) return Busy("the store's folder may not be entered; check its owner and permissions");
  if (!create) return NotFound(path, "is not there");
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0 && errno == EEXIST) return absl::OkStatus();
  if (file < 0 && errno == ENOSPC) return Full();
  if (file < 0) return NotFound(path, std::strerror(errno));
  close(file);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<sql::Database>> OpenDatabase(const std::string& path, bool create) {
  COMITY_RETURN_IF_ERROR(EnsureFile(path, create));
  COMITY_ASSIGN_OR_RETURN(std::unique_ptr<StoreLock> lock, StoreLock::Take(path));
  COMITY_ASSIGN_OR_RETURN(std::unique_ptr<SqliteConnection> writer, SqliteConnection::Open(path, SqliteConnection::Mode::kWrite));
  return std::make_unique<SqliteDatabase>(path, std::move(lock), std::move(writer));
}

}  // namespace comity::store::sqlite
