// Asking MediaWiki's action API for recent changes, oldest first, and for each page in them who created it. Pure: no clock, network or log.
#ifndef COMITY_PLUGINS_MEDIAWIKI_POLLING_H_
#define COMITY_PLUGINS_MEDIAWIKI_POLLING_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "plugins/mediawiki/mapping.h"
#include "plugins/sdk/connector.h"

namespace comity::mediawiki {

sdk::Step PlanPoll(std::string_view api_path, const Reading& reading, const sdk::Poll& poll);
absl::StatusOr<sdk::Step> AbsorbPoll(std::string_view api_path, const sdk::Source& source, const Reading& reading, const sdk::Poll& poll,
                                     const sdk::Fetch& fetch, const net::Response& response, const sdk::Manifest& manifest);

}  // namespace comity::mediawiki

#endif  // COMITY_PLUGINS_MEDIAWIKI_POLLING_H_
