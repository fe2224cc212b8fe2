#include "plugins/host/connectors.h"

#include "plugins/dokuwiki/dokuwiki.h"
#include "plugins/generic/generic.h"
#include "plugins/git/git.h"
#include "plugins/github/github.h"
#include "plugins/mediawiki/mediawiki.h"

namespace comity::host {

Connectors MakeConnectors() {
  Connectors connectors;
  for (auto make : {
           dokuwiki::MakeConnector,
           generic::MakeConnector,
           git_connector::MakeConnector,
           github::MakeConnector,
           mediawiki::MakeConnector,
       }) {
    auto connector = make();
    const std::string suite(connector->manifest().suite);
    connectors[suite] = std::move(connector);
  }
  return connectors;
}

}  // namespace comity::host
