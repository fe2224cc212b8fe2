// Structured logs on standard error: one JSON object a line, a fixed sentence and fields. Never payloads, names, logins or titles.
#ifndef COMITY_SERVICE_OBS_LOG_H_
#define COMITY_SERVICE_OBS_LOG_H_

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>

namespace comity::obs {

enum class Level { kInfo, kWarning, kError };

struct Field {
  Field(std::string_view name, std::string_view text) : key(name), value(text), quoted(true) {}
  Field(std::string_view name, const char* text) : Field(name, std::string_view(text)) {}
  Field(std::string_view name, const std::string& text) : Field(name, std::string_view(text)) {}
  template <typename Number, typename = std::enable_if_t<std::is_arithmetic_v<Number>>>
  Field(std::string_view name, Number number) : key(name), value(std::to_string(number)), quoted(false) {}
  std::string key, value;
  bool quoted;
};

// One line: {"time":…,"level":"info","message":"…","key":value}. Control characters are escaped, so a value cannot forge a line.
void Log(Level level, std::string_view sentence, std::initializer_list<Field> fields = {});
// Lines below this level are dropped; kInfo at start.
void SetLogLevel(Level level);

}  // namespace comity::obs

#endif  // COMITY_SERVICE_OBS_LOG_H_
