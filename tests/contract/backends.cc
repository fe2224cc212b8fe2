#include "tests/contract/backends.h"

#include "service/store/sqlite/database.h"

namespace comity::store {

const std::vector<Backend>& Backends() {
  static const std::vector<Backend> kBackends = {
      {"sqlite", [](const std::string& folder) { return "sqlite:" + folder + "/store.db"; },
       [](const std::string& folder) { return sqlite::OpenDatabase(folder + "/store.db", true); }},
  };
  return kBackends;
}

}  // namespace comity::store
