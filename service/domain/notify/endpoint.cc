#include "service/domain/notify/endpoint.h"

#include <algorithm>
#include <charconv>
#include <iterator>

namespace comity::domain {
namespace {

constexpr absl::Duration kPauses[] = {absl::Seconds(5),  absl::Seconds(30), absl::Minutes(2),
                                      absl::Minutes(10), absl::Minutes(30), kLongestPause};
// As Standard Webhooks proposes: about three days.
constexpr absl::Duration kRetries[] = {absl::Seconds(5), absl::Minutes(5), absl::Minutes(30), absl::Hours(2), absl::Hours(5),
                                       absl::Hours(10),  absl::Hours(14),  absl::Hours(20),   absl::Hours(24)};
static_assert(std::size(kRetries) == kMaxRefusals - 1);

// 90 to 110 percent of it, the same whenever it is asked for: what failed together does not come again together.
absl::Duration Jittered(absl::Duration duration, std::string_view of, int32_t attempt) {
  Hasher hasher("comity/retry");
  const auto digest = hasher.Add(of).Add(static_cast<int64_t>(attempt)).Digest();
  const int thousandths = 900 + (digest[0] * 256 + digest[1]) % 201;
  return duration * thousandths / 1000;
}

bool Intersects(const std::vector<TeamUid>& sorted, const std::vector<TeamUid>& others) {
  return std::any_of(others.begin(), others.end(),
                     [&](const TeamUid& team) { return std::binary_search(sorted.begin(), sorted.end(), team); });
}

}  // namespace

bool Endpoint::Wants(MessageType type) const {
  if (type == MessageType::kEndpointPing) return true;
  if (!std::binary_search(types.begin(), types.end(), type)) return false;
  const bool of_deed = type == MessageType::kDeedCounted || type == MessageType::kDeedChanged || type == MessageType::kDeedReversed;
  return of_deed || teams.empty();
}

std::optional<DeedMessage> Endpoint::MessageFor(const DeedOutline* before, const DeedOutline* after) const {
  const auto seen = [&](const DeedOutline* deed) -> const DeedOutline* {
    if (deed == nullptr || teams.empty()) return deed;
    const bool its_teams = Intersects(teams, deed->helper_teams) || std::binary_search(teams.begin(), teams.end(), deed->helped_team);
    return its_teams ? deed : nullptr;
  };
  auto message = DeedMessageFor(seen(before), seen(after));
  if (message.has_value() && !Wants(message->type)) return std::nullopt;
  return message;
}

Blame BlameFor(const DeliveryFailure& failure) {
  if (failure.reason != FailureReason::kStatus) return Blame::kEndpoint;
  switch (failure.http_status) {
    case 410:
      return Blame::kGone;
    case 400:
    case 413:
    case 415:
    case 422:
      return Blame::kMessage;
    default:
      return Blame::kEndpoint;
  }
}

bool MayBeSentTo(const Endpoint& endpoint, absl::Time now) {
  if (endpoint.paused || endpoint.health.disabled != DisabledReason::kNone) return false;
  const absl::Time next = endpoint.health.next_attempt;
  return next <= now || next > now + 2 * kLongestPause;
}

void NoteTaken(absl::Time now, EndpointHealth& health) {
  ForgetFailures(health);
  health.last_success = now;
}

void NoteFailed(std::string_view id, const DeliveryFailure& failure, absl::Duration asked, absl::Time now, EndpointHealth& health) {
  health.last_failure = now;
  health.failure = failure;
  if (health.consecutive_failures < INT32_MAX) ++health.consecutive_failures;
  const Blame blame = BlameFor(failure);
  if (health.failing_since == absl::InfinitePast()) health.failing_since = now;
  if (blame == Blame::kMessage) {  // it answers, and the next message may please it
    health.rests = 0;
    health.next_attempt = absl::InfinitePast();
  } else {
    if (health.rests < INT32_MAX) ++health.rests;
    health.next_attempt = now + std::max(PauseAfter(health.rests, id), std::min(asked, kLongestPause));
  }
  if (blame == Blame::kGone) {
    health.disabled = DisabledReason::kGone;
  } else if (now - health.failing_since >= kFailingDisables && health.consecutive_failures >= kFailuresToDisable) {
    health.disabled = DisabledReason::kFailing;
  }
}

void ForgetFailures(EndpointHealth& health) {
  health.consecutive_failures = 0;
  health.rests = 0;
  health.failing_since = absl::InfinitePast();
  health.next_attempt = absl::InfinitePast();
  health.disabled = DisabledReason::kNone;
}

absl::Duration PauseAfter(int32_t failures, std::string_view id) {
  const auto last = static_cast<int32_t>(std::size(kPauses)) - 1;
  return Jittered(kPauses[std::clamp(failures - 1, 0, last)], id, failures);
}

std::optional<absl::Duration> RetryAfter(int32_t refusals, DeliveryUid uid) {
  if (refusals >= kMaxRefusals) return std::nullopt;
  return Jittered(kRetries[std::max(refusals - 1, 0)], uid.view(), refusals);
}

size_t SigningSecrets(const Endpoint& endpoint, absl::Time now) {
  size_t count = 1;
  while (count < endpoint.secrets.size() && now < endpoint.secrets[count - 1].made + kBothSecrets) ++count;
  return std::min(count, endpoint.secrets.size());
}

void RotateSecret(SecretSeed seed, absl::Time now, bool sound, Endpoint& endpoint) {
  endpoint.secrets.resize(sound ? std::min(SigningSecrets(endpoint, now), kMaxSecrets - 1) : 0);
  endpoint.secrets.insert(endpoint.secrets.begin(), {seed, now});
}

absl::Duration ParseRetryAfter(std::string_view text) {
  int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size() || seconds < 0) return absl::ZeroDuration();
  return std::min(absl::Seconds(seconds), kLongestPause);
}

}  // namespace comity::domain
