// The connector of CalDAV servers (RFC 4791).
#ifndef COMITY_PLUGINS_CALDAV_CALDAV_H_
#define COMITY_PLUGINS_CALDAV_CALDAV_H_

#include <memory>

#include "plugins/sdk/connector.h"

namespace comity::caldav {

std::unique_ptr<sdk::Connector> MakeConnector();

}  // namespace comity::caldav

#endif  // COMITY_PLUGINS_CALDAV_CALDAV_H_
