// What a team's people take turns in: which duty, and when its rounds are.
#ifndef COMITY_SERVICE_DOMAIN_DUTY_ROTATION_H_
#define COMITY_SERVICE_DOMAIN_DUTY_ROTATION_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "service/domain/values.h"

namespace comity::domain {

// Numbers are stored, and those of the API.
enum class Duty : uint8_t { kNone = 0, kNominator = 1, kFacilitator = 2, kNoteTaker = 3, kStoryEditor = 4, kSpotter = 5 };

inline constexpr int kMaxRotationTitle = 80;       // characters
inline constexpr int32_t kMaxIntervalWeeks = 26;   // a round is half a year at most
inline constexpr int32_t kFarthestStart = 366;     // days, before and after today
inline constexpr size_t kMaxRotationsOfTeam = 20;  // that are not archived
inline constexpr size_t kSeedBytes = 32;
inline constexpr int32_t kRoundsAhead = 2;        // that are assigned while a round goes on
inline constexpr size_t kMaxAbsences = 50;        // of one person
inline constexpr int32_t kFarthestAbsence = 731;  // days ahead

using AbsenceUid = Id<struct AbsenceTag>;

struct Rotation {
  std::string id;  // a slug
  TeamUid team;
  Duty duty = Duty::kNone;
  std::string title;
  int32_t start_day = 0;       // of round 0, as a day number
  int32_t interval_weeks = 1;  // 1 to kMaxIntervalWeeks
  std::string seed;            // kSeedBytes random bytes
  absl::Time created, changed;
  absl::Time archived = absl::InfiniteFuture();  // InfiniteFuture = it goes on
  int64_t version = 1;
  bool operator==(const Rotation&) const = default;
};

// The first day of a round, as a day number; rounds before 0 are those that never were.
int32_t FirstDayOf(const Rotation& rotation, int32_t round);
int32_t LastDayOf(const Rotation& rotation, int32_t round);
// The round that has this day; negative before the first.
int32_t RoundOf(const Rotation& rotation, int32_t day);
// Rounds that should be assigned on this day, from `first` to `last`; none if `last` < `first`.
struct DueRounds {
  int32_t first = 0, last = -1;
};
DueRounds DueOn(const Rotation& rotation, int32_t day);

// Days, both ends with them.
struct Absence {
  AbsenceUid uid;
  int32_t first_day = 0, last_day = 0;
  bool operator==(const Absence&) const = default;
};
// Whether somebody with these absences is away for half of the round's days or more. Days in several absences count once.
bool IsAwayIn(const Rotation& rotation, int32_t round, const std::vector<Absence>& absences);

// What helps whoever has the duty, a sentence each.
std::vector<std::string_view> PromptsFor(Duty duty);

}  // namespace comity::domain

#endif  // COMITY_SERVICE_DOMAIN_DUTY_ROTATION_H_
