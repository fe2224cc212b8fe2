// Looks back at a made clone of 50,000 commits: how fast the log is read once git has printed it, beside the bare search for the bytes that
// separate its fields, and how long the whole command takes, beside git alone.
// Usage: lookback_bench [COMMITS]
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "service/domain/lookback/lookback.h"
#include "service/git/git_child.h"
#include "service/git/repository.h"
#include "tests/support/clone_maker.h"
#include "tests/support/process.h"

namespace {

namespace lookback = comity::domain::lookback;
using Clock = std::chrono::steady_clock;

double SecondsSince(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

std::string PrintedLog(const std::string& clone) {
  std::string log;
  auto git = comity::git::GitChild::Start(clone, comity::git::LogArguments("HEAD", {"HEAD"}));
  if (!git.ok()) std::abort();
  while (true) {
    const auto piece = (*git)->Read();
    if (!piece.ok() || piece->empty()) return log;
    log.append(*piece);
  }
}

// Feeds `log` in pieces as they come from a pipe; the seconds it took.
double Feed(const std::string& log, const comity::git::GitLogParser::Visit& visit) {
  constexpr size_t kPiece = 64u << 10;
  const auto start = Clock::now();
  comity::git::GitLogParser parser(visit);
  for (size_t at = 0; at < log.size(); at += kPiece) {
    if (!parser.Feed(std::string_view(log).substr(at, kPiece)).ok()) std::abort();
  }
  if (!parser.Finish().ok()) std::abort();
  return SecondsSince(start);
}

struct Run {
  double seconds = 0;
  long peak_kib = 0;
  int code = -1;
};

// Peak memory is the largest of the command and the git processes it starts.
Run RunLookback(const std::string& clone, const std::string& output) {
  const auto start = Clock::now();
  const pid_t child = fork();
  if (child == 0) {
    const int out = open(output.c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0600);
    dup2(out, STDOUT_FILENO);
    execl(COMITY_BIN_DIR "/comity", "comity", "lookback", clone.c_str(), "--output=json", static_cast<char*>(nullptr));
    _exit(127);
  }
  int status = 0;
  rusage usage{};
  wait4(child, &status, 0, &usage);
  return {SecondsSince(start), usage.ru_maxrss, WIFEXITED(status) ? WEXITSTATUS(status) : -1};
}

}  // namespace

int main(int count, char** values) {
  comity::testing::CloneShape shape;
  if (count > 1) shape.commits = std::atoi(values[1]);
  const comity::testing::TempDir folder;
  const std::string clone = folder / "clone.git";
  comity::testing::MakeClone(clone, shape);

  auto start = Clock::now();
  const std::string log = PrintedLog(clone);
  const double git_seconds = SecondsSince(start);
  start = Clock::now();
  size_t fields = 0;
  for (const char* at = log.data(); (at = static_cast<const char*>(memchr(at, 0, log.data() + log.size() - at))) != nullptr; ++at) ++fields;
  const double limit_seconds = SecondsSince(start);
  int64_t commits = 0;
  const double parse_seconds = Feed(log, [&](const comity::git::LogCommit&) { ++commits; });
  lookback::Areas areas;
  lookback::History history(areas, {});
  const double keep_seconds = Feed(log, [&](const comity::git::LogCommit& commit) { history.Add(commit); });
  const auto per_second = [&](double seconds) { return static_cast<double>(commits) / seconds / 1000; };
  std::printf("log of %lld commits, %.1f MB, %zu fields; git alone %.2f s\n", static_cast<long long>(commits), log.size() / 1e6, fields,
              git_seconds);
  std::printf("bare search for separators  %8.0f thousand commits/s\n", per_second(limit_seconds));
  std::printf("parsed                      %8.0f thousand commits/s\n", per_second(parse_seconds));
  std::printf("parsed and kept             %8.0f thousand commits/s (floor 50)\n", per_second(keep_seconds));

  const Run first = RunLookback(clone, folder / "first"), second = RunLookback(clone, folder / "second");
  const bool same = comity::testing::ReadFile(folder / "first") == comity::testing::ReadFile(folder / "second");
  std::printf("comity lookback             %8.2f s in all (limit 60), %.2f times git alone; peak %ld MB (limit 200)\n", first.seconds,
              first.seconds / git_seconds, first.peak_kib / 1024);
  std::printf("twice the same              %s\n", same ? "yes" : "NO");
  return first.code == 0 && second.code == 0 && same ? 0 : 1;
}
