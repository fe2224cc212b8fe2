// A git clone on this machine, as a look back reads it: through git, offline, storing nothing.
#ifndef COMITY_CLIENTS_CLI_GIT_CLONE_H_
#define COMITY_CLIENTS_CLI_GIT_CLONE_H_

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "service/git/repository.h"

namespace comity::cli {

class GitClone {
 public:
  // `path`: a clone, bare or not, or a folder inside one.
  // Errors: FAILED_PRECONDITION if there is no git; with FIELD_INVALID for PATH if it is no clone, has no commit, or git refuses it.
  static absl::StatusOr<GitClone> Open(const std::string& path);

  bool bare() const { return bare_; }
  bool shallow() const { return shallow_; }
  // `main`; `HEAD` if no branch is checked out.
  const std::string& branch() const { return branch_; }

  // A file of the newest commit, at most `limit` bytes of it; nullopt if there is none. `path` from the top of the clone.
  absl::StatusOr<std::optional<std::string>> FileAtHead(const std::string& path, size_t limit) const;

  // How many commits ReadLog would visit. `since`: Unix seconds, 0 = all.
  absl::StatusOr<int64_t> CountCommits(int64_t since) const;
  // Visits the commits that the newest one contains, in git's order.
  absl::Status ReadLog(int64_t since, const git::GitLogParser::Visit& visit) const;

  // What `.mailmap` makes of contacts `Name <address>`, in their order.
  absl::Status MapContacts(const std::vector<std::string>& contacts,
                           const std::function<void(size_t index, std::string_view name, std::string_view email)>& visit) const;

 private:
  explicit GitClone(std::string path) : repository_(std::move(path)) {}
  absl::StatusOr<std::string> Ask(const std::vector<std::string>& arguments) const;

  git::Repository repository_;
  std::string branch_;
  bool bare_ = false, shallow_ = false;
};

}  // namespace comity::cli

#endif  // COMITY_CLIENTS_CLI_GIT_CLONE_H_
