// How far a source has been polled: a small text file of its own in the spool folder, replaced as a whole.
#ifndef COMITY_PLUGINS_HOST_CURSOR_FILE_H_
#define COMITY_PLUGINS_HOST_CURSOR_FILE_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "plugins/sdk/connector.h"

namespace comity::host {

struct Progress {
  absl::Time begin;  // where a stream without a cursor starts
  sdk::Cursors cursors;
};

std::string EncodeProgress(const Progress& progress);
// Errors: DATA_LOSS when these are not the bytes that were written.
absl::StatusOr<Progress> DecodeProgress(std::string_view bytes);
// Whether a stream or cursor can be kept: printable ASCII within the bounds of sdk/connector.h.
bool IsStreamText(std::string_view text);
bool IsCursorText(std::string_view text);

// The progress of `source` in `dir`. If there is none, or what is there was changed, it begins at `begin` and is written before this
// returns; a changed file is moved aside and logged. Errors: UNAVAILABLE, RESOURCE_EXHAUSTED for the disk.
absl::StatusOr<Progress> OpenProgress(const std::string& dir, const std::string& source, absl::Time begin);
// Durable when it returns; after a crash there is the old or the new one.
absl::Status SaveProgress(const std::string& dir, const std::string& source, const Progress& progress);

}  // namespace comity::host

#endif  // COMITY_PLUGINS_HOST_CURSOR_FILE_H_
