// Brings a database's schema up to date.
#ifndef COMITY_SERVICE_STORE_SQL_MIGRATIONS_H_
#define COMITY_SERVICE_STORE_SQL_MIGRATIONS_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "service/store/sql/connection.h"

namespace comity::store::sql {

struct Migration {
  int64_t version = 0;
  std::string_view name, text;
};

// The files of service/store/migrations, in order of version; the build puts them into the binary.
const std::vector<Migration>& Migrations();

// Runs what is missing, each in a transaction of its own; safe when two processes start at once.
// Errors: those of CheckKnown.
absl::Status Migrate(Connection& connection);
// Errors: FAILED_PRECONDITION (STORE_NEWER) when the schema is of a later version than this program knows, (STORE_OLDER) when the ids in it
// were made as this program does not make them any more.
absl::Status CheckKnown(Connection& connection);

}  // namespace comity::store::sql

#endif  // COMITY_SERVICE_STORE_SQL_MIGRATIONS_H_
