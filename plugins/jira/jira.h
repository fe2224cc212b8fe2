// Jira, Cloud and Data Center: webhooks signed with X-Hub-Signature, and polling. What it credits and what not: README.md.
#ifndef COMITY_PLUGINS_JIRA_JIRA_H_
#define COMITY_PLUGINS_JIRA_JIRA_H_

#include <memory>

#include "plugins/sdk/connector.h"

namespace comity::jira {

std::unique_ptr<sdk::Connector> MakeConnector();

}  // namespace comity::jira

#endif  // COMITY_PLUGINS_JIRA_JIRA_H_
