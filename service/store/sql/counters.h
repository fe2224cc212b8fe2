// Named totals and versions kept in one small table.
#ifndef COMITY_SERVICE_STORE_SQL_COUNTERS_H_
#define COMITY_SERVICE_STORE_SQL_COUNTERS_H_

#include <string_view>

#include "service/store/sql/run.h"

namespace comity::store::sql {

inline constexpr std::string_view kDirectoryVersion = "directory";
inline constexpr std::string_view kEventCount = "events";
inline constexpr std::string_view kAuditCount = "audit";
inline constexpr std::string_view kPolicyNumber = "policies";
inline constexpr std::string_view kRestatementNumber = "restatements";
inline constexpr std::string_view kEndpointNumber = "endpoints";
inline constexpr std::string_view kRotationNumber = "rotations";

inline absl::Status AddToCounter(Connection& connection, std::string_view name, int64_t delta) {
  return Run(connection, Sql::kAddToCounter, name, delta);
}
// 0 if nothing was ever added.
inline absl::StatusOr<int64_t> FindCounter(Connection& connection, std::string_view name) {
  int64_t value = 0;
  COMITY_RETURN_IF_ERROR(Each(
      connection, Sql::kFindCounter, [&](const Statement& row) { value = row.Int(0); }, name));
  return value;
}

}  // namespace comity::store::sql

#endif  // COMITY_SERVICE_STORE_SQL_COUNTERS_H_
