// An event as Google's API tells it: a meeting, an occurrence of one, or the series that it is of.
#ifndef COMITY_PLUGINS_GOOGLE_EVENT_H_
#define COMITY_PLUGINS_GOOGLE_EVENT_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "plugins/ical/event.h"
#include "plugins/ical/occurrences.h"
#include "plugins/sdk/json.h"

namespace comity::google_calendar {

struct CalendarEvent {
  std::string id;                                       // as it may stand, encoded, in a path
  std::string series_id;                                // of an occurrence
  std::optional<absl::Time> original;                   // likewise: when the series has it
  std::optional<absl::Time> start, end;                 // none: it was deleted, and nothing is left of it but its ids
  bool is_all_day = false, is_cancelled = false;        //
  bool is_organizers_copy = false, is_partial = false;  // partial: not everybody who is invited is told
  std::vector<std::string> recurrence;                  // of a series: lines of iCalendar
  ical::Event event;                                    // everything else
  // As the occurrence that it is; a meeting of its own is one too. Needs `start`. The event is this object's.
  ical::Occurrence Occurrence() const;
};
// nullopt for what is no event.
std::optional<CalendarEvent> ReadEvent(sdk::Json item);

// A series that was cancelled as a whole, with its rules.
ical::Series SeriesOf(const CalendarEvent& event);

}  // namespace comity::google_calendar

#endif  // COMITY_PLUGINS_GOOGLE_EVENT_H_
