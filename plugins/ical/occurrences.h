// A series within a window of time: every occurrence with the version of it that is in force.
#ifndef COMITY_PLUGINS_ICAL_OCCURRENCES_H_
#define COMITY_PLUGINS_ICAL_OCCURRENCES_H_

#include <vector>

#include "absl/time/time.h"
#include "plugins/ical/event.h"
#include "plugins/ical/rule.h"
#include "plugins/ical/zones.h"

namespace comity::ical {

inline constexpr size_t kMaxOccurrences = 1000;  // of one series in one window

struct Occurrence {
  const Event* event = nullptr;  // the master, or what stands in its place for this occurrence; of the Series
  absl::Time original;           // when the series has it: what RECURRENCE-ID names, whatever it was moved to
  absl::Time start, end;         // never before `start`
  bool excluded = false;         // by an EXDATE: it does not take place
  bool of_series = false;
};

struct Expansion {
  std::vector<Occurrence> occurrences;  // in the order of `original`
  bool truncated = false;               // the budget or the bound on occurrences ended it
};

// Occurrences whose start, or whose original, is in [from, to). Takes at most kMaxSteps of `budget`.
Expansion Expand(const Series& series, const Zones& zones, absl::Time from, absl::Time to, Budget& budget);

}  // namespace comity::ical

#endif  // COMITY_PLUGINS_ICAL_OCCURRENCES_H_
