// What a source's configuration says of its repositories.
#ifndef COMITY_PLUGINS_GIT_OPTIONS_H_
#define COMITY_PLUGINS_GIT_OPTIONS_H_

#include <string>
#include <string_view>
#include <vector>

#include "plugins/sdk/connector.h"

namespace comity::git_connector {

// `repositories`: with commas between them, each an absolute path or an address, named by its last part or as `NAME=…` says.
// Adds what is wrong, with its remedy, to `faults`.
std::vector<sdk::GitRepository> ReadRepositories(std::string_view repositories, std::string_view branch, std::vector<std::string>* faults);

// `pattern` with {repository} and {commit} replaced; empty if there is none.
std::string CommitUrl(std::string_view pattern, std::string_view repository, std::string_view commit);

}  // namespace comity::git_connector

#endif  // COMITY_PLUGINS_GIT_OPTIONS_H_
