// The way through Google calendars: a sync token for what changes, a window of time for what comes into view.
#ifndef COMITY_PLUGINS_GOOGLE_POLLING_H_
#define COMITY_PLUGINS_GOOGLE_POLLING_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "plugins/meetings/meetings.h"
#include "plugins/sdk/connector.h"

namespace comity::google_calendar {

struct Options {
  std::vector<std::string> calendars;  // ids, in lower case
  bool copies_cancel = false;          // what is taken out of the calendar of somebody invited is cancelled for all
  meetings::Reading reading;
};

// A calendar's cursor is its progress and Google's token: `1788343200 1790934900 TOKEN`.
sdk::Step PlanPoll(const Options& options, const sdk::Poll& poll);
absl::StatusOr<sdk::Step> AbsorbPoll(const sdk::Manifest& manifest, const sdk::Source& source, const Options& options,
                                     const sdk::Poll& poll, const sdk::Fetch& fetch, const net::Response& response);

}  // namespace comity::google_calendar

#endif  // COMITY_PLUGINS_GOOGLE_POLLING_H_
