// The connector of Outlook calendars, by Microsoft Graph.
#ifndef COMITY_PLUGINS_GRAPH_GRAPH_H_
#define COMITY_PLUGINS_GRAPH_GRAPH_H_

#include <memory>

#include "plugins/sdk/connector.h"

namespace comity::microsoft_graph {

std::unique_ptr<sdk::Connector> MakeConnector();

}  // namespace comity::microsoft_graph

#endif  // COMITY_PLUGINS_GRAPH_GRAPH_H_
