#include "plugins/ical/component.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/ascii.h"
#include "service/base/error.h"

namespace comity::ical {
namespace {

constexpr std::array kRead = std::to_array<std::string_view>(
    {"ATTENDEE",       "CLASS",         "CREATED",       "DTEND",  "DTSTAMP",           "DTSTART",
     "DURATION",       "EXDATE",        "LAST-MODIFIED", "METHOD", "ORGANIZER",         "RDATE",
     "RECURRENCE-ID",  "RRULE",         "SEQUENCE",      "STATUS", "SUMMARY",           "TRANSP",
     "TZID",           "TZOFFSETFROM",  "TZOFFSETTO",    "UID",    "X-COMITY-ARTIFACT", "X-COMITY-FACILITATOR",
     "X-LIC-LOCATION", "X-WR-TIMEZONE", "BEGIN",         "END"});

constexpr size_t kMaxName = 100;

bool IsNameCharacter(char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_'; }

std::string Upper(std::string_view text) {
  std::string upper(text);
  absl::AsciiStrToUpper(&upper);
  return upper;
}

absl::Status Refused(std::string_view why) {
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "the calendar cannot be read: " + std::string(why));
}

// How many bytes the UTF-8 character at the front of `text` has; 0 for what is none.
size_t CharacterBytes(std::string_view text) {
  const auto at = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const unsigned first = at(0);
  if (first < 0x80) return 1;
  const size_t bytes = first >= 0xC2 && first < 0xE0 ? 2 : first >= 0xE0 && first < 0xF0 ? 3 : first >= 0xF0 && first < 0xF5 ? 4 : 0;
  for (size_t i = 1; i < bytes; ++i) {
    if ((at(i) & 0xC0U) != 0x80U) return 0;
  }
  const unsigned second = at(1);
  const bool beyond = (first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) || (first == 0xF0 && second < 0x90) ||
                      (first == 0xF4 && second > 0x8F);
  return beyond ? 0 : bytes;
}

// A line as it can be kept: `?` for every byte that is not UTF-8 and for control characters. Ids stay the same each time.
void Clean(std::string* line) {
  for (size_t i = 0; i < line->size();) {
    const size_t bytes = CharacterBytes(std::string_view(*line).substr(i));
    const auto first = static_cast<unsigned char>((*line)[i]);
    const bool is_control =
        first < 0x20 || first == 0x7F || (first == 0xC2 && bytes == 2 && static_cast<unsigned char>((*line)[i + 1]) < 0xA0);
    for (size_t j = 0; (bytes == 0 || is_control) && j < std::max<size_t>(bytes, 1); ++j) (*line)[i + j] = '?';
    i += std::max<size_t>(bytes, 1);
  }
}

// RFC 6868: `^n`, `^^` and `^'` in parameters.
std::string ParameterText(std::string_view value) {
  std::string out;
  for (size_t i = 0; i < value.size(); ++i) {
    const char next = i + 1 < value.size() ? value[i + 1] : '\0';
    if (value[i] != '^' || (next != 'n' && next != '^' && next != '\'')) {
      out += value[i];
      continue;
    }
    out += next == 'n' ? ' ' : next == '^' ? '^' : '"';
    ++i;
  }
  return out;
}

// Lines as they were before folding. A line beyond the bound comes without the rest of it, and says so.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}
  bool Next(std::string* line, bool* whole) {
    if (rest_.empty()) return false;
    line->clear();
    *whole = true;
    Add(line, whole);
    while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\t')) {
      rest_.remove_prefix(1);
      Add(line, whole);
    }
    return true;
  }

 private:
  void Add(std::string* line, bool* whole) {
    const size_t end = std::min(rest_.find('\n'), rest_.size());
    std::string_view part = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    if (part.ends_with('\r')) part.remove_suffix(1);
    if (line->size() + part.size() > kMaxLineBytes) {
      *whole = false;
    } else if (*whole) {
      line->append(part);
    }
  }
  std::string_view rest_;
};

}  // namespace

