// A VEVENT: what of it says when, who and whether.
#ifndef COMITY_PLUGINS_ICAL_EVENT_H_
#define COMITY_PLUGINS_ICAL_EVENT_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/ical/component.h"
#include "plugins/ical/rule.h"
#include "plugins/ical/values.h"

namespace comity::ical {

inline constexpr size_t kMaxAttendees = 500, kMaxRules = 4, kMaxDates = 5000;  // of one event; the rest is left out

// A mail address in lower case, without `mailto:`; empty for anything else, such as a server's own paths for its users.
std::string MailOf(std::string_view value);

// The UID of an entry that Comity publishes: these words, then so many hexadecimal digits in lower case. Suites that keep nothing else of
// what an entry says of itself (X-COMITY-ARTIFACT) keep this.
inline constexpr std::string_view kEntryUidBegin = "comity-";
inline constexpr size_t kEntryUidDigits = 32;
bool IsEntryUid(std::string_view uid);

// Somebody invited, or the organiser.
struct Person {
  std::string address;             // in lower case, without `mailto:`; empty: none that could be read
  std::string answer, role, kind;  // PARTSTAT, ROLE, CUTYPE in upper case, as written; empty: not given
};

// A date added to a series.
struct AddedDate {
  Moment start;
  std::optional<Moment> end;  // of a period
  std::optional<Span> span;   // likewise
};

struct Event {
  std::string uid, summary;
  std::string status, visibility, transparency;  // STATUS, CLASS, TRANSP in upper case
  int64_t sequence = 0;
  Moment start;
  std::optional<Moment> end;
  std::optional<Span> span;
  std::optional<Moment> stamp;  // DTSTAMP, else LAST-MODIFIED, else CREATED
  std::vector<Rule> rules;
  bool unreadable_rule = false;
  std::vector<AddedDate> added;  // RDATE
  std::vector<Moment> excluded;  // EXDATE
  std::optional<Moment> recurrence_id;
  bool and_future = false;  // RANGE=THISANDFUTURE
  std::optional<Person> organizer;
  std::vector<Person> attendees;
  std::string facilitator;  // X-COMITY-FACILITATOR: an address
  bool published = false;   // X-COMITY-ARTIFACT: Comity put it there
  bool recurs() const { return !rules.empty() || !added.empty() || unreadable_rule; }
};

// nullopt: it has no UID or no DTSTART that could be read.
std::optional<Event> ReadEvent(const Component& component);

// All of one UID, of which there may be several versions: the newest by SEQUENCE, then DTSTAMP.
struct Series {
  std::optional<Event> master;   // none: only single occurrences are known, as of somebody who is invited to one
  std::vector<Event> overrides;  // with a recurrence_id, each once
};
// By UID. `unreadable` counts events that could not be read.
std::vector<Series> ReadSeries(const std::vector<Component>& calendars, int* unreadable);

}  // namespace comity::ical

#endif  // COMITY_PLUGINS_ICAL_EVENT_H_
