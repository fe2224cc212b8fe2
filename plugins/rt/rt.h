// Request Tracker 5: polled by REST2, and told by the extension inside it (inside/). What it credits and what not: README.md.
#ifndef COMITY_PLUGINS_RT_RT_H_
#define COMITY_PLUGINS_RT_RT_H_

#include <memory>

#include "plugins/sdk/connector.h"

namespace comity::rt {

std::unique_ptr<sdk::Connector> MakeConnector();

}  // namespace comity::rt

#endif  // COMITY_PLUGINS_RT_RT_H_
