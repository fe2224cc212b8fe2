// Calendars in DAViCal, as Debian ships it: a server with a database, groups, and invitations that it delivers itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "comity/v1/event.pb.h"
#include "tests/live/calendar_server.h"
#include "tests/support/deployment.h"

namespace comity::testing {
namespace {

using std::chrono::milliseconds;
using ::testing::IsEmpty;

constexpr milliseconds kPatience{120'000};
constexpr const char* kCalendar = "/caldav.php/ana/work/";

class DaviCal : public ::testing::Test {
 protected:
  void SetUp() override {
    if (std::getenv("COMITY_LIVE_MORE") == nullptr) GTEST_SKIP() << "only with COMITY_LIVE_MORE=1 (tests/run --live)";
    server_ = CalendarServer::Start("davical.sh");
    if (server_ == nullptr) GTEST_SKIP() << "davical is not installed (tests/packages-live-more.txt)";
  }
  std::unique_ptr<CalendarServer> server_;
};

std::string InCalendar(absl::Time time) { return absl::FormatTime("%Y%m%dT%H%M%SZ", time, absl::UTCTimeZone()); }

// The crew is a group of DAViCal's, invited as a whole.
std::string Review(absl::Time start, int sequence, std::string_view status) {
  return CalendarOf(
      {absl::StrCat("BEGIN:VEVENT\nUID:review@acme.example\nDTSTAMP:", InCalendar(absl::Now() - absl::Minutes(1)), "\nSEQUENCE:", sequence,
                    "\nSTATUS:", std::string(status), "\nDTSTART:", InCalendar(start), "\nDTEND:", InCalendar(start + absl::Minutes(45)),
                    "\nORGANIZER:mailto:ana@acme.example\n", "ATTENDEE;ROLE=CHAIR;PARTSTAT=ACCEPTED:mailto:ana@acme.example\n",
                    "ATTENDEE;PARTSTAT=ACCEPTED:mailto:bob@acme.example\n",
                    "ATTENDEE;CUTYPE=GROUP;PARTSTAT=ACCEPTED:mailto:crew@acme.example\n", "SUMMARY:A talk about marmalade\nEND:VEVENT\n")});
}

TEST_F(DaviCal, GivesComityAMeetingThroughMovingCancellingAndRestartsAndAGroupIsNobody) {
  const absl::Time start = absl::FromUnixSeconds(absl::ToUnixSeconds(absl::Now()) / 3600 * 3600) + absl::Hours(24);
  server_->MakeCalendar("ana", kCalendar);
  server_->Put("ana", std::string(kCalendar) + "review.ics", Review(start, 0, "CONFIRMED"));
  Deployment deployment;
  ASSERT_TRUE(deployment.AddSource("calendar", "caldav", "dav.acme.example"));
  WriteFile(deployment.dir() / "calendar-read.token", "comity:reader");
  deployment.Configure(
      absl::StrCat("  - id: calendar\n    suite: caldav\n    instance: dav.acme.example\n    token_file: calendar.token\n"
                   "    config: {calendars: ",
                   kCalendar, "}\n    poll: {read_token_file: calendar-read.token, every: 1s, api_base: \"", server_->url(), "\"}\n"));
  deployment.StartConnect();
  ASSERT_LT(deployment.AwaitConnect(kPatience), kPatience) << ReadFile(deployment.log());
  const auto meetings = [&](v1::FactKind kind) {
    v1::ListEventsRequest request;
    request.set_page_size(1000);
    v1::ListEventsResponse page;
    const auto steward = deployment.Steward();
    EXPECT_TRUE(steward->Call("/comity.v1.EventService/ListEvents", request, &page).ok());
    std::vector<v1::Event> found;
    for (const v1::Event& event : page.events()) {
      EXPECT_EQ(event.DebugString().find("marmalade"), std::string::npos);
      if (event.fact().kind() != kind) continue;
      v1::GetEventRequest get;
      get.set_name(event.name());
      EXPECT_TRUE(steward->Call("/comity.v1.EventService/GetEvent", get, &found.emplace_back()).ok());
    }
    return found;
  };
  const auto scheduled = [&] { return meetings(v1::FACT_KIND_MEETING_SCHEDULED); };
  ASSERT_TRUE(WaitUntil([&] { return scheduled().size() == 1; }, kPatience)) << ReadFile(deployment.log());
  const v1::Event first = scheduled().front();
  EXPECT_EQ(first.outcome(), v1::Event::OUTCOME_CONTEXT);
  EXPECT_EQ(first.fact().author().id(), "ana@acme.example");
  EXPECT_EQ(first.fact().meeting().start_time().seconds(), absl::ToUnixSeconds(start));
  std::set<std::string> people;
  for (const v1::Attendee& attendee : first.fact().meeting().attendees()) {
    if (attendee.account().kind() != v1::ACCOUNT_KIND_TEAM) people.insert(attendee.account().id());
  }
  EXPECT_THAT(people, ::testing::UnorderedElementsAre("ana@acme.example", "bob@acme.example")) << "the crew is nobody";

  // It is moved while comity-connect is away.
  deployment.KillConnect();
  server_->Put("ana", std::string(kCalendar) + "review.ics", Review(start + absl::Hours(2), 1, "CONFIRMED"));
  deployment.StartConnect();
  ASSERT_TRUE(WaitUntil([&] { return scheduled().size() == 2; }, kPatience)) << ReadFile(deployment.log());
  const std::vector<v1::Event> both = scheduled();
  EXPECT_EQ(both[0].fact().subject().id(), both[1].fact().subject().id()) << "moved, it is the same meeting";

  server_->Put("ana", std::string(kCalendar) + "review.ics", Review(start + absl::Hours(2), 2, "CANCELLED"));
  ASSERT_TRUE(WaitUntil([&] { return meetings(v1::FACT_KIND_MEETING_CANCELLED).size() == 1; }, kPatience)) << ReadFile(deployment.log());
  EXPECT_THAT(meetings(v1::FACT_KIND_MEETING_HELD), IsEmpty()) << "nobody has said that it was held";
}

}  // namespace
}  // namespace comity::testing
