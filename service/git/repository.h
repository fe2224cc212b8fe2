// A git repository on this machine, asked through git: offline, and running nothing that its configuration names.
#ifndef COMITY_SERVICE_GIT_REPOSITORY_H_
#define COMITY_SERVICE_GIT_REPOSITORY_H_

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "service/git/git_child.h"
#include "service/git/git_log.h"

namespace comity::git {

// Every call's errors: FAILED_PRECONDITION if there is no git; ABORTED, with git's own words, if it refuses; CANCELLED and
// DEADLINE_EXCEEDED by the bounds.
// Whose repository git may read: by itself it refuses those of other users. kAnybody is for paths that an operator wrote down.
enum class Owner { kOneself, kAnybody };

class Repository {
 public:
  // `path`: a clone, bare or not, or a folder inside one.
  explicit Repository(std::string path, Bounds bounds = {}, Owner owner = Owner::kOneself)
      : path_(std::move(path)), bounds_(bounds), owner_(owner) {}
  const std::string& path() const { return path_; }

  // What git prints, without the line breaks at its end; at most `max_bytes` of it.
  absl::StatusOr<std::string> Ask(const std::vector<std::string>& arguments, size_t max_bytes = 64u << 10) const;
  // `git fetch` with these arguments; see GitChild::StartFetch.
  absl::Status Fetch(const std::vector<std::string>& arguments, const std::string& authorization) const;
  // Visits the commits of `range` (options and revisions) in git's order. Names and addresses are those of the mailmap of `revision`.
  absl::Status ReadLog(const std::string& revision, const std::vector<std::string>& range, const GitLogParser::Visit& visit) const;
  // What that mailmap makes of contacts `Name <address>`, in their order.
  absl::Status MapContacts(const std::string& revision, const std::vector<std::string>& contacts,
                           const std::function<void(size_t index, std::string_view name, std::string_view email)>& visit) const;

 private:
  absl::StatusOr<std::unique_ptr<GitChild>> Start(const std::vector<std::string>& arguments, bool input = false) const;

  std::string path_;
  Bounds bounds_;
  Owner owner_;
};

// The arguments of ReadLog's `git log`.
std::vector<std::string> LogArguments(const std::string& revision, const std::vector<std::string>& range);

}  // namespace comity::git

#endif  // COMITY_SERVICE_GIT_REPOSITORY_H_
