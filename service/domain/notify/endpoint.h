// An outbound webhook: what it is told, how it takes it, when it is tried again and when nobody tries any more. Pure.
#ifndef COMITY_SERVICE_DOMAIN_NOTIFY_ENDPOINT_H_
#define COMITY_SERVICE_DOMAIN_NOTIFY_ENDPOINT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "service/domain/notify/message.h"
#include "service/domain/values.h"

namespace comity::domain {

using DeliveryUid = Id<struct DeliveryTag>;

inline constexpr size_t kMaxEndpoints = 20, kMaxEndpointTeams = 100;
inline constexpr int64_t kMaxWaitingMessages = 10'000;               // of one endpoint
inline constexpr absl::Duration kWaitingKept = absl::Hours(24 * 7);  // after that it is missed
inline constexpr absl::Duration kSentKept = absl::Hours(24 * 3);     // delivered or given up, to be looked at and replayed
inline constexpr absl::Duration kFailingDisables = absl::Hours(24 * 5);
inline constexpr int32_t kFailuresToDisable = 10;  // at least so many, so that a clock that jumps disables nothing
inline constexpr absl::Duration kLongestPause = absl::Hours(1);
inline constexpr int32_t kMaxRefusals = 10;  // of one message
inline constexpr absl::Duration kBothSecrets = absl::Hours(24);

// Numbers are those of comity.v1 and are stored.
enum class FailureReason : uint8_t { kNone = 0, kUnreachable = 1, kTimeout = 2, kStatus = 3, kAnswerTooLarge = 4, kAddressRefused = 5 };
enum class DisabledReason : uint8_t { kNone = 0, kFailing = 1, kGone = 2, kSecretLost = 3 };
enum class DeliveryState : uint8_t { kNone = 0, kWaiting = 1, kDelivered = 2, kRefused = 3 };

struct DeliveryFailure {
  FailureReason reason = FailureReason::kNone;
  int32_t http_status = 0;  // of kStatus
  bool operator==(const DeliveryFailure&) const = default;
};

struct EndpointHealth {
  absl::Time last_success = absl::InfinitePast();  // InfinitePast = never, as below
  absl::Time last_failure = absl::InfinitePast();
  DeliveryFailure failure;           // the last one
  int32_t consecutive_failures = 0;  // since the last success
  absl::Time failing_since = absl::InfinitePast();
  absl::Time next_attempt = absl::InfinitePast();  // it rests until then
  DisabledReason disabled = DisabledReason::kNone;
  bool operator==(const EndpointHealth&) const = default;
};

struct Endpoint {
  std::string id, url;
  std::vector<MessageType> types;  // distinct, by number
  std::vector<TeamUid> teams;      // distinct, by uid; none = everybody's deeds, without their teams
  bool paused = false;
  absl::Time created, changed;
  int64_t version = 1;
  // Its secret follows from the deployment's key, its id, when it was created and this number; the store holds no secret.
  int32_t secret_generation = 1;
  absl::Time secret_rotated = absl::InfinitePast();
  std::string secret_check;  // 8 bytes that a wrong key would not give
  EndpointHealth health;
  bool operator==(const Endpoint&) const = default;

  bool Wants(MessageType type) const;
  // Whether it is told of this deed at all.
  bool Wants(const DeedMessage& message) const;
};

// Who is to blame for an answer that was no yes.
enum class Blame { kMessage, kEndpoint, kGone };
Blame BlameFor(const DeliveryFailure& failure);

// Whether anything may be sent at `now`. A rest that would last much longer than any does is one from before the clock was put back.
bool MayBeSentTo(const Endpoint& endpoint, absl::Time now);

void NoteTaken(absl::Time now, EndpointHealth& health);
// `asked`: how long it wants to be left alone, by its own word (Retry-After); zero for none. Of `id` the health is.
void NoteFailed(std::string_view id, const DeliveryFailure& failure, absl::Duration asked, absl::Time now, EndpointHealth& health);
// Somebody enabled it: as if nothing had ever failed.
void ForgetFailures(EndpointHealth& health);

// How long an endpoint rests after so many failures, at most an hour and a tenth.
absl::Duration PauseAfter(int32_t failures, std::string_view id);
// When a message that its endpoint refused so many times is tried again, from then on; nullopt: it is given up.
std::optional<absl::Duration> RetryAfter(int32_t refusals, DeliveryUid uid);

// The generations of the secret that sign at `now`, the newest first.
std::vector<int32_t> SigningGenerations(const Endpoint& endpoint, absl::Time now);

// A Retry-After of whole seconds, at most an hour; zero for anything else, dates too.
absl::Duration ParseRetryAfter(std::string_view text);

}  // namespace comity::domain

#endif  // COMITY_SERVICE_DOMAIN_NOTIFY_ENDPOINT_H_
