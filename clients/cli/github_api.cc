#include "clients/cli/github_api.h"

#include <algorithm>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "service/base/error.h"

namespace comity::cli {
namespace {

constexpr int kMaxPages = 1000;
constexpr int kMaxWaits = 3;
constexpr int64_t kMaxWaitSeconds = 15 * 60;

std::string_view HostOf(std::string_view url) {
  const size_t scheme = url.find("://");
  std::string_view host = scheme == std::string_view::npos ? url : url.substr(scheme + 3);
  host = host.substr(0, host.find('/'));
  if (host.starts_with('[')) return host.substr(0, host.find(']') + 1);
  return host.substr(0, host.find(':'));
}

int64_t Number(std::string_view text) { return std::atoll(std::string(text).c_str()); }

// Seconds until the limit ends; -1 if this answer is no rate limit.
int64_t LimitSeconds(const net::Response& response, int64_t now) {
  if (response.status != 403 && response.status != 429) return -1;
  const std::string_view retry = net::FindHeader(response.headers, "Retry-After");
  if (!retry.empty()) return std::max<int64_t>(Number(retry), 1);
  if (net::FindHeader(response.headers, "X-RateLimit-Remaining") != "0") return response.status == 429 ? 60 : -1;
  return std::max<int64_t>(Number(net::FindHeader(response.headers, "X-RateLimit-Reset")) - now + 1, 1);
}

absl::Status StatusOf(const net::Response& response, std::string_view url) {
  const std::string where(url);
  if (response.status == 200) return absl::OkStatus();
  if (response.status == 404) return absl::NotFoundError(absl::StrCat(where, " is not there, or the token may not see it"));
  if (response.status == 401 || response.status == 403) {
    return absl::PermissionDeniedError(absl::StrCat(
        where, " answered ", response.status, ": give a token that may read the organisation's members and teams (--github-token-file)"));
  }
  return absl::UnavailableError(absl::StrCat(where, " answered ", response.status));
}

}  // namespace

absl::StatusOr<GithubApi> GithubApi::Create(GithubOptions options) {
  while (options.api_base.ends_with('/')) options.api_base.pop_back();
  const std::string_view host = HostOf(options.api_base);
  const bool local = host == "localhost" || host == "[::1]" || host == "127.0.0.1";
  if (host.empty() || !(options.api_base.starts_with("https://") || (local && options.api_base.starts_with("http://")))) {
    return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kConfigInvalid,
                 absl::StrCat("--api-base ", options.api_base, " must begin with https://, since the token goes there"));
  }
  return GithubApi(std::move(options));
}

absl::StatusOr<net::Response> GithubApi::Fetch(const std::string& url, std::string_view accept) const {
  net::Headers headers = {{"Accept", std::string(accept)}, {"User-Agent", "comity"}, {"X-GitHub-Api-Version", "2022-11-28"}};
  if (!options_.token.empty()) headers.emplace_back("Authorization", "Bearer " + options_.token);
  for (int waits = 0;; ++waits) {
    COMITY_ASSIGN_OR_RETURN(net::Response response, net::Fetch("GET", url, headers, "", net::FetchOptions{}));
    const int64_t now = options_.now_seconds();
    const int64_t seconds = LimitSeconds(response, now);
    if (seconds < 0) {
      COMITY_RETURN_IF_ERROR(StatusOf(response, url));
      return response;
    }
    const std::string until = absl::FormatTime("%H:%M:%S UTC", absl::FromUnixSeconds(now + seconds), absl::UTCTimeZone());
    if (seconds > kMaxWaitSeconds || waits >= kMaxWaits) {
      return absl::UnavailableError(absl::StrCat("GitHub's rate limit is used up until ", until, "; run this again then, or with a token"));
    }
    options_.say(absl::StrCat("GitHub's rate limit is used up; going on at ", until));
    options_.sleep(std::chrono::seconds(seconds));
  }
}

absl::StatusOr<std::string> GithubApi::Get(std::string_view path, std::string_view accept) const {
  COMITY_ASSIGN_OR_RETURN(net::Response response, Fetch(absl::StrCat(options_.api_base, std::string(path)), accept));
  return std::move(response.body);
}

absl::Status GithubApi::GetPages(std::string_view path, const std::function<absl::Status(const std::string& body)>& page) const {
  std::string url = absl::StrCat(options_.api_base, std::string(path));
  for (int pages = 0; pages < kMaxPages; ++pages) {
    COMITY_ASSIGN_OR_RETURN(const net::Response response, Fetch(url, "application/vnd.github+json"));
    COMITY_RETURN_IF_ERROR(page(response.body));
    url = NextLink(net::FindHeader(response.headers, "Link"));
    if (url.empty()) return absl::OkStatus();
    if (!url.starts_with(options_.api_base + "/"))
      return absl::FailedPreconditionError("the next page is at another address than --api-base; the token does not go there");
  }
  return absl::ResourceExhaustedError("there are more than 1000 pages");
}

std::string NextLink(std::string_view header) {
  while (!header.empty()) {
    const size_t open = header.find('<');
    const size_t close = header.find('>', open == std::string_view::npos ? header.size() : open);
    if (close == std::string_view::npos) return {};
    const size_t end = std::min(header.find('<', close), header.size());
    if (header.substr(close, end - close).find("rel=\"next\"") != std::string_view::npos)
      return std::string(header.substr(open + 1, close - open - 1));
    header.remove_prefix(end);
  }
  return {};
}

std::string GithubInstance(std::string_view api_base) {
  const std::string_view host = HostOf(api_base);
  return host == "api.github.com" ? "github.com" : std::string(host);
}

}  // namespace comity::cli
