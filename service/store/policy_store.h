// What is kept of policies beside what judges (deed_store.h): how they came to be, restatements, accuracy.
#ifndef COMITY_SERVICE_STORE_POLICY_STORE_H_
#define COMITY_SERVICE_STORE_POLICY_STORE_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/domain/deeds/accuracy.h"
#include "service/domain/deeds/policy_record.h"

namespace comity::store {

// Every call blocks on I/O and belongs to its transaction. Errors not named: UNAVAILABLE (busy or lost), RESOURCE_EXHAUSTED (disk full).
class PolicyStore {
 public:
  virtual ~PolicyStore() = default;

  // The next number of a policy: above every one that was ever given, dropped drafts included.
  virtual absl::StatusOr<int32_t> TakeNumber() = 0;
  // Inserts or replaces by number.
  virtual absl::Status PutRecord(const domain::PolicyRecord& record) = 0;
  virtual absl::Status DeleteRecord(int32_t number) = 0;
  virtual absl::StatusOr<std::vector<domain::PolicyRecord>> LoadRecords() = 0;  // by number

  // The next number of a restatement.
  virtual absl::StatusOr<int32_t> TakeRestatementNumber() = 0;
  // Inserts or replaces by number.
  virtual absl::Status PutRestatement(const domain::Restatement& restatement) = 0;
  virtual absl::Status DeleteRestatement(int32_t number) = 0;
  virtual absl::StatusOr<std::vector<domain::Restatement>> LoadRestatements() = 0;  // by number

  // Adds deltas; what becomes zero is deleted.
  virtual absl::Status AddAccuracy(const domain::AccuracyDeltas& deltas) = 0;
  struct AccuracyRow {
    domain::AccuracyKey key;
    domain::AccuracyCounts counts;
  };
  // Of one rule and the policy of this number, by suite and instance.
  virtual absl::StatusOr<std::vector<AccuracyRow>> AccuracyOf(domain::DeedKind kind, int32_t policy) = 0;
  // People who helped in deeds counted under `key`, at most `limit`, in no order.
  virtual absl::StatusOr<std::vector<domain::PersonUid>> AccuracyPeople(const domain::AccuracyKey& key, int32_t limit) = 0;
};

}  // namespace comity::store

#endif  // COMITY_SERVICE_STORE_POLICY_STORE_H_
