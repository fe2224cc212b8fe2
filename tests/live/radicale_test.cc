// Calendars in Radicale, as Debian ships it.
#include <gtest/gtest.h>

#include "tests/live/calendar_server.h"

namespace comity::testing {
namespace {

TEST(Radicale, HasItsMeetingsToldAsTheyAre) {
  const std::unique_ptr<CalendarServer> server = CalendarServer::Start("radicale.sh");
  if (server == nullptr) GTEST_SKIP() << "radicale is not installed (tests/packages-live.txt)";
  ExpectThatMeetingsAreToldAsTheyAre(*server, {}, "/ana/work/");
}

}  // namespace
}  // namespace comity::testing
