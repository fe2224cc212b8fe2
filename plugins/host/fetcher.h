// How the requests of polls are made: over HTTP, or by reading repositories.
#ifndef COMITY_PLUGINS_HOST_FETCHER_H_
#define COMITY_PLUGINS_HOST_FETCHER_H_

#include <functional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "plugins/sdk/connector.h"
#include "service/net/http.h"

namespace comity::host {

// net::Fetch, or a test's own.
using Fetcher = std::function<absl::StatusOr<net::Response>(std::string_view method, std::string_view url, const net::Headers& headers,
                                                            std::string_view body, const net::FetchOptions&)>;

// What serves a source's requests: `https` (null: net::Fetch), or for Transport::kGit copies of its repositories in a folder of its own
// below `repositories`.
Fetcher FetcherOf(const sdk::Source& source, const sdk::Connector& connector, Fetcher https, const std::string& repositories);

}  // namespace comity::host

#endif  // COMITY_PLUGINS_HOST_FETCHER_H_
