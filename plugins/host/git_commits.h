// One page of a repository's history, as GitApi answers it.
#ifndef COMITY_PLUGINS_HOST_GIT_COMMITS_H_
#define COMITY_PLUGINS_HOST_GIT_COMMITS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "service/git/repository.h"

namespace comity::host {

struct CommitRange {
  std::string head, after;  // ids; `after` may be empty
  int64_t since = 0;        // Unix seconds; 0 = all
  size_t skip = 0;
};
inline constexpr size_t kCommitsAPage = 1000;

// The page as JSON. Errors: those of git::Repository.
absl::StatusOr<std::string> CommitsJson(const git::Repository& repository, const CommitRange& range);

// The deepest folder that holds more than half of `files`; empty if that is the top.
std::string MainFolder(const std::vector<std::string>& files);

}  // namespace comity::host

#endif  // COMITY_PLUGINS_HOST_GIT_COMMITS_H_
