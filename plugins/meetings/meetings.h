// From a calendar to facts about meetings: one for each occurrence, the same whoever's copy of it is read.
#ifndef COMITY_PLUGINS_MEETINGS_MEETINGS_H_
#define COMITY_PLUGINS_MEETINGS_MEETINGS_H_

#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "comity/v1/event.pb.h"
#include "plugins/ical/event.h"
#include "plugins/ical/occurrences.h"
#include "plugins/ical/rule.h"
#include "plugins/ical/zones.h"
#include "plugins/sdk/connector.h"

namespace comity::meetings {

inline constexpr int64_t kMaxSteps = 2'000'000;  // that one answer of a suite may cost, whatever is in it
inline constexpr int kMaxDaysAhead = 366;

// How a source reads calendars.
struct Reading {
  absl::TimeZone zone;          // of times without one
  bool keep_titles = false;     // summaries are sent
  bool exdate_cancels = false;  // an EXDATE says that the occurrence does not take place for anybody
  int days_ahead = 30;
};
// The options `zone`, `days_ahead`, `keep_titles` and `exdate_cancels`, as far as the manifest has them; adds what is wrong with them to
// `faults`.
Reading ReadReading(const sdk::Manifest& manifest, const sdk::Source& source, std::vector<std::string>* faults);
std::vector<sdk::Option> ReadingOptions();

// Occurrences in [from, to): until then they are told.
struct Window {
  absl::Time from, to;
};

struct Found {
  std::vector<v1::Fact> facts;
  int unreadable = 0;  // events, and series that are not told whole
};
// Errors: INVALID_ARGUMENT (FIELD_INVALID) for a text that is no calendar or was cut short.
absl::StatusOr<Found> MapCalendars(std::string_view text, const Window& window, const sdk::Source& source, const sdk::Poll& poll,
                                   const Reading& reading, ical::Budget& budget);

// For suites that tell events in a form of their own: one occurrence, by its suite or from a rule. `master`: what its series is, if that is
// known. nullopt for what is not told.
std::optional<v1::Fact> MapOccurrence(const ical::Occurrence& occurrence, const ical::Event* master, const sdk::Source& source,
                                      const sdk::Poll& poll, const Reading& reading);
// All occurrences of a series within the window, added to `found`.
void MapSeries(const ical::Series& series, const ical::Zones& zones, const Window& window, const sdk::Source& source, const sdk::Poll& poll,
               const Reading& reading, ical::Budget& budget, Found& found);

// What a calendar's cursor holds of time: until when it was read (`read`), and until when its occurrences were told (`told`). Seconds.
struct Progress {
  absl::Time read, told;
  std::string ToText() const;
  // Takes the text off the front of `cursor`; nullopt for anything that ToText does not write.
  static std::optional<Progress> Take(std::string_view& cursor);
  // Where a stream stands; nullopt: at the beginning.
  static std::optional<Progress> Of(const sdk::Poll& poll, std::string_view stream, std::string_view* rest);

  // A day has passed since occurrences were last told ahead.
  bool IsDue(absl::Time end) const { return end - told >= absl::Hours(24); }
  // From where what changed is told again: what is over stays as it was, but for what may have been missed since the last look.
  absl::Time Since(const sdk::Poll& poll) const;
};
// Until when is told in this round.
absl::Time EndOf(const sdk::Poll& poll, const Reading& reading);

}  // namespace comity::meetings

#endif  // COMITY_PLUGINS_MEETINGS_MEETINGS_H_
