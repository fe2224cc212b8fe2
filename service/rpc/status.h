// Errors on the wire: one function for every answer, so that no handler builds a status of its own.
#ifndef COMITY_SERVICE_RPC_STATUS_H_
#define COMITY_SERVICE_RPC_STATUS_H_

#include <string_view>

#include "absl/status/status.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/support/status.h"
#include "service/base/error.h"

namespace comity::rpc {

// `status` with a reason of the registry, whatever made it: a status without one gets the general reason of its code, and its message,
// which may come from deep inside, is replaced by a plain sentence. OK stays OK.
absl::Status WithReason(const absl::Status& status);

// As google.rpc.Status with ErrorInfo (domain `comity`) and, if fields are at fault, BadRequest.
google::rpc::Status ToRpcStatus(const absl::Status& status);
// The same as a gRPC status, details in its trailer.
grpc::Status ToGrpcStatus(const absl::Status& status);

// `NOT_FOUND`; bounded, for metrics and logs.
std::string_view CodeName(absl::StatusCode code);

}  // namespace comity::rpc

#endif  // COMITY_SERVICE_RPC_STATUS_H_
