#include "service/domain/time_text.h"

#include <cstdint>
#include <cstdio>

#include "service/domain/values.h"

namespace comity::domain {

std::string TimeText(absl::Time time) {
  // By hand: every deed says several times, and absl::FormatTime takes a microsecond for each.
  const int64_t seconds = absl::ToUnixSeconds(time);
  const int32_t second_of_day = static_cast<int32_t>(((seconds % 86'400) + 86'400) % 86'400);
  char text[16];
  std::snprintf(text, sizeof text, "T%02d:%02d:%02dZ", second_of_day / 3600 % 24, second_of_day / 60 % 60, second_of_day % 60);
  return IsoDay(DayOf(time)) + text;
}

}  // namespace comity::domain
