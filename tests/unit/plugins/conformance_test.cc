#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>

#include "tests/unit/plugins/conformance_subjects.h"

namespace comity::sdk::conformance {
namespace {

using testing::IsEmpty;

TEST(EveryConnector, GivesWhatItsCasesExpectAndWithstandsEveryMutation) {
  const std::vector<Report> reports = {Check(GitHubSubject()), Check(GenericSubject()), Check(GitSubject()), Check(CalDavSubject()),
                                       Check(ICalendarSubject())};
  std::cout << Table(reports);
  for (const Report& report : reports) EXPECT_THAT(report.Failures(), IsEmpty()) << report.suite;
  EXPECT_GE(reports[0].cases, 25);
  EXPECT_GE(reports[0].talks, 8);
  EXPECT_GE(reports[1].cases, 10);
  EXPECT_GE(reports[2].talks, 8);
  EXPECT_GE(reports[3].talks, 20);
  EXPECT_GE(reports[4].talks, 8);
}

}  // namespace
}  // namespace comity::sdk::conformance
