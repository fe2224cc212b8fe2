#include <string>

#include "service/base/error.h"
#include "service/store/sql/sql_store.h"
#include "service/store/sqlite/database.h"
#include "service/store/store.h"

namespace comity::store {
namespace {

constexpr std::string_view kSqlite = "sqlite:";

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> OpenStore(std::string_view address, bool create) {
  const std::string_view path = address.substr(0, kSqlite.size()) == kSqlite ? address.substr(kSqlite.size()) : std::string_view();
  if (path.empty()) {
    return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kConfigInvalid, "a store's address is sqlite:PATH",
                 {{"store", "give sqlite: and the path of a file"}});
  }
  COMITY_ASSIGN_OR_RETURN(std::unique_ptr<sql::Database> database, sqlite::OpenDatabase(std::string(path), create));
  return sql::MakeSqlStore(std::move(database));
}

}  // namespace comity::store
