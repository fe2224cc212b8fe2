// A real CalDAV server on loopback, and the connector against it.
#ifndef COMITY_TESTS_LIVE_CALENDAR_SERVER_H_
#define COMITY_TESTS_LIVE_CALENDAR_SERVER_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/sdk/conformance/talk.h"
#include "plugins/sdk/connector.h"
#include "tests/support/process.h"

namespace comity::testing {

class CalendarServer {
 public:
  // Starts `tests/live/SCRIPT` on a free port, with `NAME=VALUE`s of its environment; null where its package is not installed. Aborts when
  // it does not come up within three minutes.
  static std::unique_ptr<CalendarServer> Start(const std::string& script, const std::vector<std::string>& environment = {});

  const std::string& url() const { return base_; }
  const TempDir& folder() const { return folder_; }  // with all it keeps
  // As `user`, whose password is the same; other than 2xx is a failure of the test.
  void MakeFolder(const std::string& user, const std::string& path);
  void MakeCalendar(const std::string& user, const std::string& path);
  void Put(const std::string& user, const std::string& path, const std::string& calendar);
  void Delete(const std::string& user, const std::string& path);

  // One round of the connector as the account that may only read, from `cursors`.
  sdk::conformance::Walked Poll(const sdk::Connector& connector, const sdk::Source& source, absl::Time now, const sdk::Cursors& cursors);

 private:
  CalendarServer(const std::string& script, int port, const std::vector<std::string>& environment);
  net::Response Ask(std::string_view method, const std::string& path, const net::Headers& headers, const std::string& body);
  void Do(const std::string& user, std::string_view method, const std::string& path, net::Headers headers, const std::string& body);

  TempDir folder_;
  const std::string base_;
  Process process_;
};

// A calendar of these events, as clients send it.
std::string CalendarOf(const std::vector<std::string>& events);

// What the connector promises of every server: first reading, changes, deletions, a token that nobody knows, time that moves on. `folders`
// are made before the calendar.
void ExpectThatMeetingsAreToldAsTheyAre(CalendarServer& server, const std::vector<std::string>& folders, const std::string& calendar);

}  // namespace comity::testing

#endif  // COMITY_TESTS_LIVE_CALENDAR_SERVER_H_
