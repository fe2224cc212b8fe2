#include "plugins/meetings/meetings.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "plugins/sdk/fact_builder.h"
#include "plugins/sdk/signatures.h"
#include "plugins/sdk/source_checks.h"
#include "plugins/sdk/times.h"
#include "service/base/error.h"

namespace comity::meetings {
namespace {

using ical::Event;
using ical::Person;

constexpr size_t kMaxId = 200, kHashChars = 20;
constexpr int kMaxAttendees = 200;  // of a fact
constexpr absl::Duration kSlice = absl::Hours(24 * 366);

bool IsPlace(const Person& person) {
  return person.kind == "ROOM" || person.kind == "RESOURCE" || person.address.ends_with("@resource.calendar.google.com");
}

v1::Account AccountOf(const Person& person) {
  v1::Account account;
  account.set_id(person.address);
  // Google's shared calendars have an address of their own.
  const bool shared = person.kind == "GROUP" || person.address.ends_with("@group.calendar.google.com");
  account.set_kind(shared ? v1::ACCOUNT_KIND_TEAM : v1::ACCOUNT_KIND_HUMAN);
  return account;
}

v1::Answer AnswerOf(const Person& person) {
  if (person.answer == "ACCEPTED") return v1::ANSWER_ACCEPTED;
  if (person.answer == "TENTATIVE") return v1::ANSWER_TENTATIVE;
  if (person.answer == "DECLINED" || person.answer == "DELEGATED") return v1::ANSWER_DECLINED;  // the delegate is invited too
  return v1::ANSWER_UNSPECIFIED;
}

// In the order of their addresses: copies list them in any.
std::map<std::string, v1::Attendee> AttendeesOf(const Event& event) {
  std::map<std::string, v1::Attendee> attendees;
  bool has_chair = false;
  for (const Person& person : event.attendees) {
    if (person.address.empty() || IsPlace(person) || person.role == "NON-PARTICIPANT") continue;
    v1::Attendee attendee;
    *attendee.mutable_account() = AccountOf(person);
    attendee.set_answer(AnswerOf(person));
    attendee.set_chair(person.role == "CHAIR");
    attendee.set_optional(person.role == "OPT-PARTICIPANT");
    const auto [place, is_new] = attendees.emplace(person.address, attendee);
    if (!is_new && attendee.SerializeAsString() > place->second.SerializeAsString()) place->second = attendee;
    has_chair |= attendee.chair();
  }
  if (has_chair || event.facilitator.empty()) return attendees;
  v1::Attendee& facilitator = attendees[event.facilitator];
  if (!facilitator.has_account()) *facilitator.mutable_account() = AccountOf({event.facilitator, "", "", ""});
  facilitator.set_chair(true);
  return attendees;
}

bool HasOthers(const Event& event) {
  const std::string own = event.organizer ? event.organizer->address : "";
  return std::any_of(event.attendees.begin(), event.attendees.end(), [&](const Person& person) {
    return !person.address.empty() && person.address != own && !IsPlace(person) && person.role != "NON-PARTICIPANT";
  });
}

absl::Time InstantOf(const ical::Moment& moment) { return absl::FromCivil(moment.civil, absl::UTCTimeZone()); }

// Turns the occurrences of one series into facts.
class Mapper {
 public:
  Mapper(const Event* master, const sdk::Source& source, const sdk::Poll& poll, const Reading& reading)
      : master_(master), source_(source), poll_(poll), reading_(reading) {}

