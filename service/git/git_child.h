// A git process: started so that it runs nothing that a repository's configuration names, and offline unless a fetch is asked for.
#ifndef COMITY_SERVICE_GIT_GIT_CHILD_H_
#define COMITY_SERVICE_GIT_GIT_CHILD_H_

#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace comity::git {

// When to give up waiting for a git process.
struct Bounds {
  const std::atomic<bool>* cancelled = nullptr;  // outlives the process; null: nobody cancels
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
};

class GitChild {
 public:
  // Runs `git ARGUMENTS…` in the folder `path`. With `input` it can be written to, else its input is empty.
  // Errors: FAILED_PRECONDITION if there is no git, RESOURCE_EXHAUSTED if no process can be made.
  static absl::StatusOr<std::unique_ptr<GitChild>> Start(const std::string& path, const std::vector<std::string>& arguments,
                                                         const Bounds& bounds = {}, bool input = false);
  // Runs `git fetch ARGUMENTS…` there, over HTTPS, SSH, or plain HTTP to this machine. `authorization`: the value of that header; empty for
  // none. It stands in the child's environment, where others on this machine cannot read it, not among its arguments.
  static absl::StatusOr<std::unique_ptr<GitChild>> StartFetch(const std::string& path, const std::vector<std::string>& arguments,
                                                              const std::string& authorization, const Bounds& bounds);
  ~GitChild();  // ends it if it still runs
  GitChild(const GitChild&) = delete;
  GitChild& operator=(const GitChild&) = delete;

  // Blocks until there is some output; empty at its end. What it gives is good until the next call. Errors: CANCELLED, DEADLINE_EXCEEDED.
  absl::StatusOr<std::string_view> Read();
  absl::Status Write(std::string_view bytes);
  void CloseInput();

  // Waits for its end; close the input and read everything first. Its exit code, -1 if a signal ended it.
  int Wait();
  // The beginning of what it said on its error stream, after Wait().
  std::string Complaint() const;

 private:
  static absl::StatusOr<std::unique_ptr<GitChild>> Spawn(const std::vector<std::string>& command, std::vector<std::string> variables,
                                                         const Bounds& bounds, bool input);
  GitChild(pid_t pid, int input, int output, int errors, const Bounds& bounds);
  absl::Status AwaitOutput() const;

  const Bounds bounds_;
  pid_t pid_;
  int input_, output_, errors_;
  bool ended_ = false;
  int code_ = -1;
  std::vector<char> buffer_;
};

}  // namespace comity::git

#endif  // COMITY_SERVICE_GIT_GIT_CHILD_H_
