#include "plugins/ical/zones.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"

namespace comity::ical {
namespace {

constexpr size_t kMaxZones = 200, kMaxParts = 50;
constexpr size_t kMaxChanges = 2000;

absl::CivilSecond UtcOf(absl::Time time) { return absl::ToCivilSecond(time, absl::UTCTimeZone()); }

bool IsZoneName(std::string_view name) {
  if (name.empty() || name.size() > 60 || !absl::ascii_isupper(static_cast<unsigned char>(name.front()))) return false;
  const std::vector<std::string> parts = absl::StrSplit(absl::string_view(name.data(), name.size()), '/');
  if (parts.size() > 3) return false;
  return std::all_of(parts.begin(), parts.end(), [](const std::string& part) {
    return !part.empty() && std::all_of(part.begin(), part.end(),
                                        [](unsigned char c) { return absl::ascii_isalnum(c) || c == '_' || c == '-' || c == '+'; });
  });
}

// By its name, by its end (`/mozilla.org/20050126_1/Europe/Berlin`), or by Windows' name.
std::optional<absl::TimeZone> LoadTzid(std::string_view tzid) {
  if (const std::string_view iana = IanaNameOf(tzid); !iana.empty()) return LoadZone(iana);
  if (const auto zone = LoadZone(tzid)) return zone;
  for (int slashes = 3; slashes > 0 && tzid.size() < 200; --slashes) {
    size_t at = tzid.size();
    for (int i = 0; i < slashes && at != std::string_view::npos && at > 0; ++i) at = tzid.rfind('/', at - 1);
    if (at >= tzid.size()) continue;
    if (const auto zone = LoadZone(tzid.substr(at + 1))) return zone;
  }
  return std::nullopt;
}

// When a part of a VTIMEZONE begins, in the local time before: its last time before `from`, and all in [from, to).
std::vector<absl::CivilSecond> BeginningsOf(const Component& part, absl::CivilSecond start, absl::Duration before, absl::CivilSecond from,
                                            absl::CivilSecond to, Budget& budget) {
  std::vector<absl::CivilSecond> found = {start};
  for (const Property& property : part.properties) {
    if (property.name == "RDATE") {
      for (const Moment& moment : MomentsOf(property, kMaxChanges)) found.push_back(moment.civil);
    }
    if (property.name != "RRULE") continue;
    const absl::StatusOr<Rule> rule = ParseRule(property.value);
    if (!rule.ok() || rule->frequency < Frequency::kMonthly) continue;  // no zone changes its clocks that often
    absl::CivilSecond end = to;
    if (rule->until) end = std::min(end, rule->until->civil + (rule->until->is_utc ? absl::ToInt64Seconds(before) : 0) + 1);
    // A rule that has ended is in force with its last beginning.
    const absl::CivilSecond begin = std::min(from, absl::CivilSecond(absl::CivilYear(end) - 2));
    RuleInstances instances(*rule, start, {begin, end, true}, budget);
    while (const auto instance = instances.Next()) {
      if (found.size() >= kMaxChanges) break;
      found.push_back(*instance);
    }
  }
  return found;
}

}  // namespace

std::optional<absl::TimeZone> LoadZone(std::string_view name) {
  if (name == "UTC" || name == "Z" || name == "GMT" || name == "Etc/UTC") return absl::UTCTimeZone();
  if (!IsZoneName(name)) return std::nullopt;
  // Looked for first: the library reads any file it is told to, and remembers every name it was asked for.
  const char* folder = std::getenv("TZDIR");
  const std::string path = std::string(folder == nullptr || *folder == '\0' ? "/usr/share/zoneinfo" : folder) + "/" + std::string(name);
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(std::string(name), &zone)) return std::nullopt;
  return zone;
}

std::optional<Zone> Zone::FromRules(const Component& rules, absl::Time from, absl::Time to, Budget& budget) {
  Zone zone;
  size_t parts = 0;
  for (const Component& part : rules.components) {
    if ((part.name != "STANDARD" && part.name != "DAYLIGHT") || ++parts > kMaxParts) continue;
    const auto before = ParseOffset(part.Value("TZOFFSETFROM")), after = ParseOffset(part.Value("TZOFFSETTO"));
    const auto start = ParseMoment(part.Value("DTSTART"));
    if (!before || !after || !start) continue;
    for (const absl::CivilSecond local :
         BeginningsOf(part, start->civil, *before, UtcOf(from - absl::Hours(24 * 800)), UtcOf(to + absl::Hours(24 * 400)), budget)) {
      zone.changes_.push_back({absl::FromCivil(local, absl::UTCTimeZone()) - *before, *before, *after});
    }
  }
  if (zone.changes_.empty()) return std::nullopt;
  std::sort(zone.changes_.begin(), zone.changes_.end(), [](const Change& a, const Change& b) { return a.at < b.at; });
  return zone;
}

absl::Time Zone::At(absl::CivilSecond local) const {
  if (changes_.empty()) return zone_.At(local).pre;
  const absl::Time utc = absl::FromCivil(local, absl::UTCTimeZone());
  absl::Duration offset = changes_.front().before;
  for (const Change& change : changes_) {
    // Still before the change by the clock before it; or within what the change skips.
    if (utc - offset < change.at || utc - change.after < change.at) break;
    offset = change.after;
  }
  return utc - offset;
}

absl::CivilSecond Zone::Local(absl::Time instant) const {
  if (changes_.empty()) return absl::ToCivilSecond(instant, zone_);
  absl::Duration offset = changes_.front().before;
  for (const Change& change : changes_) {
    if (instant < change.at) break;
    offset = change.after;
  }
  return UtcOf(instant + offset);
}

Zones::Zones(const std::vector<Component>& calendars, absl::TimeZone floating, absl::Time from, absl::Time to, Budget& budget)
    : floating_(floating) {
  for (const Component& calendar : calendars) {
    for (const Component& rules : calendar.components) {
      const std::string_view tzid = rules.Value("TZID");
      if (rules.name != "VTIMEZONE" || tzid.empty() || named_.size() >= kMaxZones) continue;
      // Its IANA name first: the machine's database knows changes that rules written years ago do not.
      std::optional<absl::TimeZone> known = LoadTzid(tzid);
      if (!known) known = LoadTzid(rules.Value("X-LIC-LOCATION"));
      std::optional<Zone> zone = known ? Zone(*known) : Zone::FromRules(rules, from, to, budget);
      if (zone) named_.emplace(tzid, *std::move(zone));
    }
  }
}

const Zone& Zones::Of(const Moment& moment) const {
  if (moment.is_utc) return utc_;
  if (moment.zone.empty()) return floating_;
  if (const auto named = named_.find(moment.zone); named != named_.end()) return named->second;
  if (const auto loaded = loaded_.find(moment.zone); loaded != loaded_.end()) return loaded->second;
  if (loaded_.size() >= kMaxZones) return floating_;
  const std::optional<absl::TimeZone> known = LoadTzid(moment.zone);
  return loaded_.emplace(moment.zone, known ? Zone(*known) : floating_).first->second;
}

}  // namespace comity::ical
