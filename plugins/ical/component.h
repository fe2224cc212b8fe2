// The bounded reader of iCalendar text (RFC 5545): folded lines, parameters, nested components. Properties that nothing here reads (what
// people wrote, attachments, alarms) are not kept.
#ifndef COMITY_PLUGINS_ICAL_COMPONENT_H_
#define COMITY_PLUGINS_ICAL_COMPONENT_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace comity::ical {

inline constexpr size_t kMaxTextBytes = 16 * 1024 * 1024;
inline constexpr size_t kMaxLineBytes = 64 * 1024;  // unfolded; a longer property is left out
inline constexpr size_t kMaxDepth = 8;              // of components
inline constexpr size_t kMaxComponents = 50'000;    // in all
inline constexpr size_t kMaxProperties = 500'000;   // in all
inline constexpr size_t kMaxOfComponent = 10'000;   // properties of one component

struct Parameter {
  std::string name;   // in upper case
  std::string value;  // without quotes; several with commas between them
};

struct Property {
  std::string name;  // in upper case
  std::vector<Parameter> parameters;
  std::string value;  // as written
  // Empty: there is none.
  std::string_view Get(std::string_view parameter) const;
};

struct Component {
  std::string name;  // in upper case
  std::vector<Property> properties;
  std::vector<Component> components;
  // The first of that name; null if there is none.
  const Property* Find(std::string_view property) const;
  // Its value as written; empty if there is none.
  std::string_view Value(std::string_view property) const;
};

// The calendars (VCALENDAR) of a text, of which there may be several. What is kept is UTF-8 without control characters, whatever the text
// is. Errors: INVALID_ARGUMENT (FIELD_INVALID) for a text that holds none, is cut short, is beyond the bounds, or whose components do not
// nest.
absl::StatusOr<std::vector<Component>> ParseCalendars(std::string_view text);

// One unfolded line; nothing for what is no property.
bool ParseProperty(std::string_view line, Property* property);

// A text value without its escapes (`\,`, `\;`, `\\`), on one line: `\n` becomes a space.
std::string Unescaped(std::string_view value);

}  // namespace comity::ical

#endif  // COMITY_PLUGINS_ICAL_COMPONENT_H_
