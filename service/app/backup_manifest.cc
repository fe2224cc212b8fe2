#include "service/app/backup_manifest.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "service/base/error.h"

namespace comity::app {
namespace {

constexpr std::string_view kFirstLine = "comity backup 1\n";
constexpr size_t kMaxManifestBytes = 64 * 1024;

// Takes `WORD value\n` off the front.
bool Take(std::string_view& rest, std::string_view word, std::string& value) {
  const size_t end = rest.find('\n');
  if (end == std::string_view::npos || end < word.size() + 2 || rest.substr(0, word.size()) != word || rest[word.size()] != ' ')
    return false;
  value = std::string(rest.substr(word.size() + 1, end - word.size() - 1));
  rest.remove_prefix(end + 1);
  return true;
}

}  // namespace

std::string ManifestText(const BackupManifest& manifest) {
  std::string text(kFirstLine);
  absl::StrAppend(&text, "release ", manifest.release, "\nengine ", manifest.engine, "\nsize ", manifest.size_bytes, "\nsha256 ",
                  manifest.sha256, "\nevents ", manifest.event_count, "\n");
  for (const std::string& key : manifest.keys) absl::StrAppend(&text, "key ", key, "\n");
  absl::StrAppend(&text, "\n", manifest.checkpoint);
  return text;
}

absl::StatusOr<BackupManifest> ReadManifest(std::string_view text) {
  const absl::Status invalid = Error(absl::StatusCode::kInvalidArgument, ErrorReason::kBackupInvalid,
                                     "the manifest is not one of this release's; take another backup, or use the release that wrote it");
  if (text.size() > kMaxManifestBytes || text.substr(0, kFirstLine.size()) != kFirstLine) return invalid;
  BackupManifest manifest;
  std::string_view rest = text.substr(kFirstLine.size());
  std::string size, events, key;
  if (!Take(rest, "release", manifest.release) || !Take(rest, "engine", manifest.engine) || !Take(rest, "size", size) ||
      !Take(rest, "sha256", manifest.sha256) || !Take(rest, "events", events)) {
    return invalid;
  }
  while (Take(rest, "key", key)) manifest.keys.push_back(key);
  if (rest.empty() || rest.front() != '\n' || !absl::SimpleAtoi(size, &manifest.size_bytes) ||
      !absl::SimpleAtoi(events, &manifest.event_count)) {
    return invalid;
  }
  manifest.checkpoint = std::string(rest.substr(1));
  if (ManifestText(manifest) != text) return invalid;
  return manifest;
}

}  // namespace comity::app
