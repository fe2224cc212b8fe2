#include "tests/bench/process_cost.h"

#include <filesystem>
#include <fstream>
#include <string>

namespace comity::bench {
namespace {

// The number that follows `name:` in a file of such lines.
double NumberIn(const std::string& path, std::string_view name) {
  std::ifstream file(path);
  std::string word;
  double number = 0;
  while (file >> word) {
    if (word.size() == name.size() + 1 && word.starts_with(name) && file >> number) return number;
  }
  return 0;
}

}  // namespace

ProcessCost CostOf(pid_t pid) {
  const std::string folder = "/proc/" + std::to_string(pid);
  ProcessCost cost;
  std::error_code gone;  // a thread may end while we look
  for (const auto& thread : std::filesystem::directory_iterator(folder + "/task", gone)) {
    std::ifstream file(thread.path() / "schedstat");
    double nanoseconds = 0;
    if (file >> nanoseconds) cost.cpu_us += nanoseconds / 1000;
  }
  cost.written_bytes = NumberIn(folder + "/io", "wchar");
  return cost;
}

double MegabytesOf(pid_t pid, std::string_view line) { return NumberIn("/proc/" + std::to_string(pid) + "/status", line) / 1024; }

}  // namespace comity::bench
