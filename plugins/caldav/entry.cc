#include "plugins/caldav/entry.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "plugins/ical/component.h"
#include "plugins/ical/event.h"
#include "plugins/sdk/signatures.h"

namespace comity::caldav {
namespace {

constexpr size_t kLineBytes = 75, kMaxLines = 5000, kShort = 32;
constexpr std::string_view kMailto = "mailto:";

std::string HashOf(std::string_view text) { return sdk::Sha256Hex(text).substr(0, kShort); }
std::string Stamp(absl::Time time) { return absl::FormatTime("%Y%m%dT%H%M%SZ", time, absl::UTCTimeZone()); }
bool Continues(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// What people see of an entry, and change in a calendar.
struct Visible {
  std::string summary, description, url, start, end, status, organizer;
  std::string more;  // what Comity never writes: places, rules …
  std::set<std::string> attendees;

  std::string Hash() const {
    std::string all;
    for (const std::string* text : {&summary, &description, &url, &start, &end, &status, &organizer, &more}) {
      absl::StrAppend(&all, text->size(), ":", *text, ",");
    }
    for (const std::string& address : attendees) absl::StrAppend(&all, address, ",");
    return HashOf(all);
  }
};

Visible VisibleOf(const sdk::Artifact& artifact) {
  Visible visible;
  visible.summary = artifact.title;
  visible.description = absl::StrCat(artifact.text, artifact.text.empty() || artifact.link.empty() ? "" : "\n\n", artifact.link);
  visible.url = artifact.link;
  visible.start = Stamp(artifact.start);
  visible.end = Stamp(artifact.end);
  visible.status = artifact.withdrawn ? "CANCELLED" : "CONFIRMED";
  for (const sdk::Participant& who : artifact.attendees) visible.attendees.insert(absl::AsciiStrToLower(who.address));
  // One who invites nobody is no organiser (RFC 5545, 3.8.4.3).
  if (!artifact.attendees.empty()) visible.organizer = absl::AsciiStrToLower(artifact.organiser.address);
  return visible;
}

// Lines of at most 75 bytes, cut between characters.
void AddLine(std::string& out, std::string_view line) {
  size_t room = kLineBytes;
  while (line.size() > room) {
    size_t cut = room;
    while (cut > 0 && Continues(line[cut])) --cut;
    absl::StrAppend(&out, std::string(line.substr(0, cut)), "\r\n ");
    line.remove_prefix(cut);
    room = kLineBytes - 1;
  }
  absl::StrAppend(&out, std::string(line), "\r\n");
}

// In quotes, which a value of a parameter cannot hold itself.
std::string Named(const std::string& name) {
  if (name.empty()) return "";
  std::string plain = name;
  std::replace(plain.begin(), plain.end(), '"', '\'');
  std::replace(plain.begin(), plain.end(), '^', '\'');  // RFC 6868
  return ";CN=\"" + plain + "\"";
}

std::vector<std::string> Unfolded(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty() && lines.size() < kMaxLines) {
    const size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    const bool folded = !lines.empty() && (line.starts_with(' ') || line.starts_with('\t'));
    if (folded) {
      lines.back() += line.substr(1);
    } else {
      lines.emplace_back(line);
    }
  }
  return lines;
}

// As people wrote it: with its line ends, unlike ical::Unescaped.
std::string PlainValue(std::string_view value) {
  std::string out;
  for (size_t i = 0; i < value.size(); ++i) {
    if (value[i] == '\\' && i + 1 < value.size()) {
      ++i;
      out += value[i] == 'n' || value[i] == 'N' ? '\n' : value[i];
    } else {
      out += value[i];
    }
  }
  return out;
}

std::string AddressOf(std::string_view value) {
  std::string address = absl::AsciiStrToLower(std::string(value));
  return absl::StartsWith(address, std::string(kMailto)) ? address.substr(kMailto.size()) : address;
}

bool IsAnswer(std::string_view answer) {
  return !answer.empty() && answer.size() <= 20 &&
         std::all_of(answer.begin(), answer.end(), [](unsigned char c) { return absl::ascii_isupper(c) || c == '-'; });
}

// Reads the properties of one event.
class EntryReader {
 public:
  void Take(const ical::Property& property) {
    const std::string& name = property.name;
    if (name == "SUMMARY") visible_.summary = PlainValue(property.value);
    if (name == "DESCRIPTION") visible_.description = PlainValue(property.value);
    if (name == "URL") visible_.url = property.value;
    if (name == "DTSTART") visible_.start = entry_.start = property.value;
    if (name == "DTEND") visible_.end = entry_.end = property.value;
    if (name == "STATUS") visible_.status = property.value;
    if (name == "ORGANIZER") visible_.organizer = AddressOf(property.value);
    if (name == "ATTENDEE") {
      const std::string address = AddressOf(property.value);
      visible_.attendees.insert(address);
      const std::string answer = absl::AsciiStrToUpper(std::string(property.Get("PARTSTAT")));
      if (IsAnswer(answer)) entry_.answers[address] = answer;
    }
    if (name == "LOCATION" || name == "RRULE" || name == "RDATE" || name == "EXDATE" || name == "RECURRENCE-ID" || name == "ATTACH") {
      absl::StrAppend(&visible_.more, name, ":", property.value, "\n");
    }
    if (name == "SEQUENCE") std::from_chars(property.value.data(), property.value.data() + property.value.size(), entry_.sequence);
    if (name == "X-COMITY-ARTIFACT") entry_.artifact = PlainValue(property.value);
    if (name == "X-COMITY-DIGEST") entry_.digest = property.value;
    if (name == "X-COMITY-SEAL") seal_ = property.value;
  }
  Entry Done() {
    entry_.intact = seal_ == visible_.Hash();
    return std::move(entry_);
  }

