// The connectors this host has: a plain table. To add one: its folder, its line here, its library in CMakeLists.txt.
#ifndef COMITY_PLUGINS_HOST_CONNECTORS_H_
#define COMITY_PLUGINS_HOST_CONNECTORS_H_

#include <map>
#include <memory>
#include <string>

#include "plugins/sdk/connector.h"

namespace comity::host {

// By suite.
using Connectors = std::map<std::string, std::unique_ptr<sdk::Connector>, std::less<>>;
Connectors MakeConnectors();

}  // namespace comity::host

#endif  // COMITY_PLUGINS_HOST_CONNECTORS_H_
