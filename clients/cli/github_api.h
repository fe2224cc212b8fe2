// GitHub's REST API as far as a draft needs it: reads, pages, waits where told to.
#ifndef COMITY_CLIENTS_CLI_GITHUB_API_H_
#define COMITY_CLIENTS_CLI_GITHUB_API_H_

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "service/net/http.h"

namespace comity::cli {

struct GithubOptions {
  std::string api_base = "https://api.github.com";
  std::string token;  // empty = unauthenticated
  std::function<void(std::chrono::seconds)> sleep;
  std::function<void(const std::string&)> say;  // before a wait
  std::function<int64_t()> now_seconds;
};

class GithubApi {
 public:
  // Errors: INVALID_ARGUMENT (CONFIG_INVALID) for an address that is not https, unless it is this machine's: the token goes there.
  static absl::StatusOr<GithubApi> Create(GithubOptions options);

  // One answer's body; `path` begins with `/`. Waits for a rate limit that ends within 15 minutes, three times at most.
  // Errors: NOT_FOUND, PERMISSION_DENIED, UNAVAILABLE (also a limit that lasts longer: says until when).
  absl::StatusOr<std::string> Get(std::string_view path, std::string_view accept = "application/vnd.github+json") const;
  // Every page's body, following `Link: <…>; rel="next"` within the same origin; 1000 pages at most.
  absl::Status GetPages(std::string_view path, const std::function<absl::Status(const std::string& body)>& page) const;

 private:
  explicit GithubApi(GithubOptions options) : options_(std::move(options)) {}
  absl::StatusOr<net::Response> Fetch(const std::string& url, std::string_view accept) const;

  GithubOptions options_;
};

// The address of `rel="next"` in a Link header; empty if there is none.
std::string NextLink(std::string_view header);
// `https://api.github.com` → `github.com`; else the host.
std::string GithubInstance(std::string_view api_base);

}  // namespace comity::cli

#endif  // COMITY_CLIENTS_CLI_GITHUB_API_H_
