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
using SecretSeed = Id<struct SecretSeedTag>;

inline constexpr size_t kMaxEndpoints = 20, kMaxEndpointTeams = 100;
inline constexpr int64_t kMaxWaitingMessages = 10'000;               // of one endpoint
inline constexpr absl::Duration kWaitingKept = absl::Hours(24 * 7);  // after that it is missed
inline constexpr absl::Duration kSentKept = absl::Hours(24 * 3);     // delivered or given up, to be looked at and replayed
inline constexpr absl::Duration kFailingDisables = absl::Hours(24 * 5);
inline constexpr int32_t kFailuresToDisable = 10;  // at least so many, so that a clock that jumps disables nothing
inline constexpr absl::Duration kLongestPause = absl::Hours(1);
inline constexpr int32_t kMaxRefusals = 10;  // of one message
inline constexpr absl::Duration kBothSecrets = absl::Hours(24);
inline constexpr size_t kMaxSecrets = 5;                          // of one endpoint, that sign at once
inline constexpr int64_t kMaxPingsBeyond = 100;                   // that may wait beside kMaxWaitingMessages
inline constexpr absl::Duration kLongestRetry = absl::Hours(27);  // of one message

// Numbers are those of comity.v1 and are stored.
enum class FailureReason : uint8_t { kNone = 0, kUnreachable = 1, kTimeout = 2, kStatus = 3, kAnswerTooLarge = 4, kAddressRefused = 5 };
enum class DisabledReason : uint8_t { kNone = 0, kFailing = 1, kGone = 2, kSecretLost = 3 };
enum class DeliveryState : uint8_t { kNone = 0, kWaiting = 1, kDelivered = 2, kRefused = 3 };

struct DeliveryFailure {
  FailureReason reason = FailureReason::kNone;
  int32_t http_status = 0;  // of kStatus
  bool operator==(const DeliveryFailure&) const = default;
};

// What came of one attempt to send.
struct Attempt {
  bool taken = false;
  DeliveryFailure failure{};                    // unless it was taken
  absl::Duration asked = absl::ZeroDuration();  // to be left alone for so long, by its own word (Retry-After); zero for none
};

struct EndpointHealth {
  absl::Time last_success = absl::InfinitePast();  // InfinitePast = never, as below
  absl::Time last_failure = absl::InfinitePast();
  DeliveryFailure failure;           // the last one
  int32_t consecutive_failures = 0;  // since the last success
  int32_t rests = 0;                 // of these, the last ones in a row that were the endpoint's and no message's
  absl::Time failing_since = absl::InfinitePast();
  absl::Time next_attempt = absl::InfinitePast();  // it rests until then
  DisabledReason disabled = DisabledReason::kNone;
  bool operator==(const EndpointHealth&) const = default;
};

// A secret follows from the deployment's key and these bytes, which are random; the store holds no secret.
struct EndpointSecret {
  SecretSeed seed;
  absl::Time made;
  bool operator==(const EndpointSecret&) const = default;
};

struct Endpoint {
  std::string id, url;
  std::vector<MessageType> types;  // distinct, by number
  std::vector<TeamUid> teams;      // distinct, by uid; none = everybody's deeds, without their teams
  bool paused = false;
  absl::Time created, changed;
  int64_t version = 1;
  std::vector<EndpointSecret> secrets;  // the newest first, and those before it that may still sign
  std::string secret_check;             // 8 bytes that a wrong key would not give
  EndpointHealth health;
  bool operator==(const Endpoint&) const = default;

  bool Wants(MessageType type) const;
  // What it is told of a deed that was `before` and is `after` now (nullptr: nothing that counts). A deed that comes to its teams counts
  // for it from then on, and one that leaves them is reversed for it.
  std::optional<DeedMessage> MessageFor(const DeedOutline* before, const DeedOutline* after) const;
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

// How many of its secrets sign at `now`: the newest, and each that was followed by another less than a day ago.
size_t SigningSecrets(const Endpoint& endpoint, absl::Time now);
// The endpoint has another secret from `now` on; `sound`: those it had can be made still.
void RotateSecret(SecretSeed seed, absl::Time now, bool sound, Endpoint& endpoint);

// A Retry-After of whole seconds, at most an hour; zero for anything else, dates too.
absl::Duration ParseRetryAfter(std::string_view text);

}  // namespace comity::domain

#endif  // COMITY_SERVICE_DOMAIN_NOTIFY_ENDPOINT_H_
