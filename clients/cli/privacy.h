// Erasing and exporting people, and reading the audit.
#ifndef COMITY_CLIENTS_CLI_PRIVACY_H_
#define COMITY_CLIENTS_CLI_PRIVACY_H_

#include <string>

#include "absl/status/status.h"
#include "clients/cli/session.h"

namespace comity::cli {

// Prints everything kept about `person` (`people/…`; empty = the caller) as one JSON document, page by page, to `file` if one is named
// (0600, never overwritten), else to the output.
absl::Status ExportPerson(Session& session, const std::string& person, const std::string& file);

}  // namespace comity::cli

#endif  // COMITY_CLIENTS_CLI_PRIVACY_H_
