#include "plugins/sdk/times.h"

#include <string>

#include "absl/time/civil_time.h"

namespace comity::sdk {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Reads a text from the front; a failed step reads nothing.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}
  bool done() const { return text_.empty(); }
  char front() const { return text_.empty() ? '\0' : text_.front(); }
  bool Take(char c) {
    if (front() != c || text_.empty()) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool TakeText(std::string_view word) {
    if (text_.substr(0, word.size()) != word) return false;
    text_.remove_prefix(word.size());
    return true;
  }
  // Exactly `digits` digits.
  std::optional<int> Number(size_t digits) {
    if (text_.size() < digits) return std::nullopt;
    int number = 0;
    for (size_t i = 0; i < digits; ++i) {
      if (!IsDigit(text_[i])) return std::nullopt;
      number = number * 10 + (text_[i] - '0');
    }
    text_.remove_prefix(digits);
    return number;
  }

 private:
  std::string_view text_;
};

std::optional<absl::Time> InRange(absl::Time time) {
  if (time < absl::UnixEpoch() || time >= absl::FromCivil(absl::CivilSecond(9999, 1, 1), absl::UTCTimeZone())) return std::nullopt;
  return time;
}

std::optional<absl::Time> ParseEpoch(std::string_view text) {
  if (text.size() > 14) return std::nullopt;
  int64_t number = 0;
  for (const char c : text) {
    if (!IsDigit(c)) return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return InRange(text.size() <= 11 ? absl::FromUnixSeconds(number) : absl::FromUnixMillis(number));
}

std::optional<absl::CivilSecond> ParseCivil(Cursor& in) {
  const auto year = in.Number(4);
  if (!year || !in.Take('-')) return std::nullopt;
  const auto month = in.Number(2);
  if (!month || !in.Take('-')) return std::nullopt;
  const auto day = in.Number(2);
  if (!day || !(in.Take('T') || in.Take('t') || in.Take(' '))) return std::nullopt;
  const auto hour = in.Number(2);
  if (!hour || !in.Take(':')) return std::nullopt;
  const auto minute = in.Number(2);
  if (!minute || !in.Take(':')) return std::nullopt;
  const auto second = in.Number(2);
  if (!second || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  const absl::CivilDay date(*year, *month, *day);
  if (date.month() != *month || date.day() != *day) return std::nullopt;  // a day that does not exist
  return absl::CivilSecond(*year, *month, *day, *hour, *minute, *second);
}

std::optional<absl::Duration> ParseFraction(Cursor& in) {
  if (!in.Take('.') && !in.Take(',')) return absl::ZeroDuration();
  if (!IsDigit(in.front())) return std::nullopt;
  int64_t nanos = 0;
  int64_t unit = 100'000'000;
  while (const auto digit = in.Number(1)) {
    nanos += *digit * unit;
    unit /= 10;  // zero beyond nanoseconds
  }
  return absl::Nanoseconds(nanos);
}

// How far the zone is ahead of UTC.
std::optional<absl::Duration> ParseZone(Cursor& in) {
  in.Take(' ');
  if (in.Take('Z') || in.Take('z') || in.TakeText("UTC") || in.TakeText("GMT")) return absl::ZeroDuration();
  const bool ahead = in.front() == '+';
  if (!in.Take('+') && !in.Take('-')) return std::nullopt;
  const auto hours = in.Number(2);
  if (!hours || *hours > 23) return std::nullopt;
  std::optional<int> minutes = 0;
  if (!in.done()) {
    in.Take(':');
    minutes = in.Number(2);
  }
  if (!minutes || *minutes > 59) return std::nullopt;
  const absl::Duration offset = absl::Hours(*hours) + absl::Minutes(*minutes);
  return ahead ? offset : -offset;
}

}  // namespace

std::optional<absl::Time> ParseTime(std::string_view text) {
  if (text.empty() || text.size() > 64) return std::nullopt;
  if (text.find_first_not_of("0123456789") == std::string_view::npos) return ParseEpoch(text);
  Cursor in(text);
  const auto civil = ParseCivil(in);
  if (!civil) return std::nullopt;
  const auto fraction = ParseFraction(in);
  if (!fraction) return std::nullopt;
  const auto offset = ParseZone(in);
  if (!offset || !in.done()) return std::nullopt;
  return InRange(absl::FromCivil(*civil, absl::UTCTimeZone()) + *fraction - *offset);
}

std::optional<absl::Time> TimeOf(Json value) {
  if (const auto number = value.Integer()) return *number < 0 ? std::nullopt : ParseTime(std::to_string(*number));
  return ParseTime(value.Text());
}

google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  google::protobuf::Timestamp timestamp;
  const int64_t seconds = absl::ToUnixSeconds(time);  // rounds down, so the rest is not negative
  timestamp.set_seconds(seconds);
  timestamp.set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
  return timestamp;
}

}  // namespace comity::sdk
