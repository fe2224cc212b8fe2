// Writes that can be repeated safely: same caller, same request_id, same request → the stored answer, and nothing written.
#ifndef COMITY_SERVICE_APP_IDEMPOTENCY_H_
#define COMITY_SERVICE_APP_IDEMPOTENCY_H_

#include <functional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "google/protobuf/message.h"
#include "service/app/caller.h"
#include "service/app/context.h"

namespace comity::app {

// Runs `run` through the writer, once for each (caller, request_id) in 7 days; an empty request_id runs it every time. `run` works in the
// writer's transaction, may run twice (see Writer), and fills `answer`.
// Errors: INVALID_ARGUMENT (FIELD_INVALID) for a request_id above 100 characters; ALREADY_EXISTS (REQUEST_ID_REUSED) when it came before
// with another request; what `run` and the commit return.
absl::Status RunOnce(Context& context, const Caller& caller, std::string_view method, const google::protobuf::Message& request,
                     std::string_view request_id, google::protobuf::Message& answer,
                     const std::function<absl::Status(store::Transaction&)>& run);

// The same for a method whose request has a `request_id`: WriteOnce<v1::Deed>(context, caller, "ConfirmDeed", request, [&](transaction) …).
template <typename Answer, typename Request, typename Run>
absl::StatusOr<Answer> WriteOnce(Context& context, const Caller& caller, std::string_view method, const Request& request, Run run) {
  Answer answer;
  const absl::Status status = RunOnce(context, caller, method, request, request.request_id(), answer,
                                      [&answer, &run](store::Transaction& transaction) -> absl::Status {
                                        absl::StatusOr<Answer> made = run(transaction);
                                        if (!made.ok()) return made.status();
                                        answer = *std::move(made);
                                        return absl::OkStatus();
                                      });
  if (!status.ok()) return status;
  return answer;
}

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_IDEMPOTENCY_H_
