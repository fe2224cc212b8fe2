// Errors as the API sends them (google.rpc.Status with ErrorInfo and BadRequest), turned into this code base's own.
#ifndef COMITY_CLIENTS_CPP_STATUS_H_
#define COMITY_CLIENTS_CPP_STATUS_H_

#include "absl/status/status.h"
#include "google/rpc/status.pb.h"

namespace comity::client {

// Where what a RetryInfo asks for stands among the metadata, in milliseconds.
inline constexpr char kRetryAfterMs[] = "retryAfterMs";

// OK for code 0. Details of other domains and of unknown types are left out.
absl::Status FromProto(const google::rpc::Status& status);

}  // namespace comity::client

#endif  // COMITY_CLIENTS_CPP_STATUS_H_
