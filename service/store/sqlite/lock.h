// One process at a time: what a store's owner keeps in memory would be wrong if another wrote beside it.
#ifndef COMITY_SERVICE_STORE_SQLITE_LOCK_H_
#define COMITY_SERVICE_STORE_SQLITE_LOCK_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace comity::store::sqlite {

// A lock on `PATH.lock`, held until it is destroyed or the process ends, however it ends. The empty file stays. SQLite's own locks are
// others: its shell may still read and back up the store.
class StoreLock {
 public:
  // Waits up to 2 s for an owner that is just stopping. Errors: UNAVAILABLE (STORE_BUSY) while another holds it or the file cannot be made;
  // RESOURCE_EXHAUSTED (STORE_FULL) when there is no space even for an empty file.
  static absl::StatusOr<std::unique_ptr<StoreLock>> Take(const std::string& path);
  ~StoreLock();
  StoreLock(const StoreLock&) = delete;
  StoreLock& operator=(const StoreLock&) = delete;

 private:
  explicit StoreLock(int file) : file_(file) {}
  int file_;
};

}  // namespace comity::store::sqlite

#endif  // COMITY_SERVICE_STORE_SQLITE_LOCK_H_
