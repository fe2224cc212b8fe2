#include "plugins/host/rate_gate.h"

#include <algorithm>
#include <charconv>
#include <string>

namespace comity::host {
namespace {

constexpr absl::Duration kLongest = absl::Hours(1), kUnsaid = absl::Minutes(1);
constexpr int64_t kOldest = 1'000'000'000;  // smaller numbers are seconds from now, greater ones an instant

std::optional<int64_t> NumberIn(std::string_view text) {
  int64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || failure != std::errc{} || end != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
}

std::optional<int64_t> HeaderNumber(const net::Response& response, std::string_view name) {
  std::string_view text = net::FindHeader(response.headers, name);
  if (text.empty()) text = net::FindHeader(response.headers, name.substr(2));  // without `X-`, as others write it
  return NumberIn(text);
}

std::optional<absl::Duration> RetryAfter(const net::Response& response, absl::Time now) {
  const std::string text(net::FindHeader(response.headers, "Retry-After"));
  if (text.empty()) return std::nullopt;
  if (const auto seconds = NumberIn(text)) return absl::Seconds(*seconds);
  absl::Time until;
  if (absl::ParseTime("%a, %d %b %Y %H:%M:%S GMT", text, &until, nullptr)) return until - now;
  return kUnsaid;
}

// Linear says it by a code of GraphQL's errors, with the status of a bad request.
bool IsRateCode(const net::Response& response) {
  return response.status == 400 && response.body.find("\"RATELIMITED\"") != std::string::npos;
}

// GitHub says it in words, Google by a reason: `rateLimitExceeded`, `userRateLimitExceeded`.
bool NamesRate(const std::string& body) {
  return body.find("rate limit") != std::string::npos || body.find("ateLimitExceeded") != std::string::npos;
}

}  // namespace

RateAnswer ReadRate(const net::Response& response, absl::Time now) {
  RateAnswer answer;
  answer.remaining = HeaderNumber(response, "X-RateLimit-Remaining");
  const std::optional<absl::Duration> retry = RetryAfter(response, now);
  const bool used_up = answer.remaining == 0;
  answer.refused = response.status == 429 || IsRateCode(response) || (response.status == 503 && retry) ||
                   (response.status == 403 && (retry || used_up || NamesRate(response.body)));
  if (!answer.refused && !used_up) return answer;
  answer.pause = kUnsaid;
  if (answer.refused && retry) {
    answer.pause = *retry;
  } else if (const auto reset = HeaderNumber(response, "X-RateLimit-Reset"); used_up && reset) {
    answer.pause = (*reset < kOldest ? absl::Seconds(*reset) : absl::FromUnixSeconds(*reset) - now) + absl::Seconds(1);
  }
  answer.pause = std::clamp(answer.pause, absl::Seconds(1), kLongest);
  return answer;
}

RateAnswer RateGate::Learn(const net::Response& response, absl::Time now, SteadyTime steady_now) {
  RateAnswer answer = ReadRate(response, now);
  MutexLock lock(mutex_);
  refusals_ = answer.refused ? refusals_ + 1 : 0;
  if (refusals_ > 1) answer.pause = std::min(answer.pause * (1 << std::min(refusals_ - 1, 12)), kLongest);
  if (answer.pause > absl::ZeroDuration()) open_from_ = std::max(open_from_, steady_now + absl::ToChronoMilliseconds(answer.pause));
  return answer;
}

RateGate::SteadyTime RateGate::open_from() const {
  MutexLock lock(mutex_);
  return open_from_;
}

std::string_view AuthorityOf(std::string_view url) {
  const size_t scheme = url.find("://");
  if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  return url.substr(0, url.find('/'));
}

}  // namespace comity::host
