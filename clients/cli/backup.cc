// Backup into a folder, over the API; restoring and checking a folder is comityd's own work, beside which this runs.
#include <sys/stat.h>

#include <filesystem>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "clients/cli/out_file.h"
#include "clients/cli/session.h"
#include "clients/cli/sibling.h"
#include "clients/cli/verb.h"
#include "comity/v1/admin.pb.h"
#include "service/base/error.h"

namespace comity::cli {
namespace {

namespace fs = std::filesystem;

// A new or an empty folder, or one in which a backup was begun and not finished. Anything else is somebody's.
absl::Status TakeFolder(const std::string& path) {
  std::error_code error;
  if (fs::create_directories(path, error)) ::chmod(path.c_str(), 0700);
  if (!error && !fs::is_directory(path, error)) error = std::make_error_code(std::errc::not_a_directory);
  if (error) return absl::FailedPreconditionError(absl::StrCat(path, " cannot be used: ", error.message()));
  const fs::directory_iterator files(path, error);
  if (error) return absl::FailedPreconditionError(absl::StrCat(path, " cannot be read: ", error.message()));
  const bool finished = fs::exists(fs::path(path) / "manifest");
  for (const auto& file : files) {
    const std::string name = file.path().filename();
    if (!finished && (name == "store" || name == "store.partial" || name == "manifest.partial")) continue;
    return absl::AlreadyExistsError(absl::StrCat(path, finished ? " holds a backup already" : " holds other files",
                                                 "; nothing is overwritten: give a new folder for each backup"));
  }
  fs::remove(fs::path(path) / "store", error);
  return absl::OkStatus();
}

// Part by part, checked as a whole at the end.
absl::Status Fetch(Session& session, const v1::Backup& backup, const std::string& path) {
  COMITY_ASSIGN_OR_RETURN(const auto file, OutFile::Create(path));
  v1::ReadBackupRequest request;
  request.set_name(backup.name());
  request.set_max_bytes(2 << 20);
  while (request.offset() < backup.size_bytes()) {
    v1::ReadBackupResponse response;
    COMITY_RETURN_IF_ERROR(session.Call("AdminService/ReadBackup", request, &response));
    if (response.content().empty()) return absl::DataLossError("the server's copy is shorter than it said; make another backup");
    COMITY_RETURN_IF_ERROR(file->Write(response.content()));
    request.set_offset(request.offset() + static_cast<int64_t>(response.content().size()));
  }
  return file->Finish();
}

absl::Status Backup(Session& session, const Arguments& arguments) {
  const std::string& folder = arguments.Get("FOLDER");
  COMITY_RETURN_IF_ERROR(TakeFolder(folder));
  v1::Backup backup;
  COMITY_RETURN_IF_ERROR(session.Call("AdminService/CreateBackup", v1::CreateBackupRequest(), &backup));
  absl::Status status = Fetch(session, backup, folder + "/store");
  // The manifest is last: a folder without one is no backup.
  if (status.ok()) status = WriteOutFile(folder + "/manifest", backup.manifest());
  v1::DeleteBackupRequest forget;
  forget.set_name(backup.name());
  v1::DeleteBackupResponse ignored;
  (void)session.Call("AdminService/DeleteBackup", forget, &ignored);  // it goes by itself within the hour
  if (!status.ok()) return status;
  // Read back from the disk and checked as it would be restored, where the service's program is at hand.
  const absl::StatusOr<int> checked = RunSibling("comityd", {"check-backup", folder}, /*quiet=*/true);
  if (checked.ok() && *checked != 0)
    return absl::DataLossError("what was written is not what the server sent; make another backup elsewhere");
  if (session.json()) return session.PrintJson(backup);
  session.out()
      << Printable(absl::StrCat("Backed up ", backup.event_count(), " events and ", backup.checkpoint().entry_count(), " ledger entries (",
                                backup.size_bytes(), " bytes) to ", folder, "."))
      << "\nroot " << Printable(backup.checkpoint().root_hash())
      << "\nIn it: all that the store holds, hashes of tokens too. Not in it: checkpoint.key, admin.token and other files of the data "
         "directory.\n";
  return absl::OkStatus();
}

absl::Status Restore(Session& session, const Arguments& arguments) {
  std::vector<std::string> words = {"restore", arguments.Get("FOLDER"), "--data-dir", arguments.Get("data-dir")};
  if (arguments.Has("replace")) words.push_back("--replace");
  return LeaveTo(session, "comityd", words);
}

absl::Status Check(Session& session, const Arguments& arguments) {
  return LeaveTo(session, "comityd", {"check-backup", arguments.Get("FOLDER")});
}

}  // namespace

std::vector<Verb> BackupVerbs() {
  return {
      {.noun = "admin",
       .name = "backup",
       .summary = "copy the whole store into a new folder, while the service runs, and check the copy",
       .parameters = {{.name = "FOLDER", .kind = Parameter::Kind::kPositional, .help = "new or empty", .required = true}},
       .run = Backup,
       .deadline_seconds = 3600},
      {.noun = "admin",
       .name = "restore",
       .summary = "put a backup in place, on the service's own machine while it is stopped",
       .parameters = {{.name = "FOLDER", .kind = Parameter::Kind::kPositional, .help = "what `comity admin backup` made", .required = true},
                      {.name = "--data-dir", .value = "DIR", .help = "the service's data directory", .required = true},
                      {.name = "--replace", .kind = Parameter::Kind::kFlag, .help = "move a store that is there aside"}},
       .run = Restore},
      {.noun = "admin",
       .name = "check-backup",
       .summary = "check a backup's folder: its copy, its whole ledger, its signed checkpoint",
       .parameters =
           {{.name = "FOLDER", .kind = Parameter::Kind::kPositional, .help = "what `comity admin backup` made", .required = true}},
       .run = Check},
  };
}

}  // namespace comity::cli
