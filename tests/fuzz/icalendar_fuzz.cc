// A calendar's text, to occurrences and facts of a month.
// Link: comity_meetings
#include <cstdint>
#include <string>

#include "plugins/ical/event.h"
#include "plugins/ical/occurrences.h"
#include "plugins/ical/zones.h"
#include "plugins/meetings/meetings.h"
#include "plugins/sdk/conformance/conformance.h"
#include "tests/fuzz/input.h"

namespace {

bool IsOneLine(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < ' ' || c == 0x7F) return false;
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using comity::fuzz::Require;
  namespace ical = comity::ical;
  const std::string_view text = comity::fuzz::Text(data, size);
  const absl::Time from = absl::FromUnixSeconds(1'788'256'800), to = from + absl::Hours(24 * 30);
  const auto calendars = ical::ParseCalendars(text);
  if (!calendars.ok()) return 0;
  int unreadable = 0;
  ical::Budget budget(ical::kMaxSteps);
  const auto all = ical::ReadSeries(*calendars, &unreadable);
  const ical::Zones zones(*calendars, absl::UTCTimeZone(), from, to, budget);
  for (const ical::Series& series : all) {
    const ical::Expansion expansion = ical::Expand(series, zones, from, to, budget);
    Require(expansion.occurrences.size() <= ical::kMaxOccurrences, "a series has no more occurrences than its bound");
    for (const ical::Occurrence& one : expansion.occurrences) {
      Require(one.event != nullptr && one.end >= one.start, "an occurrence does not end before it begins");
      Require((one.start >= from && one.start < to) || (one.original >= from && one.original < to), "occurrences are within the window");
    }
  }
  const comity::sdk::Source source{
      .id = "s", .suite = "caldav", .instance = "cal.acme.example", .secrets = {}, .config = {}, .polls = true};
  const comity::sdk::Poll poll{from + absl::Hours(24), from, absl::ZeroDuration(), {}};
  const comity::meetings::Reading reading{.zone = absl::UTCTimeZone(), .keep_titles = true, .exdate_cancels = true};
  ical::Budget again(ical::kMaxSteps);
  const auto found = comity::meetings::MapCalendars(text, {from, to}, source, poll, reading, again);
  Require(found.ok(), "what was read once is read again");
  for (const comity::v1::Fact& fact : found->facts) {
    Require(comity::sdk::conformance::OutOfBounds(fact).empty(), "facts are within the API's bounds");
    Require(fact.meeting().attendees_size() <= 200 && fact.meeting().series().size() <= 200, "meetings are within the API's bounds");
    comity::v1::Fact copy;
    Require(copy.ParseFromString(fact.SerializeAsString()), "facts hold nothing but UTF-8");
    Require(IsOneLine(fact.subject().id()) && IsOneLine(fact.subject().title()), "ids and titles are one line");
    Require(fact.occur_time().seconds() <= absl::ToUnixSeconds(poll.now), "no version is of the future");
  }
  return 0;
}
