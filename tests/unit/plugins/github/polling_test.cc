#include "plugins/github/polling.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace comity::github {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(Scope, ReadsAnOrganisationAndNamesEachOnce) {
  std::vector<std::string> faults;
  const Scope scope = ReadScope("acme", " other/tool, Other/Tool ,other/x.y-z_1,", &faults);
  EXPECT_THAT(faults, IsEmpty());
  EXPECT_THAT(scope.repositories, ElementsAre("other/tool", "other/x.y-z_1"));
}

TEST(Scope, RefusesNamesThatLeadElsewhere) {
  for (const char* name : {"acme", "acme/", "/acme", "acme/../user", "a/b/c", "a b/c", "acme/x?y", "acme/x#", "../x", "acme/.."}) {
    std::vector<std::string> faults;
    ReadScope("", name, &faults);
    EXPECT_THAT(faults, SizeIs(1)) << name;
  }
  std::vector<std::string> faults;
  ReadScope("acme/billing", "", &faults);
  EXPECT_THAT(faults, SizeIs(1));
}

TEST(PlanPoll, AsksForAnOrganisationAndForWhatIsNotInIt) {
  const sdk::Step step = PlanPoll({"acme", {"ACME/billing", "other/tool"}});
  ASSERT_THAT(step.next, SizeIs(2));
  EXPECT_EQ(step.next[0].path, "/orgs/acme/repos?type=all&sort=full_name&per_page=100&page=1");
  EXPECT_EQ(step.next[1].path, "/repos/other/tool");
}

}  // namespace
}  // namespace comity::github
