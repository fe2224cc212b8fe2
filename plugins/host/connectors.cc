#include "plugins/host/connectors.h"

#include "plugins/caldav/caldav.h"
#include "plugins/generic/generic.h"
#include "plugins/git/git.h"
#include "plugins/github/github.h"
#include "plugins/icalendar/icalendar.h"

namespace comity::host {

Connectors MakeConnectors() {
  Connectors connectors;
  for (auto make : {
           caldav::MakeConnector,
           generic::MakeConnector,
           git_connector::MakeConnector,
           github::MakeConnector,
           icalendar::MakeConnector,
       }) {
    auto connector = make();
    const std::string suite(connector->manifest().suite);
    connectors[suite] = std::move(connector);
  }
  return connectors;
}

}  // namespace comity::host
