// One batch of facts on its way into the store.
#ifndef COMITY_SERVICE_APP_EVENT_BATCH_H_
#define COMITY_SERVICE_APP_EVENT_BATCH_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "comity/v1/event.pb.h"
#include "service/app/context.h"
#include "service/app/fact_intake.h"

namespace comity::app {

// Made (and its facts checked) on the caller's thread, run on the writer's. `facts` outlive it.
class EventBatch {
 public:
  EventBatch(std::string source, const std::vector<const v1::Fact*>& facts, absl::Time receive_time);

  // Stores, judges or sets aside each fact. The first time all at once and without marks: any error means that nothing was done and that
  // it is to run again, after a rollback. Then it finds what cannot be stored, and its errors are such that concern the whole batch.
  absl::Status Run(Context& context, store::Transaction& transaction);
  // One for each fact, in order; after Run.
  std::vector<v1::IngestResult>& results() { return results_; }

 private:
  absl::Status NameAccounts(store::Transaction& transaction, const std::vector<size_t>& good, absl::Time now, domain::UidSource& uids);
  // Which of the facts name somebody who was erased.
  absl::Status FindErased(store::Transaction& transaction);
  // Takes out of a fact who it was.
  absl::Status Unname(Context& context, store::Transaction& transaction, const TakenFact& taken, NewFact& fresh);
  absl::Status SetAside(store::Transaction& transaction, size_t index, domain::ReasonCode reason, const absl::Status& status,
                        const std::string& detail);
  absl::Status Store(Context& context, store::Transaction& transaction, const std::vector<size_t>& part, absl::Time now);
  absl::Status StoreGuarded(Context& context, store::Transaction& transaction, const std::vector<size_t>& part, absl::Time now);
  absl::Status StoreOrIsolate(Context& context, store::Transaction& transaction, const std::vector<size_t>& part, absl::Time now);
  void Answer(size_t index, v1::IngestResult::Disposition disposition, const absl::Status& status);

  std::string source_;
  absl::Time receive_time_;
  std::vector<TakenFact> facts_;
  std::vector<const v1::Fact*> requests_;
  std::vector<v1::IngestResult> results_;
  bool tried_ = false;
};

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_EVENT_BATCH_H_
