#include "service/git/git_child.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"

extern char** environ;

namespace comity::git {
namespace {

constexpr size_t kBufferBytes = 256u << 10;

// Configuration of a clone that might be somebody else's can name programs (a file system monitor, a signature checker) and remotes to
// fetch what is missing; none of that is for a reader. What could change the form of the output is set too.
const std::vector<std::string>& Guards() {
  static const std::vector<std::string> kGuards = {
      "git",
      "--no-pager",
      "--no-optional-locks",
      "-c",
      "core.fsmonitor=false",
      "-c",
      "core.hooksPath=/dev/null",
      "-c",
      "log.showSignature=false",
      "-c",
      "protocol.allow=never",
      "-c",
      "trailer.separators=:",
      "-c",
      "log.follow=false",
  };
  return kGuards;
}

// Without GIT_DIR and its like, which hooks set and which would lead to another clone than the one asked for.
std::vector<std::string> CleanEnvironment() {
  std::vector<std::string> kept = {"LC_ALL=C", "GIT_NO_LAZY_FETCH=1", "GIT_TERMINAL_PROMPT=0"};
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const bool configuration = text.starts_with("GIT_CONFIG_GLOBAL=") || text.starts_with("GIT_CONFIG_SYSTEM=") ||
                               text.starts_with("GIT_CONFIG_NOSYSTEM=") || text.starts_with("GIT_CEILING_DIRECTORIES=");
    if ((text.starts_with("GIT_") && !configuration) || text.starts_with("LC_ALL=")) continue;
    kept.emplace_back(text);
  }
  return kept;
}

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

void Close(int& descriptor) {
  if (descriptor >= 0) close(descriptor);
  descriptor = -1;
}

// The ends that are ours and the child's. A socket as input: writing to a child that is gone is an error there, not a signal.
struct Pipes {
  int input = -1, child_input = -1, output = -1, child_output = -1, errors = -1;
  bool Open(bool with_input) {
    int ends[2];
    if (with_input) {
      if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return false;
      input = ends[0];
      child_input = ends[1];
    } else {
      child_input = open("/dev/null", O_RDONLY | O_CLOEXEC);
    }
    if (pipe2(ends, O_CLOEXEC) != 0) return false;
    output = ends[0];
    child_output = ends[1];
    errors = memfd_create("git-errors", MFD_CLOEXEC);
    return child_input >= 0 && errors >= 0;
  }
  void CloseChilds() {
    Close(child_input);
    Close(child_output);
  }
  void CloseAll() {
    CloseChilds();
    Close(input);
    Close(output);
    Close(errors);
  }
};

}  // namespace

GitChild::GitChild(pid_t pid, int input, int output, int errors, const Bounds& bounds)
    : bounds_(bounds), pid_(pid), input_(input), output_(output), errors_(errors), buffer_(kBufferBytes) {}

absl::StatusOr<std::unique_ptr<GitChild>> GitChild::Start(const std::string& path, const std::vector<std::string>& arguments,
                                                          const Bounds& bounds, bool input) {
  std::vector<std::string> command = Guards();
  command.insert(command.end(), {"-C", path});
  command.insert(command.end(), arguments.begin(), arguments.end());
  return Spawn(command, CleanEnvironment(), bounds, input);
}

absl::StatusOr<std::unique_ptr<GitChild>> GitChild::StartFetch(const std::string& path, const std::vector<std::string>& arguments,
                                                               const std::string& authorization, const Bounds& bounds) {
  std::vector<std::string> command = Guards();
  for (const char* setting : {"protocol.https.allow=always", "protocol.ssh.allow=always", "protocol.http.allow=always",
                              "http.followRedirects=false", "credential.helper=", "gc.autoDetach=false"}) {
    command.insert(command.end(), {"-c", setting});
  }
  command.insert(command.end(), {"-C", path, "fetch"});
  command.insert(command.end(), arguments.begin(), arguments.end());
  std::vector<std::string> variables = CleanEnvironment();
  variables.emplace_back("GIT_SSH_COMMAND=ssh -o BatchMode=yes");
  if (!authorization.empty()) {
    variables.insert(variables.end(), {"GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=http.extraHeader"});
    variables.push_back(absl::StrCat("GIT_CONFIG_VALUE_0=Authorization: ", authorization));
  }
  return Spawn(command, std::move(variables), bounds, false);
}

