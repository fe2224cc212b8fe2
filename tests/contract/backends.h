// The drivers that the contract suite runs against. A further driver is one more entry in backends.cc.
#ifndef COMITY_TESTS_CONTRACT_BACKENDS_H_
#define COMITY_TESTS_CONTRACT_BACKENDS_H_

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "service/store/sql/connection.h"

namespace comity::store {

struct Backend {
  std::string name;
  // The address of a store of the test's own, in `folder`; the same address for the same folder.
  std::function<std::string(const std::string& folder)> address;
  // The same store below the interfaces, for tampering.
  std::function<absl::StatusOr<std::unique_ptr<sql::Database>>(const std::string& folder)> database;
};

inline void PrintTo(const Backend& backend, std::ostream* out) { *out << backend.name; }

const std::vector<Backend>& Backends();

}  // namespace comity::store

#endif  // COMITY_TESTS_CONTRACT_BACKENDS_H_
