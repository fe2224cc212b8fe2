// GitHub, github.com and Enterprise Server: webhooks signed with X-Hub-Signature-256. What it credits and what not: README.md.
#ifndef COMITY_PLUGINS_GITHUB_GITHUB_H_
#define COMITY_PLUGINS_GITHUB_GITHUB_H_

#include <memory>

#include "plugins/sdk/connector.h"

namespace comity::github {

std::unique_ptr<sdk::Connector> MakeConnector();

}  // namespace comity::github

#endif  // COMITY_PLUGINS_GITHUB_GITHUB_H_
