// Store over any Database.
#ifndef COMITY_SERVICE_STORE_SQL_SQL_STORE_H_
#define COMITY_SERVICE_STORE_SQL_SQL_STORE_H_

#include <memory>

#include "absl/status/statusor.h"
#include "service/store/sql/connection.h"
#include "service/store/store.h"

namespace comity::store::sql {

// Brings the schema up to date and gives the store. Errors: those of Migrate.
absl::StatusOr<std::unique_ptr<Store>> MakeSqlStore(std::unique_ptr<Database> database);

// The store of a copy, its schema as it is. Errors: those of CheckKnown.
absl::StatusOr<std::unique_ptr<Store>> MakeSqlCopy(std::unique_ptr<Database> database);

}  // namespace comity::store::sql

#endif  // COMITY_SERVICE_STORE_SQL_SQL_STORE_H_
