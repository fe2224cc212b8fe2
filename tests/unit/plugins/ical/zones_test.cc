#include "plugins/ical/zones.h"

#include <gtest/gtest.h>

#include <string>

namespace comity::ical {
namespace {

const absl::Time kFrom = absl::FromCivil(absl::CivilDay(2026, 1, 1), absl::UTCTimeZone());
const absl::Time kTo = absl::FromCivil(absl::CivilDay(2027, 1, 1), absl::UTCTimeZone());

std::string Utc(absl::Time time) { return absl::FormatTime("%Y%m%dT%H%M%SZ", time, absl::UTCTimeZone()); }

// Berlin's rules under a name of somebody's own.
const std::string kRules =
    "BEGIN:VTIMEZONE\nTZID:Our "
    "Office\nBEGIN:STANDARD\nDTSTART:16011028T030000\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\nTZOFFSETFROM:+0200\n"
    "TZOFFSETTO:+0100\nEND:STANDARD\nBEGIN:DAYLIGHT\nDTSTART:16010325T020000\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\nTZOFFSETFROM:+0100\n"
    "TZOFFSETTO:+0200\nEND:DAYLIGHT\nEND:VTIMEZONE\n";

Zones ZonesOf(const std::string& lines, Budget& budget) {
  const auto calendars = ParseCalendars("BEGIN:VCALENDAR\n" + lines + "END:VCALENDAR\n");
  EXPECT_TRUE(calendars.ok());
  return Zones(*calendars, *LoadZone("America/New_York"), kFrom, kTo, budget);
}

Moment At(std::string_view text, const std::string& zone) {
  Moment moment = *ParseMoment(text);
  moment.zone = zone;
  return moment;
}

TEST(LoadZone, ReadsNothingButTheDatabase) {
  EXPECT_TRUE(LoadZone("Europe/Berlin"));
  EXPECT_TRUE(LoadZone("America/Argentina/Buenos_Aires"));
  EXPECT_TRUE(LoadZone("Etc/GMT+5"));
  EXPECT_TRUE(LoadZone("UTC"));
  for (const char* name :
       {"", "Europe", "Europe/Atlantis", "/etc/localtime", "../../../etc/passwd", "Europe/../Europe/Berlin", "localtime", "posixrules",
        "file:/etc/localtime", "Europe//Berlin", "europe/berlin", "Fixed/UTC+01:00:00", "tzdata.zi", "A/B/C/D"}) {
    EXPECT_FALSE(LoadZone(name)) << name;
  }
}

TEST(Zones, KnowIanaNamesLongerNamesAndWindowsNames) {
  Budget budget(kMaxSteps);
  const Zones zones = ZonesOf("", budget);
  for (const char* name : {"Europe/Berlin", "/mozilla.org/20050126_1/Europe/Berlin",
                           "/freeassociation.sourceforge.net/Tzfile/Europe/Berlin", "W. Europe Standard Time"}) {
    EXPECT_EQ(Utc(zones.TimeOf(At("20260710T090000", name))), "20260710T070000Z") << name;
  }
  EXPECT_EQ(Utc(zones.TimeOf(At("20260710T090000Z", ""))), "20260710T090000Z");
  EXPECT_EQ(Utc(zones.TimeOf(At("20260710T090000", ""))), "20260710T130000Z") << "floating: the calendar's own zone";
  EXPECT_EQ(Utc(zones.TimeOf(At("20260710T090000", "Nobody/Knows"))), "20260710T130000Z");
}

TEST(Zones, ReadTheCalendarsOwnRules) {
  Budget budget(kMaxSteps);
  const Zones zones = ZonesOf(kRules, budget);
  EXPECT_EQ(Utc(zones.TimeOf(At("20260710T090000", "Our Office"))), "20260710T070000Z");
  EXPECT_EQ(Utc(zones.TimeOf(At("20261210T090000", "Our Office"))), "20261210T080000Z");
  const Zone berlin(*LoadZone("Europe/Berlin"));
  const Zone& ours = zones.Of(At("20260101", "Our Office"));
  for (absl::CivilSecond local(2026, 1, 1, 0, 15, 0); local.year() < 2027; local += 1800) {
    ASSERT_EQ(Utc(ours.At(local)), Utc(berlin.At(local))) << local;
    ASSERT_EQ(ours.Local(berlin.At(local)), berlin.Local(berlin.At(local))) << local;
  }
  EXPECT_GT(budget.left(), kMaxSteps / 2);
}

TEST(Zones, PreferTheNameOfAPlaceToOldRules) {
  Budget budget(kMaxSteps);
  std::string rules = kRules;
  rules.insert(rules.find("BEGIN:STANDARD"), "X-LIC-LOCATION:Asia/Tokyo\n");
  EXPECT_EQ(Utc(ZonesOf(rules, budget).TimeOf(At("20260710T090000", "Our Office"))), "20260710T000000Z");
}

TEST(Zones, SurviveRulesThatSayNothing) {
  Budget budget(kMaxSteps);
  const Zones zones = ZonesOf(
      "BEGIN:VTIMEZONE\nTZID:A\nEND:VTIMEZONE\nBEGIN:VTIMEZONE\nTZID:B\nBEGIN:STANDARD\nDTSTART:20260101T000000\nRRULE:FREQ=SECONDLY\n"
      "TZOFFSETFROM:+0300\nTZOFFSETTO:+0300\nEND:STANDARD\nEND:VTIMEZONE\n",
      budget);
  EXPECT_EQ(Utc(zones.TimeOf(At("20260710T090000", "A"))), "20260710T130000Z");
  EXPECT_EQ(Utc(zones.TimeOf(At("20260710T090000", "B"))), "20260710T060000Z");
}

TEST(Zone, ReadsSkippedTimesByTheOffsetBeforeAndDoubleOnesAsTheFirst) {
  const Zone berlin(*LoadZone("Europe/Berlin"));
  EXPECT_EQ(Utc(berlin.At(absl::CivilSecond(2026, 3, 29, 2, 30, 0))), "20260329T013000Z");
  EXPECT_EQ(Utc(berlin.At(absl::CivilSecond(2026, 10, 25, 2, 30, 0))), "20261025T003000Z");
}

}  // namespace
}  // namespace comity::ical
