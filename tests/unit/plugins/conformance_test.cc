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
  std::vector<Report> reports;
  for (const Subject& subject : AllSubjects()) reports.push_back(Check(subject));
  std::cout << Table(reports);
  // What each has at least, so that none is lost unnoticed: cases of hooks, recorded talks.
  const std::map<std::string, std::pair<int, int>> least = {
      {"azure-devops", {35, 12}},
      {"caldav", {0, 8}},
      {"confluence", {10, 8}},
      {"dokuwiki", {10, 8}},
      {"forgejo", {3, 1}},
      {"generic", {10, 0}},
      {"git", {0, 8}},
      {"gitea", {30, 8}},
      {"github", {25, 8}},
      {"gitlab", {40, 8}},
      {"google-calendar", {4, 8}},
      {"icalendar", {0, 2}},
      {"jira", {35, 9}},
      {"linear", {28, 14}},
      {"mattermost", {10, 0}},
      {"mediawiki", {12, 8}},
      {"microsoft-graph", {6, 8}},
      {"redmine", {12, 8}},
      {"rt", {25, 8}},
      {"slack", {12, 0}},
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
