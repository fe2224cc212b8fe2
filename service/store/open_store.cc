#include <string>

#include "service/base/error.h"
#include "service/store/sql/sql_store.h"
#include "service/store/sqlite/database.h"
#include "service/store/store.h"

namespace comity::store {
namespace {

constexpr std::string_view kSqlite = "sqlite:";

// Whoever starts a service reads this: with the file at fault.
absl::Status Naming(const absl::Status& status, std::string_view path) {
  ErrorDetails details = DetailsOf(status);
  if (details.reason.empty()) details.reason = ErrorReasonName(ErrorReason::kStoreFailed);
  details.faults.push_back({"store", std::string(path)});
  return ErrorNamed(status.code(), details.reason, std::string(status.message()), std::move(details.faults), std::move(details.metadata));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> OpenStore(std::string_view address, bool create) {
  const std::string_view path = address.substr(0, kSqlite.size()) == kSqlite ? address.substr(kSqlite.size()) : std::string_view();
  if (path.empty()) {
    return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kConfigInvalid, "a store's address is sqlite:PATH",
                 {{"store", "give sqlite: and the path of a file"}});
  }
  absl::StatusOr<std::unique_ptr<sql::Database>> database = sqlite::OpenDatabase(std::string(path), create);
  if (!database.ok()) return Naming(database.status(), path);
  absl::StatusOr<std::unique_ptr<Store>> store = sql::MakeSqlStore(*std::move(database));
  if (!store.ok()) return Naming(store.status(), path);
  return store;
}

}  // namespace comity::store
