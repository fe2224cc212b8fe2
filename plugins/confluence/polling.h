// Asking Confluence's REST API: which pages changed, and each of their versions, so that no editor hides another.
#ifndef COMITY_PLUGINS_CONFLUENCE_POLLING_H_
#define COMITY_PLUGINS_CONFLUENCE_POLLING_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "plugins/confluence/mapping.h"
#include "plugins/sdk/connector.h"

namespace comity::confluence {

// Keys of spaces as an option names them; adds a fault for what is none.
std::vector<std::string> ReadSpaces(std::string_view text, std::string_view option, std::vector<std::string>* faults);

// A stream for each space; one for all, where none is named.
sdk::Step PlanPoll(const std::vector<std::string>& spaces, const Reading& reading, const sdk::Poll& poll);

// Errors: NOT_FOUND for a page or space that is not there, INVALID_ARGUMENT for an answer that is none of Confluence's.
absl::StatusOr<sdk::Step> AbsorbPoll(const sdk::Manifest& manifest, const sdk::Source& source, const Reading& reading,
                                     const sdk::Poll& poll, const sdk::Fetch& fetch, const net::Response& response);

}  // namespace comity::confluence

#endif  // COMITY_PLUGINS_CONFLUENCE_POLLING_H_
