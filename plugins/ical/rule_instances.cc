#include <algorithm>
#include <utility>

#include "plugins/ical/rule.h"

namespace comity::ical {
namespace {

int WeekdayOf(absl::CivilDay day) { return static_cast<int>(absl::GetWeekday(day)); }  // 0 is Monday

// The number of the week that holds a day, and how many weeks its year has.
std::pair<int, int> WeekOf(absl::CivilDay day, int week_start) {
  const absl::CivilDay fourth = day - (WeekdayOf(day) - week_start + 7) % 7 + 3;  // whose year is the week's
  const absl::CivilDay last(fourth.year(), 12, 31);
  const int fourth_weekday = (week_start + 3) % 7;
  const absl::CivilDay last_fourth = last - (WeekdayOf(last) - fourth_weekday + 7) % 7;
  return {(absl::GetYearDay(fourth) - 1) / 7 + 1, (absl::GetYearDay(last_fourth) - 1) / 7 + 1};
}

int64_t FloorDivide(int64_t value, int64_t by) { return value / by - (value % by < 0 ? 1 : 0); }
int64_t SecondsOf(absl::CivilSecond moment) { return moment - absl::CivilSecond(1970, 1, 1); }

int64_t UnitSeconds(Frequency frequency) {
  switch (frequency) {
    case Frequency::kSecondly:
      return 1;
    case Frequency::kMinutely:
      return 60;
    case Frequency::kHourly:
      return 3600;
    default:
      return 86'400;
  }
}

}  // namespace

RuleInstances::RuleInstances(const Rule& rule, absl::CivilSecond start, const RuleWindow& window, Budget& budget)
    : rule_(rule),
      start_(start),
      from_(std::max(window.from, start)),
      to_(window.to),
      budget_(budget),
      left_(rule.count),
      start_pending_(window.with_start),
      with_start_(window.with_start) {
  FillDefaults();
  Jump();
}

void RuleInstances::FillDefaults() {
  const bool yearly = rule_.frequency == Frequency::kYearly, monthly = rule_.frequency == Frequency::kMonthly;
  const absl::CivilDay day(start_);
  const bool no_days = rule_.year_days.empty() && rule_.month_days.empty() && rule_.days.empty();
  if (no_days && yearly && rule_.weeks.empty()) {
    rule_.month_days = {day.day()};
    if (rule_.months.empty()) rule_.months = {day.month()};
  } else if (no_days && monthly) {
    rule_.month_days = {day.day()};
  } else if (no_days && (yearly || rule_.frequency == Frequency::kWeekly)) {
    rule_.days = {{WeekdayOf(day), 0}};
  }
  ordinal_in_month_ = monthly || (yearly && !rule_.months.empty());
  ordinal_in_year_ = yearly && !ordinal_in_month_;
  const bool has_ordinals = (ordinal_in_month_ || ordinal_in_year_) && rule_.weeks.empty();
  for (const int month : rule_.months) month_ok_.set(static_cast<size_t>(month));
  for (const int hour : rule_.hours) hour_ok_.set(static_cast<size_t>(hour));
  for (const int minute : rule_.minutes) minute_ok_.set(static_cast<size_t>(minute));
  std::erase(rule_.seconds, 60);  // a leap second never comes
  for (const int second : rule_.seconds) second_ok_.set(static_cast<size_t>(second));
  for (const int week : rule_.weeks) week_ok_.set(static_cast<size_t>(week + 53));
  for (const int year_day : rule_.year_days) year_day_ok_.set(static_cast<size_t>(year_day + 366));
  for (const int month_day : rule_.month_days) month_day_ok_.set(static_cast<size_t>(month_day + 31));
  for (const RuleDay& one : rule_.days) {
    ordinal_ok_[static_cast<size_t>(one.weekday)].set(static_cast<size_t>((has_ordinals ? one.ordinal : 0) + 53));
  }
}

// Over all periods that end before the window, where nothing need be counted in them.
void RuleInstances::Jump() {
  const bool plain =
      !rule_.has_by_parts() ||
      (rule_.days.size() == 1 && rule_.frequency == Frequency::kWeekly && rule_.days[0].weekday == WeekdayOf(absl::CivilDay(start_)) &&
       rule_.months.empty() && rule_.hours.empty() && rule_.minutes.empty() && rule_.seconds.empty() && rule_.positions.empty());
  const bool once_each = plain && rule_.frequency <= Frequency::kWeekly;
  if (left_ && !once_each) return;
  int64_t units = 0;
  switch (rule_.frequency) {
    case Frequency::kYearly:
      units = from_.year() - start_.year();
      break;
    case Frequency::kMonthly:
      units = absl::CivilMonth(from_) - absl::CivilMonth(start_);
      break;
    case Frequency::kWeekly:
      units = (absl::CivilDay(from_) - absl::CivilDay(start_)) / 7;
      break;
    default:
      units = (from_ - start_) / UnitSeconds(rule_.frequency);
  }
  const int64_t periods = std::max<int64_t>(units / rule_.interval - 1, 0);
  period_ = periods * rule_.interval;
  if (left_ && periods > 0) {
    left_ = std::max<int64_t>(*left_ - periods, 0);
    with_start_ = start_pending_ = false;  // it was one of those
  }
}

absl::CivilSecond RuleInstances::PeriodBegin() const {
  switch (rule_.frequency) {
    case Frequency::kYearly:
      return absl::CivilSecond(absl::CivilYear(start_) + period_);
    case Frequency::kMonthly:
      return absl::CivilSecond(absl::CivilMonth(start_) + period_);
    case Frequency::kWeekly: {
      const absl::CivilDay day(start_);
      return absl::CivilSecond(day - (WeekdayOf(day) - rule_.week_start + 7) % 7 + 7 * period_);
    }
    default: {
      const int64_t unit = UnitSeconds(rule_.frequency);
      return absl::CivilSecond(1970, 1, 1) + (FloorDivide(SecondsOf(start_), unit) + period_) * unit;
    }
  }
}

bool RuleInstances::DayMatches(absl::CivilDay day) const {
  if (!rule_.months.empty() && !month_ok_[static_cast<size_t>(day.month())]) return false;
  if (!rule_.month_days.empty()) {
    const auto from_end = static_cast<size_t>(day - (absl::CivilDay(absl::CivilMonth(day) + 1)) + 31);
    if (!month_day_ok_[static_cast<size_t>(day.day() + 31)] && !month_day_ok_[from_end]) return false;
  }
  if (!rule_.year_days.empty()) {
    const auto from_end = static_cast<size_t>(day - absl::CivilDay(day.year() + 1, 1, 1) + 366);
    if (!year_day_ok_[static_cast<size_t>(absl::GetYearDay(day) + 366)] && !year_day_ok_[from_end]) return false;
  }
  if (!rule_.weeks.empty()) {
    const auto [week, weeks] = WeekOf(day, rule_.week_start);
    if (!week_ok_[static_cast<size_t>(week + 53)] && !week_ok_[static_cast<size_t>(week - weeks - 1 + 53)]) return false;
  }
  if (rule_.days.empty()) return true;
  const std::bitset<107>& ordinals = ordinal_ok_[static_cast<size_t>(WeekdayOf(day))];
  if (ordinals[53]) return true;
  if (ordinals.none()) return false;
  const absl::CivilDay first = ordinal_in_month_ ? absl::CivilDay(absl::CivilMonth(day)) : absl::CivilDay(absl::CivilYear(day));
  const absl::CivilDay end = ordinal_in_month_ ? absl::CivilDay(absl::CivilMonth(day) + 1) : absl::CivilDay(absl::CivilYear(day) + 1);
  const int64_t forwards = (day - first) / 7 + 1, backwards = -((end - 1 - day) / 7 + 1);
  return ordinals[static_cast<size_t>(forwards + 53)] || ordinals[static_cast<size_t>(backwards + 53)];
}

bool RuleInstances::LoadDays(absl::CivilDay first, absl::CivilDay end) {
  days_.clear();
  for (absl::CivilDay day = first; day < end;) {
    if (!budget_.Spend()) return false;
    if (!rule_.months.empty() && !month_ok_[static_cast<size_t>(day.month())]) {
      day = absl::CivilDay(absl::CivilMonth(day) + 1);  // none of its days
      continue;
    }
    if (DayMatches(day)) days_.push_back(day);
    ++day;
  }
  return true;
}

// A period within a day. Where its day, hour or minute does not fit, over to the first period of the next one that may.
bool RuleInstances::LoadOfDay() {
  const int64_t unit = UnitSeconds(rule_.frequency);
  while (true) {
    const absl::CivilSecond here = PeriodBegin();
    if (here >= to_ || !budget_.Spend()) return false;
    absl::CivilSecond next = here;
    if (const absl::CivilDay day(here); !DayMatches(day)) {
      const bool month = !rule_.months.empty() && !month_ok_[static_cast<size_t>(day.month())];
      next = month ? absl::CivilSecond(absl::CivilMonth(day) + 1) : absl::CivilSecond(day + 1);
    } else if (rule_.frequency <= Frequency::kHourly && !rule_.hours.empty() && !hour_ok_[static_cast<size_t>(here.hour())]) {
      next = absl::CivilSecond(absl::CivilHour(here) + 1);
    } else if (rule_.frequency <= Frequency::kMinutely && !rule_.minutes.empty() && !minute_ok_[static_cast<size_t>(here.minute())]) {
      next = absl::CivilSecond(absl::CivilMinute(here) + 1);
    } else if (rule_.frequency == Frequency::kSecondly && !rule_.seconds.empty() && !second_ok_[static_cast<size_t>(here.second())]) {
      next = here + 1;
    } else {
      days_ = {absl::CivilDay(here)};
      if (rule_.frequency <= Frequency::kHourly) hours_ = {here.hour()};
      if (rule_.frequency <= Frequency::kMinutely) minutes_ = {here.minute()};
      if (rule_.frequency == Frequency::kSecondly) seconds_ = {here.second()};
      return true;
    }
    const int64_t units = (next - here + unit - 1) / unit;
    period_ += (units + rule_.interval - 1) / rule_.interval * rule_.interval;
  }
}

// The candidates of the period, as days and times whose product they are; false when there are no more periods.
bool RuleInstances::Load() {
  const auto given = [](const std::vector<int>& list, int own) { return list.empty() ? std::vector<int>{own} : list; };
  hours_ = given(rule_.hours, start_.hour());
  minutes_ = given(rule_.minutes, start_.minute());
  seconds_ = given(rule_.seconds, start_.second());
  const absl::CivilSecond begin = PeriodBegin();
  if (begin >= to_ || begin.year() > 9000) return false;
  const absl::CivilDay first(begin);
  bool loaded = false;
  switch (rule_.frequency) {
    case Frequency::kYearly:
      loaded = LoadDays(first, absl::CivilDay(absl::CivilYear(first) + 1));
      break;
    case Frequency::kMonthly:
      loaded = LoadDays(first, absl::CivilDay(absl::CivilMonth(first) + 1));
      break;
    case Frequency::kWeekly:
      loaded = LoadDays(first, first + 7);
      break;
    default:
      loaded = LoadOfDay();
  }
  if (loaded) Choose();
  return loaded;
}

absl::CivilSecond RuleInstances::At(int64_t index) const {
  const auto seconds = static_cast<int64_t>(seconds_.size()), minutes = static_cast<int64_t>(minutes_.size()),
             hours = static_cast<int64_t>(hours_.size());
  const absl::CivilDay day = days_[static_cast<size_t>(index / (hours * minutes * seconds))];
  return absl::CivilSecond(day.year(), day.month(), day.day(), hours_[static_cast<size_t>(index / (minutes * seconds) % hours)],
                           minutes_[static_cast<size_t>(index / seconds % minutes)], seconds_[static_cast<size_t>(index % seconds)]);
}

// The first index of the period whose candidate is not before `moment`.
int64_t RuleInstances::FirstNotBefore(absl::CivilSecond moment) const {
  int64_t low = 0, high = end_;
  while (low < high) {
    const int64_t middle = (low + high) / 2;
    const absl::CivilSecond candidate = chosen_.empty() ? At(middle) : At(chosen_[static_cast<size_t>(middle)]);
    if (candidate < moment) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

// What of the period is to be given, without looking at what comes before the window.
void RuleInstances::Choose() {
  end_ = static_cast<int64_t>(days_.size() * hours_.size() * minutes_.size() * seconds_.size());
  chosen_.clear();
  if (!rule_.positions.empty()) {
    for (const int position : rule_.positions) {
      const int64_t index = position > 0 ? position - 1 : end_ + position;
      if (index >= 0 && index < end_) chosen_.push_back(index);
    }
    std::sort(chosen_.begin(), chosen_.end());
    chosen_.erase(std::unique(chosen_.begin(), chosen_.end()), chosen_.end());
    end_ = static_cast<int64_t>(chosen_.size());
  }
  const int64_t first = FirstNotBefore(with_start_ ? start_ + 1 : start_);
  next_ = std::max(first, FirstNotBefore(from_));
  if (left_) *left_ = std::max<int64_t>(*left_ - (next_ - first), 0);
}

std::optional<absl::CivilSecond> RuleInstances::Next() {
  if (start_pending_) {
    start_pending_ = false;
    if (left_) --*left_;
    if (start_ >= from_ && start_ < to_) return start_;
  }
  while (!ended_) {
    if (left_ && *left_ == 0) break;
    if (next_ < end_) {
      const absl::CivilSecond candidate = chosen_.empty() ? At(next_) : At(chosen_[static_cast<size_t>(next_)]);
      ++next_;
      if (!budget_.Spend() || candidate >= to_) break;
      if (left_) --*left_;
      return candidate;
    }
    if (!Load()) break;
    period_ += rule_.interval;
  }
  ended_ = true;
  return std::nullopt;
}

}  // namespace comity::ical
