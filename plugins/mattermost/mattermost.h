// Mattermost: a slash command that nominates people for thanks. Its grammar: ../nominations/README.md; setting it up: README.md.
#ifndef COMITY_PLUGINS_MATTERMOST_MATTERMOST_H_
#define COMITY_PLUGINS_MATTERMOST_MATTERMOST_H_

#include <memory>

#include "plugins/sdk/connector.h"

namespace comity::mattermost {

std::unique_ptr<sdk::Connector> MakeConnector();

}  // namespace comity::mattermost

#endif  // COMITY_PLUGINS_MATTERMOST_MATTERMOST_H_
