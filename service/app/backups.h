// Copies of the store for backup: made and checked on the server, read in parts, then deleted.
#ifndef COMITY_SERVICE_APP_BACKUPS_H_
#define COMITY_SERVICE_APP_BACKUPS_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "comity/v1/admin.pb.h"
#include "service/app/caller.h"
#include "service/app/checkpoints.h"
#include "service/base/mutex.h"
#include "service/obs/clock.h"
#include "service/store/store.h"

namespace comity::app {

// SHA-256 of a file, lower-case hexadecimal, and its size. Errors: NOT_FOUND, UNAVAILABLE.
struct FileDigest {
  std::string sha256;
  int64_t size_bytes = 0;
};
absl::StatusOr<FileDigest> DigestOf(const std::string& path);

// Whether the ledger of a copy is the one of this signed checkpoint: every entry read, hashed and chained. Errors: DATA_LOSS
// (LEDGER_FORKED), also when it has more entries.
absl::Status CheckCopy(store::Transaction& transaction, std::string_view checkpoint_note);

// At most one copy at a time, a file of mode 0600 in `folder`. Safe to call from any thread.
class Backups {
 public:
  // Deletes what a crash left in `folder`.
  Backups(store::Store& store, Checkpoints& checkpoints, const obs::Clock& clock, std::string folder);
  ~Backups();

  absl::StatusOr<v1::Backup> Create(const Caller& caller, const std::string& request_id);
  absl::StatusOr<std::string> Read(const std::string& id, int64_t offset, size_t max_bytes);
  absl::Status Delete(const std::string& id);

 private:
  absl::StatusOr<v1::Backup> Copy(const std::string& id, const std::string& path);
  std::string PathOf(const std::string& id) const;
  void Drop() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  store::Store& store_;
  Checkpoints& checkpoints_;
  const obs::Clock& clock_;
  const std::string folder_;
  Mutex mutex_;
  bool copying_ ABSL_GUARDED_BY(mutex_) = false;
  std::string id_ ABSL_GUARDED_BY(mutex_), made_for_ ABSL_GUARDED_BY(mutex_);
  v1::Backup backup_ ABSL_GUARDED_BY(mutex_);
  absl::Time used_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_BACKUPS_H_
