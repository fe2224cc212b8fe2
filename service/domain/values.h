// Small values that every room of the domain uses: opaque ids, parts per million, UTC days.
#ifndef COMITY_SERVICE_DOMAIN_VALUES_H_
#define COMITY_SERVICE_DOMAIN_VALUES_H_

#include <array>
#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace comity::domain {

// Sixteen opaque bytes that identify something. People, teams and accounts have random ones, so that nothing personal follows from
// them; subjects, events and deeds have bytes of a SHA-256 over what makes them (`Hasher`; of subjects and deeds the last ten, see fact.h).
// All zero = none.
// The tag keeps one sort of id from being passed as another.
template <typename Tag>
struct Id {
  std::array<uint8_t, 16> bytes{};

  // As two numbers: judging compares ids more often than it does anything else, and a call of memcmp takes longer.
  bool operator==(const Id& other) const { return Half(0) == other.Half(0) && Half(1) == other.Half(1); }
  std::strong_ordering operator<=>(const Id& other) const {
    const auto first = Half(0) <=> other.Half(0);
    return first != 0 ? first : Half(1) <=> other.Half(1);
  }
  bool empty() const { return (Half(0) | Half(1)) == 0; }

  // Lower-case base32hex without padding, 26 characters; sorts as the bytes do.
  std::string ToText() const;
  // The inverse; nullopt unless exactly 26 characters of that alphabet with zero spare bits.
  static std::optional<Id> FromText(std::string_view text);
  // nullopt unless exactly 16 bytes.
  static std::optional<Id> FromBytes(std::string_view raw) {
    if (raw.size() != 16) return std::nullopt;
    Id id;
    std::memcpy(id.bytes.data(), raw.data(), 16);
    return id;
  }
  std::string_view view() const { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

  template <typename H>
  friend H AbslHashValue(H h, const Id& id) {
    return H::combine(std::move(h), id.bytes);
  }

  // Eight bytes as a number that sorts as they do.
  uint64_t Half(size_t which) const {
    uint64_t number;
    std::memcpy(&number, bytes.data() + 8 * which, sizeof number);
    return std::endian::native == std::endian::little ? __builtin_bswap64(number) : number;
  }
};

using PersonUid = Id<struct PersonTag>;
using TeamUid = Id<struct TeamTag>;
using AccountUid = Id<struct AccountTag>;
// Names a subject: by its immutable id or by its readable key (then it is an alias). `SubjectRefOf` in fact.h makes both.
using SubjectRef = Id<struct SubjectTag>;
// What makes a fact this fact, without its day.
using FactHash = Id<struct FactTag>;
// What makes a deed this deed, without its day.
using DeedHash = Id<struct DeedTag>;
// One participant's part in one deed.
using LineHash = Id<struct LineTag>;
// Something somebody said (confirm, correct, decline …).
using StatementUid = Id<struct StatementTag>;
// Random bytes kept beside somebody's name and deleted with it: without them nobody can tell what a commitment was made to.
using Salt = Id<struct SaltTag>;

// base32hex, lower case, without padding.
std::string ToBase32Hex(std::string_view bytes);
std::optional<std::string> FromBase32Hex(std::string_view text);

// Shares are parts of this whole.
inline constexpr int32_t kWholePpm = 1'000'000;

// The UTC day of an instant, and days as numbers since 1970-01-01 (what stores keep).
absl::CivilDay DayOf(absl::Time time);
int32_t DayNumber(absl::CivilDay day);
absl::CivilDay DayFromNumber(int32_t number);
// `20260902`.
std::string DayText(absl::CivilDay day);
std::optional<absl::CivilDay> ParseDayText(std::string_view text);
// `2026-09-02`; nullopt for anything else, also for days that do not exist.
std::optional<absl::CivilDay> ParseIsoDay(std::string_view text);
std::string IsoDay(absl::CivilDay day);

// Half-open [start, end) of UTC days.
struct DayRange {
  absl::CivilDay start = absl::CivilDay(1, 1, 1);
  absl::CivilDay end = absl::CivilDay(9999, 1, 1);
  bool operator==(const DayRange&) const = default;
  std::strong_ordering operator<=>(const DayRange& other) const {  // by hand: Clang 14 derives none from absl::CivilDay
    if (start != other.start) return start < other.start ? std::strong_ordering::less : std::strong_ordering::greater;
    if (end != other.end) return end < other.end ? std::strong_ordering::less : std::strong_ordering::greater;
    return std::strong_ordering::equal;
  }
  bool Contains(absl::CivilDay day) const { return start <= day && day < end; }
  bool empty() const { return !(start < end); }
  bool open_start() const { return start == absl::CivilDay(1, 1, 1); }
  bool open_end() const { return end == absl::CivilDay(9999, 1, 1); }
};

// Feeds length-prefixed fields to SHA-256, so that ("ab","c") and ("a","bc") differ, and gives its first 16 bytes as an id.
class Hasher {
 public:
  explicit Hasher(std::string_view domain);  // separates what is hashed for different purposes
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;
  Hasher& Add(std::string_view field);
  Hasher& Add(int64_t number);
  std::array<uint8_t, 32> Digest() const;
  template <typename IdType>
  IdType Finish() const {
    const auto digest = Digest();
    IdType id;
    std::memcpy(id.bytes.data(), digest.data(), 16);
    return id;
  }

 private:
  std::string bytes_;
};

// Makes random ids. Injected: production draws from the system's generator, tests make the same ids in every run.
class UidSource {
 public:
  virtual ~UidSource() = default;
  virtual std::array<uint8_t, 16> Next(std::string_view hint) = 0;  // `hint` = what it is for; only test sources look at it
  template <typename IdType>
  IdType Make(std::string_view hint) {
    return IdType{Next(hint)};
  }
};

}  // namespace comity::domain

template <typename Tag>
struct std::hash<comity::domain::Id<Tag>> {
  size_t operator()(const comity::domain::Id<Tag>& id) const noexcept {
    // Both halves: ids of one kind may begin alike (of what was erased, of what is numbered within one look back).
    return (id.Half(0) ^ id.Half(1)) * 0x9E3779B97F4A7C15u;
  }
};

#endif  // COMITY_SERVICE_DOMAIN_VALUES_H_
