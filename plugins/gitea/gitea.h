// Gitea and Forgejo: webhooks signed with X-Gitea-Signature and X-Forgejo-Signature, and their REST API, which are the same but for the
// headers' names. What they credit and what not: README.md.
#ifndef COMITY_PLUGINS_GITEA_GITEA_H_
#define COMITY_PLUGINS_GITEA_GITEA_H_

#include <memory>

#include "plugins/sdk/connector.h"

namespace comity::gitea {

// Suite `gitea`.
std::unique_ptr<sdk::Connector> MakeConnector();
// Suite `forgejo`.
std::unique_ptr<sdk::Connector> MakeForgejoConnector();

}  // namespace comity::gitea

#endif  // COMITY_PLUGINS_GITEA_GITEA_H_
