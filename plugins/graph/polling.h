// The way through Outlook calendars: the changes of a window of time, which a delta link keeps; a new window each day.
#ifndef COMITY_PLUGINS_GRAPH_POLLING_H_
#define COMITY_PLUGINS_GRAPH_POLLING_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "plugins/meetings/meetings.h"
#include "plugins/sdk/connector.h"

namespace comity::microsoft_graph {

struct Options {
  std::vector<std::string> mailboxes;  // addresses in lower case, or ids
  meetings::Reading reading;
};

// A mailbox's cursor is its progress and the query of Graph's delta link: `1788343200 1790934900 $deltatoken=…`.
sdk::Step PlanPoll(const Options& options, const sdk::Poll& poll);
absl::StatusOr<sdk::Step> AbsorbPoll(const sdk::Manifest& manifest, const sdk::Source& source, const Options& options,
                                     const sdk::Poll& poll, const sdk::Fetch& fetch, const net::Response& response);

// The query of a link to go on by; empty for what is none. Where the link leads is not asked: it is followed at the API's own address.
std::string_view QueryOf(std::string_view link);

}  // namespace comity::microsoft_graph

#endif  // COMITY_PLUGINS_GRAPH_POLLING_H_
