// Small file helpers of the host. Nothing here logs or exits.
#ifndef COMITY_PLUGINS_HOST_FILES_H_
#define COMITY_PLUGINS_HOST_FILES_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace comity::host {

// An open file, closed at the end.
class File {
 public:
  explicit File(int descriptor = -1) : descriptor_(descriptor) {}
  File(File&& other) noexcept : descriptor_(other.Take()) {}
  ~File();
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int get() const { return descriptor_; }
  bool ok() const { return descriptor_ >= 0; }
  int Take() {
    const int taken = descriptor_;
    descriptor_ = -1;
    return taken;
  }

 private:
  int descriptor_;
};

// A lock that others see, in a file of its own: held as long as this lives, gone with the process.
class LockFile {
 public:
  explicit LockFile(const std::string& path);
  bool held() const { return held_; }

 private:
  File file_;
  bool held_;
};

// Disk full, quota or file size limit.
bool MeansFull(int error);
// UNAVAILABLE, or RESOURCE_EXHAUSTED when `errno` means full; says what failed, on which path and why.
absl::Status FileError(std::string_view what, const std::string& path);
// Makes a folder of mode 0700 if it is not there. Errors: FAILED_PRECONDITION when others may touch the one that is.
absl::Status MakePrivateDir(const std::string& path);
absl::StatusOr<std::vector<std::string>> ListDir(const std::string& path);  // names, sorted
absl::StatusOr<std::string> ReadWholeFile(const std::string& path, size_t limit);
// All or nothing, durable, mode 0600; replaces what is there.
absl::Status WriteWholeFile(const std::string& dir, const std::string& name, std::string_view bytes);
absl::Status SyncDir(const std::string& path);

}  // namespace comity::host

#endif  // COMITY_PLUGINS_HOST_FILES_H_
