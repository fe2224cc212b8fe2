// Corrections: are the shares that somebody wants possible, and who has to say yes first.
#ifndef COMITY_SERVICE_APP_DEED_SHARES_H_
#define COMITY_SERVICE_APP_DEED_SHARES_H_

#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "comity/v1/deed.pb.h"
#include "service/domain/deeds/judge.h"
#include "service/store/store.h"

namespace comity::app {

using Shares = std::vector<std::pair<domain::PersonUid, int32_t>>;

struct CheckedShares {
  Shares shares;
  std::vector<domain::PersonUid> newly_named;  // not helpers of the deed so far, or such as had declined
};

// Checks every field at once. `whole` = what the shares must sum to.
// Errors: INVALID_ARGUMENT (REASON_REQUIRED, SHARES_INVALID, PERSON_NOT_FOUND, HELPER_IN_HELPED_TEAM).
absl::StatusOr<CheckedShares> CheckShares(const v1::CorrectDeedRequest& request, const domain::Deed& deed,
                                          const domain::Directory& directory, int32_t whole);

int32_t SumOf(const Shares& shares);
// What a proposal becomes when its last newly named person has said yes.
domain::Statement StatementOf(const store::Proposal& proposal, absl::Time now);
// Errors: FAILED_PRECONDITION (CORRECTION_LAPSED) when all that waited for this person's yes has waited too long.
absl::Status CheckNotLapsed(store::Transaction& transaction, domain::PersonUid person, std::string_view deed_name, absl::Time now);

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_DEED_SHARES_H_
