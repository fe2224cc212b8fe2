#include "service/rpc/access.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "service/base/error.h"

namespace comity::rpc {
namespace {

// The enum's numbers are names on the wire, not an order.
int Width(v1::Scope scope) {
  switch (scope) {
    case v1::SCOPE_SELF:
      return 1;
    case v1::SCOPE_SOURCE:
      return 2;
    case v1::SCOPE_OWN_TEAM:
      return 3;
    case v1::SCOPE_DEED_SIDE:
      return 4;
    case v1::SCOPE_ORGANISATION:
      return 5;
    default:
      return 0;
  }
}

}  // namespace

absl::StatusOr<MethodRule> RuleOf(const google::protobuf::MethodDescriptor& method) {
  MethodRule rule;
  rule.descriptor = &method;
  rule.name = absl::StrCat(method.service()->name(), "/", method.name());
  rule.access = method.options().GetExtension(v1::access);
  rule.writes = rule.access.writes();
  const bool complete =
      rule.access.grants_size() > 0 && std::all_of(rule.access.grants().begin(), rule.access.grants().end(), [](const v1::Grant& grant) {
        return grant.role() != v1::ROLE_UNSPECIFIED && v1::Role_IsValid(grant.role()) && Width(grant.scope()) > 0;
      });
  if (!complete) {
    return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kInternal,
                 absl::StrCat(rule.name, " has no complete comity.v1.access option; say in its proto who may call it"));
  }
  rule.reads_deeds = !rule.writes && std::any_of(rule.access.grants().begin(), rule.access.grants().end(),
                                                 [](const v1::Grant& grant) { return grant.scope() == v1::SCOPE_DEED_SIDE; });
  rule.keeps_nobody = rule.name == "CheckInService/AnswerCheckIn";
  return rule;
}

v1::Scope WidestScope(const v1::Access& access, const std::vector<v1::Role>& roles) {
  v1::Scope widest = v1::SCOPE_UNSPECIFIED;
  for (const v1::Grant& grant : access.grants()) {
    const bool held = std::find(roles.begin(), roles.end(), grant.role()) != roles.end();
    if (held && Width(grant.scope()) > Width(widest)) widest = grant.scope();
  }
  return widest;
}

}  // namespace comity::rpc