absl::StatusOr<std::unique_ptr<GitChild>> GitChild::Spawn(const std::vector<std::string>& arguments, std::vector<std::string> variables,
                                                          const Bounds& bounds, bool input) {
  std::vector<std::string> command = arguments;
  Pipes pipes;
  if (!pipes.Open(input)) {
    pipes.CloseAll();
    return absl::ResourceExhaustedError(absl::StrCat("no pipe to git can be made: ", std::strerror(errno)));
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, pipes.child_input, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, pipes.child_output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, pipes.errors, STDERR_FILENO);
  // With signals as they are by default, and a group of its own: what it starts ends with it.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none, usual;
  sigemptyset(&none);
  sigemptyset(&usual);
  for (const int signal : {SIGPIPE, SIGTERM, SIGINT, SIGHUP}) sigaddset(&usual, signal);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &usual);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  pid_t pid = -1;
  const int failed = posix_spawnp(&pid, "git", &actions, &attributes, Pointers(command).data(), Pointers(variables).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  pipes.CloseChilds();
  if (failed == 0) return std::unique_ptr<GitChild>(new GitChild(pid, pipes.input, pipes.output, pipes.errors, bounds));
  pipes.CloseAll();
  if (failed == ENOENT || failed == EACCES) {
    return absl::FailedPreconditionError("there is no program `git` on this machine's PATH; install it (Debian: apt-get install git)");
  }
  return absl::ResourceExhaustedError(absl::StrCat("git cannot be started: ", std::strerror(failed)));
}

GitChild::~GitChild() {
  Close(input_);
  Close(output_);
  if (!ended_) {
    kill(-pid_, SIGKILL);
    Wait();
  }
  Close(errors_);
}

absl::Status GitChild::AwaitOutput() const {
  using std::chrono::steady_clock;
  if (bounds_.cancelled == nullptr && bounds_.deadline == steady_clock::time_point::max()) return absl::OkStatus();
  constexpr int kTickMs = 100;  // how soon a cancellation is noticed
  while (true) {
    if (bounds_.cancelled != nullptr && *bounds_.cancelled) return absl::CancelledError("stopped");
    if (steady_clock::now() >= bounds_.deadline) return absl::DeadlineExceededError("git takes too long");
    pollfd wanted{output_, POLLIN, 0};
    if (poll(&wanted, 1, kTickMs) > 0) return absl::OkStatus();
  }
}

absl::StatusOr<std::string_view> GitChild::Read() {
  if (const absl::Status status = AwaitOutput(); !status.ok()) return status;
  while (true) {
    const ssize_t size = read(output_, buffer_.data(), buffer_.size());
    if (size >= 0) return std::string_view(buffer_.data(), static_cast<size_t>(size));
    if (errno != EINTR) return absl::DataLossError(absl::StrCat("git's output cannot be read: ", std::strerror(errno)));
  }
}

absl::Status GitChild::Write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t size = send(input_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return absl::DataLossError(absl::StrCat("git does not take its input: ", std::strerror(errno)));
    bytes.remove_prefix(static_cast<size_t>(size));
  }
  return absl::OkStatus();
}

void GitChild::CloseInput() { Close(input_); }

int GitChild::Wait() {
  int status = 0;
  while (!ended_) {
    const pid_t ended = waitpid(pid_, &status, 0);
    if (ended < 0 && errno == EINTR) continue;
    ended_ = true;
    code_ = ended == pid_ && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  return code_;
}

std::string GitChild::Complaint() const {
  constexpr size_t kMaxComplaintBytes = 2000;
  std::string text(kMaxComplaintBytes, '\0');
  const ssize_t size = pread(errors_, text.data(), text.size(), 0);
  text.resize(size > 0 ? static_cast<size_t>(size) : 0);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

}  // namespace comity::git
