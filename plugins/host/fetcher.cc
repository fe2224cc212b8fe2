#include "plugins/host/fetcher.h"

#include <memory>
#include <utility>

#include "plugins/host/git_api.h"

namespace comity::host {

Fetcher FetcherOf(const sdk::Source& source, const sdk::Connector& connector, Fetcher https, const std::string& repositories) {
  if (connector.manifest().transport == sdk::Transport::kHttps) {
    if (https) return https;
    return [](std::string_view method, std::string_view url, const net::Headers& headers, std::string_view body,
              const net::FetchOptions& options) { return net::Fetch(method, url, headers, body, options); };
  }
  const auto git = std::make_shared<const GitApi>(repositories + "/" + source.id, connector.Repositories(source));
  return [git](std::string_view, std::string_view path, const net::Headers& headers, std::string_view, const net::FetchOptions& options) {
    return git->Get(path, headers, options.cancel);
  };
}

}  // namespace comity::host
