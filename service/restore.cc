#include "service/restore.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "service/app/backup_manifest.h"
#include "service/app/backups.h"
#include "service/base/error.h"
#include "service/init.h"
#include "service/store/store.h"

namespace comity {
namespace {

constexpr size_t kMaxManifestBytes = 64 * 1024;

absl::Status Invalid(absl::StatusCode code, const std::string& message) { return Error(code, ErrorReason::kBackupInvalid, message); }

absl::StatusOr<app::BackupManifest> ReadManifestOf(const std::string& folder) {
  const std::string path = absl::StrCat(folder, "/", app::kManifestFile);
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return Invalid(absl::StatusCode::kNotFound,
                   path + " is not there: this is no backup, or one that was not finished; make it again into a new folder");
  }
  std::string text(kMaxManifestBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(file.gcount()));
  return app::ReadManifest(text);
}

absl::Status NotWritten(const std::string& path) {
  const bool full = errno == ENOSPC || errno == EDQUOT;
  return Error(full ? absl::StatusCode::kResourceExhausted : absl::StatusCode::kUnavailable,
               full ? ErrorReason::kStoreFull : ErrorReason::kStoreBusy, absl::StrCat(path, " cannot be written: ", std::strerror(errno)));
}

absl::Status WriteAll(int file, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t put = write(file, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return NotWritten(path);
    bytes.remove_prefix(static_cast<size_t>(put));
  }
  return absl::OkStatus();
}

// One that an interrupted run left is begun again.
absl::Status CopyFile(const std::string& from, const std::string& to) {
  std::ifstream in(from, std::ios::binary);
  if (!in) return Invalid(absl::StatusCode::kNotFound, from + " is not there; the backup is not whole");
  const int file = open(to.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (file < 0) return NotWritten(to);
  absl::Status status;
  std::vector<char> buffer(1 << 20);
  while (in && status.ok()) {
    in.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    status = WriteAll(file, {buffer.data(), static_cast<size_t>(in.gcount())}, to);
  }
  if (status.ok() && fsync(file) != 0) status = NotWritten(to);
  close(file);
  return status;
}

// `copy` must be what the manifest says, and hold what its checkpoint was signed for.
absl::Status CheckCopyOf(const app::BackupManifest& manifest, const std::string& copy) {
  const auto digest = app::DigestOf(copy);
  if (!digest.ok()) return Invalid(absl::StatusCode::kNotFound, copy + " is not there; the backup is not whole");
  if (digest->size_bytes != manifest.size_bytes || digest->sha256 != manifest.sha256) {
    return Invalid(absl::StatusCode::kDataLoss,
                   copy + " is not what its manifest says: it was cut off, damaged or changed; use another backup");
  }
  if (std::none_of(manifest.keys.begin(), manifest.keys.end(),
                   [&](const std::string& key) { return domain::HasSignature(manifest.checkpoint, key); })) {
    return Invalid(absl::StatusCode::kDataLoss, "the backup's checkpoint is not signed with one of its keys; use another backup");
  }
  COMITY_ASSIGN_OR_RETURN(const auto store, store::OpenCopy(manifest.engine, copy));
  COMITY_ASSIGN_OR_RETURN(const auto transaction, store->BeginRead());
  return app::CheckCopy(*transaction, manifest.checkpoint);
}

absl::StatusOr<std::string> Sentence(const app::BackupManifest& manifest) {
  COMITY_ASSIGN_OR_RETURN(const domain::Checkpoint checkpoint, domain::ReadCheckpoint(manifest.checkpoint));
  return absl::StrCat(manifest.event_count, " events and ", checkpoint.size, " ledger entries of ",
                      absl::FormatTime(checkpoint.time, absl::UTCTimeZone()), "; the ledger is the one that was signed as ",
                      checkpoint.origin);
}

}  // namespace

absl::StatusOr<std::string> CheckBackup(const std::string& folder) {
  COMITY_ASSIGN_OR_RETURN(const app::BackupManifest manifest, ReadManifestOf(folder));
  COMITY_RETURN_IF_ERROR(CheckCopyOf(manifest, absl::StrCat(folder, "/", app::kCopyFile)));
  COMITY_ASSIGN_OR_RETURN(const std::string held, Sentence(manifest));
  return "The backup holds: " + held;
}

absl::StatusOr<std::string> RestoreBackup(const Config& config, const std::string& folder, bool replace) {
  COMITY_ASSIGN_OR_RETURN(const app::BackupManifest manifest, ReadManifestOf(folder));
  if (!absl::StartsWith(config.store, manifest.engine + ":")) {
    return Invalid(absl::StatusCode::kInvalidArgument, "the backup is of a store of another engine than --store names");
  }
  COMITY_RETURN_IF_ERROR(MakeDataDir(config.data_dir));
  const std::string copy = config.store.substr(manifest.engine.size() + 1) + ".restoring";
  absl::Status status = CopyFile(absl::StrCat(folder, "/", app::kCopyFile), copy);
  if (status.ok()) status = CheckCopyOf(manifest, copy);
  absl::StatusOr<std::string> aside = std::string();
  if (status.ok()) {
    aside = store::InstallCopy(copy, config.store, replace);
  } else {
    aside = status;
  }
  if (!aside.ok()) {
    unlink(copy.c_str());
    return aside.status();
  }
  COMITY_ASSIGN_OR_RETURN(const std::string held, Sentence(manifest));
  return absl::StrCat("Restored: ", held,
                      aside->empty() ? "" : "\nThe store that was there is now " + *aside + "; delete it once all is well");
}

}  // namespace comity
