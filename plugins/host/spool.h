// Deliveries on disk until comityd has them: segment files in a folder of their own, appended and synced in groups.
#ifndef COMITY_PLUGINS_HOST_SPOOL_H_
#define COMITY_PLUGINS_HOST_SPOOL_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "absl/status/statusor.h"
#include "plugins/host/disk.h"
#include "plugins/host/segment.h"
#include "service/base/mutex.h"

namespace comity::host {

struct SpoolOptions {
  std::string dir;                     // made with mode 0700 if it is not there
  size_t segment_bytes = 4 << 20;      // a new file begins after so many
  size_t max_bytes = size_t{1} << 30;  // all files together; above: RESOURCE_EXHAUSTED
  size_t max_records = 1'000'000;      // the place of each is kept in memory
};

// Append and Tidy belong to one thread; everything else may be called from any.
class Spool {
 public:
  struct Found {
    uint64_t sequence = 0;
    std::string_view payload;
  };
  // Hands every kept record to `on_record`. What is torn or rotten is set aside in `dir`/cut, logged and cut off: `damaged` counts
  // such files. Errors: FAILED_PRECONDITION when another process uses the folder, UNAVAILABLE when it cannot be read or made.
  static absl::StatusOr<std::unique_ptr<Spool>> Open(const SpoolOptions& options, Disk& disk,
                                                     const std::function<void(const Found&)>& on_record);
  ~Spool();
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;

  // Writes all payloads and makes them durable with one sync; their sequences go to `sequences`.
  // Errors: RESOURCE_EXHAUSTED: full (limit, disk, quota), nothing was kept, try again later. DATA_LOSS: a sync or write failed; what
  // was not answered before may be lost, and only a new process can know what is on disk: the caller must end this one.
  absl::Status Append(const std::vector<std::string>& payloads, std::vector<uint64_t>* sequences);
  // The payload again, from disk. Errors: DATA_LOSS when it is no longer what was written.
  absl::StatusOr<std::string> Read(uint64_t sequence);
  // It is no longer needed: its bytes go when everything in its file has been released.
  void Release(uint64_t sequence);
  // Empties the file in use if nothing in it is needed, and frees one file that only few records hold. Call it when idle.
  absl::Status Tidy();
  // Whether Tidy would find something to do.
  bool WantsTidy() const;

  bool Full() const;
  int64_t bytes() const;
  int64_t records() const;
  int64_t damaged() const { return damaged_; }

 private:
  struct Place {
    uint64_t segment = 0;
    size_t offset = 0, size = 0;  // of the whole record
  };
  struct Segment {
    size_t bytes = 0, records = 0, live = 0;
  };

  Spool(const SpoolOptions& options, Disk& disk) : options_(options), disk_(disk) {}
  absl::Status Recover(const std::function<void(const Found&)>& on_record);
  absl::Status RecoverSegment(uint64_t number, const std::function<void(const Found&)>& on_record);
  absl::Status SetAside(uint64_t number, std::string_view bytes, const Scan& scan);
  absl::Status StartSegment();
  absl::Status WriteGroup(std::string_view bytes, size_t offset);
  absl::Status AppendAs(const std::vector<std::string>& payloads, const std::vector<uint64_t>& sequences, bool moving);
  absl::Status EmptyActive();
  absl::Status MoveStragglers();
  std::string PathOf(uint64_t number) const;
  void Forget(uint64_t segment) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const SpoolOptions options_;
  Disk& disk_;
  int lock_file_ = -1, active_file_ = -1;
  int64_t damaged_ = 0;
  uint64_t next_sequence_ = 1;
  Chain chain_{};
  std::string group_;  // reused

  mutable Mutex mutex_;
  std::map<uint64_t, Segment> segments_ ABSL_GUARDED_BY(mutex_);
  std::unordered_map<uint64_t, Place> places_ ABSL_GUARDED_BY(mutex_);
  uint64_t active_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t total_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace comity::host

#endif  // COMITY_PLUGINS_HOST_SPOOL_H_
