// Calendars in Radicale, as Debian ships it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "comity/v1/event.pb.h"
#include "service/net/http.h"
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

// A source of its own beside the deployment's, and comity-connect asking it this often.
void PollCalendar(Deployment& deployment, const std::string& url, const std::string& every = "1s", const std::string& secret_file = "") {
  ASSERT_TRUE(deployment.AddSource("calendar", "caldav", "dav.acme.example"));
  WriteFile(deployment.dir() / "calendar-read.token", "comity:reader");
  deployment.Configure(absl::StrCat("  - id: calendar\n    suite: caldav\n    instance: dav.acme.example\n    token_file: calendar.token\n",
                                    secret_file.empty() ? "" : "    secret_files: [" + secret_file + "]\n",
                                    "    config: {calendars: /ana/work/}\n    poll: {read_token_file: calendar-read.token, every: ", every,
                                    ", api_base: \"", url, "\"}\n"));
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

TEST(Radicale, TellsComityOfAChangeAtOnceByItsHook) {
  Deployment deployment;
  const std::string secret_file = deployment.dir() / "calendar.secret";
  WriteFile(secret_file, "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");
  const std::unique_ptr<CalendarServer> server =
      CalendarServer::Start("radicale.sh", {"COMITY_URL=" + deployment.HookUrl("calendar"), "COMITY_SECRET_FILE=" + secret_file});
  if (server == nullptr) GTEST_SKIP() << "radicale is not installed (tests/packages-live.txt)";
  const absl::Time start = absl::FromUnixSeconds(absl::ToUnixSeconds(absl::Now()) / 3600 * 3600) + absl::Hours(24);
  // Nobody takes the message yet: the calendar goes on, and the message waits.
  deployment.KillConnect();
  server->MakeCalendar("ana", "/ana/work/");
  const std::string waiting = server->folder() / "collections/.comity";
  const auto waits = [&] { return std::filesystem::exists(waiting + "/waiting") || std::filesystem::exists(waiting + "/sending"); };
  EXPECT_TRUE(WaitUntil(waits, kPatience));
  PollCalendar(deployment, server->url(), "1h", secret_file);
  EXPECT_TRUE(WaitUntil([&] { return !waits(); }, kPatience)) << "it is tried again until it is taken";

  // The first round of asking is over, the next one an hour away.
  const auto health = [&] {
    const auto response = net::Fetch("GET", absl::StrCat("http://127.0.0.1:", deployment.hook_port(), "/health"), {}, "", {});
    return response.ok() ? response->body : std::string();
  };
  ASSERT_TRUE(WaitUntil([&] { return health().find("\"lastPoll\": \"20") != std::string::npos; }, kPatience)) << health();
  server->Put("ana", "/ana/work/review.ics", Review(start, 0, "CONFIRMED", "NEEDS-ACTION"));
  EXPECT_TRUE(WaitUntil([&] { return Meetings(deployment, v1::FACT_KIND_MEETING_SCHEDULED).size() == 1; }, kPatience))
      << ReadFile(deployment.log()) << health();
}

}  // namespace
}  // namespace comity::testing
