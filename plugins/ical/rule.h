// Recurrence rules (RFC 5545 §3.3.10) and their instances, in local time.
//
// Bounded whatever a rule says: every candidate that is looked at costs a step of a budget, and whatever can be jumped over is. Steps, not
// time, so that the same calendar gives the same everywhere. libical's own iterator is not used: some rules of 40 bytes never let it
// return.
#ifndef COMITY_PLUGINS_ICAL_RULE_H_
#define COMITY_PLUGINS_ICAL_RULE_H_

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "plugins/ical/values.h"

namespace comity::ical {

inline constexpr int64_t kMaxSteps = 200'000;  // of one series

// Steps that may still be taken. Nothing happens any more once there are none.
class Budget {
 public:
  explicit Budget(int64_t steps) : left_(steps) {}
  bool Spend(int64_t steps = 1) {
    left_ = left_ > steps ? left_ - steps : 0;
    return left_ > 0;
  }
  int64_t left() const { return left_; }
  bool exhausted() const { return left_ == 0; }

 private:
  int64_t left_;
};

enum class Frequency { kSecondly, kMinutely, kHourly, kDaily, kWeekly, kMonthly, kYearly };

// A weekday of BYDAY; 0: each, 2: the second, -1: the last of its month or year.
struct RuleDay {
  int weekday = 0;  // 0 is Monday
  int ordinal = 0;
};

struct Rule {
  Frequency frequency = Frequency::kDaily;
  int64_t interval = 1;
  std::optional<int64_t> count;
  std::optional<Moment> until;  // inclusive
  std::vector<int> months, weeks, year_days, month_days, hours, minutes, seconds, positions;
  std::vector<RuleDay> days;
  int week_start = 0;  // 0 is Monday
  bool has_by_parts() const {
    return !(months.empty() && weeks.empty() && year_days.empty() && month_days.empty() && hours.empty() && minutes.empty() &&
             seconds.empty() && positions.empty() && days.empty());
  }
};

// Errors: INVALID_ARGUMENT (FIELD_INVALID) for what is no rule, has a number outside of its range, or counts by another calendar.
absl::StatusOr<Rule> ParseRule(std::string_view text);

// What of a rule's instances is wanted. `until` of the rule is the caller's: it may be in another zone.
struct RuleWindow {
  absl::CivilSecond from, to;  // instances in [from, to)
  bool with_start = false;     // the start is the first instance, whether or not it fits the rule
};

// A rule's instances in order, each once, none before its start.
class RuleInstances {
 public:
  RuleInstances(const Rule& rule, absl::CivilSecond start, const RuleWindow& window, Budget& budget);
  // nullopt: no more within the window, or the budget is exhausted.
  std::optional<absl::CivilSecond> Next();

 private:
  void FillDefaults();
  void Jump();
  bool Load();
  bool LoadDays(absl::CivilDay first, absl::CivilDay end);
  bool LoadOfDay();
  bool DayMatches(absl::CivilDay day) const;
  absl::CivilSecond At(int64_t index) const;
  int64_t FirstNotBefore(absl::CivilSecond moment) const;
  void Choose();
  absl::CivilSecond PeriodBegin() const;

  Rule rule_;
  const absl::CivilSecond start_, from_, to_;
  Budget& budget_;
  std::optional<int64_t> left_;  // of COUNT
  bool start_pending_ = false, with_start_ = false, ended_ = false;

  std::bitset<13> month_ok_;
  std::bitset<24> hour_ok_;
  std::bitset<60> minute_ok_, second_ok_;
  std::bitset<107> week_ok_;      // number + 53
  std::bitset<733> year_day_ok_;  // number + 366
  std::bitset<63> month_day_ok_;  // number + 31
  std::array<std::bitset<107>, 7> ordinal_ok_;
  bool ordinal_in_month_ = false, ordinal_in_year_ = false;

  int64_t period_ = 0;  // in units of the frequency since the start, a multiple of the interval
  std::vector<absl::CivilDay> days_;
  std::vector<int> hours_, minutes_, seconds_;
  std::vector<int64_t> chosen_;  // BYSETPOS: indices within the period
  int64_t next_ = 0, end_ = 0;   // indices within the period, or within `chosen_`
};

}  // namespace comity::ical

#endif  // COMITY_PLUGINS_ICAL_RULE_H_
