#include "plugins/host/files.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "service/base/error.h"
#include "service/base/failpoint.h"

namespace comity::host {

File::~File() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

LockFile::LockFile(const std::string& path)
    : file_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)), held_(file_.ok() && ::flock(file_.get(), LOCK_EX | LOCK_NB) == 0) {}

bool MeansFull(int error) { return error == ENOSPC || error == EDQUOT || error == EFBIG; }

absl::Status FileError(std::string_view what, const std::string& path) {
  const int error = errno;
  const auto code = MeansFull(error) ? absl::StatusCode::kResourceExhausted : absl::StatusCode::kUnavailable;
  const auto reason = MeansFull(error) ? ErrorReason::kStoreFull : ErrorReason::kStoreFailed;
  return Error(code, reason, "cannot " + std::string(what) + " " + path + ": " + std::strerror(error));
}

absl::Status MakePrivateDir(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return FileError("make", path);
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return FileError("examine", path);
  if (!S_ISDIR(info.st_mode)) return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kConfigInvalid, path + " is not a folder");
  if ((info.st_mode & 077) != 0) {
    return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kSecretFileUnsafe,
                 path + " can be read by other users; it holds what was received, so restrict it with chmod 700");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> ListDir(const std::string& path) {
  DIR* dir = ::opendir(path.c_str());
  if (dir == nullptr) return FileError("list", path);
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(dir)) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(name);
  }
  ::closedir(dir);
  std::sort(names.begin(), names.end());
  return names;
}

absl::StatusOr<std::string> ReadWholeFile(const std::string& path, size_t limit) {
  const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat info {};
  if (!file.ok() || ::fstat(file.get(), &info) != 0) return FileError("open", path);
  if (static_cast<size_t>(info.st_size) > limit) {
    return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kStoreFailed, path + " is larger than it can be");
  }
  std::string bytes(static_cast<size_t>(info.st_size), '\0');
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t got = ::read(file.get(), bytes.data() + done, bytes.size() - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return FileError("read", path);
    if (got == 0) break;
    done += static_cast<size_t>(got);
  }
  bytes.resize(done);
  return bytes;
}

absl::Status WriteWholeFile(const std::string& dir, const std::string& name, std::string_view bytes) {
  const std::string path = dir + "/" + name, fresh = path + ".new";
  {
    const File file(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!file.ok()) return FileError("create", fresh);
    for (size_t done = 0; done < bytes.size();) {
      const ssize_t put = ::write(file.get(), bytes.data() + done, bytes.size() - done);
      if (put < 0 && errno == EINTR) continue;
      if (put < 0) {
        const absl::Status failed = FileError("write", fresh);
        ::unlink(fresh.c_str());
        return failed;
      }
      done += static_cast<size_t>(put);
    }
    if (::fsync(file.get()) != 0) return FileError("make durable", fresh);
  }
  COMITY_RETURN_IF_ERROR(failpoint::Pass(Failpoint::kConnectFileSynced));
  if (::rename(fresh.c_str(), path.c_str()) != 0) return FileError("rename", fresh);
  return SyncDir(dir);
}

absl::Status SyncDir(const std::string& path) {
  const File dir(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!dir.ok() || ::fsync(dir.get()) != 0) return FileError("make durable", path);
  return absl::OkStatus();
}

}  // namespace comity::host
