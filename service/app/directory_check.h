// What a directory file must hold to as a whole: references, the team tree, memberships over time, accounts.
#ifndef COMITY_SERVICE_APP_DIRECTORY_CHECK_H_
#define COMITY_SERVICE_APP_DIRECTORY_CHECK_H_

#include <string>
#include <string_view>
#include <vector>

#include "service/app/directory_file.h"

namespace comity::app {

// Collects faults in the order found.
class DirectoryFaults {
 public:
  void Add(int line, std::string_view path, std::string_view what);
  bool empty() const { return faults_.empty(); }
  // The error with all of them, by line.
  absl::Status ToStatus() const;

 private:
  struct Fault {
    int line;
    FieldFault fault;
  };
  std::vector<Fault> faults_;
};

void CheckDirectory(const DirectoryFile& file, const domain::DirectoryRows& current, bool prune, DirectoryFaults& faults);

// `; did you mean "payments"?` when one of `known` is close to `word`, else empty.
std::string Suggestion(std::string_view word, const std::vector<std::string_view>& known);

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_DIRECTORY_CHECK_H_
