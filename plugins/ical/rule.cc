#include "plugins/ical/rule.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "service/base/error.h"

namespace comity::ical {
namespace {

constexpr size_t kMaxRuleBytes = 2000, kMaxList = 400;
constexpr int64_t kMaxNumber = 1'000'000'000;
constexpr std::array<std::string_view, 7> kFrequencies = {"SECONDLY", "MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"};
constexpr std::array<std::string_view, 7> kWeekdays = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};

absl::Status Refused(std::string_view part) {
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid,
               absl::StrCat("the recurrence rule cannot be read: ", std::string(part)));
}

std::optional<int64_t> NumberOf(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec == std::errc::result_out_of_range && text.find_first_not_of("0123456789") == std::string_view::npos) return kMaxNumber;
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
  return std::min(number, kMaxNumber);
}

template <size_t N>
std::optional<int> IndexOf(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? std::nullopt : std::optional<int>(static_cast<int>(found - names.begin()));
}

// A list of numbers from `least` to `most`; with `negative` also counted from the end, and then without 0.
bool ReadList(std::string_view text, int least, int most, bool negative, std::vector<int>* list) {
  for (const absl::string_view part : absl::StrSplit(absl::string_view(text.data(), text.size()), ',')) {
    const std::optional<int64_t> number = NumberOf({part.data(), part.size()});
    if (!number || list->size() >= kMaxList) return false;
    const bool within = *number >= least && *number <= most;
    if (!within && !(negative && *number <= -least && *number >= -most)) return false;
    list->push_back(static_cast<int>(*number));
  }
  std::sort(list->begin(), list->end());
  list->erase(std::unique(list->begin(), list->end()), list->end());
  return true;
}

bool ReadDays(std::string_view text, std::vector<RuleDay>* days) {
  for (const absl::string_view part : absl::StrSplit(absl::string_view(text.data(), text.size()), ',')) {
    const std::string_view day(part.data(), part.size());
    if (day.size() < 2 || days->size() >= kMaxList) return false;
    const std::optional<int> weekday = IndexOf(kWeekdays, day.substr(day.size() - 2));
    const std::optional<int64_t> ordinal = day.size() == 2 ? 0 : NumberOf(day.substr(0, day.size() - 2));
    if (!weekday || !ordinal || *ordinal < -53 || *ordinal > 53 || (day.size() > 2 && *ordinal == 0)) return false;
    days->push_back({*weekday, static_cast<int>(*ordinal)});
  }
  return true;
}

bool ReadPart(std::string_view name, std::string_view value, Rule* rule, bool* has_frequency) {
  const auto number = NumberOf(value);
  if (name == "FREQ") {
    const std::optional<int> frequency = IndexOf(kFrequencies, value);
    *has_frequency = frequency.has_value();
    rule->frequency = static_cast<Frequency>(frequency.value_or(0));
    return *has_frequency;
  }
  if (name == "INTERVAL") {
    rule->interval = number.value_or(0);
    return rule->interval > 0;
  }
  if (name == "COUNT") {
    rule->count = number.value_or(0);
    return *rule->count > 0;
  }
  if (name == "UNTIL") {
    rule->until = ParseMoment(value);
    return rule->until.has_value();
  }
  if (name == "WKST") {
    const std::optional<int> weekday = IndexOf(kWeekdays, value);
    rule->week_start = weekday.value_or(0);
    return weekday.has_value();
  }
  if (name == "BYSECOND") return ReadList(value, 0, 60, false, &rule->seconds);
  if (name == "BYMINUTE") return ReadList(value, 0, 59, false, &rule->minutes);
  if (name == "BYHOUR") return ReadList(value, 0, 23, false, &rule->hours);
  if (name == "BYDAY") return ReadDays(value, &rule->days);
  if (name == "BYMONTHDAY") return ReadList(value, 1, 31, true, &rule->month_days);
  if (name == "BYYEARDAY") return ReadList(value, 1, 366, true, &rule->year_days);
  if (name == "BYWEEKNO") return ReadList(value, 1, 53, true, &rule->weeks);
  if (name == "BYMONTH") return ReadList(value, 1, 12, false, &rule->months);
  if (name == "BYSETPOS") return ReadList(value, 1, 366, true, &rule->positions);
  if (name == "RSCALE") return value == "GREGORIAN";
  if (name == "SKIP") return value == "OMIT";
  return name.starts_with("X-");
}

}  // namespace

absl::StatusOr<Rule> ParseRule(std::string_view text) {
  if (text.size() > kMaxRuleBytes) return Refused("it is too long");
  std::string upper(text);
  absl::AsciiStrToUpper(&upper);
  Rule rule;
  bool has_frequency = false;
  for (const absl::string_view part : absl::StrSplit(upper, ';', absl::SkipWhitespace())) {
    const std::pair<std::string, std::string> named = absl::StrSplit(part, absl::MaxSplits('=', 1));
    const std::string name(absl::StripAsciiWhitespace(named.first)), value(absl::StripAsciiWhitespace(named.second));
    if (!ReadPart(name, value, &rule, &has_frequency))
      return Refused(name.size() < 12 && name.starts_with("BY") ? name : "one of its parts");
  }
  if (!has_frequency) return Refused("it has no FREQ");
  return rule;
}

}  // namespace comity::ical
