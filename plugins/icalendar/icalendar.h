// The connector of plain iCalendar addresses.
#ifndef COMITY_PLUGINS_ICALENDAR_ICALENDAR_H_
#define COMITY_PLUGINS_ICALENDAR_ICALENDAR_H_

#include <memory>

#include "plugins/sdk/connector.h"

namespace comity::icalendar {

std::unique_ptr<sdk::Connector> MakeConnector();

}  // namespace comity::icalendar

#endif  // COMITY_PLUGINS_ICALENDAR_ICALENDAR_H_
