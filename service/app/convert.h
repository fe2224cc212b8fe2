// From the domain's values to the API's messages, as one reader may see them.
#ifndef COMITY_SERVICE_APP_CONVERT_H_
#define COMITY_SERVICE_APP_CONVERT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "comity/v1/deed.pb.h"
#include "comity/v1/event.pb.h"
#include "service/app/names.h"
#include "service/app/visibility.h"
#include "service/domain/deeds/policy_record.h"
#include "service/store/store.h"

namespace comity::app {

google::protobuf::Timestamp ToTimestamp(absl::Time time);
google::protobuf::Duration ToDuration(absl::Duration duration);
// Within the years 1 to 9999.
absl::Time FromTimestamp(const google::protobuf::Timestamp& stamp);

// How long a correction waits for the newly named.
inline constexpr absl::Duration kProposalLapses = absl::Hours(24 * 14);

// What one reader sees of one deed.
struct DeedView {
  Viewer viewer;
  View view = View::kNone;
  bool concerned = false;  // they are helper, asker or newly named
  std::vector<domain::PersonUid> shared;
  std::vector<store::Proposal> proposals;  // open ones, oldest first
  std::string because;                     // in people's words, if they gave any
};
// Whether a viewer who looks from within some suites may know of this subject at all.
absl::StatusOr<bool> IsWithinReach(store::Transaction& transaction, const Viewer& viewer, domain::SubjectRef subject);
absl::StatusOr<DeedView> LoadDeedView(store::Transaction& transaction, const store::DeedRow& row, const Viewer& viewer, absl::Time now);

// Whether this reader may see that person's name on this deed.
bool MaySee(const DeedView& view, const domain::Directory& directory, domain::PersonUid person);
// PROVISIONAL becomes STANDING when the hold is over.
domain::DeedState StateNow(const store::DeedRow& row, absl::Time now);

v1::Deed ToDeed(const store::DeedRow& row, const DeedView& view, Names& names, absl::Time now);
v1::LedgerEntry ToLedgerEntry(const store::LedgerRow& row, const domain::Entry& entry, const DeedView& view, const Names& names);
v1::Policy ToPolicy(const domain::Policy& policy);
v1::Policy::Return ToReturn(const domain::RuleReturn& returned);

// `with_fact`: the whole fact with its accounts, for those who see everything; else only its kind and time.
absl::StatusOr<v1::Event> ToEvent(const store::StoredEvent& event, Names& names, const domain::Naming& naming, bool with_fact);
v1::Event ToEvent(const store::SetAsideRow& row);

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_CONVERT_H_
