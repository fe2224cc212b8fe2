// A git process: started so that it reads one clone, offline, and runs nothing that the clone's configuration names.
#ifndef COMITY_CLIENTS_CLI_GIT_CHILD_H_
#define COMITY_CLIENTS_CLI_GIT_CHILD_H_

#include <sys/types.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace comity::cli {

class GitChild {
 public:
  // Runs `git ARGUMENTS…` in the folder `path`. With `input` it can be written to, else its input is empty.
  // Errors: FAILED_PRECONDITION if there is no git, RESOURCE_EXHAUSTED if no process can be made.
  static absl::StatusOr<std::unique_ptr<GitChild>> Start(const std::string& path, const std::vector<std::string>& arguments,
                                                         bool input = false);
  ~GitChild();  // ends it if it still runs
  GitChild(const GitChild&) = delete;
  GitChild& operator=(const GitChild&) = delete;

  // Blocks until there is some output; empty at its end. What it gives is good until the next call.
  absl::StatusOr<std::string_view> Read();
  absl::Status Write(std::string_view bytes);
  void CloseInput();

  // Waits for its end; close the input and read everything first. Its exit code, -1 if a signal ended it.
  int Wait();
  // The beginning of what it said on its error stream, after Wait().
  std::string Complaint() const;

 private:
  GitChild(pid_t pid, int input, int output, int errors);

  pid_t pid_;
  int input_, output_, errors_;
  bool ended_ = false;
  int code_ = -1;
  std::vector<char> buffer_;
};

}  // namespace comity::cli

#endif  // COMITY_CLIENTS_CLI_GIT_CHILD_H_
