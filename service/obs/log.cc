#include "service/obs/log.h"

#include <unistd.h>

#include <atomic>
#include <cmath>
#include <cstdio>

#include "absl/time/clock.h"
#include "absl/time/time.h"

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

// JSON string, in ASCII where it matters: a value can neither end its line nor reach a terminal as a control sequence.
void AppendQuoted(std::string& line, std::string_view text) {
  line += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      line += '\\';
      line += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(byte));
      line += escape;
    } else {
      line += c;
    }
  }
  line += '"';
}

}  // namespace

void Log(Level level, std::string_view sentence, std::initializer_list<Field> fields) {
  if (level < lowest.load(std::memory_order_relaxed)) return;
  // The one place below main that reads the system's clock: a log line's time is for people and decides nothing.
  std::string line = "{\"time\":\"" + absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", absl::Now(), absl::UTCTimeZone()) + "\",\"level\":\"";
  line += NameOf(level);
  line += "\",\"message\":";
  AppendQuoted(line, sentence);
  for (const Field& field : fields) {
    line += ',';
    AppendQuoted(line, field.key);
    line += ':';
    if (field.quoted) {
      AppendQuoted(line, field.value);
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
