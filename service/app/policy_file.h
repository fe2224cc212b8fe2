// A policy as a YAML file, as stewards keep and edit it.
#ifndef COMITY_SERVICE_APP_POLICY_FILE_H_
#define COMITY_SERVICE_APP_POLICY_FILE_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "service/domain/deeds/policy_record.h"

namespace comity::app {

inline constexpr size_t kMaxPolicyFileBytes = 64 * 1024;

// What a draft holds.
struct PolicyContent {
  domain::Policy policy;
  std::string because;
};

// Lays the file over `base`: keys that it does not name stay. A key may be written as a path, `rules.resolved.mode: shadow`.
// Errors: INVALID_ARGUMENT (POLICY_INVALID) with every fault by line and key: not YAML, too large, unknown or repeated keys, values that
// cannot be read. Whether the rules can be so is FaultsOf's to say.
absl::StatusOr<PolicyContent> ReadPolicyFile(std::string_view text, PolicyContent base);

// Reading it over any base gives the same content again.
std::string WritePolicyFile(const PolicyContent& content);

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_POLICY_FILE_H_
