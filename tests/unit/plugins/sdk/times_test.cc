#include "plugins/sdk/times.h"

#include <gtest/gtest.h>

namespace comity::sdk {
namespace {

struct Form {
  std::string name, text, rfc3339;
};
class TimesAreRead : public testing::TestWithParam<Form> {};
TEST_P(TimesAreRead, InEveryFormThatSuitesUse) {
  const auto time = ParseTime(GetParam().text);
  ASSERT_TRUE(time.has_value()) << GetParam().text;
  EXPECT_EQ(absl::FormatTime(absl::RFC3339_full, *time, absl::UTCTimeZone()), GetParam().rfc3339);
}
INSTANTIATE_TEST_SUITE_P(All, TimesAreRead,
                         testing::ValuesIn<Form>({
                             {"Rfc3339", "2026-09-02T10:00:00Z", "2026-09-02T10:00:00+00:00"},
                             {"LowerCase", "2026-09-02t10:00:00z", "2026-09-02T10:00:00+00:00"},
                             {"Offset", "2021-03-30T19:17:18.000-04:00", "2021-03-30T23:17:18+00:00"},
                             {"OffsetWithoutColon", "2026-09-02T10:00:00+0130", "2026-09-02T08:30:00+00:00"},
                             {"OffsetOfHours", "2026-09-02T10:00:00+02", "2026-09-02T08:00:00+00:00"},
                             {"SevenDigits", "2026-09-02T10:00:00.1234567Z", "2026-09-02T10:00:00.1234567+00:00"},
                             {"TwelveDigitsAreCut", "2026-09-02T10:00:00.123456789999Z", "2026-09-02T10:00:00.123456789+00:00"},
                             {"CommaFraction", "2026-09-02T10:00:00,5Z", "2026-09-02T10:00:00.5+00:00"},
                             {"SpacesAndUtc", "2017-12-10 16:41:28 UTC", "2017-12-10T16:41:28+00:00"},
                             {"SpacesAndOffset", "2017-12-10 16:41:28 +0200", "2017-12-10T14:41:28+00:00"},
                             {"LeapSecond", "2016-12-31T23:59:60Z", "2017-01-01T00:00:00+00:00"},
                             {"LeapDay", "2024-02-29T00:00:00Z", "2024-02-29T00:00:00+00:00"},
                             {"EpochSeconds", "1788343200", "2026-09-02T10:00:00+00:00"},
                             {"EpochMilliseconds", "1788343200123", "2026-09-02T10:00:00.123+00:00"},
                             {"Epoch", "0", "1970-01-01T00:00:00+00:00"},
                         }),
                         [](const auto& tested) { return tested.param.name; });

TEST(Times, AreRefusedWhenTheyNameNoInstant) {
  for (const char* text : {"",
                           "2026-09-02T10:00:00",  // no zone: which ten o'clock?
                           "2026-09-02",
                           "10:00",
                           "2026-02-30T00:00:00Z",
                           "2023-02-29T00:00:00Z",
                           "2026-13-01T00:00:00Z",
                           "2026-09-02T24:00:00Z",
                           "2026-09-02T10:60:00Z",
                           "2026-09-02T10:00:61Z",
                           "2026-09-02T10:00:00.Z",
                           "2026-09-02T10:00:00ZZ",
                           "2026-09-02T10:00:00+24:00",
                           "2026-09-02T10:00:00+02:60",
                           "2026-09-02T10:00:00 CET",
                           " 2026-09-02T10:00:00Z",
                           "2026-9-2T10:00:00Z",
                           "-1",
                           "123456789012345",
                           "1e9",
                           "1788343200.5",
                           "1969-12-31T23:59:59Z",
                           "9999-12-31T23:59:59Z",
                           "0000-00-00T00:00:00Z",
                           "20260902T100000Z"}) {
    EXPECT_FALSE(ParseTime(text).has_value()) << text;
  }
  EXPECT_FALSE(ParseTime(std::string("2026-09-02T10:00:00Z\0", 21)).has_value());
}

TEST(Times, OfJsonAreTextsOrWholeNumbers) {
  const auto document = JsonDocument::Parse(R"(["2026-09-02T10:00:00Z", 1788343200, 1788343200123, -1, 1.5, null, true])");
  ASSERT_TRUE(document.ok());
  const std::vector<Json> items = document->root().Items(10);
  EXPECT_EQ(TimeOf(items[0]), TimeOf(items[1]));
  EXPECT_EQ(*TimeOf(items[2]) - *TimeOf(items[1]), absl::Milliseconds(123));
  for (size_t i = 3; i < items.size(); ++i) EXPECT_FALSE(TimeOf(items[i]).has_value()) << i;
}

TEST(Timestamps, HaveNoNegativeParts) {
  const auto stamp = ToTimestamp(absl::UnixEpoch() + absl::Nanoseconds(1'500'000'001));
  EXPECT_EQ(stamp.seconds(), 1);
  EXPECT_EQ(stamp.nanos(), 500'000'001);
}

}  // namespace
}  // namespace comity::sdk
