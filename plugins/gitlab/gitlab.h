// GitLab, gitlab.com and self-managed: webhooks, signed or with a token, and its REST API. What it credits and what not: README.md.
#ifndef COMITY_PLUGINS_GITLAB_GITLAB_H_
#define COMITY_PLUGINS_GITLAB_GITLAB_H_

#include <memory>

#include "plugins/sdk/connector.h"

namespace comity::gitlab {

std::unique_ptr<sdk::Connector> MakeConnector();

}  // namespace comity::gitlab

#endif  // COMITY_PLUGINS_GITLAB_GITLAB_H_
