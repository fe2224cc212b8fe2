// The SQLite driver: one writer, any number of readers, one file.
#ifndef COMITY_SERVICE_STORE_SQLITE_DATABASE_H_
#define COMITY_SERVICE_STORE_SQLITE_DATABASE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "service/store/sql/connection.h"

namespace comity::store::sqlite {

// Opens the file at `path`; makes it, readable by its owner only, if `create`. Errors: NOT_FOUND if it is not there, or its folder;
// DATA_LOSS (STORE_FAILED) if it is no database or damaged; UNAVAILABLE (STORE_BUSY) while another process has it open.
absl::StatusOr<std::unique_ptr<sql::Database>> OpenDatabase(const std::string& path, bool create);

// Opens a copy to be read; see store::OpenCopy.
absl::StatusOr<std::unique_ptr<sql::Database>> OpenCopy(const std::string& path);

// See store::InstallCopy; `store` is the path of the store.
absl::StatusOr<std::string> InstallCopy(const std::string& copy, const std::string& store, bool replace);

}  // namespace comity::store::sqlite

#endif  // COMITY_SERVICE_STORE_SQLITE_DATABASE_H_
