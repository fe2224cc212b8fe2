#include "plugins/meetings/meetings.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "plugins/caldav/entry.h"
#include "plugins/ical/zones.h"
#include "plugins/sdk/conformance/conformance.h"
#include "plugins/sdk/times.h"

namespace comity::meetings {
namespace {

const sdk::Source kSource{.id = "s", .suite = "caldav", .instance = "cal.acme.example", .secrets = {}, .config = {}, .polls = true};
const sdk::Poll kPoll{*sdk::ParseTime("2026-09-02T10:00:00Z"), *sdk::ParseTime("2026-09-01T00:00:00Z"), absl::Minutes(5), {}};
const Window kMonth{kPoll.begin, kPoll.now + absl::Hours(24 * 30)};

std::string Event(const std::string& lines) {
  return "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTAMP:20260901T080000Z\nDTSTART:20260903T090000Z\nDTEND:20260903T100000Z\n"
         "ORGANIZER:mailto:ana@acme.example\nATTENDEE;PARTSTAT=ACCEPTED:mailto:bob@acme.example\n" +
         lines + "END:VEVENT\nEND:VCALENDAR\n";
}

Found Map(const std::string& text, const Window& window = kMonth, const Reading& reading = {.zone = absl::UTCTimeZone()}) {
  ical::Budget budget(kMaxSteps);
  absl::StatusOr<Found> found = MapCalendars(text, window, kSource, kPoll, reading, budget);
  EXPECT_TRUE(found.ok()) << found.status();
  return found.ok() ? *std::move(found) : Found();
}
v1::Fact One(const std::string& lines) {
  const Found found = Map(Event(lines));
  EXPECT_EQ(found.facts.size(), 1u) << lines;
  return found.facts.empty() ? v1::Fact() : found.facts[0];
}

TEST(MapCalendars, GivesEveryVersionARevisionOfItsOwn) {
  const std::string plain = One("").revision();
  EXPECT_EQ(One("SUMMARY:marmalade\nLOCATION:elsewhere\nLAST-MODIFIED:20260902T080000Z\n").revision(), plain);
  EXPECT_EQ(One("ATTENDEE;CUTYPE=RESOURCE:mailto:projector@acme.example\n").revision(), plain);
  for (const char* lines : {"SEQUENCE:1\n", "ATTENDEE:mailto:carla@acme.example\n", "ATTENDEE;ROLE=CHAIR:mailto:carla@acme.example\n",
                            "X-COMITY-FACILITATOR:mailto:bob@acme.example\n", "DTEND:20260903T110000Z\n"}) {
    EXPECT_NE(One(lines).revision(), plain) << lines;
  }
}

TEST(MapCalendars, OrdersVersionsBySequenceThenByStamp) {
  const int64_t first = One("").object_version();
  std::string later = Event("");
  later.replace(later.find("DTSTAMP:20260901T08"), 19, "DTSTAMP:20260901T09");
  const int64_t second = Map(later).facts[0].object_version();
  EXPECT_GT(second, first);
  EXPECT_GT(One("SEQUENCE:1\n").object_version(), second);
  EXPECT_GT(One("SEQUENCE:99999999999999999\n").object_version(), 0);
}

TEST(MapCalendars, AddsTheFacilitatorWhoIsMarked) {
  const v1::Fact fact = One("X-COMITY-FACILITATOR:mailto:dia@acme.example\n");
  ASSERT_EQ(fact.meeting().attendees_size(), 2);
  EXPECT_EQ(fact.meeting().attendees(1).account().id(), "dia@acme.example");
  EXPECT_TRUE(fact.meeting().attendees(1).chair());
  EXPECT_EQ(fact.meeting().attendees(1).answer(), v1::ANSWER_UNSPECIFIED);
}

TEST(MapCalendars, KeepsTwoHundredAttendeesAndWhoLeadsThem) {
  std::string lines = "ATTENDEE;ROLE=CHAIR:mailto:zoe@acme.example\n";
  for (int i = 0; i < 400; ++i) absl::StrAppend(&lines, "ATTENDEE:mailto:p", i, "@acme.example\n");
  const v1::Fact fact = One(lines);
  EXPECT_EQ(fact.meeting().attendees_size(), 200);
  EXPECT_TRUE(fact.meeting().attendees(199).chair());
  EXPECT_EQ(fact.meeting().attendees(199).account().id(), "zoe@acme.example");
}

TEST(MapCalendars, TellsAnotherPersonsAddressOnce) {
  const v1::Fact fact = One("ATTENDEE;PARTSTAT=ACCEPTED:MAILTO:Bob@Acme.Example\n");
  EXPECT_EQ(fact.meeting().attendees_size(), 1);
}

TEST(MapCalendars, TakesGooglesOwnAddressesForWhatTheyAre) {
  const v1::Fact fact = One("ATTENDEE:mailto:c_1@resource.calendar.google.com\nATTENDEE:mailto:c_2@group.calendar.google.com\n");
  ASSERT_EQ(fact.meeting().attendees_size(), 2);
  EXPECT_EQ(fact.meeting().attendees(1).account().kind(), v1::ACCOUNT_KIND_TEAM);
}

// Google and Microsoft keep the UID alone of what an entry says of itself.
TEST(MapOccurrence, LeavesOutWhatComityPublishedByItsUidAlone) {
  const std::string digits = "0123456789abcdef0123456789abcdef";
  const auto told = [](const std::string& uid) {
    ical::Event event;
    event.uid = uid;
    event.organizer = ical::Person{"ana@acme.example", "", "", ""};
    event.attendees = {{"bob@acme.example", "ACCEPTED", "", ""}};
    ical::Occurrence one;
    one.event = &event;
    one.original = one.start = kPoll.now;
    one.end = one.start + absl::Hours(1);
    return MapOccurrence(one, nullptr, kSource, kPoll, {.zone = absl::UTCTimeZone()}).has_value();
  };
  EXPECT_FALSE(told("comity-" + digits));
  for (const std::string& uid : {digits, "comity-" + digits.substr(1), "comity-" + digits + "0", "comity-g" + digits.substr(1),
                                 "comity-A" + digits.substr(1), "Comity-" + digits, "x-comity-" + digits, std::string("comity-")}) {
    EXPECT_TRUE(told(uid)) << uid;
  }
  sdk::Artifact artifact;
  artifact.id = "sessions/pairing-7";
  EXPECT_FALSE(told(caldav::EntryUid(artifact))) << "as it is written";
}

// A year of a daily series is within the bound of one window, ten years are not: a long back-fill goes year by year.
TEST(MapCalendars, TellsALongWindowYearByYear) {
  std::string text = Event("RRULE:FREQ=DAILY\n");
  text.replace(text.find("DTSTART:2026"), 12, "DTSTART:2016");
  text.replace(text.find("DTEND:2026"), 10, "DTEND:2016");
  const Found found = Map(text, {*sdk::ParseTime("2017-01-01T00:00:00Z"), *sdk::ParseTime("2026-01-01T00:00:00Z")});
  EXPECT_EQ(found.facts.size(), 3287u);
  EXPECT_EQ(found.unreadable, 0);
  for (const v1::Fact& fact : found.facts) EXPECT_EQ(sdk::conformance::OutOfBounds(fact), "");
}

TEST(MapCalendars, SpendsOneBudgetOnAllOfAText) {
  std::string text = "BEGIN:VCALENDAR\n";
  for (int i = 0; i < 100; ++i) {
    absl::StrAppend(&text, "BEGIN:VEVENT\nUID:u", i,
                    "\nDTSTART:19700101T000000Z\nRRULE:FREQ=SECONDLY;BYSECOND=1,2;COUNT=900000000\nEND:VEVENT\n");
  }
  ical::Budget budget(kMaxSteps);
  const auto found = MapCalendars(text + "END:VCALENDAR\n", kMonth, kSource, kPoll, {.zone = absl::UTCTimeZone()}, budget);
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->unreadable, 100);
  EXPECT_TRUE(budget.exhausted());
}

TEST(MapCalendars, ReadsTimesWithoutAZoneInTheSources) {
  std::string text = Event("");
  text.replace(text.find("DTSTART:20260903T090000Z"), 24, "DTSTART:20260903T090000");
  const Found found = Map(text, kMonth, {.zone = *ical::LoadZone("Europe/Berlin")});
  EXPECT_EQ(absl::FromUnixSeconds(found.facts[0].meeting().start_time().seconds()), *sdk::ParseTime("2026-09-03T07:00:00Z"));
}

TEST(Progress, IsReadOnlyAsItWasWritten) {
  std::string_view cursor = "1788343200 1790935200 t abc";
  const auto progress = Progress::Take(cursor);
  ASSERT_TRUE(progress);
  EXPECT_EQ(progress->ToText(), "1788343200 1790935200");
  EXPECT_EQ(cursor, " t abc");
  for (const std::string_view damaged : {"", "1", "1 ", "x 2", "2 1", "-1 2", "1 99999999999", "99999999999999999999 1"}) {
    std::string_view text = damaged;
    EXPECT_FALSE(Progress::Take(text)) << damaged;
  }
  const sdk::Poll ahead{kPoll.now, kPoll.begin, absl::ZeroDuration(), {{"c", "1798343200 1798343200"}}};
  std::string_view rest;
  EXPECT_FALSE(Progress::Of(ahead, "c", &rest)) << "written by a clock that was ahead";
}

}  // namespace
}  // namespace comity::meetings