std::string_view Property::Get(std::string_view parameter) const {
  for (const Parameter& known : parameters) {
    if (known.name == parameter) return known.value;
  }
  return {};
}

const Property* Component::Find(std::string_view property) const {
  for (const Property& known : properties) {
    if (known.name == property) return &known;
  }
  return nullptr;
}

std::string_view Component::Value(std::string_view property) const {
  const Property* found = Find(property);
  return found == nullptr ? std::string_view() : std::string_view(found->value);
}

bool ParseProperty(std::string_view line, Property* property) {
  *property = {};
  const auto name = [&] {
    size_t end = 0;
    while (end < line.size() && IsNameCharacter(line[end])) ++end;
    std::string taken = Upper(line.substr(0, end));
    line.remove_prefix(end);
    return taken;
  };
  property->name = name();
  if (property->name.empty()) return false;
  while (!line.empty() && line.front() == ';') {
    line.remove_prefix(1);
    Parameter parameter{name(), ""};
    if (parameter.name.empty() || line.empty() || line.front() != '=') return false;
    do {
      line.remove_prefix(1);  // `=` or `,`
      std::string_view value;
      if (!line.empty() && line.front() == '"') {
        const size_t end = line.find('"', 1);
        if (end == std::string_view::npos) return false;
        value = line.substr(1, end - 1);
        line.remove_prefix(end + 1);
      } else {
        const size_t end = std::min(line.find_first_of(",;:"), line.size());
        value = line.substr(0, end);
        line.remove_prefix(end);
      }
      if (!parameter.value.empty()) parameter.value += ',';
      parameter.value += ParameterText(value);
    } while (!line.empty() && line.front() == ',');
    property->parameters.push_back(std::move(parameter));
  }
  if (line.empty() || line.front() != ':') return false;
  property->value = std::string(line.substr(1));
  return true;
}

absl::StatusOr<std::vector<Component>> ParseCalendars(std::string_view text) {
  if (text.size() > kMaxTextBytes) return Refused("it is larger than 16 MiB");
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  std::vector<Component> calendars, open;
  size_t components = 0, properties = 0;
  Lines lines(text);
  std::string line;
  Property property;
  for (bool whole = true; lines.Next(&line, &whole);) {
    Clean(&line);
    const std::string_view view = line;
    const std::string name = Upper(view.substr(0, std::min(view.find_first_of(";:"), view.size())));
    if (!whole || std::find(kRead.begin(), kRead.end(), name) == kRead.end() || !ParseProperty(view, &property)) continue;
    const std::string kind(absl::StripAsciiWhitespace(Upper(property.value.substr(0, kMaxName))));
    if (name == "BEGIN") {
      if (open.empty() && kind != "VCALENDAR") return Refused("it does not begin with BEGIN:VCALENDAR");
      if (open.size() >= kMaxDepth) return Refused("its components are nested too deeply");
      if (++components > kMaxComponents) return Refused("it has too many components");
      open.push_back({kind, {}, {}});
    } else if (name == "END") {
      if (open.empty() || open.back().name != kind) return Refused("its components do not nest");
      Component done = std::move(open.back());
      open.pop_back();
      (open.empty() ? calendars : open.back().components).push_back(std::move(done));
    } else if (!open.empty()) {
      if (++properties > kMaxProperties) return Refused("it has too many properties");
      if (open.back().properties.size() < kMaxOfComponent) open.back().properties.push_back(std::move(property));
    }
  }
  if (!open.empty()) return Refused("it ends within a component; it was cut short");
  if (calendars.empty()) return Refused("there is no BEGIN:VCALENDAR in it");
  return calendars;
}

std::string Unescaped(std::string_view value) {
  std::string out;
  for (size_t i = 0; i < value.size(); ++i) {
    if (value[i] != '\\' || i + 1 == value.size()) {
      out += value[i];
      continue;
    }
    const char next = value[++i];
    out += next == 'n' || next == 'N' ? ' ' : next;
  }
  return out;
}

}  // namespace comity::ical
