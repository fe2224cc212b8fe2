// Calendars in Xandikos, as Debian ships it.
#include <gtest/gtest.h>

#include "tests/live/calendar_server.h"

namespace comity::testing {
namespace {

TEST(Xandikos, HasItsMeetingsToldAsTheyAre) {
  const std::unique_ptr<CalendarServer> server = CalendarServer::Start("xandikos.sh");
  if (server == nullptr) GTEST_SKIP() << "xandikos is not installed (tests/packages-live.txt)";
  ExpectThatMeetingsAreToldAsTheyAre(*server, {"/ana/", "/ana/calendars/"}, "/ana/calendars/work/");
}

}  // namespace
}  // namespace comity::testing
