#include "service/domain/time_text.h"

#include <gtest/gtest.h>

namespace comity::domain {
namespace {

TEST(TimeText, IsAnInstantToTheSecondAsAbseilWritesIt) {
  EXPECT_EQ(TimeText(absl::FromUnixSeconds(1'788'343'200)), "2026-09-02T10:00:00Z");
  EXPECT_EQ(TimeText(absl::FromUnixMillis(1'788'343'200'999)), "2026-09-02T10:00:00Z");
  for (const int64_t seconds : {int64_t{0}, int64_t{-1}, int64_t{-86'401}, int64_t{951'782'399}, int64_t{4'102'444'799}}) {
    const absl::Time time = absl::FromUnixSeconds(seconds);
    EXPECT_EQ(TimeText(time), absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone())) << seconds;
  }
}

}  // namespace
}  // namespace comity::domain
