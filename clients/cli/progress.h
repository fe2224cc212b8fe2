// A bar on a terminal for what takes a while. Silent elsewhere.
#ifndef COMITY_CLIENTS_CLI_PROGRESS_H_
#define COMITY_CLIENTS_CLI_PROGRESS_H_

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <string>

namespace comity::cli {

class Progress {
 public:
  // `what` is printed before the bar. `total` 0: unknown, only the count is shown.
  Progress(std::ostream& err, bool on_terminal, std::string what, int64_t total)
      : err_(err), on_terminal_(on_terminal), what_(std::move(what)), total_(total) {}
  ~Progress() { Clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // One more. Draws at most ten times a second.
  void Step();
  // Takes the bar away, so that what follows stands on a clean line.
  void Clear();
  // The line as it is drawn.
  static std::string Line(const std::string& what, int64_t done, int64_t total);

 private:
  std::ostream& err_;
  const bool on_terminal_;
  const std::string what_;
  const int64_t total_;
  int64_t done_ = 0;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point last_;
};

}  // namespace comity::cli

#endif  // COMITY_CLIENTS_CLI_PROGRESS_H_
