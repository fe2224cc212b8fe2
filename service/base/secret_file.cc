#include "service/base/secret_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "service/base/error.h"

namespace comity {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

absl::Status Failed(const std::string& path, const char* what) {
  const absl::StatusCode code = errno == ENOENT   ? absl::StatusCode::kNotFound
                                : errno == EEXIST ? absl::StatusCode::kAlreadyExists
                                : errno == EACCES ? absl::StatusCode::kPermissionDenied
                                                  : absl::StatusCode::kUnavailable;
  return absl::Status(code, absl::StrCat(path, " ", what, ": ", std::strerror(errno)));
}

absl::Status Unsafe(absl::StatusCode code, const std::string& path, const char* why) {
  return Error(code, ErrorReason::kSecretFileUnsafe, absl::StrCat(path, " ", why));
}

// Asked of the open file, not of the path: it cannot be swapped between the question and the reading.
absl::Status CheckOwnerOnly(const Descriptor& file, const std::string& path) {
  struct stat info {};
  if (fstat(file.get(), &info) != 0) return Failed(path, "cannot be examined");
  if (!S_ISREG(info.st_mode)) return Unsafe(absl::StatusCode::kPermissionDenied, path, "is not a regular file; secrets are read from one");
  if (info.st_uid != geteuid() && info.st_uid != 0) {
    return Unsafe(absl::StatusCode::kPermissionDenied, path, "belongs to another user; make it yours with chown");
  }
  if ((info.st_mode & 077) != 0) {
    return Unsafe(absl::StatusCode::kPermissionDenied, path, "can be touched by other users; restrict it with chmod 600");
  }
  return absl::OkStatus();
}

absl::Status WriteAll(const Descriptor& file, std::string_view content, const std::string& path) {
  for (size_t done = 0; done < content.size();) {
    const ssize_t put = write(file.get(), content.data() + done, content.size() - done);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return Failed(path, "cannot be written");
    done += static_cast<size_t>(put);
  }
  return fsync(file.get()) == 0 ? absl::OkStatus() : Failed(path, "cannot be made durable");
}

}  // namespace

absl::StatusOr<std::string> ReadSecretFile(const std::string& path) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) return Failed(path, "cannot be opened");
  COMITY_RETURN_IF_ERROR(CheckOwnerOnly(file, path));
  std::string content(kMaxSecretFileBytes + 1, '\0');
  size_t size = 0;
  while (size < content.size()) {
    const ssize_t got = read(file.get(), content.data() + size, content.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Failed(path, "cannot be read");
    if (got == 0) break;
    size += static_cast<size_t>(got);
  }
  if (size > kMaxSecretFileBytes) return Unsafe(absl::StatusCode::kInvalidArgument, path, "is larger than 64 KiB; that is no secret");
  content.resize(size);
  absl::StripAsciiWhitespace(&content);
  if (content.empty()) return Unsafe(absl::StatusCode::kInvalidArgument, path, "is empty; write the secret into it");
  return content;
}

absl::Status WriteSecretFile(const std::string& path, std::string_view secret) {
  const std::string unfinished = absl::StrCat(path, ".new.", getpid());
  unlink(unfinished.c_str());
  const Descriptor file(open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (file.get() < 0) return Failed(path, "cannot be created");
  absl::Status written = WriteAll(file, absl::StrCat(std::string(secret), "\n"), path);
  // Nobody's file is replaced, and after a crash there is either all of it or nothing.
  if (written.ok() && link(unfinished.c_str(), path.c_str()) != 0) written = Failed(path, "cannot be created");
  unlink(unfinished.c_str());
  COMITY_RETURN_IF_ERROR(written);
  std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (folder.empty()) folder = ".";
  const Descriptor directory(open(folder.c_str(), O_RDONLY | O_CLOEXEC | O_DIRECTORY));
  if (directory.get() < 0 || fsync(directory.get()) != 0) return Failed(path, "cannot be made durable");
  return absl::OkStatus();
}

}  // namespace comity
