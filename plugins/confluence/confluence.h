// Confluence: Cloud and Data Center by polling, Data Center by webhooks too. What it credits and what not: README.md.
#ifndef COMITY_PLUGINS_CONFLUENCE_CONFLUENCE_H_
#define COMITY_PLUGINS_CONFLUENCE_CONFLUENCE_H_

#include <memory>

#include "plugins/sdk/connector.h"

namespace comity::confluence {

std::unique_ptr<sdk::Connector> MakeConnector();

}  // namespace comity::confluence

#endif  // COMITY_PLUGINS_CONFLUENCE_CONFLUENCE_H_
