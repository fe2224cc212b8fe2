#include "plugins/connectors.h"

#include "plugins/azure/azure.h"
#include "plugins/caldav/caldav.h"
#include "plugins/confluence/confluence.h"
#include "plugins/dokuwiki/dokuwiki.h"
#include "plugins/generic/generic.h"
#include "plugins/git/git.h"
#include "plugins/gitea/gitea.h"
#include "plugins/github/github.h"
#include "plugins/gitlab/gitlab.h"
#include "plugins/google/google.h"
#include "plugins/graph/graph.h"
#include "plugins/icalendar/icalendar.h"
#include "plugins/jira/jira.h"
#include "plugins/linear/linear.h"
#include "plugins/mattermost/mattermost.h"
#include "plugins/mediawiki/mediawiki.h"
#include "plugins/redmine/redmine.h"
#include "plugins/rt/rt.h"
#include "plugins/slack/slack.h"

namespace comity {

Connectors MakeConnectors() {
  Connectors connectors;
  for (auto make : {
           azure_devops::MakeConnector,
           caldav::MakeConnector,
           confluence::MakeConnector,
           dokuwiki::MakeConnector,
           generic::MakeConnector,
           git_connector::MakeConnector,
           gitea::MakeConnector,
           gitea::MakeForgejoConnector,
           github::MakeConnector,
           gitlab::MakeConnector,
           google_calendar::MakeConnector,
           microsoft_graph::MakeConnector,
           icalendar::MakeConnector,
           jira::MakeConnector,
           linear::MakeConnector,
           mattermost::MakeConnector,
           mediawiki::MakeConnector,
           redmine::MakeConnector,
           rt::MakeConnector,
           slack::MakeConnector,
       }) {
    auto connector = make();
    const std::string suite(connector->manifest().suite);
    connectors[suite] = std::move(connector);
  }
  return connectors;
}

}  // namespace comity
