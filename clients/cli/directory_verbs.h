// What `directory.cc` offers and other files do.
#ifndef COMITY_CLIENTS_CLI_DIRECTORY_VERBS_H_
#define COMITY_CLIENTS_CLI_DIRECTORY_VERBS_H_

#include "clients/cli/verb.h"

namespace comity::cli {

absl::Status DraftDirectory(Session& session, const Arguments& arguments);

}  // namespace comity::cli

#endif  // COMITY_CLIENTS_CLI_DIRECTORY_VERBS_H_
