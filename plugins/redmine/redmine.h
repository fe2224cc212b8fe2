// Redmine: polled by its REST API, and the webhooks of versions that have them. What it credits and what not: README.md.
#ifndef COMITY_PLUGINS_REDMINE_REDMINE_H_
#define COMITY_PLUGINS_REDMINE_REDMINE_H_

#include <memory>

#include "plugins/sdk/connector.h"

namespace comity::redmine {

std::unique_ptr<sdk::Connector> MakeConnector();

}  // namespace comity::redmine

#endif  // COMITY_PLUGINS_REDMINE_REDMINE_H_
