#include "clients/cli/out_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "service/base/error.h"

namespace comity::cli {
namespace {

absl::Status Failed(const std::string& path, const char* what) {
  const absl::StatusCode code = errno == ENOENT                      ? absl::StatusCode::kNotFound
                                : errno == ENOSPC || errno == EDQUOT ? absl::StatusCode::kResourceExhausted
                                                                     : absl::StatusCode::kFailedPrecondition;
  return absl::Status(code, absl::StrCat(path, " ", what, ": ", std::strerror(errno)));
}

std::string Partial(const std::string& path) { return path + ".partial"; }

}  // namespace

absl::StatusOr<std::unique_ptr<OutFile>> OutFile::Create(const std::string& path) {
  struct stat known;
  if (lstat(path.c_str(), &known) == 0)
    return absl::AlreadyExistsError(path + " is there already; nothing is overwritten: give another name");
  const int file = open(Partial(path).c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (file < 0) return Failed(path, "cannot be made");
  return std::unique_ptr<OutFile>(new OutFile(path, file));
}

OutFile::~OutFile() {
  if (file_ < 0) return;
  close(file_);
  unlink(Partial(path_).c_str());
}

absl::Status OutFile::Write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = write(file_, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return Failed(path_, "cannot be written");
    bytes.remove_prefix(static_cast<size_t>(put));
  }
  return absl::OkStatus();
}

absl::Status OutFile::Finish() {
  if (fsync(file_) != 0) return Failed(path_, "cannot be made durable");
  close(file_);
  file_ = -1;
  if (std::rename(Partial(path_).c_str(), path_.c_str()) != 0) return Failed(path_, "cannot take its name");
  const std::string folder = std::filesystem::path(path_).parent_path();
  const int opened = open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = opened >= 0 && fsync(opened) == 0;
  if (opened >= 0) close(opened);
  return synced ? absl::OkStatus() : Failed(path_, "cannot be made durable");
}

absl::Status WriteOutFile(const std::string& path, std::string_view content) {
  COMITY_ASSIGN_OR_RETURN(const auto file, OutFile::Create(path));
  COMITY_RETURN_IF_ERROR(file->Write(content));
  return file->Finish();
}

}  // namespace comity::cli
