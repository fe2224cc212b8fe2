#include "plugins/ical/occurrences.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace comity::ical {
namespace {

absl::Time Day(int year, int month, int day) { return absl::FromCivil(absl::CivilDay(year, month, day), absl::UTCTimeZone()); }
std::string Utc(absl::Time time) { return absl::FormatTime("%m%dT%H%M", time, absl::UTCTimeZone()); }

struct Expanded {
  std::vector<Series> series;
  Expansion expansion;
  // `0310T0900`, `0310T0900>0311T0900` for a moved one, `-` in front of an excluded one.
  std::string Text() const {
    std::vector<std::string> all;
    for (const Occurrence& one : expansion.occurrences) {
      all.push_back(absl::StrCat(one.excluded ? "-" : "", Utc(one.original), one.start == one.original ? "" : ">" + Utc(one.start)));
    }
    return absl::StrJoin(all, " ");
  }
};

// Of one UID, in `events` parted by `--`.
Expanded ExpandText(const std::string& events, absl::Time from = Day(2026, 3, 1), absl::Time to = Day(2026, 5, 1)) {
  std::string text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\n" + events + "\nEND:VEVENT\nEND:VCALENDAR\n";
  for (size_t at = text.find("--\n"); at != text.npos; at = text.find("--\n")) text.replace(at, 3, "END:VEVENT\nBEGIN:VEVENT\nUID:a\n");
  const auto calendars = ParseCalendars(text);
  EXPECT_TRUE(calendars.ok()) << calendars.status();
  int unreadable = 0;
  Expanded expanded;
  expanded.series = ReadSeries(*calendars, &unreadable);
  EXPECT_EQ(unreadable, 0);
  EXPECT_EQ(expanded.series.size(), 1u);
  Budget budget(10 * kMaxSteps);
  const Zones zones(*calendars, absl::UTCTimeZone(), from, to, budget);
  expanded.expansion = Expand(expanded.series[0], zones, from, to, budget);
  return expanded;
}

TEST(Expand, KeepsTheHourOfTheClockWhenSummerBegins) {
  EXPECT_EQ(ExpandText("DTSTART;TZID=Europe/Berlin:20260318T140000\nRRULE:FREQ=WEEKLY;COUNT=3").Text(), "0318T1300 0325T1300 0401T1200");
}

TEST(Expand, MovesWhatTheClockSkips) {
  EXPECT_EQ(ExpandText("DTSTART;TZID=Europe/Berlin:20260328T023000\nRRULE:FREQ=DAILY;COUNT=3").Text(), "0328T0130 0329T0130 0330T0030");
}

TEST(Expand, TakesTheFirstOfAnHourThatComesTwice) {
  EXPECT_EQ(ExpandText("DTSTART;TZID=Europe/Berlin:20261024T023000\nRRULE:FREQ=DAILY;COUNT=3", Day(2026, 10, 1), Day(2026, 11, 1)).Text(),
            "1024T0030 1025T0030 1026T0130");
}

TEST(Expand, EndsWithUntilInAnyForm) {
  const std::string start = "DTSTART;TZID=Europe/Berlin:20260318T230000\nRRULE:FREQ=WEEKLY;UNTIL=";
  EXPECT_EQ(ExpandText(start + "20260401T210000Z").Text(), "0318T2200 0325T2200 0401T2100");
  EXPECT_EQ(ExpandText(start + "20260401T205959Z").Text(), "0318T2200 0325T2200");
  EXPECT_EQ(ExpandText(start + "20260401").Text(), "0318T2200 0325T2200 0401T2100") << "a date includes its day, in the event's zone";
  EXPECT_EQ(ExpandText(start + "20260401T230000").Text(), "0318T2200 0325T2200 0401T2100") << "local time is the event's";
}

TEST(Expand, LeavesOutExcludedDatesAndSaysWhich) {
  const std::string series = "DTSTART;TZID=Europe/Berlin:20260318T140000\nRRULE:FREQ=WEEKLY;COUNT=4\n";
  EXPECT_EQ(ExpandText(series + "EXDATE;TZID=Europe/Berlin:20260401T140000").Text(), "0318T1300 0325T1300 -0401T1200 0408T1200");
  EXPECT_EQ(ExpandText(series + "EXDATE:20260401T120000Z,20260408T120000Z").Text(), "0318T1300 0325T1300 -0401T1200 -0408T1200");
  EXPECT_EQ(ExpandText(series + "EXDATE;VALUE=DATE:20260401").Text(), "0318T1300 0325T1300 -0401T1200 0408T1200");
  EXPECT_EQ(ExpandText(series + "EXDATE:20260402T120000Z").Text(), "0318T1300 0325T1300 0401T1200 0408T1200") << "not one of its dates";
}

TEST(Expand, AddsDatesAndPeriods) {
  const auto added = ExpandText(
      "DTSTART:20260310T090000Z\nDTEND:20260310T100000Z\nRDATE:20260312T090000Z,20260310T090000Z\n"
      "RDATE;VALUE=PERIOD:20260314T090000Z/PT3H,20260315T090000Z/20260315T093000Z");
  EXPECT_EQ(added.Text(), "0310T0900 0312T0900 0314T0900 0315T0900");
  EXPECT_EQ(added.expansion.occurrences[1].end - added.expansion.occurrences[1].start, absl::Hours(1));
  EXPECT_EQ(added.expansion.occurrences[2].end - added.expansion.occurrences[2].start, absl::Hours(3));
  EXPECT_EQ(added.expansion.occurrences[3].end - added.expansion.occurrences[3].start, absl::Minutes(30));
}

TEST(Expand, PutsAnOverrideInThePlaceOfItsOccurrence) {
  const auto expanded = ExpandText(
      "DTSTART;TZID=Europe/Berlin:20260318T140000\nRRULE:FREQ=WEEKLY;COUNT=3\nSUMMARY:old\n--\n"
      "RECURRENCE-ID:20260325T130000Z\nDTSTART;TZID=Europe/Berlin:20260326T150000\nSUMMARY:new");
  EXPECT_EQ(expanded.Text(), "0318T1300 0325T1300>0326T1400 0401T1200");
  EXPECT_EQ(expanded.expansion.occurrences[1].event->summary, "new");
}

TEST(Expand, TakesTheNewestOfSeveralVersions) {
  const auto expanded = ExpandText(
      "DTSTART:20260310T090000Z\nSEQUENCE:2\nSUMMARY:new\n--\nDTSTART:20260309T090000Z\nSEQUENCE:1\nDTSTAMP:20260301T000000Z\nSUMMARY:old");
  ASSERT_EQ(expanded.expansion.occurrences.size(), 1u);
  EXPECT_EQ(expanded.expansion.occurrences[0].event->summary, "new");
  const auto overrides = ExpandText(
      "DTSTART:20260310T090000Z\nRRULE:FREQ=DAILY;COUNT=2\n--\nRECURRENCE-ID:20260311T090000Z\nDTSTART:20260311T100000Z\nDTSTAMP:"
      "20260302T000000Z\n--\n"
      "RECURRENCE-ID:20260311T090000Z\nDTSTART:20260311T110000Z\nDTSTAMP:20260301T000000Z");
  EXPECT_EQ(overrides.Text(), "0310T0900 0311T0900>0311T1000");
}

TEST(Expand, LetsThisAndFutureSplitASeries) {
  const auto expanded = ExpandText(
      "DTSTART;TZID=Europe/Berlin:20260311T140000\nDTEND;TZID=Europe/Berlin:20260311T150000\nRRULE:FREQ=WEEKLY;COUNT=5\n--\n"
      "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20260325T140000\nDTSTART;TZID=Europe/Berlin:20260326T160000\n"
      "DTEND;TZID=Europe/Berlin:20260326T163000\n--\nRECURRENCE-ID;TZID=Europe/Berlin:20260408T140000\n"
      "DTSTART;TZID=Europe/Berlin:20260410T140000");
  EXPECT_EQ(expanded.Text(), "0311T1300 0318T1300 0325T1300>0326T1500 0401T1200>0402T1400 0408T1200>0410T1200");
  EXPECT_EQ(expanded.expansion.occurrences[3].end - expanded.expansion.occurrences[3].start, absl::Minutes(30));
}

TEST(Expand, TellsWhatWasMovedIntoTheWindowAndOutOfIt) {
  const std::string series = "DTSTART:20260302T090000Z\nRRULE:FREQ=WEEKLY\n--\n";
  EXPECT_EQ(ExpandText(series + "RECURRENCE-ID:20260601T090000Z\nDTSTART:20260316T120000Z", Day(2026, 3, 15), Day(2026, 3, 22)).Text(),
            "0316T0900 0601T0900>0316T1200");
  EXPECT_EQ(ExpandText(series + "RECURRENCE-ID:20260316T090000Z\nDTSTART:20260801T120000Z", Day(2026, 3, 15), Day(2026, 3, 22)).Text(),
            "0316T0900>0801T1200");
  EXPECT_EQ(ExpandText(series + "RECURRENCE-ID:20260602T090000Z\nDTSTART:20260316T120000Z", Day(2026, 3, 15), Day(2026, 3, 22)).Text(),
            "0316T0900")
      << "the series has no such date";
}

TEST(Expand, LetsOccurrencesWithoutTheirSeriesStandByThemselves) {
  EXPECT_EQ(
      ExpandText("RECURRENCE-ID:20260310T090000Z\nDTSTART:20260310T100000Z\n--\nRECURRENCE-ID:20260317T090000Z\nDTSTART:20260317T090000Z")
          .Text(),
      "0310T0900>0310T1000 0317T0900");
}

TEST(Expand, CountsDaysByTheCalendarAndEndsByExactTime) {
  const auto days = ExpandText("DTSTART;TZID=Europe/Berlin:20260328T120000\nDURATION:P1D");
  EXPECT_EQ(days.expansion.occurrences[0].end - days.expansion.occurrences[0].start, absl::Hours(23));
  const auto exact = ExpandText("DTSTART;TZID=Europe/Berlin:20260328T120000\nDTEND;TZID=Europe/Berlin:20260328T130000\nDURATION:PT5H");
  EXPECT_EQ(exact.expansion.occurrences[0].end - exact.expansion.occurrences[0].start, absl::Hours(1));
  const auto backwards = ExpandText("DTSTART:20260328T120000Z\nDTEND:20260328T110000Z");
  EXPECT_EQ(backwards.expansion.occurrences[0].end, backwards.expansion.occurrences[0].start);
  const auto none = ExpandText("DTSTART:20260328T120000Z");
  EXPECT_EQ(none.expansion.occurrences[0].end, none.expansion.occurrences[0].start);
}

TEST(Expand, KnowsLeapDaysAndPositions) {
  EXPECT_EQ(ExpandText("DTSTART:20240229T090000Z\nRRULE:FREQ=YEARLY", Day(2026, 1, 1), Day(2029, 1, 1)).Text(), "0229T0900");
  EXPECT_EQ(ExpandText("DTSTART:20260301T090000Z\nRRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1").Text(),
            "0301T0900 0331T0900 0430T0900")
      << "the start belongs to it";
}

TEST(Expand, NeverGivesMoreThanItsBounds) {
  const auto seconds = ExpandText("DTSTART:20200101T000000Z\nRRULE:FREQ=SECONDLY");
  EXPECT_EQ(seconds.expansion.occurrences.size(), kMaxOccurrences);
  EXPECT_TRUE(seconds.expansion.truncated);
  const auto never = ExpandText("DTSTART:19700101T000000Z\nRRULE:FREQ=SECONDLY;BYSECOND=1,2;COUNT=900000000");
  EXPECT_TRUE(never.expansion.truncated);
  EXPECT_FALSE(ExpandText("DTSTART:19700101T000000Z\nRRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30").expansion.truncated);
}

TEST(Expand, CostsWhatTheBudgetAllowsHoweverManyOverridesThereAre) {
  std::string text = "DTSTART:19700101T000000Z\nRRULE:FREQ=DAILY;BYDAY=MO,TU,WE;COUNT=900000000";
  for (int i = 0; i < 900; ++i) {
    absl::StrAppend(&text, "\n--\nRECURRENCE-ID:2", 100 + i, "0105T000000Z\nDTSTART:20260310T090000Z");
  }
  const auto expanded = ExpandText(text);
  EXPECT_TRUE(expanded.expansion.truncated);
}

TEST(ReadSeries, LeavesOutWhatHasNoStartOrNoName) {
  const auto calendars = ParseCalendars(
      "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nEND:VEVENT\nBEGIN:VEVENT\nDTSTART:20260310\nEND:VEVENT\nBEGIN:VEVENT\nUID:b\nDTSTART:"
      "20260310\n"
      "RECURRENCE-ID:soon\nEND:VEVENT\nBEGIN:VTODO\nUID:c\nEND:VTODO\nEND:VCALENDAR\n"
      "BEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\nUID:d\nDTSTART:20260310\nEND:VEVENT\nEND:VCALENDAR\n");
  int unreadable = 0;
  EXPECT_TRUE(ReadSeries(*calendars, &unreadable).empty());
  EXPECT_EQ(unreadable, 3);
}

TEST(ReadEvent, KnowsPeopleByTheirAddresses) {
  const auto calendars = ParseCalendars(
      "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTART:20260310T090000Z\nORGANIZER;SENT-BY=\"mailto:assistant@acme.example\":MAILTO:Ana@Acme."
      "example\n"
      "ATTENDEE;PARTSTAT=accepted:mailto:b%2Bx@acme.example\nATTENDEE;EMAIL=Carla@acme.example:/principals/carla/"
      "\nATTENDEE:invalid:nomail\n"
      "ATTENDEE:mailto:two@acme.example,three@acme.example\nATTENDEE:mailto:a "
      "b@acme.example\nX-COMITY-FACILITATOR:mailto:Dia@acme.example\n"
      "ATTENDEE:mailto:x%FF@acme.example\nEND:VEVENT\nEND:VCALENDAR\n");
  const auto event = ReadEvent((*calendars)[0].components[0]);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->organizer->address, "ana@acme.example");
  ASSERT_EQ(event->attendees.size(), 6u);
  EXPECT_EQ(event->attendees[0].address, "b+x@acme.example");
  EXPECT_EQ(event->attendees[0].answer, "ACCEPTED");
  EXPECT_EQ(event->attendees[1].address, "carla@acme.example");
  EXPECT_EQ(event->attendees[2].address, "");
  EXPECT_EQ(event->attendees[3].address, "");
  EXPECT_EQ(event->attendees[4].address, "");
  EXPECT_EQ(event->attendees[5].address, "x%ff@acme.example");
  EXPECT_EQ(event->facilitator, "dia@acme.example");
}

}  // namespace
}  // namespace comity::ical
