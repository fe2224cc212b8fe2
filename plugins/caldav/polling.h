// Asks a CalDAV server, calendar by calendar, what changed, and tells occurrences ahead as time goes on.
//
// A calendar is one stream. Its cursor: until when it was read, until when its occurrences were told, and what the server calls its state
// (a sync token; where that is no usable text, or there is none, a hash). A round asks for the state, and only if it is another one for the
// changes. Once a day what comes into view is asked for: a weekly meeting goes on without anybody changing it.
#ifndef COMITY_PLUGINS_CALDAV_POLLING_H_
#define COMITY_PLUGINS_CALDAV_POLLING_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "plugins/meetings/meetings.h"
#include "plugins/sdk/connector.h"

namespace comity::caldav {

// The paths in `calendars`; adds what is wrong to `faults`.
std::vector<std::string> ReadCalendars(std::string_view calendars, std::vector<std::string>* faults);

sdk::Step PlanPoll(const std::vector<std::string>& calendars);
absl::StatusOr<sdk::Step> AbsorbPoll(const sdk::Manifest& manifest, const sdk::Source& source, const meetings::Reading& reading,
                                     const sdk::Poll& poll, const sdk::Fetch& fetch, const net::Response& response);

}  // namespace comity::caldav

#endif  // COMITY_PLUGINS_CALDAV_POLLING_H_
