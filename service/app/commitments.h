// Commitments of ledger entries to details kept beside the ledger: made when entries are posted, checked when the ledger is verified.
#ifndef COMITY_SERVICE_APP_COMMITMENTS_H_
#define COMITY_SERVICE_APP_COMMITMENTS_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/app/judging_load.h"

namespace comity::app {

// Sets the commitments of entries that are about to be posted under `subject`. Entries that concern nobody by name (internal help, lines of
// people who opted out) keep none. Reads the store only for held lines and for what somebody said.
absl::Status Commit(store::Transaction& transaction, const domain::Directory& directory, const JudgingGroup& group,
                    domain::SubjectRef subject, std::vector<domain::Entry>& entries);

enum class CommitmentState {
  kNone,     // it commits to nothing
  kHolds,    // the details kept are those it was made to
  kErased,   // salt or details were deleted: nobody can tell any more
  kAltered,  // the details kept are others
};
absl::StatusOr<CommitmentState> CheckCommitment(store::Transaction& transaction, const domain::Directory& directory,
                                                domain::SubjectRef subject, const domain::Entry& entry);

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_COMMITMENTS_H_
