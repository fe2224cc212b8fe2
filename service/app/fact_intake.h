// From the API's facts to the domain's: every field checked at once, nothing personal carried further than it must be.
#ifndef COMITY_SERVICE_APP_FACT_INTAKE_H_
#define COMITY_SERVICE_APP_FACT_INTAKE_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "comity/v1/event.pb.h"
#include "service/domain/deeds/fact.h"
#include "service/domain/deeds/reasons.h"
#include "service/store/directory_store.h"
#include "service/store/event_store.h"
#include "service/store/privacy_store.h"

namespace comity::app {

// Facts may be dated this far after they are received: suites' clocks differ.
inline constexpr absl::Duration kMaxFactAhead = absl::Minutes(10);

// One fact as it came in. `fact` lacks its accounts' uids until the store has given them: see `Sightings`.
struct TakenFact {
  // OK, or why the fact is set aside; then `reason` and `detail` say it too, and only `key` of `fact` means anything.
  absl::Status status;
  domain::ReasonCode reason = domain::ReasonCode::kNone;
  std::string detail;

  domain::Fact fact;
  store::SubjectDetails details;
  std::optional<store::AccountSighting> actor, asker, author, target;
  std::vector<store::AccountSighting> attendees;  // of `fact.meeting`, in its order
  // Of all these, the accounts of people who were erased: their sightings must not be kept.
  std::map<domain::AccountName, store::ErasedAccount> erased;
  std::string request;  // serialised, less what must not be kept; for setting aside
};

// Everybody who was seen in a fact, with the part of it that is theirs: `visit(const store::AccountSighting&, [const] domain::Party&)`.
template <typename Taken, typename Visit>
void ForEachSighting(Taken& taken, const Visit& visit) {
  auto& fact = taken.fact;
  if (taken.actor) visit(*taken.actor, fact.actor);
  if (taken.asker) visit(*taken.asker, fact.asker);
  if (taken.author) visit(*taken.author, fact.author);
  if (taken.target) visit(*taken.target, fact.target);
  for (size_t i = 0; i < taken.attendees.size(); ++i) visit(taken.attendees[i], fact.meeting->attendees[i].party);
}

// Checks `fact` against the limits in event.proto. `path` = where it stands in the request, for example `facts[3]`.
// Too long titles, labels and the like are cut; everything else at fault is set aside: INVALID_FACT, TOO_LARGE, or FUTURE_TIME for
// facts dated more than 10 minutes after `receive_time`. Of confidential facts neither title nor labels are kept.
TakenFact TakeFact(const v1::Fact& fact, std::string_view path, absl::Time receive_time);

// The fact as it may be kept for a replay: of confidential ones without title and labels.
std::string SerialisedToKeep(const v1::Fact& fact);

// The API's form of a status, with its reason and the fields at fault.
google::rpc::Status ToResultStatus(const absl::Status& status);

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_FACT_INTAKE_H_
