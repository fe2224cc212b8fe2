// Calendars in Radicale, as Debian ships it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "comity/v1/event.pb.h"
#include "tests/live/calendar_server.h"
#include "tests/support/deployment.h"

namespace comity::testing {
namespace {

using std::chrono::milliseconds;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr milliseconds kPatience{60'000};

TEST(Radicale, HasItsMeetingsToldAsTheyAre) {
  const std::unique_ptr<CalendarServer> server = CalendarServer::Start("radicale.sh");
  if (server == nullptr) GTEST_SKIP() << "radicale is not installed (tests/packages-live.txt)";
  ExpectThatMeetingsAreToldAsTheyAre(*server, {}, "/ana/work/");
}

std::string InCalendar(absl::Time time) { return absl::FormatTime("%Y%m%dT%H%M%SZ", time, absl::UTCTimeZone()); }

std::string Review(absl::Time start, int sequence, std::string_view status, std::string_view bobs_answer) {
  return CalendarOf({absl::StrCat("BEGIN:VEVENT\nUID:review@acme.example\nDTSTAMP:", InCalendar(absl::Now() - absl::Minutes(1)),
                                  "\nSEQUENCE:", sequence, "\nSTATUS:", std::string(status), "\nDTSTART:", InCalendar(start),
                                  "\nDTEND:", InCalendar(start + absl::Minutes(45)), "\nORGANIZER:mailto:ana@acme.example\n",
                                  "ATTENDEE;ROLE=CHAIR;PARTSTAT=ACCEPTED:mailto:ana@acme.example\nATTENDEE;PARTSTAT=",
                                  std::string(bobs_answer), ":mailto:bob@acme.example\nSUMMARY:A talk about marmalade\nEND:VEVENT\n")});
}

// A source of its own beside the deployment's, and comity-connect asking it each second.
void PollCalendar(Deployment& deployment, const std::string& url) {
  ASSERT_TRUE(deployment.AddSource("calendar", "caldav", "dav.acme.example"));
  WriteFile(deployment.dir() / "calendar-read.token", "comity:reader");
  deployment.Configure(
      absl::StrCat("  - id: calendar\n    suite: caldav\n    instance: dav.acme.example\n    token_file: calendar.token\n"
                   "    config: {calendars: /ana/work/}\n"
                   "    poll: {read_token_file: calendar-read.token, every: 1s, api_base: \"",
                   url, "\"}\n"));
  deployment.StartConnect();
  ASSERT_LT(deployment.AwaitConnect(kPatience), kPatience) << ReadFile(deployment.log());
}

std::vector<v1::Event> Meetings(const Deployment& deployment, v1::FactKind kind) {
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
    found.emplace_back();
    EXPECT_TRUE(steward->Call("/comity.v1.EventService/GetEvent", get, &found.back()).ok());
  }
  return found;
}

TEST(Radicale, GivesComityAMeetingWithItsAttendeesThroughMovingCancellingAndRestarts) {
  const std::unique_ptr<CalendarServer> server = CalendarServer::Start("radicale.sh");
  if (server == nullptr) GTEST_SKIP() << "radicale is not installed (tests/packages-live.txt)";
  const absl::Time start = absl::FromUnixSeconds(absl::ToUnixSeconds(absl::Now()) / 3600 * 3600) + absl::Hours(24);
  server->MakeCalendar("ana", "/ana/work/");
  server->Put("ana", "/ana/work/review.ics", Review(start, 0, "CONFIRMED", "NEEDS-ACTION"));
  Deployment deployment;
  PollCalendar(deployment, server->url());
  const auto scheduled = [&] { return Meetings(deployment, v1::FACT_KIND_MEETING_SCHEDULED); };
  ASSERT_TRUE(WaitUntil([&] { return scheduled().size() == 1; }, kPatience)) << ReadFile(deployment.log());
  const v1::Event first = scheduled().front();
  EXPECT_EQ(first.outcome(), v1::Event::OUTCOME_CONTEXT);
  EXPECT_EQ(first.fact().author().id(), "ana@acme.example");
  EXPECT_EQ(first.fact().meeting().start_time().seconds(), absl::ToUnixSeconds(start));
  ASSERT_THAT(first.fact().meeting().attendees(), SizeIs(2));
  for (const v1::Attendee& attendee : first.fact().meeting().attendees()) {
    EXPECT_EQ(attendee.chair(), attendee.account().id() == "ana@acme.example");
  }

  // Bob answers and it is moved while comity-connect is away.
  deployment.KillConnect();
  server->Put("ana", "/ana/work/review.ics", Review(start + absl::Hours(2), 1, "CONFIRMED", "ACCEPTED"));
  deployment.StartConnect();
  ASSERT_TRUE(WaitUntil([&] { return scheduled().size() == 2; }, kPatience)) << ReadFile(deployment.log());
  const std::vector<v1::Event> both = scheduled();
  EXPECT_EQ(both[0].fact().subject().id(), both[1].fact().subject().id()) << "moved, it is the same meeting";

  server->Put("ana", "/ana/work/review.ics", Review(start + absl::Hours(2), 2, "CANCELLED", "ACCEPTED"));
  ASSERT_TRUE(WaitUntil([&] { return Meetings(deployment, v1::FACT_KIND_MEETING_CANCELLED).size() == 1; }, kPatience))
      << ReadFile(deployment.log());
  EXPECT_THAT(Meetings(deployment, v1::FACT_KIND_MEETING_HELD), IsEmpty()) << "nobody has said that it was held";
}

}  // namespace
}  // namespace comity::testing
