#include "plugins/icalendar/icalendar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace comity::icalendar {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

sdk::Source Source(std::map<std::string, std::string> config) {
  return {.id = "s", .suite = "icalendar", .instance = "cal.acme.example", .secrets = {}, .config = std::move(config), .polls = true};
}

TEST(ICalendarCheck, FindsEveryMistake) {
  const auto connector = MakeConnector();
  EXPECT_THAT(connector->Check(Source({{"paths", "/team/rota.ics, /x/basic.ics?export=1&a=b"}})), IsEmpty());
  EXPECT_THAT(connector->Check(Source({})), ElementsAre(HasSubstr("config.paths is missing")));
  for (const char* path : {"rota.ics", "//evil.example/rota.ics", "/a/../b.ics", "/a b.ics", "/a.ics#x", "/", "https://x/a.ics"}) {
    EXPECT_THAT(connector->Check(Source({{"paths", path}})), ElementsAre(HasSubstr("begin with a slash"))) << path;
  }
}

TEST(ICalendarPoll, KeepsSecretAddressesOutOfStreamsAndReports) {
  const auto connector = MakeConnector();
  const sdk::Source source = Source({{"paths", "/private-s3cret/basic.ics"}});
  EXPECT_THAT(connector->Polled(source), testing::Not(HasSubstr("s3cret")));
  const sdk::Step step = connector->Plan(source, {});
  ASSERT_EQ(step.next.size(), 1u);
  EXPECT_THAT(step.next[0].stream, testing::Not(HasSubstr("s3cret")));
}

}  // namespace
}  // namespace comity::icalendar
