// The DokuWiki connector: its XML-RPC interface, and the plugin inside it (inside/comity).
#ifndef COMITY_PLUGINS_DOKUWIKI_DOKUWIKI_H_
#define COMITY_PLUGINS_DOKUWIKI_DOKUWIKI_H_

#include <memory>

#include "plugins/sdk/connector.h"

namespace comity::dokuwiki {

std::unique_ptr<sdk::Connector> MakeConnector();

}  // namespace comity::dokuwiki

#endif  // COMITY_PLUGINS_DOKUWIKI_DOKUWIKI_H_
