// Posts what judging wants: ledger entries, deeds as they stand, verdicts, rollups, and what outbound webhooks are told of it.
#ifndef COMITY_SERVICE_APP_JUDGING_POST_H_
#define COMITY_SERVICE_APP_JUDGING_POST_H_

#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "service/app/judging_load.h"
#include "service/app/outbox.h"
#include "service/domain/deeds/accuracy.h"

namespace comity::app {

// A group with what judging it wants, and the entries that bring the ledger there.
struct JudgedGroup {
  JudgingGroup group;
  domain::Verdict verdict;
  std::vector<domain::Entry> entries;
};

// The number of deeds that these entries change.
int32_t ChangedDeeds(const JudgedGroup& judged);

// Writes one group after the other into one transaction; rollups and accuracy are summed and written once, by Finish.
class Poster {
 public:
  // `directory` outlives it.
  Poster(store::Transaction& transaction, const domain::Directory& directory, absl::Time now)
      : transaction_(transaction), directory_(directory), now_(now) {}

  absl::Status Post(const JudgedGroup& judged);
  absl::Status Finish();

 private:
  absl::StatusOr<std::map<domain::DeedHash, int64_t>> AppendEntries(const JudgedGroup& judged);
  absl::Status UpdateDeeds(const JudgedGroup& judged, const std::map<domain::DeedHash, int64_t>& sequences);
  absl::Status Withdraw(const JudgedGroup& judged, const store::DeedRow& stored, const std::map<domain::DeedHash, int64_t>& sequences);
  absl::Status CarryOver(const store::DeedRow& from, const domain::DeedHash& to, const domain::DeedKey& key);
  absl::Status LookAtClosed(const domain::Deed& deed);
  void AddToRollups(const JudgedGroup& judged);
  void AddToAccuracy(const JudgedGroup& judged, const domain::Deed* before, const domain::Deed* after);

  store::Transaction& transaction_;
  const domain::Directory& directory_;
  absl::Time now_;
  bool head_locked_ = false;
  std::optional<bool> asks_about_tickets_;  // known at the first deed of a ticket
  domain::Rollups rollups_;
  domain::AccuracyDeltas accuracy_;
  Outbox outbox_;
  std::vector<std::pair<domain::EventKey, domain::FactVerdict>> verdicts_;
};

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_JUDGING_POST_H_
