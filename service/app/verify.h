// Checks the whole ledger: hashes and chain, shares of each deed, and what stands against a rebuild from the events.
#ifndef COMITY_SERVICE_APP_VERIFY_H_
#define COMITY_SERVICE_APP_VERIFY_H_

#include "absl/status/statusor.h"
#include "comity/v1/admin.pb.h"
#include "service/app/context.h"

namespace comity::app {

// Reads one consistent snapshot. Without `rebuild`: every leaf's hash, the chain, the sum of shares of every deed that stands. With it,
// also judges every subject anew from its events, in parts, and compares standing and rollups with what is kept. Faults are answers, not
// errors. Memory in proportion to the lines that stand.
absl::StatusOr<v1::VerifyLedgerResponse> VerifyLedger(Context& context, bool rebuild);

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_VERIFY_H_
