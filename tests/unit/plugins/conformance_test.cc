#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>
#include <map>
#include <string>
#include <utility>

#include "plugins/connectors.h"
#include "tests/unit/plugins/conformance_subjects.h"

namespace comity::sdk::conformance {
namespace {

using testing::IsEmpty;

TEST(EveryConnector, GivesWhatItsCasesExpectAndWithstandsEveryMutation) {
  const std::vector<Report> reports = {
      Check(DokuWikiSubject()),  Check(CalDavSubject()),     Check(GitHubSubject()),     Check(GitLabSubject()),
      Check(GitSubject()),       Check(GenericSubject()),    Check(GiteaSubject()),      Check(ForgejoSubject()),
      Check(JiraSubject()),      Check(RedmineSubject()),    Check(RtSubject()),         Check(MediaWikiSubject()),
      Check(ICalendarSubject()), Check(MattermostSubject()), Check(ConfluenceSubject()), Check(SlackSubject()),
  };
  std::cout << Table(reports);
  // What each has at least, so that none is lost unnoticed: cases of hooks, recorded talks.
  const std::map<std::string, std::pair<int, int>> least = {
      {"caldav", {0, 8}},    {"icalendar", {0, 2}},   {"dokuwiki", {10, 8}},   {"forgejo", {3, 1}}, {"generic", {10, 0}}, {"git", {0, 8}},
      {"gitea", {30, 8}},    {"github", {25, 8}},     {"gitlab", {40, 8}},     {"jira", {35, 9}},   {"redmine", {12, 8}}, {"rt", {0, 8}},
      {"mediawiki", {0, 8}}, {"mattermost", {10, 0}}, {"confluence", {10, 8}}, {"slack", {12, 0}},
  };
  EXPECT_EQ(reports.size(), MakeConnectors().size()) << "every connector is here";
  for (const Report& report : reports) {
    EXPECT_THAT(report.Failures(), IsEmpty()) << report.suite;
    ASSERT_TRUE(least.contains(report.suite)) << report.suite;
    EXPECT_GE(report.cases, least.at(report.suite).first) << report.suite;
    EXPECT_GE(report.talks, least.at(report.suite).second) << report.suite;
  }
}

}  // namespace
}  // namespace comity::sdk::conformance
