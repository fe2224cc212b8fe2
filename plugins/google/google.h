// The connector of Google calendars. The namespace is not `google`: that is protobuf's.
#ifndef COMITY_PLUGINS_GOOGLE_GOOGLE_H_
#define COMITY_PLUGINS_GOOGLE_GOOGLE_H_

#include <memory>

#include "plugins/sdk/connector.h"

namespace comity::google_calendar {

std::unique_ptr<sdk::Connector> MakeConnector();

}  // namespace comity::google_calendar

#endif  // COMITY_PLUGINS_GOOGLE_GOOGLE_H_
