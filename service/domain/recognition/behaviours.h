// What people are thanked for: behaviours with versioned criteria that expire, and the programmes that put them forward.
#ifndef COMITY_SERVICE_DOMAIN_RECOGNITION_BEHAVIOURS_H_
#define COMITY_SERVICE_DOMAIN_RECOGNITION_BEHAVIOURS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "service/domain/values.h"

namespace comity::domain {

// Numbers are those of comity.v1 and are stored.
enum class BehaviourRoot : uint8_t { kNone = 0, kListen = 1, kUnderstand = 2, kRespond = 3 };

inline constexpr int32_t kDefaultLifetimeDays = 90, kMaxLifetimeDays = 366;
inline constexpr int kMaxTitle = 100, kMaxCriteria = 1000, kMaxPurpose = 1000;
inline constexpr size_t kMaxProgrammeBehaviours = 50, kMaxProgrammeTeams = 100;

// One version of one behaviour's words. The greatest version is the one in force.
struct Criteria {
  std::string behaviour;  // a slug
  int32_t version = 1;
  BehaviourRoot root = BehaviourRoot::kNone;
  std::string title, criteria;
  int32_t lifetime_days = kDefaultLifetimeDays;
  absl::Time effective, affirmed;  // affirmed is never before effective
  bool operator==(const Criteria&) const = default;
};

absl::Time ExpiryOf(const Criteria& criteria);
bool HasExpired(const Criteria& criteria, absl::Time now);
// Changes with every change that is stored.
std::string EtagOf(const Criteria& criteria);
// The same words, affirmed at `now`; the clock going back takes nothing away.
Criteria Affirmed(Criteria criteria, absl::Time now);
// The next version, which begins with `edited`'s words at `now`.
Criteria NextVersion(const Criteria& before, Criteria edited, absl::Time now);
// Of all versions in order of behaviour and version, the one in force of each.
std::vector<Criteria> InForce(const std::vector<Criteria>& versions);

// The catalogue a deployment begins with, affirmed at `now`.
std::vector<Criteria> DefaultBehaviours(absl::Time now);

struct Programme {
  std::string id;  // a slug
  PersonUid owner;
  std::string purpose;
  std::vector<std::string> behaviours;
  std::vector<TeamUid> audience;  // empty = everybody
  int32_t start_day = 0, review_day = 0;
  absl::Time changed;
  int64_t version = 1;  // the etag
  bool operator==(const Programme&) const = default;
};

}  // namespace comity::domain

#endif  // COMITY_SERVICE_DOMAIN_RECOGNITION_BEHAVIOURS_H_
