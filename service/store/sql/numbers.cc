#include "service/store/sql/numbers.h"

#include "service/base/error.h"
#include "service/store/sql/run.h"

namespace comity::store::sql {

absl::StatusOr<int64_t> Numbers::Find(const Untagged& id, Sql find, Known& known) {
  if (id.empty()) return 0;
  if (const auto found = known.find(id); found != known.end()) return found->second;
  int64_t number = 0;
  COMITY_RETURN_IF_ERROR(Each(
      connection_, find, [&](const Statement& row) { number = row.Int(0); }, id));
  if (number != 0) known.emplace(id, number);
  return number;
}

absl::StatusOr<int64_t> Numbers::Ensure(const Untagged& id, Sql find, Sql add, Known& known) {
  COMITY_ASSIGN_OR_RETURN(int64_t number, Find(id, find, known));
  if (number != 0 || id.empty()) return number;
  COMITY_RETURN_IF_ERROR(Each(
      connection_, add, [&](const Statement& row) { number = row.Int(0); }, id));
  known.emplace(id, number);
  return number;
}

}  // namespace comity::store::sql
