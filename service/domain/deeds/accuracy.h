// How often rules are wrong by what those concerned say, and when one has to go back to SHADOW. Pure.
#ifndef COMITY_SERVICE_DOMAIN_DEEDS_ACCURACY_H_
#define COMITY_SERVICE_DOMAIN_DEEDS_ACCURACY_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "service/domain/deeds/judge.h"
#include "service/domain/deeds/policy_record.h"

namespace comity::domain {

// Numbers are stored.
enum class Fate : uint8_t { kUntouched = 0, kConfirmed = 1, kCorrected = 2, kDeclined = 3 };

// Which deeds are counted together.
struct AccuracyKey {
  DeedKind kind = DeedKind::kNone;
  int32_t policy = 0;           // number
  std::string suite, instance;  // of the deed's subject
  auto operator<=>(const AccuracyKey&) const = default;
};
struct AccuracyCounts {
  int64_t untouched = 0, confirmed = 0, corrected = 0, declined = 0;
  bool operator==(const AccuracyCounts&) const = default;
  int64_t Sum() const { return untouched + confirmed + corrected + declined; }
  int64_t& Of(Fate fate);
  AccuracyCounts& operator+=(const AccuracyCounts& other);
};
struct AccuracyDeltas {
  std::map<AccuracyKey, AccuracyCounts> counts;
  std::map<std::pair<AccuracyKey, PersonUid>, int64_t> people;  // who helped, as reference counts
};

// Where a deed counts; nullopt for one that was taken back.
std::optional<Fate> FateOf(const Deed& deed);
// Takes `before` out and puts `after` in; nullptr = there is none.
void AddAccuracyDelta(const Deed* before, const Deed* after, const std::string& suite, const std::string& instance, AccuracyDeltas& deltas);

// Wilson's score interval of a share at 95 % (z = 1.959964), in parts per million; 0 to 1,000,000 if there is nothing.
struct Interval {
  int32_t lower_ppm = 0, upper_ppm = kWholePpm;
};
Interval WilsonInterval(int64_t hits, int64_t total);

inline constexpr int64_t kLeastDeeds = 20;
inline constexpr int32_t kLeastPeople = 5;  // also the fewest of whom numbers are told
inline constexpr int32_t kWrongTooOften = 100'000;

// Why a rule has to go back to SHADOW; nullopt if it need not. `people` may be counted no further than kLeastPeople.
std::optional<RuleReturn> ReturnOf(DeedKind kind, const AccuracyCounts& counts, int32_t people);

// The policies, by number, since the rule last changed its mode, up to the one in force at `time`; and when that was.
struct Stretch {
  RuleMode mode = RuleMode::kActive;
  absl::Time start;  // InfinitePast = from the beginning
  std::vector<int32_t> policies;
};
Stretch StretchOf(const Policies& policies, DeedKind kind, absl::Time time);

}  // namespace comity::domain

#endif  // COMITY_SERVICE_DOMAIN_DEEDS_ACCURACY_H_
