#include "plugins/ical/values.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"

namespace comity::ical {
namespace {

// Exactly the first `digits` of `text`, taken off its front.
std::optional<int> Take(std::string_view& text, size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int number = 0;
  for (size_t i = 0; i < digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    number = number * 10 + (text[i] - '0');
  }
  text.remove_prefix(digits);
  return number;
}

std::string_view Trimmed(std::string_view text) {
  const absl::string_view stripped = absl::StripAsciiWhitespace(absl::string_view(text.data(), text.size()));
  return {stripped.data(), stripped.size()};
}

}  // namespace

Moment UtcMoment(absl::Time time) { return {absl::ToCivilSecond(time, absl::UTCTimeZone()), false, true, ""}; }

std::optional<Moment> ParseMoment(std::string_view text) {
  text = Trimmed(text);
  const std::optional<int> year = Take(text, 4), month = Take(text, 2), day = Take(text, 2);
  if (!year || !month || !day || *year < 1600 || *year > 9000) return std::nullopt;
  const absl::CivilDay date(*year, *month, *day);
  if (date.year() != *year || date.month() != *month || date.day() != *day) return std::nullopt;
  Moment moment;
  moment.civil = absl::CivilSecond(date);
  if (text.empty()) {
    moment.is_date = true;
    return moment;
  }
  if (text.front() != 'T' && text.front() != 't') return std::nullopt;
  text.remove_prefix(1);
  const std::optional<int> hour = Take(text, 2), minute = Take(text, 2), second = Take(text, 2);
  if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  moment.civil = absl::CivilSecond(*year, *month, *day, *hour, *minute, std::min(*second, 59));  // a leap second is none
  moment.is_utc = text == "Z" || text == "z";
  return text.empty() || moment.is_utc ? std::optional<Moment>(moment) : std::nullopt;
}

std::optional<Moment> MomentOf(const Property& property) {
  std::optional<Moment> moment = ParseMoment(property.value);
  if (moment && !moment->is_utc) moment->zone = std::string(property.Get("TZID"));
  return moment;
}

std::vector<Moment> MomentsOf(const Property& property, size_t limit) {
  std::vector<Moment> moments;
  for (const absl::string_view part : absl::StrSplit(property.value, ',')) {
    if (moments.size() >= limit) break;
    std::optional<Moment> moment = ParseMoment({part.data(), part.size()});
    if (!moment) continue;
    if (!moment->is_utc) moment->zone = std::string(property.Get("TZID"));
    moments.push_back(*std::move(moment));
  }
  return moments;
}

std::optional<Span> ParseSpan(std::string_view text) {
  constexpr int64_t kMaxNumber = 10'000'000;
  text = Trimmed(text);
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (!text.starts_with('P')) return std::nullopt;
  text.remove_prefix(1);
  Span span;
  bool in_time = false, any = false;
  while (!text.empty()) {
    if (text.front() == 'T' && !in_time) {
      in_time = true;
      text.remove_prefix(1);
      continue;
    }
    int64_t number = 0;
    size_t digits = 0;
    for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits) {
      number = std::min(number * 10 + (text[digits] - '0'), kMaxNumber);
    }
    if (digits == 0 || digits == text.size()) return std::nullopt;
    const char unit = text[digits];
    text.remove_prefix(digits + 1);
    any = true;
    if (unit == 'W' && !in_time) {
      span.days += 7 * number;
    } else if (unit == 'D' && !in_time) {
      span.days += number;
    } else if (unit == 'H' && in_time) {
      span.time += absl::Hours(number);
    } else if (unit == 'M' && in_time) {
      span.time += absl::Minutes(number);
    } else if (unit == 'S' && in_time) {
      span.time += absl::Seconds(number);
    } else {
      return std::nullopt;
    }
  }
  if (!any) return std::nullopt;
  if (negative) span = {-span.days, -span.time};
  return span;
}

std::optional<absl::Duration> ParseOffset(std::string_view text) {
  text = Trimmed(text);
  if (text.empty() || (text.front() != '+' && text.front() != '-')) return std::nullopt;
  const bool behind = text.front() == '-';
  text.remove_prefix(1);
  const std::optional<int> hours = Take(text, 2), minutes = Take(text, 2);
  const std::optional<int> seconds = text.empty() ? std::optional<int>(0) : Take(text, 2);
  if (!hours || !minutes || !seconds || !text.empty() || *hours > 23 || *minutes > 59 || *seconds > 59) return std::nullopt;
  const absl::Duration offset = absl::Hours(*hours) + absl::Minutes(*minutes) + absl::Seconds(*seconds);
  return behind ? -offset : offset;
}

}  // namespace comity::ical