  std::optional<v1::Fact> Map(const ical::Occurrence& occurrence) const {
    const Event& event = *occurrence.event;
    const bool cancelled = event.status == "CANCELLED" || occurrence.excluded;
    if (occurrence.excluded && !reading_.exdate_cancels) return std::nullopt;
    if (event.start.is_date || event.visibility == "PRIVATE" || event.visibility == "CONFIDENTIAL") return std::nullopt;
    if (event.published || ical::IsEntryUid(event.uid)) return std::nullopt;  // Comity's own entry: it knows of it already
    if (!cancelled && event.transparency == "TRANSPARENT") return std::nullopt;
    if (!HasOthers(event) && !(cancelled && master_ != nullptr && HasOthers(*master_))) return std::nullopt;
    std::string id = event.uid;
    if (occurrence.of_series) {
      absl::StrAppend(&id, "/", absl::FormatTime("%Y%m%dT%H%M%SZ", occurrence.original, absl::UTCTimeZone()));
    }
    id = sdk::BoundedId(id, kMaxId);
    sdk::FactBuilder fact(source_, cancelled ? v1::FACT_KIND_MEETING_CANCELLED : v1::FACT_KIND_MEETING_SCHEDULED, v1::ASSURANCE_POLLED);
    fact.Subject(v1::SUBJECT_KIND_MEETING, id, "UID").OccurTime(StampOf(event));
    if (reading_.keep_titles) fact.Title(event.summary);
    if (event.organizer && !event.organizer->address.empty()) fact.Author(AccountOf(*event.organizer));
    v1::Meeting& meeting = *fact.fact().mutable_meeting();
    *meeting.mutable_start_time() = sdk::ToTimestamp(occurrence.start);
    *meeting.mutable_end_time() = sdk::ToTimestamp(occurrence.end);
    if (occurrence.of_series) meeting.set_series(sdk::BoundedId(event.uid, kMaxId));
    AddAttendees(event, meeting);
    fact.Revision(absl::StrCat(event.sequence, "-", sdk::Sha256Hex(ContentOf(fact.fact())).substr(0, kHashChars)));
    fact.fact().set_object_version(VersionOf(event));
    const absl::StatusOr<v1::Fact> built = fact.Build();
    return built.ok() ? std::optional<v1::Fact>(*built) : std::nullopt;
  }

 private:
  static void AddAttendees(const Event& event, v1::Meeting& meeting) {
    std::map<std::string, v1::Attendee> attendees = AttendeesOf(event);
    int room = kMaxAttendees;  // those who lead first
    for (const auto& [address, attendee] : attendees) room -= attendee.chair() ? 1 : 0;
    int chairs = 0;
    for (const auto& [address, attendee] : attendees) {
      if (attendee.chair() ? chairs++ >= kMaxAttendees : room-- <= 0) continue;
      *meeting.add_attendees() = attendee;
    }
  }
  // When this version was made. Every fact of it has the same instant: whose copy it is does not matter, nor when it is read.
  absl::Time StampOf(const Event& event) const {
    const absl::Time stamp = event.stamp ? InstantOf(*event.stamp) : poll_.begin;
    return stamp < absl::UnixEpoch() ? poll_.begin : std::min(stamp, poll_.now);
  }
  // Newer by SEQUENCE, then by DTSTAMP.
  int64_t VersionOf(const Event& event) const {
    constexpr int64_t kSecondsOfVersion = 100'000'000'000, kMaxSequence = 10'000'000;
    const int64_t seconds = event.stamp ? absl::ToUnixSeconds(StampOf(event)) : 0;
    return std::min(event.sequence, kMaxSequence) * kSecondsOfVersion + seconds;
  }
  // What makes it another version than before, for everybody who is invited.
  static std::string ContentOf(const v1::Fact& fact) {
    std::string content =
        absl::StrCat(fact.meeting().start_time().seconds(), " ", fact.meeting().end_time().seconds(), " ", fact.author().id());
    for (const v1::Attendee& attendee : fact.meeting().attendees()) {
      absl::StrAppend(&content, "\n", attendee.account().id(), " ", attendee.account().kind(), " ", attendee.answer(), " ",
                      attendee.chair() ? 1 : 0, attendee.optional() ? 1 : 0);
    }
    return content;
  }

