#include "service/domain/deeds/fact.h"

#include <algorithm>
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

// The last digits of an id and what stands before them: `acme/billing#12` = `acme/billing#` and 12.
struct Numbered {
  std::string_view stem;
  uint64_t number = 0;
  bool has_number = false;
};
Numbered SplitNumber(std::string_view id) {
  constexpr size_t kMostDigits = 18;
  size_t digits = 0;
  while (digits < std::min(id.size(), kMostDigits) && id[id.size() - 1 - digits] >= '0' && id[id.size() - 1 - digits] <= '9') ++digits;
  Numbered parts{id.substr(0, id.size() - digits), 0, digits > 0};
  for (const char digit : id.substr(parts.stem.size())) parts.number = parts.number * 10 + static_cast<uint64_t>(digit - '0');
  return parts;
}

// `of_all` has hashed everything, `of_stem` what the ids of one numbering have in common: two bytes of that, the number in 256s, and
// ten bytes of the hash of everything. Without a number all is that hash.
SubjectRef Placed(const Hasher& of_all, Hasher& of_stem, const Numbered& id) {
  static_assert(kPlaceBytes == 6);
  auto ref = of_all.Finish<SubjectRef>();
  if (!id.has_number) return ref;
  const auto numbering = of_stem.Add(id.stem).Digest();
  const uint64_t place = id.number >> 8;
  ref.bytes[0] = numbering[0];
  ref.bytes[1] = numbering[1];
  for (size_t i = 0; i < 4; ++i) ref.bytes[2 + i] = static_cast<uint8_t>(place >> (24 - 8 * i));
  return ref;
}

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
  const auto begin = [&](Hasher& hasher) -> Hasher& { return hasher.Add(suite).Add(instance).Add(static_cast<int64_t>(kind)); };
  Hasher all("comity/subject"), stem("comity/subject/numbering");
  return Placed(begin(all).Add(id), begin(stem), SplitNumber(id));
}

SubjectRef SubjectAliasOf(std::string_view suite, std::string_view instance, std::string_view key) {
  Hasher all("comity/alias"), stem("comity/alias/numbering");
  return Placed(all.Add(suite).Add(instance).Add(key), stem.Add(suite).Add(instance), SplitNumber(key));
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
