// How often anybody is asked for anything: one budget over everything that asks.
#ifndef COMITY_SERVICE_DOMAIN_RECOGNITION_ASKS_H_
#define COMITY_SERVICE_DOMAIN_RECOGNITION_ASKS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/time/time.h"

namespace comity::domain {

// What people are asked for. Numbers are stored. A further kind is a value here and its seconds in `EffortOf`, and is then held to the same
// budget.
enum class AskKind : uint8_t { kThanks = 1, kOneQuestion = 2, kTwoQuestions = 3, kThreeQuestions = 4 };  // the last three: check-ins

inline constexpr size_t kAsksInWindow = 5;
inline constexpr absl::Duration kEffortInWindow = absl::Minutes(2);
inline constexpr absl::Duration kAskWindow = absl::Hours(24 * 7);
inline constexpr absl::Duration kAsksForgotten = absl::Hours(24 * 28);  // nothing that asks goes on for as long as that

struct Ask {
  AskKind kind = AskKind::kThanks;
  absl::Time time;
  bool operator==(const Ask&) const = default;
};

// What answering takes.
absl::Duration EffortOf(AskKind kind);

// Whether a person who was asked `earlier` (of every kind, answered or not) may be asked once more at `now`: at most 5 asks and 2 minutes
// in any 7 days. An ask dated after `now`, as after a clock that was put back, counts.
bool MayAsk(const std::vector<Ask>& earlier, AskKind kind, absl::Time now);

inline constexpr absl::Duration kInvitationLasts = absl::Hours(24 * 7);
inline constexpr absl::Duration kOldestOnArrival = absl::Hours(24);
// Whether help is fresh enough for an invitation to thank: it was not older than 24 hours when it became known, which what is told long
// afterwards, as when a source is read from its beginning, always is; and became known in the last 7 days.
bool InvitesThanks(absl::Time occurred, absl::Time became_known, absl::Time now);

}  // namespace comity::domain

#endif  // COMITY_SERVICE_DOMAIN_RECOGNITION_ASKS_H_
