#include "plugins/host/connectors.h"

#include "plugins/generic/generic.h"
#include "plugins/git/git.h"
#include "plugins/github/github.h"
#include "plugins/redmine/redmine.h"
#include "plugins/rt/rt.h"

namespace comity::host {

Connectors MakeConnectors() {
  Connectors connectors;
  for (auto make : {
           generic::MakeConnector,
           git_connector::MakeConnector,
           github::MakeConnector,
           redmine::MakeConnector,
           rt::MakeConnector,
       }) {
    auto connector = make();
    const std::string suite(connector->manifest().suite);
    connectors[suite] = std::move(connector);
  }
  return connectors;
}

}  // namespace comity::host
