#include "clients/cli/sibling.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "service/base/error.h"

extern char** environ;

namespace comity::cli {
namespace {

// As the shell and system(3) do it: the terminal tells both, and the other decides what a Ctrl-C means.
class InterruptsAreNotOurs {
 public:
  InterruptsAreNotOurs() { before_ = std::signal(SIGINT, SIG_IGN); }
  ~InterruptsAreNotOurs() { std::signal(SIGINT, before_); }

 private:
  void (*before_)(int);
};

}  // namespace

absl::StatusOr<int> RunSibling(const std::string& program, const std::vector<std::string>& arguments, bool quiet) {
  std::error_code error;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  const std::filesystem::path beside = self.parent_path() / program;
  std::vector<std::string> words = {!error && std::filesystem::exists(beside, error) ? beside.string() : program};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> raw;
  raw.reserve(words.size() + 1);
  for (std::string& word : words) raw.push_back(word.data());
  raw.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  if (quiet) posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  sigset_t interrupt;
  sigemptyset(&interrupt);
  sigaddset(&interrupt, SIGINT);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setsigdefault(&attributes, &interrupt);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  const InterruptsAreNotOurs ignored;
  pid_t child = 0;
  const int failed = posix_spawnp(&child, raw[0], &actions, &attributes, raw.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) {
    return absl::FailedPreconditionError(
        absl::StrCat(program, " cannot be started: ", std::strerror(failed), "; run this where it is installed"));
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

absl::Status LeaveTo(Session& session, const std::string& program, const std::vector<std::string>& arguments) {
  session.out().flush();
  COMITY_ASSIGN_OR_RETURN(const int code, RunSibling(program, arguments, /*quiet=*/false));
  return code == 0 ? absl::OkStatus() : absl::FailedPreconditionError(absl::StrCat("not done; ", program, " said why above"));
}

}  // namespace comity::cli
