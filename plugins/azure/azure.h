// Azure DevOps, Services and Server: service hooks with a shared secret, and polling. What it credits and what not: README.md.
#ifndef COMITY_PLUGINS_AZURE_AZURE_H_
#define COMITY_PLUGINS_AZURE_AZURE_H_

#include <memory>

#include "plugins/sdk/connector.h"

namespace comity::azure_devops {

std::unique_ptr<sdk::Connector> MakeConnector();

}  // namespace comity::azure_devops

#endif  // COMITY_PLUGINS_AZURE_AZURE_H_
