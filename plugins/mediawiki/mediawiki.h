// The MediaWiki connector: its list of recent changes, and the deliveries of the extension inside the wiki.
#ifndef COMITY_PLUGINS_MEDIAWIKI_MEDIAWIKI_H_
#define COMITY_PLUGINS_MEDIAWIKI_MEDIAWIKI_H_

#include <memory>

#include "plugins/sdk/connector.h"

namespace comity::mediawiki {

std::unique_ptr<sdk::Connector> MakeConnector();

}  // namespace comity::mediawiki

#endif  // COMITY_PLUGINS_MEDIAWIKI_MEDIAWIKI_H_
