#include "service/obs/log.h"

#include <unistd.h>

#include <atomic>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "service/base/json_text.h"

namespace comity::obs {
namespace {

std::atomic<Level> lowest{Level::kInfo};

std::string_view NameOf(Level level) {
  switch (level) {
    case Level::kInfo:
      return "info";
    case Level::kWarning:
      return "warning";
    case Level::kError:
      return "error";
  }
  return "error";
}

}  // namespace

void Log(Level level, std::string_view sentence, std::initializer_list<Field> fields) {
  if (level < lowest.load(std::memory_order_relaxed)) return;
  // The one place below main that reads the system's clock: a log line's time is for people and decides nothing.
  std::string line = "{\"time\":\"" + absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", absl::Now(), absl::UTCTimeZone()) + "\",\"level\":\"";
  line += NameOf(level);
  line += "\",\"message\":";
  AppendJsonString(line, sentence);
  for (const Field& field : fields) {
    line += ',';
    AppendJsonString(line, field.key);
    line += ':';
    if (field.quoted) {
      AppendJsonString(line, field.value);
    } else {
      line += field.value.find_first_of("ni") == std::string::npos ? field.value : "null";  // JSON has no nan and no inf
    }
  }
  line += "}\n";
  // One write, so that lines of several threads and processes do not mix.
  size_t written = 0;
  while (written < line.size()) {
    const ssize_t n = ::write(STDERR_FILENO, line.data() + written, line.size() - written);
    if (n <= 0) return;
    written += static_cast<size_t>(n);
  }
}

void SetLogLevel(Level level) { lowest.store(level, std::memory_order_relaxed); }

}  // namespace comity::obs
