// SQLite's result codes as our statuses.
#ifndef COMITY_SERVICE_STORE_SQLITE_ERRORS_H_
#define COMITY_SERVICE_STORE_SQLITE_ERRORS_H_

#include <sqlite3.h>

#include "absl/status/status.h"

namespace comity::store::sqlite {

// OK for OK, ROW and DONE; else what `database` says of its last failure. Messages hold no values.
absl::Status StatusOf(sqlite3* database, int code);

absl::Status Busy(const char* message);
absl::Status Full();

}  // namespace comity::store::sqlite

#endif  // COMITY_SERVICE_STORE_SQLITE_ERRORS_H_
