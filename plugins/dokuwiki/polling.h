// Asking DokuWiki's XML-RPC interface for saved pages. Pure: no clock, network or log.
//
// The list of recent changes names each page once, with its last editor alone; so each page in it is asked for its versions, back to where
// facts are wanted from and on to its creation. What is found is put into the form of the plugin's payload and read by the same mapping.
#ifndef COMITY_PLUGINS_DOKUWIKI_POLLING_H_
#define COMITY_PLUGINS_DOKUWIKI_POLLING_H_

#include "absl/status/statusor.h"
#include "plugins/dokuwiki/mapping.h"
#include "plugins/sdk/connector.h"

namespace comity::dokuwiki {

sdk::Step PlanPoll(const sdk::Poll& poll);
absl::StatusOr<sdk::Step> AbsorbPoll(const sdk::Source& source, const Reading& reading, const sdk::Poll& poll, const sdk::Fetch& fetch,
                                     const net::Response& response, const sdk::Manifest& manifest);

}  // namespace comity::dokuwiki

#endif  // COMITY_PLUGINS_DOKUWIKI_POLLING_H_
