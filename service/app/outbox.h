// What outbound webhooks are to be told, written with what it tells of: in the same transaction, so that neither is there without the
// other.
#ifndef COMITY_SERVICE_APP_OUTBOX_H_
#define COMITY_SERVICE_APP_OUTBOX_H_

#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "service/domain/deeds/policy.h"
#include "service/domain/directory/directory.h"
#include "service/domain/notify/message.h"
#include "service/domain/recognition/recognition.h"
#include "service/store/store.h"

namespace comity::app {

// Messages about deeds, collected and written at the end. Without an endpoint that costs one look at an empty table for each transaction
// that changes a deed, and nothing for all others.
class Outbox {
 public:
  // A deed that was `before` and is `after` now (nullptr: none). `sequence` of the ledger entry that made it so; tells two messages about
  // one deed apart.
  void Tell(const domain::Deed* before, const domain::Deed* after, int64_t sequence);
  absl::Status Write(store::Transaction& transaction, const domain::Directory& directory, absl::Time now) const;

 private:
  struct Change {
    std::optional<domain::DeedOutline> before, after;
    int64_t sequence = 0;
  };
  std::vector<Change> changes_;
};

absl::Status TellPolicyActivated(store::Transaction& transaction, const domain::Policy& policy, absl::Time now);

// Whether everybody may see it: its author and everybody thanked let them, nobody of these opted out, and it stands.
bool IsOpenToAll(const domain::Recognition& recognition, const domain::Directory& directory);
// Once, however often it is closed and opened again while the message is kept.
absl::Status TellRecognitionOpened(store::Transaction& transaction, const domain::Recognition& recognition, absl::Time now);

// A ping that goes before all that waits. `uid` must be new.
store::DeliveryRow PingFor(const store::EndpointRow& endpoint, domain::DeliveryUid uid, absl::Time now);

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_OUTBOX_H_
