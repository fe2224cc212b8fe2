// Opening, closing and forgetting check-ins when their time has come.
#ifndef COMITY_SERVICE_APP_CHECKIN_ROUNDS_H_
#define COMITY_SERVICE_APP_CHECKIN_ROUNDS_H_

#include "absl/status/status.h"
#include "service/app/context.h"
#include "service/base/recurring.h"
#include "service/domain/deeds/judge.h"
#include "service/store/store.h"

namespace comity::app {

// A meeting, or the deed of a ticket, has changed: the next round looks at it. In the transaction of what changed it.
absl::Status LookAtMeeting(store::Transaction& transaction, domain::SubjectRef meeting);
absl::Status LookAtTicket(store::Transaction& transaction, domain::DeedHash deed);

// Does what is due now, in small parts through the writer. What is to come lies in the store, so a restart loses and doubles nothing:
// each part opens (once for each template and occurrence), closes, or deletes, and says when to look again, in one transaction.
// Errors: those of the store; what was not done is due still.
absl::Status WorkOffCheckIns(Context& context);

// Does so at once and every half minute from then on. One thread.
class CheckInRounds {
 public:
  explicit CheckInRounds(Context& context);

 private:
  Recurring rounds_;
};

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_CHECKIN_ROUNDS_H_
