// From what a calendar writes to instants: zones by their IANA names, by Windows' names, or by the rules in the calendar itself.
#ifndef COMITY_PLUGINS_ICAL_ZONES_H_
#define COMITY_PLUGINS_ICAL_ZONES_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "plugins/ical/component.h"
#include "plugins/ical/rule.h"
#include "plugins/ical/values.h"

namespace comity::ical {

// The zone of the machine's tz database with that name; nullopt if there is none. Never reads anything else, whatever the name says.
std::optional<absl::TimeZone> LoadZone(std::string_view name);
// `W. Europe Standard Time` → `Europe/Berlin`; empty for names that are not Windows'.
std::string_view IanaNameOf(std::string_view windows_name);

class Zone {
 public:
  Zone() = default;  // UTC
  explicit Zone(absl::TimeZone zone) : zone_(zone) {}
  // From a VTIMEZONE, exact between `from` and `to`. nullopt for one without a readable part.
  static std::optional<Zone> FromRules(const Component& rules, absl::Time from, absl::Time to, Budget& budget);

  // Where clocks skip it, by the offset before; where it comes twice, the first (RFC 5545 §3.3.5).
  absl::Time At(absl::CivilSecond local) const;
  absl::CivilSecond Local(absl::Time instant) const;

 private:
  struct Change {
    absl::Time at;
    absl::Duration before, after;  // ahead of UTC
  };
  absl::TimeZone zone_ = absl::UTCTimeZone();
  std::vector<Change> changes_;  // not empty: instead of `zone_`
};

// The zones of one text's calendars.
class Zones {
 public:
  // `floating`: of instants without a zone, and of zones nobody knows.
  Zones(const std::vector<Component>& calendars, absl::TimeZone floating, absl::Time from, absl::Time to, Budget& budget);
  const Zone& Of(const Moment& moment) const;
  absl::Time TimeOf(const Moment& moment) const { return Of(moment).At(moment.civil); }

 private:
  const Zone utc_;
  const Zone floating_;
  std::map<std::string, Zone, std::less<>> named_;  // by TZID, of those the calendars define
  mutable std::map<std::string, Zone, std::less<>> loaded_;
};

}  // namespace comity::ical

#endif  // COMITY_PLUGINS_ICAL_ZONES_H_
