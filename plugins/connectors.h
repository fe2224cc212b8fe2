// The connectors there are: a plain table. To add one: its folder, its line in connectors.cc, its name in CMakeLists.txt.
#ifndef COMITY_PLUGINS_CONNECTORS_H_
#define COMITY_PLUGINS_CONNECTORS_H_

#include <map>
#include <memory>
#include <string>

#include "plugins/sdk/connector.h"

namespace comity {

// By suite.
using Connectors = std::map<std::string, std::unique_ptr<sdk::Connector>, std::less<>>;
Connectors MakeConnectors();

}  // namespace comity

#endif  // COMITY_PLUGINS_CONNECTORS_H_
