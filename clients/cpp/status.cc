#include "clients/cpp/status.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "google/rpc/error_details.pb.h"
#include "service/base/error.h"

namespace comity::client {

absl::Status FromProto(const google::rpc::Status& status) {
  if (status.code() == 0) return absl::OkStatus();
  const bool known = status.code() > 0 && status.code() <= 16;
  const auto code = known ? static_cast<absl::StatusCode>(status.code()) : absl::StatusCode::kUnknown;
  std::string reason, retry_after;
  std::vector<std::pair<std::string, std::string>> metadata;
  std::vector<FieldFault> faults;
  for (const google::protobuf::Any& detail : status.details()) {
    google::rpc::ErrorInfo info;
    google::rpc::BadRequest bad_request;
    google::rpc::RetryInfo retry;
    if (detail.UnpackTo(&info) && info.domain() == "comity") {
      reason = info.reason();
      metadata.assign(info.metadata().begin(), info.metadata().end());
    } else if (detail.UnpackTo(&retry)) {
      const absl::Duration delay = absl::Seconds(retry.retry_delay().seconds()) + absl::Nanoseconds(retry.retry_delay().nanos());
      retry_after = std::to_string(absl::ToInt64Milliseconds(delay));
    } else if (detail.UnpackTo(&bad_request)) {
      for (const auto& violation : bad_request.field_violations()) faults.push_back({violation.field(), violation.description()});
    }
  }
  if (!retry_after.empty()) metadata.emplace_back(kRetryAfterMs, retry_after);
  if (reason.empty() && faults.empty()) return absl::Status(code, status.message());
  return ErrorNamed(code, reason, status.message(), std::move(faults), std::move(metadata));
}

}  // namespace comity::client
