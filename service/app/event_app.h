// Use cases of events: take facts in, show what was made of them.
#ifndef COMITY_SERVICE_APP_EVENT_APP_H_
#define COMITY_SERVICE_APP_EVENT_APP_H_

#include <functional>

#include "absl/status/statusor.h"
#include "comity/v1/event.pb.h"
#include "service/app/caller.h"
#include "service/app/context.h"

namespace comity::app {

// One method for each of comity.v1.EventService; requests and answers are the API's own messages, errors those its comments name.
// The caller has been authenticated and has a scope; what within it they may see is decided here. Blocks; safe to call from any thread.
class EventApp {
 public:
  explicit EventApp(Context& context) : context_(context) {}

  // Answers after the commit, on the writer's thread: `done` must not block.
  void IngestEventBatch(const Caller& caller, v1::IngestEventBatchRequest request,
                        std::function<void(absl::StatusOr<v1::IngestEventBatchResponse>)> done);
  absl::StatusOr<v1::Event> GetEvent(const Caller& caller, const v1::GetEventRequest& request);
  absl::StatusOr<v1::ListEventsResponse> ListEvents(const Caller& caller, const v1::ListEventsRequest& request);
  absl::StatusOr<v1::Event> ReplayEvent(const Caller& caller, const v1::ReplayEventRequest& request);
  absl::StatusOr<v1::ExplainSubjectResponse> ExplainSubject(const Caller& caller, const v1::ExplainSubjectRequest& request);

 private:
  Context& context_;
};

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_EVENT_APP_H_
