// Opening, taking back, closing and forgetting check-ins when their time has come.
#ifndef COMITY_SERVICE_APP_CHECKIN_ROUNDS_H_
#define COMITY_SERVICE_APP_CHECKIN_ROUNDS_H_

#include <atomic>
#include <vector>

#include "absl/status/status.h"
#include "service/app/context.h"
#include "service/base/recurring.h"
#include "service/domain/deeds/judge.h"
#include "service/store/store.h"

namespace comity::app {

// What is known of a meeting, or the deed of a ticket, has changed: it is looked at when its moment comes, or at once if something is open
// about it. In the transaction of what changed it. `events`: all facts of the subjects that were judged together; those that are about no
// meeting cost nothing, and those of one that is long over a look at its times.
absl::Status LookAtMeetings(store::Transaction& transaction, const std::vector<domain::Event>& events, const domain::Directory& directory,
                            absl::Time now);
absl::Status LookAtTicket(store::Transaction& transaction, const domain::Deed& deed, absl::Time now);

// Does what is due now, in small parts through the writer. What is to come lies in the store, so a restart loses and doubles nothing:
// each part opens (once for each team and occurrence), takes back, closes, or deletes, and says when to look again, in one transaction.
// What cannot be read is left out, and holds up nothing else. Ends early, between two parts, once `stopping`. Errors: those of the store;
// what was not done is due still.
absl::Status WorkOffCheckIns(Context& context, const std::atomic<bool>* stopping = nullptr);

// Does so at once and every half minute from then on. One thread; its end waits for one part at most.
class CheckInRounds {
 public:
  explicit CheckInRounds(Context& context);
  ~CheckInRounds() { stopping_ = true; }

 private:
  std::atomic<bool> stopping_ = false;
  Recurring rounds_;  // last: it looks at the other
};

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_CHECKIN_ROUNDS_H_
