// The store: transactions over narrow interfaces. Nothing here or above knows which engine is below.
#ifndef COMITY_SERVICE_STORE_STORE_H_
#define COMITY_SERVICE_STORE_STORE_H_

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "service/store/admin_store.h"
#include "service/store/checkin_store.h"
#include "service/store/checkpoint_store.h"
#include "service/store/deed_store.h"
#include "service/store/directory_store.h"
#include "service/store/duty_store.h"
#include "service/store/endpoint_store.h"
#include "service/store/event_store.h"
#include "service/store/policy_store.h"
#include "service/store/privacy_store.h"
#include "service/store/recognition_store.h"

namespace comity::store {

// Everything inside lands together or not at all. Rolled back when destroyed without Commit. One thread at a time. The next writer waits
// until a write transaction is destroyed, committed or not.
class Transaction {
 public:
  virtual ~Transaction() = default;
  virtual DirectoryStore& directory() = 0;
  virtual EventStore& events() = 0;
  virtual DeedStore& deeds() = 0;
  virtual PolicyStore& policies() = 0;
  virtual AdminStore& admin() = 0;
  virtual CheckpointStore& checkpoints() = 0;
  virtual PrivacyStore& privacy() = 0;
  virtual RecognitionStore& recognition() = 0;
  virtual EndpointStore& endpoints() = 0;
  virtual CheckInStore& checkins() = 0;
  virtual DutyStore& duties() = 0;
  // Durable when it returns OK. Errors: UNAVAILABLE, in doubt or not committed: repeat, every write is idempotent by its keys;
  // RESOURCE_EXHAUSTED (STORE_FULL): the disk is full, nothing was written. Read transactions need not commit.
  virtual absl::Status Commit() = 0;

  // Marks a point inside a write transaction; `Rollback` undoes what came after the latest mark, `Release` keeps it; both take the mark
  // away. Marks nest.
  virtual absl::Status Mark() = 0;
  virtual absl::Status Rollback() = 0;
  virtual absl::Status Release() = 0;
};

// Safe to call from any thread.
class Store {
 public:
  virtual ~Store() = default;
  // Waits for the writer before. Errors: UNAVAILABLE after 10 s.
  virtual absl::StatusOr<std::unique_ptr<Transaction>> BeginWrite() = 0;
  // A consistent snapshot that never waits for writers.
  virtual absl::StatusOr<std::unique_ptr<Transaction>> BeginRead() = 0;
  virtual std::string_view engine() const = 0;  // `sqlite`
  // Writes all that was committed at one instant to a new file of mode 0600, durably and in the engine's own form, while others read and
  // write. Leaves no file when it fails. Errors: ALREADY_EXISTS; RESOURCE_EXHAUSTED (STORE_FULL); UNAVAILABLE.
  virtual absl::Status CopyTo(const std::string& path) = 0;
  // Leaves nothing in the write-ahead log: what was deleted is then nowhere in the engine's files. Errors: UNAVAILABLE (STORE_BUSY) while
  // somebody reads; repeat.
  virtual absl::Status EmptyLog() = 0;
};

// Opens `sqlite:PATH` and brings its schema up to date. Errors: INVALID_ARGUMENT for another scheme; NOT_FOUND unless it exists or
// `create`; FAILED_PRECONDITION (STORE_NEWER, STORE_OLDER) when a newer release wrote it, or one whose ids were others; UNAVAILABLE
// (STORE_BUSY) while another process has it open, since what a service keeps in memory allows no other writer; DATA_LOSS (STORE_FAILED)
// when it is damaged or something else. All name the file.
absl::StatusOr<std::unique_ptr<Store>> OpenStore(std::string_view address, bool create);

// Opens what CopyTo wrote, to be read only: nothing is locked, brought up to date or written beside it. Errors: INVALID_ARGUMENT for an
// engine that is not known; NOT_FOUND; FAILED_PRECONDITION (STORE_NEWER, STORE_OLDER); DATA_LOSS (STORE_FAILED).
absl::StatusOr<std::unique_ptr<Store>> OpenCopy(std::string_view engine, const std::string& path);

// Makes the copy at `path` the store at `address`, on the same file system, by renaming: it is there wholly or not at all, also after a
// crash, and then this can be repeated. A store that is there is moved aside to the path given back (empty if there was none).
// Errors: ALREADY_EXISTS (STORE_EXISTS) when there is one and not `replace`; UNAVAILABLE (STORE_BUSY) while a process serves it.
absl::StatusOr<std::string> InstallCopy(const std::string& path, std::string_view address, bool replace);

}  // namespace comity::store

#endif  // COMITY_SERVICE_STORE_STORE_H_
