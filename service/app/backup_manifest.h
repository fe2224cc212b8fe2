// The manifest of a backup's folder: what the copy beside it must be.
//
//   comity backup 1
//   release 0.1.0
//   engine sqlite
//   size 123456
//   sha256 9f86d0…
//   events 5000
//   key comity/ledger/…+…+…        one line for each key that may have signed
//
//   comity/ledger/…                the signed checkpoint of the copy's ledger, to the end
#ifndef COMITY_SERVICE_APP_BACKUP_MANIFEST_H_
#define COMITY_SERVICE_APP_BACKUP_MANIFEST_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace comity::app {

inline constexpr char kManifestFile[] = "manifest";
inline constexpr char kCopyFile[] = "store";

struct BackupManifest {
  std::string release, engine, sha256;  // lower-case hexadecimal
  int64_t size_bytes = 0, event_count = 0;
  std::vector<std::string> keys;
  std::string checkpoint;  // signed note
};
std::string ManifestText(const BackupManifest& manifest);
// Errors: INVALID_ARGUMENT (BACKUP_INVALID) for anything that ManifestText would not have written, and above 64 KiB.
absl::StatusOr<BackupManifest> ReadManifest(std::string_view text);

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_BACKUP_MANIFEST_H_
