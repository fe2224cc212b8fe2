#include "plugins/ical/component.h"

#include <gtest/gtest.h>

#include <string>

#include "plugins/ical/values.h"

namespace comity::ical {
namespace {

std::string Calendar(const std::string& lines) { return "BEGIN:VCALENDAR\r\n" + lines + "END:VCALENDAR\r\n"; }

TEST(ParseCalendars, UnfoldsLinesWhereverTheyWereCut) {
  const auto calendars =
      ParseCalendars(Calendar("BEGIN:VEVENT\r\nSUMMARY:Refund\r\n s in Z\xC3\r\n \xBCrich\r\nUI\r\n\tD:a\r\nEND:VEVENT\r\n"));
  ASSERT_TRUE(calendars.ok()) << calendars.status();
  const Component& event = (*calendars)[0].components[0];
  EXPECT_EQ(event.Value("SUMMARY"), "Refunds in Z\xC3\xBCrich");
  EXPECT_EQ(event.Value("UID"), "a");
}

TEST(ParseCalendars, TakesPlainLineFeedsAMarkAtTheBeginningAndAnyCase) {
  const auto calendars = ParseCalendars(
      "\xEF\xBB\xBF"
      "begin:vcalendar\nBegin:VEvent\nuid:a\nend:VEVENT\nEND:vcalendar");
  ASSERT_TRUE(calendars.ok()) << calendars.status();
  EXPECT_EQ((*calendars)[0].components[0].Value("UID"), "a");
}

TEST(ParseCalendars, KeepsOnlyWhatIsRead) {
  const auto calendars =
      ParseCalendars(Calendar("BEGIN:VEVENT\nUID:a\nDESCRIPTION:marmalade\nCOMMENT:marmalade\nX-ALT-DESC:marmalade\n"
                              "BEGIN:VALARM\nDESCRIPTION:marmalade\nEND:VALARM\nEND:VEVENT\n"));
  ASSERT_TRUE(calendars.ok());
  const Component& event = (*calendars)[0].components[0];
  EXPECT_EQ(event.properties.size(), 1u);
  EXPECT_TRUE(event.components[0].properties.empty());
}

// A batch with one text that is not UTF-8 would be refused as a whole.
TEST(ParseCalendars, KeepsNoBytesThatAreNotUtf8AndNoControlCharacters) {
  const auto calendars =
      ParseCalendars(Calendar("BEGIN:VEVENT\nUID:a\xFF\x01\xC3(\xED\xA0\x80\xC2\x85\x7F\xC3\xBC\xF0\x9F\x98\x80\nEND:VEVENT\n"));
  ASSERT_TRUE(calendars.ok());
  EXPECT_EQ((*calendars)[0].components[0].Value("UID"), "a?\?\?(?\?\?\?\?\?\xC3\xBC\xF0\x9F\x98\x80");
}

TEST(ParseCalendars, RefusesWhatIsCutShortOrDoesNotNest) {
  for (const char* text : {"", "hello", "BEGIN:VEVENT\nEND:VEVENT\n", "BEGIN:VCALENDAR\n", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\n",
                           "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nEND:VEV", "END:VCALENDAR\n", "<html>BEGIN:VCALENDAR</html>"}) {
    EXPECT_FALSE(ParseCalendars(text).ok()) << text;
  }
}

TEST(ParseCalendars, HasBounds) {
  std::string deep, many, wide;
  for (int i = 0; i < 20; ++i) deep += "BEGIN:VEVENT\n";
  for (int i = 0; i < 20; ++i) deep += "END:VEVENT\n";
  EXPECT_FALSE(ParseCalendars(Calendar(deep)).ok());
  for (int i = 0; i < 50'001; ++i) many += "BEGIN:VEVENT\nEND:VEVENT\n";
  EXPECT_FALSE(ParseCalendars(Calendar(many)).ok());
  for (int i = 0; i < 12'000; ++i) wide += "EXDATE:20240101\n";
  const auto calendars = ParseCalendars(Calendar("BEGIN:VEVENT\n" + wide + "END:VEVENT\n"));
  ASSERT_TRUE(calendars.ok());
  EXPECT_EQ((*calendars)[0].components[0].properties.size(), kMaxOfComponent);
  EXPECT_FALSE(ParseCalendars(std::string(17 << 20, '\n')).ok());
  const auto one_long = ParseCalendars(Calendar("BEGIN:VEVENT\nSUMMARY:" + std::string(100'000, 'x') + "\nUID:a\nEND:VEVENT\n"));
  ASSERT_TRUE(one_long.ok());
  EXPECT_EQ((*one_long)[0].components[0].properties.size(), 1u);
}

TEST(ParseProperty, ReadsParametersWithQuotesListsAndCarets) {
  Property property;
  ASSERT_TRUE(ParseProperty(
      R"(ATTENDEE;CN="Ruiz, Ana: lead; x";member="mailto:a@x","mailto:b@x";ROLE=CHAIR;X=a^nb^^c^'d:mailto:ana@acme.example)", &property));
  EXPECT_EQ(property.Get("CN"), "Ruiz, Ana: lead; x");
  EXPECT_EQ(property.Get("MEMBER"), "mailto:a@x,mailto:b@x");
  EXPECT_EQ(property.Get("X"), "a b^c\"d");
  EXPECT_EQ(property.value, "mailto:ana@acme.example");
  EXPECT_EQ(property.Get("PARTSTAT"), "");
  for (const char* line : {"", ":x", "UID", "UID;", "UID;=a:b", "UID;A:b", "UID;A=\"b:c", "UID;A=b", "U ID:a"}) {
    EXPECT_FALSE(ParseProperty(line, &property)) << line;
  }
}

TEST(Unescaped, TakesEscapesOff) {
  EXPECT_EQ(Unescaped(R"(a\, b\; c\\d\ne\Nf\x)"), "a, b; c\\d e fx");
  EXPECT_EQ(Unescaped("a\\"), "a\\");
}

TEST(ParseMoment, TakesDatesAndTimesThatExist) {
  EXPECT_TRUE(ParseMoment("20240229")->is_date);
  EXPECT_EQ(ParseMoment("20240229T101500")->civil, absl::CivilSecond(2024, 2, 29, 10, 15, 0));
  EXPECT_TRUE(ParseMoment(" 20240229T101500Z ")->is_utc);
  EXPECT_EQ(ParseMoment("20161231T235960Z")->civil.second(), 59);
  for (const char* text : {"", "2024", "20230229", "20241301", "20240100", "20240101T", "20240101T24", "20240101T240000", "20240101T106000",
                           "20240101T101500X", "15990101", "99990101", "2024-01-01", "20240101 101500"}) {
    EXPECT_FALSE(ParseMoment(text)) << text;
  }
}

TEST(ParseSpan, ReadsWeeksDaysAndTimes) {
  EXPECT_EQ(ParseSpan("P2W")->days, 14);
  EXPECT_EQ(ParseSpan("P1DT2H30M5S")->time, absl::Hours(2) + absl::Minutes(30) + absl::Seconds(5));
  EXPECT_EQ(ParseSpan("-PT15M")->time, absl::Minutes(-15));
  EXPECT_EQ(ParseSpan("PT99999999999999999999H")->time, absl::Hours(10'000'000));
  for (const char* text : {"", "P", "PT", "1D", "P1", "P1H", "PT1D", "PT1HT1M", "P-1D", "PX"}) EXPECT_FALSE(ParseSpan(text)) << text;
  EXPECT_EQ(ParseOffset("-0330"), absl::Minutes(-210));
  EXPECT_EQ(ParseOffset("+001736"), absl::Seconds(1056));
  for (const char* text : {"", "0100", "+1", "+2400", "+01:00", "+010"}) EXPECT_FALSE(ParseOffset(text)) << text;
}

}  // namespace
}  // namespace comity::ical
