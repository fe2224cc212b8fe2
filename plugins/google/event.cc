#include "plugins/google/event.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "plugins/ical/component.h"
#include "plugins/ical/zones.h"
#include "plugins/sdk/times.h"

namespace comity::google_calendar {
namespace {

constexpr size_t kMaxId = 300, kMaxUid = 2000, kMaxRecurrence = 50;

// Of a `dateTime`; Google writes the offset with it.
std::optional<absl::Time> InstantOf(sdk::Json time) { return sdk::ParseTime(time.At("/dateTime").Text()); }

std::string AnswerOf(std::string_view status) {
  if (status == "accepted") return "ACCEPTED";
  if (status == "tentative") return "TENTATIVE";
  if (status == "declined") return "DECLINED";
  return "";
}

ical::Person PersonOf(sdk::Json attendee) {
  ical::Person person;
  person.address = ical::MailOf(attendee.At("/email").Text());
  person.answer = AnswerOf(attendee.At("/responseStatus").Text());
  if (attendee.At("/optional").IsTrue()) person.role = "OPT-PARTICIPANT";
  if (attendee.At("/resource").IsTrue()) person.kind = "RESOURCE";
  return person;
}

// Blocks of time that people put into their own calendars.
bool IsOwnTime(std::string_view type) {
  return type == "outOfOffice" || type == "focusTime" || type == "workingLocation" || type == "birthday" || type == "fromGmail";
}

std::string IdOf(sdk::Json id) {
  std::string text(id.Text());
  return text.size() <= kMaxId ? text : "";
}

}  // namespace

std::optional<CalendarEvent> ReadEvent(sdk::Json item) {
  CalendarEvent read;
  read.id = IdOf(item.At("/id"));
  if (read.id.empty()) return std::nullopt;
  read.series_id = IdOf(item.At("/recurringEventId"));
  read.original = InstantOf(item.At("/originalStartTime"));
  read.start = InstantOf(item.At("/start"));
  read.end = InstantOf(item.At("/end"));
  read.is_all_day = item.At("/start/date").exists() || item.At("/originalStartTime/date").exists();
  read.is_cancelled = item.At("/status").Text() == "cancelled";
  read.is_organizers_copy = item.At("/organizer/self").IsTrue();
  read.is_partial = item.At("/attendeesOmitted").IsTrue();
  for (const sdk::Json line : item.At("/recurrence").Items(kMaxRecurrence)) read.recurrence.emplace_back(line.Text());

  ical::Event& event = read.event;
  event.uid = std::string(item.At("/iCalUID").Text().substr(0, kMaxUid));
  event.summary = std::string(item.At("/summary").Text());
  event.status = read.is_cancelled ? "CANCELLED" : "";
  event.visibility = absl::AsciiStrToUpper(std::string(item.At("/visibility").Text()));
  event.transparency = absl::AsciiStrToUpper(std::string(item.At("/transparency").Text()));
  if (IsOwnTime(item.At("/eventType").Text())) event.visibility = "PRIVATE";
  event.sequence = std::max<int64_t>(item.At("/sequence").Integer().value_or(0), 0);
  event.start.is_date = read.is_all_day;
  if (const auto updated = sdk::TimeOf(item.At("/updated"))) event.stamp = ical::UtcMoment(*updated);
  if (item.At("/organizer/email").exists()) {
    event.organizer.emplace();
    event.organizer->address = ical::MailOf(item.At("/organizer/email").Text());
  }
  for (const sdk::Json attendee : item.At("/attendees").Items(ical::kMaxAttendees)) event.attendees.push_back(PersonOf(attendee));
  if (read.start && !read.is_all_day) {
    // Local time, which its rules count by.
    const std::string zone(item.At("/start/timeZone").Text().substr(0, 100));
    const auto known = ical::LoadZone(zone);
    event.start = ical::UtcMoment(*read.start);
    if (known) event.start = {absl::ToCivilSecond(*read.start, *known), false, false, zone};
    if (read.end) event.end = ical::UtcMoment(*read.end);
  }
  return read;
}

ical::Occurrence CalendarEvent::Occurrence() const {
  const absl::Time begin = start.value_or(absl::UnixEpoch());
  return {&event, original.value_or(begin), begin, std::max(begin, end.value_or(begin)), false, !series_id.empty()};
}

ical::Series SeriesOf(const CalendarEvent& event) {
  ical::Series series;
  series.master = event.event;
  ical::Event& master = *series.master;
  for (const std::string& line : event.recurrence) {
    ical::Property property;
    if (!ical::ParseProperty(line, &property)) continue;
    if (property.name == "EXDATE") {
      for (ical::Moment& moment : ical::MomentsOf(property, ical::kMaxDates - master.excluded.size())) {
        master.excluded.push_back(std::move(moment));
      }
    } else if (property.name == "RDATE") {
      for (ical::Moment& moment : ical::MomentsOf(property, ical::kMaxDates - master.added.size())) {
        master.added.push_back({std::move(moment), std::nullopt, std::nullopt});
      }
    } else if (property.name == "RRULE" && master.rules.size() < ical::kMaxRules) {
      absl::StatusOr<ical::Rule> rule = ical::ParseRule(property.value);
      master.unreadable_rule |= !rule.ok();
      if (rule.ok()) master.rules.push_back(*std::move(rule));
    }
  }
  return series;
}

}  // namespace comity::google_calendar
