#include <algorithm>
#include <tuple>

#include "service/base/sha256.h"
#include "service/domain/codec.h"
#include "service/domain/deeds/ledger.h"

namespace comity::domain {
namespace {

// Whether a line changes any number: granted to somebody (named or not) by a rule that credits, or internal help of a team.
bool Contributes(const Entry& entry) {
  if (entry.action == EntryAction::kReverse || entry.state == DeedState::kReversed || entry.shadow) return false;
  if (entry.internal) return true;
  const bool held = entry.content.person.empty() && !entry.content.account.empty();
  return !entry.content.declined && !held && entry.content.share_ppm > 0;
}

template <typename Map>
void EraseIfZero(Map& map, typename Map::iterator place) {
  if (place->second == typename Map::mapped_type{}) map.erase(place);
}

void AddCell(const RollupKey& key, int64_t lines, int64_t share, Rollups& rollups) {
  const auto cell = rollups.cells.try_emplace(key).first;
  cell->second.line_count += lines;
  cell->second.share_ppm += share;
  EraseIfZero(rollups.cells, cell);
}

void AddPerson(WeekPersonKey key, bool helper_side, PersonUid person, int64_t sign, Rollups& rollups) {
  if (person.empty()) return;
  key.helper_side = helper_side;
  key.person = person;
  const auto place = rollups.people.try_emplace(key).first;
  place->second += sign;
  EraseIfZero(rollups.people, place);
}

void Apply(const Entry& entry, int64_t sign, Rollups& rollups) {
  if (!Contributes(entry)) return;
  RollupKey key;
  key.helper_team = entry.content.team;
  key.helped_team = entry.helped_team;
  key.kind = entry.kind;
  key.stance = entry.internal ? Stance::kNone : entry.content.stance;
  key.start_day = entry.day;
  AddCell(key, sign, sign * entry.content.share_ppm, rollups);
  key.week = true;
  key.start_day = WeekStartOf(entry.day);
  AddCell(key, sign, sign * entry.content.share_ppm, rollups);
  if (entry.internal) return;
  const WeekPersonKey people{key.start_day, entry.content.team, entry.helped_team, true, {}};
  AddPerson(people, true, entry.content.person, sign, rollups);
  AddPerson(people, false, entry.asker, sign, rollups);
}

Digest DigestOf(ByteWriter& out) { return Sha256({out.Take()}); }

}  // namespace

int32_t WeekStartOf(int32_t day) {
  const int32_t since_monday = ((day + 3) % 7 + 7) % 7;  // 1970-01-01 was a Thursday
  return day - since_monday;
}

void AddRollupDelta(const Entry* before, const Entry& entry, Rollups& rollups) {
  if (before != nullptr) Apply(*before, -1, rollups);
  Apply(entry, 1, rollups);
}

Digest StandingDigest(std::vector<Entry> standing) {
  std::erase_if(standing, [](const Entry& entry) { return entry.action == EntryAction::kReverse; });
  std::sort(standing.begin(), standing.end(), [](const Entry& a, const Entry& b) { return a.line < b.line; });
  ByteWriter out(standing.size() * 100);
  for (const Entry& entry : standing) {
    const DeedState state = entry.state == DeedState::kStanding ? DeedState::kProvisional : entry.state;
    out.Uid(entry.line);
    out.Byte(static_cast<uint8_t>(state));
    out.Signed(entry.content.share_ppm);
    out.Byte(entry.content.declined ? 1 : 0);
    out.Uid(entry.content.team);
    out.Byte(static_cast<uint8_t>(entry.content.stance));
    out.Uid(entry.helped_team);
    out.Byte(static_cast<uint8_t>((entry.shadow ? 1 : 0) | (entry.internal ? 2 : 0)));
    out.Signed(entry.policy);
  }
  return DigestOf(out);
}

Digest RollupDigest(const Rollups& rollups) {
  ByteWriter out;
  for (const auto& [key, delta] : rollups.cells) {
    if (delta == RollupDelta{}) continue;
    out.Byte(key.week ? 1 : 0);
    out.Signed(key.start_day);
    out.Uid(key.helper_team);
    out.Uid(key.helped_team);
    out.Byte(static_cast<uint8_t>(key.kind));
    out.Byte(static_cast<uint8_t>(key.stance));
    out.Signed(delta.line_count);
    out.Signed(delta.share_ppm);
  }
  out.Byte(0xff);
  for (const auto& [key, count] : rollups.people) {
    if (count == 0) continue;
    out.Signed(key.week_start_day);
    out.Uid(key.helper_team);
    out.Uid(key.helped_team);
    out.Byte(key.helper_side ? 1 : 0);
    out.Uid(key.person);
    out.Signed(count);
  }
  return DigestOf(out);
}

}  // namespace comity::domain
