// The git connector: what commits say of help, in repositories that no tracker speaks for.
#ifndef COMITY_PLUGINS_GIT_GIT_H_
#define COMITY_PLUGINS_GIT_GIT_H_

#include <memory>

#include "plugins/sdk/connector.h"

namespace comity::git_connector {

std::unique_ptr<sdk::Connector> MakeConnector();

}  // namespace comity::git_connector

#endif  // COMITY_PLUGINS_GIT_GIT_H_
