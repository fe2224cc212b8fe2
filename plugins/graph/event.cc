#include "plugins/graph/event.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "plugins/ical/zones.h"
#include "plugins/sdk/times.h"

namespace comity::microsoft_graph {
namespace {

constexpr size_t kMaxId = 600, kMaxUid = 2000;

// `{"dateTime": "2026-09-03T09:00:00.0000000", "timeZone": "UTC"}`; other zones come from servers that overlook `Prefer`.
std::optional<absl::Time> InstantOf(sdk::Json time) {
  const std::string_view text = time.At("/dateTime").Text(), zone = time.At("/timeZone").Text();
  if (text.size() > 40) return std::nullopt;
  const std::optional<absl::Time> local = sdk::ParseTime(text.ends_with('Z') ? std::string(text) : absl::StrCat(std::string(text), "Z"));
  if (!local || zone.empty() || zone == "UTC" || text.ends_with('Z')) return local;
  const std::string_view iana = ical::IanaNameOf(zone);
  const std::optional<absl::TimeZone> known = ical::LoadZone(iana.empty() ? zone : iana);
  if (!known) return std::nullopt;
  return absl::FromCivil(absl::ToCivilSecond(*local, absl::UTCTimeZone()), *known);
}

std::string AnswerOf(std::string_view response) {
  if (response == "accepted" || response == "organizer") return "ACCEPTED";
  if (response == "tentativelyAccepted") return "TENTATIVE";
  if (response == "declined") return "DECLINED";
  return "";
}

ical::Person PersonOf(sdk::Json attendee) {
  ical::Person person;
  person.address = ical::MailOf(attendee.At("/emailAddress/address").Text());
  person.answer = AnswerOf(attendee.At("/status/response").Text());
  const std::string_view type = attendee.At("/type").Text();
  if (type == "optional") person.role = "OPT-PARTICIPANT";
  if (type == "resource") person.kind = "RESOURCE";
  return person;
}

std::string IdOf(sdk::Json id) { return std::string(id.Text().size() <= kMaxId ? id.Text() : ""); }

bool IsHex(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return absl::ascii_isxdigit(c); });
}

}  // namespace

std::string UidOf(std::string_view ical_uid) {
  constexpr std::string_view kClass = "040000008200E00074C5B7101A82E008", kForeign = "7643616C2D55696401000000";  // `vCal-Uid`, 1
  constexpr size_t kDate = kClass.size(), kDateSize = 8, kData = 80;
  const std::string upper = absl::AsciiStrToUpper(std::string(ical_uid.substr(0, kMaxUid)));
  if (!upper.starts_with(kClass) || upper.size() < kDate + kDateSize || upper.size() % 2 != 0 || !IsHex(upper)) {
    return std::string(ical_uid.substr(0, kMaxUid));
  }
  if (upper.size() > kData + kForeign.size() && upper.compare(kData, kForeign.size(), kForeign) == 0) {
    std::string foreign = absl::HexStringToBytes(upper.substr(kData + kForeign.size()));
    foreign.resize(std::min(foreign.size(), foreign.find('\0')));
    const bool sound = std::all_of(foreign.begin(), foreign.end(), [](char c) { return c > ' ' && c <= '~'; });
    if (!foreign.empty() && sound) return foreign;
  }
  return absl::StrCat(kClass.data(), std::string(kDateSize, '0'), upper.substr(kDate + kDateSize));
}

std::optional<CalendarEvent> ReadEvent(sdk::Json item, std::string_view mailbox) {
  CalendarEvent read;
  read.id = IdOf(item.At("/id"));
  if (read.id.empty()) return std::nullopt;
  const std::string_view type = item.At("/type").Text();
  read.is_series = type == "seriesMaster";
  read.series_id = read.is_series ? "" : IdOf(item.At("/seriesMasterId"));
  read.start = InstantOf(item.At("/start"));
  read.end = InstantOf(item.At("/end"));
  if (!read.series_id.empty()) {
    // Only an exception is not where its series has it.
    read.original = type == "exception" ? sdk::ParseTime(item.At("/originalStart").Text()) : read.start;
  }
  read.is_draft = item.At("/isDraft").IsTrue();
  read.is_whole = item.At("/attendees").is_array();
  read.is_organizers_copy = item.At("/isOrganizer").IsTrue();

  ical::Event& event = read.event;
  event.uid = UidOf(item.At("/uid").Text().empty() ? item.At("/iCalUId").Text() : item.At("/uid").Text());
  event.summary = std::string(item.At("/subject").Text());
  event.status = item.At("/isCancelled").IsTrue() ? "CANCELLED" : "";
  const std::string_view sensitivity = item.At("/sensitivity").Text();
  if (sensitivity == "personal" || sensitivity == "private") event.visibility = "PRIVATE";
  if (sensitivity == "confidential") event.visibility = "CONFIDENTIAL";
  if (item.At("/showAs").Text() == "free") event.transparency = "TRANSPARENT";
  event.start.is_date = item.At("/isAllDay").IsTrue();
  if (const auto changed = sdk::TimeOf(item.At("/lastModifiedDateTime"))) event.stamp = ical::UtcMoment(*changed);
  if (item.At("/organizer/emailAddress").exists()) {
    event.organizer.emplace();
    event.organizer->address = ical::MailOf(item.At("/organizer/emailAddress/address").Text());
  }
  for (const sdk::Json attendee : item.At("/attendees").Items(ical::kMaxAttendees)) {
    ical::Person person = PersonOf(attendee);
    // A copy does not repeat in the list what its owner answered.
    if (person.answer.empty() && person.address == mailbox && !person.address.empty()) {
      person.answer = AnswerOf(item.At("/responseStatus/response").Text());
    }
    event.attendees.push_back(std::move(person));
  }
  return read;
}

ical::Occurrence CalendarEvent::Occurrence() const {
  const absl::Time begin = start.value_or(absl::UnixEpoch());
  return {&event, original.value_or(begin), begin, std::max(begin, end.value_or(begin)), false, !series_id.empty()};
}

}  // namespace comity::microsoft_graph
