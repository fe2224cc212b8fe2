// Asking somebody for something, within the one budget over everything that asks.
#ifndef COMITY_SERVICE_APP_ASKING_H_
#define COMITY_SERVICE_APP_ASKING_H_

#include "absl/status/statusor.h"
#include "service/domain/recognition/asks.h"
#include "service/store/store.h"

namespace comity::app {

// Whether the person may be asked so now: the budget of 5 asks and 2 minutes in 7 days has room, and they want to be asked at all.
absl::StatusOr<bool> MayBeAsked(store::Transaction& transaction, domain::PersonUid person, domain::AskKind kind, absl::Time now);

// Writes down that the person is asked from now on; `about` = what, in 16 bytes of its own. False, and nothing is written, when they may
// not be asked. What was asked once is not asked again: true.
absl::StatusOr<bool> AskWithinBudget(store::Transaction& transaction, domain::PersonUid person, domain::AskKind kind,
                                     domain::DeedHash about, absl::Time now);

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_ASKING_H_
