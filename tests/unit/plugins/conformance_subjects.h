// The connectors as the conformance kit sees them.
#ifndef COMITY_TESTS_UNIT_PLUGINS_CONFORMANCE_SUBJECTS_H_
#define COMITY_TESTS_UNIT_PLUGINS_CONFORMANCE_SUBJECTS_H_

#include "plugins/sdk/conformance/conformance.h"

namespace comity::sdk::conformance {

Subject DokuWikiSubject();
Subject CalDavSubject();
Subject GitHubSubject();
Subject GitLabSubject();
Subject GitSubject();
Subject GenericSubject();
Subject GiteaSubject();
Subject ForgejoSubject();
Subject JiraSubject();
Subject RedmineSubject();
Subject RtSubject();
Subject MediaWikiSubject();
Subject ICalendarSubject();
Subject ConfluenceSubject();
Subject MattermostSubject();
Subject SlackSubject();

}  // namespace comity::sdk::conformance

#endif  // COMITY_TESTS_UNIT_PLUGINS_CONFORMANCE_SUBJECTS_H_
