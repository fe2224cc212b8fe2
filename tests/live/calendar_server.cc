#include "tests/live/calendar_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <set>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "plugins/caldav/caldav.h"
#include "plugins/sdk/times.h"
#include "service/net/http.h"

namespace comity::testing {
namespace {

using sdk::conformance::Walked;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr int kNotInstalled = 77;

net::Headers AuthOf(const std::string& user, const std::string& password) {
  return {{"Authorization", "Basic " + absl::Base64Escape(user + ":" + password)}};
}

std::string Event(const std::string& uid, const std::string& lines, const std::string& bobs_answer) {
  return absl::StrCat("BEGIN:VEVENT\nUID:", uid, "\nDTSTAMP:20260901T080000Z\n", lines,
                      "ORGANIZER;CN=Ana:mailto:ana@acme.example\nATTENDEE;CN=Ana;PARTSTAT=ACCEPTED:mailto:ana@acme.example\n"
                      "ATTENDEE;CN=Bob;PARTSTAT=",
                      bobs_answer, ";RSVP=TRUE:mailto:bob@acme.example\nSUMMARY:Review of the exporter\nEND:VEVENT\n");
}

std::string Review(const std::string& bobs_answer) {
  return CalendarOf({Event("review-1@acme.example", "DTSTART:20260903T090000Z\nDTEND:20260903T100000Z\n", bobs_answer)});
}

// Weekly since August, at two o'clock in Berlin; one date is left out, one moved by a day.
std::string Pairing() {
  return CalendarOf({Event("pairing-1@acme.example",
                           "DTSTART;TZID=Europe/Berlin:20260805T140000\nDTEND;TZID=Europe/Berlin:20260805T150000\nRRULE:FREQ=WEEKLY\n"
                           "EXDATE;TZID=Europe/Berlin:20260909T140000\n",
                           "ACCEPTED"),
                     Event("pairing-1@acme.example",
                           "RECURRENCE-ID;TZID=Europe/Berlin:20260916T140000\nDTSTART;TZID=Europe/Berlin:20260917T140000\n"
                           "DTEND;TZID=Europe/Berlin:20260917T153000\nSEQUENCE:1\n",
                           "TENTATIVE")});
}

// `review-1@… 20260903T090000 bob ACCEPTED`
std::set<std::string> TextOf(const Walked& walked) {
  std::set<std::string> all;
  for (const v1::Fact& fact : walked.facts) {
    std::string text =
        absl::StrCat(fact.subject().id(), " at ",
                     absl::FormatTime("%m%dT%H%M", absl::FromUnixSeconds(fact.meeting().start_time().seconds()), absl::UTCTimeZone()));
    for (const v1::Attendee& attendee : fact.meeting().attendees()) {
      if (attendee.account().id() == "bob@acme.example") absl::StrAppend(&text, " ", v1::Answer_Name(attendee.answer()).substr(7));
    }
    EXPECT_EQ(fact.kind(), v1::FACT_KIND_MEETING_SCHEDULED);
    EXPECT_EQ(fact.author().id(), "ana@acme.example");
    all.insert(std::move(text));
  }
  return all;
}

std::vector<std::string> CommandOf(const std::string& script, int port, const std::string& folder,
                                   const std::vector<std::string>& environment) {
  std::vector<std::string> command = {"/usr/bin/env"};
  command.insert(command.end(), environment.begin(), environment.end());
  command.insert(command.end(), {COMITY_SOURCE_DIR "/tests/live/" + script, std::to_string(port), folder});
  return command;
}

}  // namespace

std::string CalendarOf(const std::vector<std::string>& events) {
  std::string text = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//acme//live//EN\n";
  for (const std::string& event : events) text += event;
  return absl::StrReplaceAll(text + "END:VCALENDAR\n", {{"\n", "\r\n"}});
}

CalendarServer::CalendarServer(const std::string& script, int port, const std::vector<std::string>& environment)
    : base_("http://127.0.0.1:" + std::to_string(port)), process_(CommandOf(script, port, folder_.path(), environment), folder_ / "log") {}

std::unique_ptr<CalendarServer> CalendarServer::Start(const std::string& script, const std::vector<std::string>& environment) {
  std::unique_ptr<CalendarServer> server(new CalendarServer(script, FreePort(), environment));
  const bool up = WaitUntil([&] { return !server->process_.Running() || net::Fetch("GET", server->base_ + "/", {}, "", {}).ok(); },
                            std::chrono::seconds(180));
  if (!server->process_.Running() && server->process_.Wait() == kNotInstalled) return nullptr;
  if (!up || !server->process_.Running()) {
    std::fprintf(stderr, "%s does not come up:\n%s\n", script.c_str(), ReadFile(server->folder_ / "log").c_str());
    std::abort();
  }
  return server;
}

net::Response CalendarServer::Ask(std::string_view method, const std::string& path, const net::Headers& headers, const std::string& body) {
  const absl::StatusOr<net::Response> response = net::Fetch(method, base_ + path, headers, body, {});
  EXPECT_TRUE(response.ok()) << response.status();
  return response.ok() ? *response : net::Response{599, {}, ""};
}

void CalendarServer::Do(const std::string& user, std::string_view method, const std::string& path, net::Headers headers,
                        const std::string& body) {
  for (const auto& header : AuthOf(user, user)) headers.push_back(header);
  const net::Response response = Ask(method, path, headers, body);
  EXPECT_TRUE(response.status >= 200 && response.status < 300) << method << " " << path << " " << response.status << " " << response.body;
}

void CalendarServer::MakeFolder(const std::string& user, const std::string& path) { Do(user, "MKCOL", path, {}, ""); }
void CalendarServer::MakeCalendar(const std::string& user, const std::string& path) {
  Do(user, "MKCALENDAR", path, {{"Content-Type", "application/xml"}},
     R"(<?xml version="1.0"?><C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop><D:displayname>Work</D:displayname></D:prop></D:set></C:mkcalendar>)");
}
void CalendarServer::Put(const std::string& user, const std::string& path, const std::string& calendar) {
  Do(user, "PUT", path, {{"Content-Type", "text/calendar; charset=utf-8"}}, calendar);
}
void CalendarServer::Delete(const std::string& user, const std::string& path) { Do(user, "DELETE", path, {}, ""); }

Walked CalendarServer::Poll(const sdk::Connector& connector, const sdk::Source& source, absl::Time now, const sdk::Cursors& cursors) {
  const sdk::Poll poll{now, *sdk::ParseTime("2026-09-01T00:00:00Z"), absl::Minutes(5), cursors};
  Walked walked = sdk::conformance::Walk(
      connector, source, poll,
      [&](const sdk::Fetch& fetch) {
        net::Headers headers = fetch.headers;
        for (const auto& header : AuthOf("comity", "reader")) headers.push_back(header);
        return Ask(fetch.method, fetch.path, headers, fetch.body);
      },
      200);
  EXPECT_TRUE(walked.ended);
  EXPECT_EQ(walked.unreadable, 0);
  return walked;
}

void ExpectThatMeetingsAreToldAsTheyAre(CalendarServer& server, const std::vector<std::string>& folders, const std::string& calendar) {
  const std::unique_ptr<sdk::Connector> connector = caldav::MakeConnector();
  const sdk::Source source{.id = "live",
                           .suite = "caldav",
                           .instance = "127.0.0.1",
                           .secrets = {},
                           .config = {{"calendars", calendar}, {"days_ahead", "22"}},
                           .polls = true};
  EXPECT_THAT(connector->Check(source), IsEmpty());
  for (const std::string& folder : folders) server.MakeFolder("ana", folder);
  server.MakeCalendar("ana", calendar);
  absl::Time now = *sdk::ParseTime("2026-09-02T10:00:00Z");

  const Walked empty = server.Poll(*connector, source, now, {});
  EXPECT_THAT(empty.facts, IsEmpty());
  EXPECT_THAT(empty.errors, IsEmpty());
  ASSERT_EQ(empty.cursors.size(), 1u);

  server.Put("ana", calendar + "review-1.ics", Review("NEEDS-ACTION"));
  server.Put("ana", calendar + "pairing-1.ics", Pairing());
  server.Put("ana", calendar + "dropped-1.ics", CalendarOf({Event("dropped-1@acme.example", "DTSTART:20270903T090000Z\n", "ACCEPTED")}));
  const auto all = UnorderedElementsAre(
      "review-1@acme.example at 0903T0900 UNSPECIFIED", "pairing-1@acme.example/20260902T120000Z at 0902T1200 ACCEPTED",
      "pairing-1@acme.example/20260916T120000Z at 0917T1200 TENTATIVE", "pairing-1@acme.example/20260923T120000Z at 0923T1200 ACCEPTED");
  now += absl::Minutes(5);
  const Walked first = server.Poll(*connector, source, now, empty.cursors);
  EXPECT_THAT(first.errors, IsEmpty());
  EXPECT_THAT(TextOf(first), all);
  EXPECT_NE(first.cursors, empty.cursors);
  EXPECT_THAT(TextOf(server.Poll(*connector, source, now, {})), all) << "a first reading finds the same as changes told";

  const Walked quiet = server.Poll(*connector, source, now, first.cursors);
  EXPECT_THAT(quiet.facts, IsEmpty());
  EXPECT_EQ(quiet.asked.size(), 1u) << "nothing new costs one request";

  server.Put("ana", calendar + "review-1.ics", Review("ACCEPTED"));
  server.Delete("ana", calendar + "dropped-1.ics");
  now += absl::Minutes(5);
  const Walked changed = server.Poll(*connector, source, now, first.cursors);
  EXPECT_THAT(changed.errors, IsEmpty());
  EXPECT_THAT(TextOf(changed), ElementsAre("review-1@acme.example at 0903T0900 ACCEPTED"));

  sdk::Cursors unknown = first.cursors;
  std::string& cursor = unknown.begin()->second;
  std::reverse(cursor.end() - 30, cursor.end());  // a token of the server's own form that it never gave out
  const Walked anew = server.Poll(*connector, source, now, unknown);
  EXPECT_THAT(anew.errors, IsEmpty());
  EXPECT_EQ(anew.cursors, changed.cursors);
  EXPECT_THAT(TextOf(anew), ::testing::Contains("review-1@acme.example at 0903T0900 ACCEPTED"));

  now += absl::Hours(24 * 7);  // nobody touches the calendar for a week
  EXPECT_THAT(TextOf(server.Poll(*connector, source, now, changed.cursors)),
              ::testing::Contains("pairing-1@acme.example/20260930T120000Z at 0930T1200 ACCEPTED"));
  now = *sdk::ParseTime("2026-09-08T14:00:00Z");
  const sdk::Cursors yesterday = {
      {calendar, absl::StrCat(absl::ToUnixSeconds(now - absl::Hours(25)), " ", absl::ToUnixSeconds(now + absl::Hours(24 * 22 - 25)),
                              changed.cursors.begin()->second.substr(changed.cursors.begin()->second.find(" t ")))}};
  EXPECT_THAT(TextOf(server.Poll(*connector, source, now, yesterday)),
              ElementsAre("pairing-1@acme.example/20260930T120000Z at 0930T1200 ACCEPTED"))
      << "a day later only what came into view";
}

}  // namespace comity::testing
