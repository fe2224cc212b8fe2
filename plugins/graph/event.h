// An event as Microsoft Graph tells it: a meeting, a series, or an occurrence of one.
#ifndef COMITY_PLUGINS_GRAPH_EVENT_H_
#define COMITY_PLUGINS_GRAPH_EVENT_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "plugins/ical/event.h"
#include "plugins/ical/occurrences.h"
#include "plugins/sdk/json.h"

namespace comity::microsoft_graph {

struct CalendarEvent {
  std::string id;                            // as it may stand, encoded, in a path
  std::string series_id;                     // of an occurrence
  std::optional<absl::Time> original;        // likewise: when the series has it
  std::optional<absl::Time> start, end;      // none: they cannot be read
  bool is_series = false, is_draft = false;  //
  bool is_whole = false;                     // it says who is invited; occurrences leave that to their series
  bool is_organizers_copy = false;           //
  ical::Event event;                         // everything else
  // As the occurrence that it is; a meeting of its own is one too. Needs `start`. The event is this object's.
  ical::Occurrence Occurrence() const;
};
// `mailbox`: whose copy it is. nullopt for what is no event.
std::optional<CalendarEvent> ReadEvent(sdk::Json item, std::string_view mailbox);

// An iCalUId as the calendar's own files write it: Exchange puts an occurrence's date into the id of its series, and wraps the ids of other
// calendars (MS-OXOCAL, PidLidGlobalObjectId).
std::string UidOf(std::string_view ical_uid);

}  // namespace comity::microsoft_graph

#endif  // COMITY_PLUGINS_GRAPH_EVENT_H_
