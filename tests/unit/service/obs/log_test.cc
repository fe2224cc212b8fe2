#include "service/obs/log.h"

#include <algorithm>
#include <cmath>

#include "gmock/gmock.h"

namespace comity::obs {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string Written(void (*write)()) {
  testing::internal::CaptureStderr();
  write();
  return testing::internal::GetCapturedStderr();
}

TEST(LogLine, IsOneJsonObjectWithSentenceAndFields) {
  const std::string line = Written([] { Log(Level::kWarning, "Call failed", {{"method", "GetDeed"}, {"code", 5}, {"slow", 0.5}}); });
  EXPECT_THAT(line, StartsWith("{\"time\":\"2"));
  EXPECT_THAT(line, HasSubstr("\"level\":\"warning\",\"message\":\"Call failed\",\"method\":\"GetDeed\",\"code\":5,"));
  EXPECT_THAT(line, EndsWith("}\n"));
}

TEST(LogLine, CannotBeForgedByAValue) {
  const std::string line = Written([] { Log(Level::kError, "Failed", {{"detail", "a\"}\n{\"level\":\"info\x1b[31m\\"}}); });
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
  EXPECT_THAT(line, HasSubstr("a\\\"}\\u000a{\\\"level\\\":\\\"info\\u001b[31m\\\\"));
}

TEST(LogLine, ShowsNumbersThatJsonLacksAsNull) {
  EXPECT_THAT(Written([] { Log(Level::kInfo, "Measured", {{"value", std::nan("")}}); }), HasSubstr("\"value\":null"));
}

TEST(LogLine, IsDroppedBelowTheLevel) {
  SetLogLevel(Level::kError);
  const std::string lines = Written([] {
    Log(Level::kWarning, "Not shown");
    Log(Level::kError, "Shown");
  });
  SetLogLevel(Level::kInfo);
  EXPECT_THAT(lines, Not(HasSubstr("Not shown")));
  EXPECT_THAT(lines, HasSubstr("Shown"));
}

}  // namespace
}  // namespace comity::obs
