#include "plugins/caldav/caldav.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "plugins/sdk/conformance/talk.h"
#include "plugins/sdk/times.h"

namespace comity::caldav {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

sdk::Source Source(std::map<std::string, std::string> config) {
  return {.id = "s", .suite = "caldav", .instance = "cal.acme.example", .secrets = {}, .config = std::move(config), .polls = true};
}

TEST(CalDavCheck, FindsEveryMistake) {
  const auto connector = MakeConnector();
  EXPECT_THAT(connector->Check(Source({{"calendars", "/ana/work/, /bob%20b/work/"}, {"zone", "Europe/Berlin"}, {"days_ahead", "366"}})),
              IsEmpty());
  EXPECT_THAT(connector->Check(Source({})), ElementsAre(HasSubstr("config.calendars is missing")));
  for (const char* path : {"/ana/work", "ana/work/", "/", "/../work/", "/a//b/", "/a b/", "/a/?x/", "https://x/"}) {
    EXPECT_THAT(connector->Check(Source({{"calendars", path}})), ElementsAre(HasSubstr("begin and end with a slash"))) << path;
  }
  EXPECT_THAT(connector->Check(Source({{"calendars", "/a/"}, {"zone", "/etc/passwd"}})), ElementsAre(HasSubstr("config.zone")));
  for (const char* days : {"0", "367", "x", ""}) {
    EXPECT_THAT(connector->Check(Source({{"calendars", "/a/"}, {"days_ahead", days}})), ElementsAre(HasSubstr("config.days_ahead")))
        << days;
  }
  sdk::Source address = Source({{"calendars", "/a/"}});
  address.instance = "https://cal.acme.example";
  EXPECT_THAT(connector->Check(address), ElementsAre(HasSubstr("instance must be a host name")));
  address.polls = false;
  EXPECT_THAT(connector->Check(address), testing::Contains(HasSubstr("poll is missing")));
}

TEST(CalDavPoll, AsksForItemsFiftyAtOnceAndForNothingElse) {
  const auto connector = MakeConnector();
  const sdk::Poll poll{*sdk::ParseTime("2026-09-02T10:00:00Z"), *sdk::ParseTime("2026-09-01T00:00:00Z"), absl::Minutes(5), {}};
  std::string names;
  for (int i = 0; i < 120; ++i) absl::StrAppend(&names, "<d:response><d:href>/a/", i, ".ics</d:href></d:response>");
  names += "<d:response><d:href>/a/</d:href></d:response><d:response><d:href>/a/b\nc.ics</d:href></d:response><d:response/>";
  size_t largest = 0, asked = 0;
  const auto walked = sdk::conformance::Walk(
      *connector, Source({{"calendars", "/a/"}}), poll,
      [&](const sdk::Fetch& fetch) -> net::Response {
        if (fetch.method == "PROPFIND") {
          return {
              207,
              {},
              R"(<d:multistatus xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:response><d:propstat><d:prop><d:resourcetype><c:calendar/></d:resourcetype><d:sync-token>1</d:sync-token></d:prop></d:propstat></d:response></d:multistatus>)"};
        }
        if (fetch.body.find("multiget") == std::string::npos)
          return {207, {}, "<d:multistatus xmlns:d=\"DAV:\">" + names + "</d:multistatus>"};
        size_t count = 0;
        for (size_t at = fetch.body.find("<D:href>"); at != std::string::npos; at = fetch.body.find("<D:href>", at + 1)) ++count;
        largest = std::max(largest, count);
        asked += count;
        return {207, {}, "<d:multistatus xmlns:d=\"DAV:\"/>"};
      },
      100);
  EXPECT_TRUE(walked.ended);
  EXPECT_EQ(largest, 50u);
  EXPECT_EQ(asked, 120u) << "what recurs is not read twice";
}

TEST(CalDavPoll, ShowsItsPasswordAsBasicAndAsksForEverything) {
  const auto connector = MakeConnector();
  EXPECT_TRUE(connector->manifest().basic_token);
  EXPECT_TRUE(connector->manifest().hooks_wake) << "a hook only says when to ask";
  EXPECT_EQ(connector->ApiBase(Source({})), "https://cal.acme.example");
  EXPECT_EQ(connector->Polled(Source({{"calendars", "/a/, /b/"}})), "meetings of 2 calendars, 30 days ahead");
}

}  // namespace
}  // namespace comity::caldav
