// The ledger of a SQLite file, read with statements of its own.
#include <sqlite3.h>

#include <fstream>
#include <memory>

#include "clients/verify/checks.h"

namespace comity::verify {
namespace {

using Database = std::unique_ptr<sqlite3, decltype(&sqlite3_close)>;
using Statement = std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)>;

constexpr char kAll[] = "SELECT sequence, leaf, leaf_hash, chain_hash FROM ledger ORDER BY sequence";

std::string AddressOf(const std::string& path) {
  std::string address = "file:";
  for (const char c : path) {
    if (c == '?' || c == '#' || c == '%') {
      address += c == '?' ? "%3f" : c == '#' ? "%23" : "%25";
    } else {
      address += c;
    }
  }
  return address + "?immutable=1";
}

std::string_view Bytes(sqlite3_stmt* statement, int column) {
  const auto* const bytes = static_cast<const char*>(sqlite3_column_blob(statement, column));
  const int size = sqlite3_column_bytes(statement, column);
  return size <= 0 || bytes == nullptr ? std::string_view() : std::string_view(bytes, static_cast<size_t>(size));
}

}  // namespace

Entries FileOf(const std::string& path) {
  return [path](const std::function<bool(const KeptEntry&)>& take) -> std::string {
    if (std::ifstream log(path + "-wal", std::ios::binary); log && log.peek() != std::ifstream::traits_type::eof()) {
      return "the store is in use, or was not closed: stop the service first, or check a backup";
    }
    sqlite3* opened = nullptr;
    const int code =
        sqlite3_open_v2(AddressOf(path).c_str(), &opened, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, nullptr);
    const Database database(opened, sqlite3_close);
    if (code != SQLITE_OK) return path + " cannot be opened";
    sqlite3_limit(opened, SQLITE_LIMIT_LENGTH, static_cast<int>(kMaxLeafBytes));
    sqlite3_db_config(opened, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(opened, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_stmt* prepared = nullptr;
    sqlite3_prepare_v2(opened, kAll, -1, &prepared, nullptr);
    const Statement statement(prepared, sqlite3_finalize);
    if (prepared == nullptr) return path + " holds no ledger that this release can read";
    int step = SQLITE_ROW;
    while ((step = sqlite3_step(prepared)) == SQLITE_ROW) {
      const KeptEntry entry{sqlite3_column_int64(prepared, 0), Bytes(prepared, 1), Bytes(prepared, 2), Bytes(prepared, 3)};
      if (!take(entry)) return "";
    }
    return step == SQLITE_DONE ? "" : path + " is damaged: " + sqlite3_errmsg(opened);
  };
}

}  // namespace comity::verify
