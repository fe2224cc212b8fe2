#include "plugins/ical/event.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"

namespace comity::ical {
namespace {

constexpr size_t kMaxUid = 2000, kMaxOverrides = 1000, kMaxAddress = 200;

std::string Upper(std::string_view text) {
  std::string upper(text.substr(0, 100));
  absl::AsciiStrToUpper(&upper);
  return std::string(absl::StripAsciiWhitespace(upper));
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = absl::ascii_tolower(static_cast<unsigned char>(c));
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// Without a scheme; percent-decoded, since calendars write addresses as URIs.
std::string AddressOf(std::string_view text) {
  std::string address;
  for (size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? HexDigit(text[i + 1]) : -1;
    const int low = high >= 0 ? HexDigit(text[i + 2]) : -1;
    if (low >= 0 && high * 16 + low > ' ' && high * 16 + low < 0x7F) {
      address += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      address += static_cast<char>(absl::ascii_tolower(static_cast<unsigned char>(text[i])));
    }
  }
  address = std::string(absl::StripAsciiWhitespace(address));
  absl::AsciiStrToLower(&address);
  const size_t at = address.find('@');
  if (address.size() > kMaxAddress || at == 0 || at == std::string::npos || at + 1 == address.size()) return "";
  const bool sound = std::all_of(address.begin(), address.end(), [](unsigned char c) { return c > ' ' && c != 0x7f; });
  return sound && address.find_first_of("/:,;<>\"") == std::string::npos ? address : "";
}

Person PersonOf(const Property& property) {
  Person person;
  person.address = MailOf(property.value);
  if (person.address.empty()) person.address = MailOf(property.Get("EMAIL"));  // RFC 7986; beside a server's own address
  person.answer = Upper(property.Get("PARTSTAT"));
  person.role = Upper(property.Get("ROLE"));
  person.kind = Upper(property.Get("CUTYPE"));
  return person;
}

void AddDates(const Property& property, std::vector<AddedDate>* added) {
  for (const absl::string_view part : absl::StrSplit(property.value, ',')) {
    const std::pair<std::string, std::string> period = absl::StrSplit(part, absl::MaxSplits('/', 1));
    std::optional<Moment> start = ParseMoment(period.first);
    if (!start || added->size() >= kMaxDates) continue;
    if (!start->is_utc) start->zone = std::string(property.Get("TZID"));
    AddedDate date{*std::move(start), std::nullopt, ParseSpan(period.second)};
    date.end = ParseMoment(period.second);
    if (date.end && !date.end->is_utc) date.end->zone = date.start.zone;
    added->push_back(std::move(date));
  }
}

// Whether `a` is a newer version than `b`.
bool Newer(const Event& a, const Event& b) {
  const auto order = [](const Event& event) {
    return std::tuple(event.sequence, event.stamp ? event.stamp->civil : absl::CivilSecond::min());
  };
  return order(a) > order(b);
}

}  // namespace

bool IsEntryUid(std::string_view uid) {
  return uid.size() == kEntryUidBegin.size() + kEntryUidDigits && uid.starts_with(kEntryUidBegin) &&
         uid.find_first_not_of("0123456789abcdef", kEntryUidBegin.size()) == std::string_view::npos;
}

std::string MailOf(std::string_view value) {
  constexpr std::string_view kScheme = "mailto:";
  const std::string scheme = absl::AsciiStrToLower(std::string(value.substr(0, kScheme.size())));
  return AddressOf(scheme == kScheme ? value.substr(kScheme.size()) : value);
}

std::optional<Event> ReadEvent(const Component& component) {
  Event event;
  const Property* start = component.Find("DTSTART");
  const std::optional<Moment> begin = start == nullptr ? std::nullopt : MomentOf(*start);
  event.uid = std::string(absl::StripAsciiWhitespace(Unescaped(component.Value("UID"))));
  if (!begin || event.uid.empty() || event.uid.size() > kMaxUid) return std::nullopt;
  event.start = *begin;
  event.summary = Unescaped(component.Value("SUMMARY"));
  event.status = Upper(component.Value("STATUS"));
  event.visibility = Upper(component.Value("CLASS"));
  event.transparency = Upper(component.Value("TRANSP"));
  if (!absl::SimpleAtoi(std::string(component.Value("SEQUENCE")), &event.sequence) || event.sequence < 0) event.sequence = 0;
  event.span = ParseSpan(component.Value("DURATION"));
  for (const std::string_view name : {"DTSTAMP", "LAST-MODIFIED", "CREATED"}) {
    if (!event.stamp) event.stamp = ParseMoment(component.Value(name));
  }
  for (const Property& property : component.properties) {
    if (property.name == "DTEND") {
      event.end = MomentOf(property);
    } else if (property.name == "RRULE" && event.rules.size() < kMaxRules) {
      absl::StatusOr<Rule> rule = ParseRule(property.value);
      event.unreadable_rule |= !rule.ok();
      if (rule.ok()) event.rules.push_back(*std::move(rule));
    } else if (property.name == "RDATE") {
      AddDates(property, &event.added);
    } else if (property.name == "EXDATE") {
      for (Moment& moment : MomentsOf(property, kMaxDates - event.excluded.size())) event.excluded.push_back(std::move(moment));
    } else if (property.name == "RECURRENCE-ID") {
      event.recurrence_id = MomentOf(property);
      event.and_future = Upper(property.Get("RANGE")) == "THISANDFUTURE";
    } else if (property.name == "ORGANIZER") {
      event.organizer = PersonOf(property);  // SENT-BY is somebody's assistant
    } else if (property.name == "ATTENDEE" && event.attendees.size() < kMaxAttendees) {
      event.attendees.push_back(PersonOf(property));
    } else if (property.name == "X-COMITY-FACILITATOR") {
      event.facilitator = MailOf(property.value);
    } else if (property.name == "X-COMITY-ARTIFACT") {
      event.published = true;
    }
  }
  return event;
}

std::vector<Series> ReadSeries(const std::vector<Component>& calendars, int* unreadable) {
  std::vector<Series> all;
  std::map<std::string, size_t> by_uid;
  for (const Component& calendar : calendars) {
    const std::string method = Upper(calendar.Value("METHOD"));
    if (method == "REPLY" || method == "COUNTER" || method == "DECLINECOUNTER" || method == "REFRESH")
      continue;  // what somebody would like
    for (const Component& component : calendar.components) {
      if (component.name != "VEVENT") continue;
      std::optional<Event> event = ReadEvent(component);
      if (event && method == "CANCEL") event->status = "CANCELLED";
      const bool has_id = component.Find("RECURRENCE-ID") != nullptr;
      if (!event || (has_id && !event->recurrence_id)) {
        ++*unreadable;
        continue;
      }
      const auto [place, is_new] = by_uid.emplace(event->uid, all.size());
      if (is_new) all.emplace_back();
      Series& series = all[place->second];
      if (!event->recurrence_id) {
        if (!series.master || Newer(*event, *series.master)) series.master = std::move(event);
      } else if (series.overrides.size() < kMaxOverrides) {
        series.overrides.push_back(*std::move(event));
      }
    }
  }
  return all;
}

}  // namespace comity::ical
