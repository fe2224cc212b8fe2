// Artifacts from a file that somebody wrote: YAML, or JSON, which is YAML too. README.md shows one of each kind.
#ifndef COMITY_PLUGINS_HOST_ARTIFACT_FILE_H_
#define COMITY_PLUGINS_HOST_ARTIFACT_FILE_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "plugins/sdk/artifact.h"

namespace comity::host {

inline constexpr size_t kMaxArtifactFileBytes = 4 << 20, kMaxArtifacts = 1000;

// One artifact, or a list of up to 1000, each of an id of its own; all within their bounds (sdk::Check).
// What aliases stand for counts each time, and 100,000 entries and 16 MiB of text in all are the most.
// Errors: INVALID_ARGUMENT (FIELD_INVALID) with one fault for each thing wrong: its field is `line 12: [0].title`, and nothing of what the
// file says is in it.
absl::StatusOr<std::vector<sdk::Artifact>> ParseArtifacts(std::string_view text);
// Errors: besides, UNAVAILABLE for a file that cannot be read.
absl::StatusOr<std::vector<sdk::Artifact>> ReadArtifacts(const std::string& path);

}  // namespace comity::host

#endif  // COMITY_PLUGINS_HOST_ARTIFACT_FILE_H_
