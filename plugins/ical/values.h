// What values of properties mean: instants as a calendar writes them, spans, offsets.
#ifndef COMITY_PLUGINS_ICAL_VALUES_H_
#define COMITY_PLUGINS_ICAL_VALUES_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "plugins/ical/component.h"

namespace comity::ical {

// A date, or a date with a time; in UTC, in a zone, or floating. Years 1600 to 9000.
struct Moment {
  absl::CivilSecond civil;  // midnight of a date
  bool is_date = false;
  bool is_utc = false;
  std::string zone;  // TZID; empty: UTC or floating
};
// An instant, as a date with a time in UTC.
Moment UtcMoment(absl::Time time);
// `20260310`, `20260310T090000`, `20260310T090000Z`; nullopt for anything else and for days that do not exist.
std::optional<Moment> ParseMoment(std::string_view text);
// With the property's TZID.
std::optional<Moment> MomentOf(const Property& property);
// All of a list (EXDATE), at most `limit`; what cannot be read is left out.
std::vector<Moment> MomentsOf(const Property& property, size_t limit);

// `P1DT2H`, `-PT15M`, `P2W`. Days are the calendar's: one may have 23 hours.
struct Span {
  int64_t days = 0;
  absl::Duration time;
};
std::optional<Span> ParseSpan(std::string_view text);

// `+0100`, `-033000`: how far a zone is ahead of UTC.
std::optional<absl::Duration> ParseOffset(std::string_view text);

}  // namespace comity::ical

#endif  // COMITY_PLUGINS_ICAL_VALUES_H_