  const Event* const master_;  // null: unknown
  const sdk::Source& source_;
  const sdk::Poll& poll_;
  const Reading& reading_;
};

}  // namespace

std::vector<sdk::Option> ReadingOptions() {
  return {
      {"zone", "the zone of times that name none, as in Europe/Berlin", "UTC"},
      {"days_ahead", "how far ahead occurrences are told, 1 to 366 days", "30"},
      {"keep_titles", "summaries of meetings are sent to the service", "false"},
      {"exdate_cancels", "a date taken out of a series counts as cancelled for all; right where only organisers' calendars are read",
       "false"},
  };
}

Reading ReadReading(const sdk::Manifest& manifest, const sdk::Source& source, std::vector<std::string>* faults) {
  Reading reading;
  const bool has_zone =
      std::any_of(manifest.options.begin(), manifest.options.end(), [](const auto& option) { return option.name == "zone"; });
  const std::optional<absl::TimeZone> zone = ical::LoadZone(has_zone ? sdk::OptionOf(manifest, source, "zone") : "UTC");
  if (!zone) faults->push_back("config.zone must be a name of the tz database such as Europe/Berlin (package tzdata)");
  reading.zone = zone.value_or(absl::UTCTimeZone());
  int days = 0;
  if (!absl::SimpleAtoi(std::string(sdk::OptionOf(manifest, source, "days_ahead")), &days) || days < 1 || days > kMaxDaysAhead) {
    faults->push_back("config.days_ahead must be a number from 1 to 366");
    days = reading.days_ahead;
  }
  reading.days_ahead = days;
  reading.keep_titles = sdk::OptionOf(manifest, source, "keep_titles") == "true";
  reading.exdate_cancels = sdk::OptionOf(manifest, source, "exdate_cancels") == "true";
  return reading;
}

std::optional<v1::Fact> MapOccurrence(const ical::Occurrence& occurrence, const ical::Event* master, const sdk::Source& source,
                                      const sdk::Poll& poll, const Reading& reading) {
  return Mapper(master, source, poll, reading).Map(occurrence);
}

void MapSeries(const ical::Series& series, const ical::Zones& zones, const Window& window, const sdk::Source& source, const sdk::Poll& poll,
               const Reading& reading, ical::Budget& budget, Found& found) {
  const Mapper mapper(series.master ? &*series.master : nullptr, source, poll, reading);
  std::set<std::string> told;  // what was moved from one slice to another is in both
  bool whole = !series.master || !series.master->unreadable_rule;
  for (absl::Time from = window.from; from < window.to; from += kSlice) {
    const ical::Expansion expansion = ical::Expand(series, zones, from, std::min(from + kSlice, window.to), budget);
    whole &= !expansion.truncated;
    for (const ical::Occurrence& occurrence : expansion.occurrences) {
      std::optional<v1::Fact> fact = mapper.Map(occurrence);
      if (fact && told.insert(absl::StrCat(fact->kind(), fact->object_id())).second) found.facts.push_back(*std::move(fact));
    }
  }
  found.unreadable += whole ? 0 : 1;
}

absl::StatusOr<Found> MapCalendars(std::string_view text, const Window& window, const sdk::Source& source, const sdk::Poll& poll,
                                   const Reading& reading, ical::Budget& budget) {
  COMITY_ASSIGN_OR_RETURN(const std::vector<ical::Component> calendars, ical::ParseCalendars(text));
  Found found;
  const std::vector<ical::Series> all = ical::ReadSeries(calendars, &found.unreadable);
  const ical::Zones zones(calendars, reading.zone, window.from, window.to, budget);
  for (const ical::Series& series : all) MapSeries(series, zones, window, source, poll, reading, budget, found);
  return found;
}

std::string Progress::ToText() const { return absl::StrCat(absl::ToUnixSeconds(read), " ", absl::ToUnixSeconds(told)); }

std::optional<Progress> Progress::Take(std::string_view& cursor) {
  constexpr int64_t kLast = 4'133'980'800;  // 2101-01-01
  int64_t read = 0, told = 0;
  const char* const end = cursor.data() + cursor.size();
  const auto first = std::from_chars(cursor.data(), end, read);
  if (first.ec != std::errc{} || first.ptr == end || *first.ptr != ' ') return std::nullopt;
  const auto second = std::from_chars(first.ptr + 1, end, told);
  if (second.ec != std::errc{} || read < 0 || told < read || told > kLast) return std::nullopt;
  cursor.remove_prefix(static_cast<size_t>(second.ptr - cursor.data()));
  return Progress{absl::FromUnixSeconds(read), absl::FromUnixSeconds(told)};
}

std::optional<Progress> Progress::Of(const sdk::Poll& poll, std::string_view stream, std::string_view* rest) {
  const auto known = poll.cursors.find(stream);
  if (known == poll.cursors.end()) return std::nullopt;
  *rest = known->second;
  const std::optional<Progress> progress = Take(*rest);
  // A clock that was ahead when it was written.
  return progress && progress->read <= poll.now + absl::Hours(1) ? progress : std::nullopt;
}

absl::Time Progress::Since(const sdk::Poll& poll) const { return std::max(poll.begin, std::min(read, poll.now) - poll.overlap); }

absl::Time EndOf(const sdk::Poll& poll, const Reading& reading) {
  const absl::Time end = poll.now + absl::Hours(24) * reading.days_ahead;
  return absl::FromUnixSeconds(absl::ToUnixSeconds(end));
}

}  // namespace comity::meetings
