// The connectors as the conformance kit sees them.
#ifndef COMITY_TESTS_UNIT_PLUGINS_CONFORMANCE_SUBJECTS_H_
#define COMITY_TESTS_UNIT_PLUGINS_CONFORMANCE_SUBJECTS_H_

#include <vector>

#include "plugins/sdk/conformance/conformance.h"

namespace comity::sdk::conformance {

Subject AzureDevOpsSubject();
Subject CalDavSubject();
Subject ConfluenceSubject();
Subject DokuWikiSubject();
Subject ForgejoSubject();
Subject GenericSubject();
Subject GitHubSubject();
Subject GitLabSubject();
Subject GitSubject();
Subject GiteaSubject();
Subject GoogleCalendarSubject();
Subject ICalendarSubject();
Subject JiraSubject();
Subject LinearSubject();
Subject MattermostSubject();
Subject MediaWikiSubject();
Subject MicrosoftGraphSubject();
Subject RedmineSubject();
Subject RtSubject();
Subject SlackSubject();

// All of them.
std::vector<Subject> AllSubjects();

}  // namespace comity::sdk::conformance

#endif  // COMITY_TESTS_UNIT_PLUGINS_CONFORMANCE_SUBJECTS_H_
