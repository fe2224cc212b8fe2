// Copies of a whole file: made while it is in use, read alone, put in place of a store.
#ifndef COMITY_SERVICE_STORE_SQLITE_COPY_H_
#define COMITY_SERVICE_STORE_SQLITE_COPY_H_

#include <string>

#include "absl/status/status.h"
#include "service/store/sqlite/connection.h"

namespace comity::store::sqlite {

// What `source` sees at one instant, as a new file of mode 0600, durably. See Store::CopyTo.
absl::Status CopyInto(SqliteConnection& source, const std::string& path);

}  // namespace comity::store::sqlite

#endif  // COMITY_SERVICE_STORE_SQLITE_COPY_H_
