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

absl::StatusOr<std::string> PathIn(std::string_view address) {
  if (address.size() > kSqlite.size() && address.substr(0, kSqlite.size()) == kSqlite) return std::string(address.substr(kSqlite.size()));
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kConfigInvalid, "a store's address is sqlite:PATH",
               {{"store", "give sqlite: and the path of a file"}});
}

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> OpenStore(std::string_view address, bool create) {
  COMITY_ASSIGN_OR_RETURN(const std::string path, PathIn(address));
  absl::StatusOr<std::unique_ptr<sql::Database>> database = sqlite::OpenDatabase(path, create);
  if (!database.ok()) return Naming(database.status(), path);
  absl::StatusOr<std::unique_ptr<Store>> store = sql::MakeSqlStore(*std::move(database));
  if (!store.ok()) return Naming(store.status(), path);
  return store;
}

absl::StatusOr<std::unique_ptr<Store>> OpenCopy(std::string_view engine, const std::string& path) {
  if (engine != "sqlite") {
    return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kConfigInvalid, "this release knows no such engine of stores",
                 {{"engine", "sqlite is known"}});
  }
  absl::StatusOr<std::unique_ptr<sql::Database>> database = sqlite::OpenCopy(path);
  if (!database.ok()) return Naming(database.status(), path);
  absl::StatusOr<std::unique_ptr<Store>> store = sql::MakeSqlCopy(*std::move(database));
  if (!store.ok()) return Naming(store.status(), path);
  return store;
}

absl::StatusOr<std::string> InstallCopy(const std::string& path, std::string_view address, bool replace) {
  COMITY_ASSIGN_OR_RETURN(const std::string store, PathIn(address));
  absl::StatusOr<std::string> aside = sqlite::InstallCopy(path, store, replace);
  if (!aside.ok()) return Naming(aside.status(), store);
  return aside;
}

}  // namespace comity::store
