// The other programs of Comity on this machine, for what is their work.
#ifndef COMITY_CLIENTS_CLI_SIBLING_H_
#define COMITY_CLIENTS_CLI_SIBLING_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/cli/session.h"

namespace comity::cli {

// Runs `program` (`comityd`) from beside this one, else from the path, and waits for its end: its exit code, -1 if it was killed. Its
// output is ours; `quiet`: its plain output goes nowhere. Ctrl-C is the other's meanwhile: it ends in its own way. Errors:
// FAILED_PRECONDITION if it cannot be started.
absl::StatusOr<int> RunSibling(const std::string& program, const std::vector<std::string>& arguments, bool quiet);

// The same for a whole verb. Errors: FAILED_PRECONDITION unless it ends with 0; it has said why.
absl::Status LeaveTo(Session& session, const std::string& program, const std::vector<std::string>& arguments);

}  // namespace comity::cli

#endif  // COMITY_CLIENTS_CLI_SIBLING_H_
