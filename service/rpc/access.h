// Who may call a method, read from the method's own proto option (comity.v1.access).
#ifndef COMITY_SERVICE_RPC_ACCESS_H_
#define COMITY_SERVICE_RPC_ACCESS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "comity/v1/options.pb.h"
#include "google/protobuf/descriptor.h"

namespace comity::rpc {

// A method as the wrapper around every call sees it.
struct MethodRule {
  const google::protobuf::MethodDescriptor* descriptor = nullptr;
  std::string name;  // `AdminService/GetStatus`, for logs, metrics and audit
  v1::Access access;
  bool writes = false;
  // It reads deeds, and so other people's: its audit record is durable before the answer.
  bool reads_deeds = false;
  // Who calls it is written down nowhere: whether somebody answered is theirs to know. A call that was admitted leaves a record without a
  // caller if it fails, and none if it does not: what lies beside it would tell who it was.
  bool keeps_nobody = false;
};

// Errors: FAILED_PRECONDITION for a method without a rule, without grants, or with an unspecified role or scope: the service must not
// start.
absl::StatusOr<MethodRule> RuleOf(const google::protobuf::MethodDescriptor& method);

// The widest scope that the rule grants any of these roles; SCOPE_UNSPECIFIED if none.
v1::Scope WidestScope(const v1::Access& access, const std::vector<v1::Role>& roles);

}  // namespace comity::rpc

#endif  // COMITY_SERVICE_RPC_ACCESS_H_
