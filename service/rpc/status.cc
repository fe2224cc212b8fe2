#include "service/rpc/status.h"

#include "service/app/fact_intake.h"

namespace comity::rpc {
namespace {

// What a status without a reason becomes. Its own message is not passed on: it may name files, statements or people.
absl::Status General(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kCancelled:
      return Error(code, ErrorReason::kCancelled, "the caller gave up before the answer was there");
    case absl::StatusCode::kDeadlineExceeded:
      return Error(code, ErrorReason::kDeadlineExceeded, "the call took longer than its deadline; repeat it, or give it more time");
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kOutOfRange:
      return Error(code, ErrorReason::kFieldInvalid, "the request is not valid; compare it with the API's description");
    case absl::StatusCode::kUnauthenticated:
      return Error(code, ErrorReason::kTokenUnknown, "the token is not known here");
    case absl::StatusCode::kPermissionDenied:
      return Error(code, ErrorReason::kRoleRequired, "the caller's roles do not allow this");
    case absl::StatusCode::kResourceExhausted:
      return Error(code, ErrorReason::kOverloaded, "too much waits to be done; repeat the call later");
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kAborted:
      return Error(code, ErrorReason::kStoreBusy, "the store is busy or away; repeat the call");
    case absl::StatusCode::kUnimplemented:
      return Error(code, ErrorReason::kMethodUnknown, "this service has no such method");
    default:
      return Error(absl::StatusCode::kInternal, ErrorReason::kInternal,
                   "something failed inside the service; its log tells more under this method and time");
  }
}

}  // namespace

absl::Status WithReason(const absl::Status& status) {
  if (status.ok() || !DetailsOf(status).reason.empty()) return status;
  return General(status.code());
}

google::rpc::Status ToRpcStatus(const absl::Status& status) { return app::ToResultStatus(WithReason(status)); }

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  const google::rpc::Status rpc = ToRpcStatus(status);
  return grpc::Status(static_cast<grpc::StatusCode>(rpc.code()), rpc.message(), rpc.SerializeAsString());
}

std::string_view CodeName(absl::StatusCode code) {
  static constexpr std::string_view kNames[] = {
      "OK",        "CANCELLED",      "UNKNOWN",           "INVALID_ARGUMENT",   "DEADLINE_EXCEEDED",
      "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
      "ABORTED",   "OUT_OF_RANGE",   "UNIMPLEMENTED",     "INTERNAL",           "UNAVAILABLE",
      "DATA_LOSS", "UNAUTHENTICATED"};
  const auto number = static_cast<size_t>(code);
  return number < std::size(kNames) ? kNames[number] : "UNKNOWN";
}

}  // namespace comity::rpc
