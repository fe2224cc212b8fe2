// Real processes for tests: start, kill -9, stop, wait until ready; free ports and temporary folders.
#ifndef COMITY_TESTS_SUPPORT_PROCESS_H_
#define COMITY_TESTS_SUPPORT_PROCESS_H_

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace comity::testing {

// A folder of the test's own, deleted with everything in it.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  const std::string& path() const { return path_; }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

// A child process; killed when destroyed.
class Process {
 public:
  // Output and errors go to `log`, appended. Aborts the test program if it cannot fork.
  Process(std::vector<std::string> command, const std::string& log);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  bool Running();
  void Kill();      // SIGKILL, and waits
  int Terminate();  // SIGTERM, waits, and gives the exit code; -1 if a signal ended it
  int Wait();
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
  int status_ = 0;
  bool ended_ = false;
};

// What a process holds in memory.
size_t ResidentBytes(pid_t pid);
// A port of loopback that nobody listened on a moment ago, and that no outgoing connection will be given.
int FreePort();
// Polls until `condition` holds; false after `deadline`.
bool WaitUntil(const std::function<bool()>& condition, std::chrono::milliseconds deadline);
void WriteFile(const std::string& path, const std::string& content, unsigned mode = 0600);
std::string ReadFile(const std::string& path);

}  // namespace comity::testing

#endif  // COMITY_TESTS_SUPPORT_PROCESS_H_
