#include "service/domain/deeds/fact.h"

#include <array>

namespace comity::domain {
namespace {

constexpr std::array<std::string_view, 28> kKindNames = {"UNSPECIFIED",
                                                         "OPENED",
                                                         "ASSIGNED",
                                                         "COMMENTED",
                                                         "LINKED",
                                                         "BLOCKED",
                                                         "UNBLOCKED",
                                                         "RESOLVED",
                                                         "REOPENED",
                                                         "CHANGE_MERGED",
                                                         "REVIEW_REQUESTED",
                                                         "CHANGE_REVIEWED",
                                                         "REVIEW_DISMISSED",
                                                         "ANSWERED",
                                                         "ANSWER_UNMARKED",
                                                         "PAGE_EDITED",
                                                         "REVERTED",
                                                         "MOVED",
                                                         "DELETED",
                                                         "ESCALATED",
                                                         "MEETING_SCHEDULED",
                                                         "MEETING_HELD",
                                                         "MEETING_CANCELLED",
                                                         "NOMINATED",
                                                         "CHANGE_TESTED",
                                                         "CHANGE_HELPED",
                                                         "CHANGE_MENTORED",
                                                         "CHANGE_CO_WRITTEN"};
constexpr std::string_view kEventPrefix = "events/";

}  // namespace

std::string_view FactKindName(FactKind kind) {
  const auto index = static_cast<size_t>(kind);
  return index < kKindNames.size() ? kKindNames[index] : std::string_view();
}

std::string EventKey::ToName() const {
  std::string name(kEventPrefix);
  name += DayText(DayFromNumber(day));
  name += '-';
  name += hash.ToText();
  return name;
}

std::optional<EventKey> EventKey::FromName(std::string_view name) {
  if (!name.starts_with(kEventPrefix)) return std::nullopt;
  name.remove_prefix(kEventPrefix.size());
  if (name.size() < 10 || name[8] != '-') return std::nullopt;
  const std::optional<absl::CivilDay> day = ParseDayText(name.substr(0, 8));
  const std::optional<FactHash> hash = FactHash::FromText(name.substr(9));
  if (!day || !hash) return std::nullopt;
  return EventKey{DayNumber(*day), *hash};
}

SubjectRef SubjectRefOf(std::string_view suite, std::string_view instance, SubjectKind kind, std::string_view id) {
  return Hasher("comity/subject").Add(suite).Add(instance).Add(static_cast<int64_t>(kind)).Add(id).Finish<SubjectRef>();
}

SubjectRef SubjectAliasOf(std::string_view suite, std::string_view instance, std::string_view key) {
  return Hasher("comity/alias").Add(suite).Add(instance).Add(key).Finish<SubjectRef>();
}

EventKey EventKeyOf(std::string_view suite, std::string_view instance, FactKind kind, std::string_view object_id, absl::Time occur_time,
                    std::string_view revision) {
  Hasher hasher("comity/event");
  hasher.Add(suite).Add(instance).Add(static_cast<int64_t>(kind)).Add(object_id);
  // A revision says it all; only without one does the instant tell two transitions of one object apart.
  hasher.Add(revision).Add(revision.empty() ? absl::ToUnixMicros(occur_time) : 0);
  return EventKey{DayNumber(DayOf(occur_time)), hasher.Finish<FactHash>()};
}

FactHash ContentHashOf(const Fact& fact) {
  if (!fact.observed_content.empty()) return fact.observed_content;
  return Hasher("comity/content").Add(EncodeContent(fact)).Finish<FactHash>();
}

}  // namespace comity::domain