 private:
  Entry entry_;
  Visible visible_;
  std::string seal_;
};

}  // namespace

std::string EscapedValue(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == ';' || c == ',') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out;
}

Entry ReadEntry(std::string_view text) {
  EntryReader reader;
  int events = 0;
  std::vector<std::string> open;
  for (const std::string& line : Unfolded(text)) {
    ical::Property property;
    if (!ical::ParseProperty(line, &property)) continue;
    if (property.name == "BEGIN") {
      open.push_back(absl::AsciiStrToUpper(property.value));
      events += open.back() == "VEVENT" ? 1 : 0;
    } else if (property.name == "END") {
      if (!open.empty()) open.pop_back();
    } else if (!open.empty() && open.back() == "VEVENT") {
      reader.Take(property);
    }
  }
  return events == 1 ? reader.Done() : Entry{};
}

std::string EntryName(const sdk::Artifact& artifact) { return EntryUid(artifact) + ".ics"; }
std::string EntryUid(const sdk::Artifact& artifact) {
  return absl::StrCat(std::string(ical::kEntryUidBegin), sdk::Sha256Hex(artifact.id).substr(0, ical::kEntryUidDigits));
}

std::string EntryText(const sdk::Artifact& artifact, const Entry& before) {
  const Visible visible = VisibleOf(artifact);
  const bool same_time = before.start == visible.start && before.end == visible.end;
  std::string out;
  const auto add = [&](std::string_view line) { AddLine(out, line); };
  add("BEGIN:VCALENDAR");
  add("VERSION:2.0");
  add("PRODID:-//Comity//Comity//EN");
  add("BEGIN:VEVENT");
  add("UID:" + EntryUid(artifact));
  add("DTSTAMP:" + Stamp(artifact.change_time));
  add("LAST-MODIFIED:" + Stamp(artifact.change_time));
  add(absl::StrCat("SEQUENCE:", artifact.sequence));
  add("DTSTART:" + visible.start);
  add("DTEND:" + visible.end);
  add("SUMMARY:" + EscapedValue(visible.summary));
  if (!visible.description.empty()) add("DESCRIPTION:" + EscapedValue(visible.description));
  if (!visible.url.empty()) add("URL:" + visible.url);
  add("STATUS:" + visible.status);
  if (!visible.organizer.empty()) {
    add(absl::StrCat("ORGANIZER", Named(artifact.organiser.name), ":", std::string(kMailto), artifact.organiser.address));
  }
  for (const sdk::Participant& who : artifact.attendees) {
    const std::string address = absl::AsciiStrToLower(who.address);
    const auto answered = before.answers.find(address);
    std::string answer = address == visible.organizer ? "ACCEPTED" : "NEEDS-ACTION";
    if (same_time && answered != before.answers.end()) answer = answered->second;
    add(absl::StrCat("ATTENDEE", Named(who.name), ";ROLE=REQ-PARTICIPANT;PARTSTAT=", answer, answer == "NEEDS-ACTION" ? ";RSVP=TRUE" : "",
                     ":", std::string(kMailto), who.address));
  }
  add("X-COMITY-ARTIFACT:" + artifact.id);
  add("X-COMITY-ZONE:" + artifact.zone);
  add("X-COMITY-DIGEST:" + sdk::DigestOf(artifact).substr(0, kShort));
  add("X-COMITY-SEAL:" + visible.Hash());
  add("END:VEVENT");
  add("END:VCALENDAR");
  return out;
}

}  // namespace comity::caldav
