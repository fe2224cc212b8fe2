// What is told about a deed that changed. Pure.
#ifndef COMITY_SERVICE_DOMAIN_NOTIFY_MESSAGE_H_
#define COMITY_SERVICE_DOMAIN_NOTIFY_MESSAGE_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "service/domain/deeds/judge.h"

namespace comity::domain {

// Numbers are those of comity.v1 and are stored.
enum class MessageType : uint8_t {
  kNone = 0,
  kDeedCounted = 1,
  kDeedChanged = 2,
  kDeedReversed = 3,
  kRecognitionOpened = 4,
  kPolicyActivated = 5,
  kEndpointPing = 6
};
// `deed.counted`; empty for kNone.
std::string_view MessageTypeName(MessageType type);

// What is told of a deed: no person, no title, no words.
struct DeedMessage {
  MessageType type = MessageType::kNone;
  DeedHash deed;
  int32_t day = 0;  // of the fact that made it; part of its name
  DeedKind kind = DeedKind::kNone;
  Stance stance = Stance::kNone;
  DeedState state = DeedState::kNone;
  bool awaits_yes = false;            // it counts, and somebody has yet to say yes
  std::vector<TeamUid> helper_teams;  // distinct, by uid; none while all parts are held
  TeamUid helped_team;
  DeedHash former_deed;  // its name before, if that was another; else empty
  int32_t former_day = 0;
  bool operator==(const DeedMessage&) const = default;
};

// The message that brings somebody who was told `before` to `after` (nullptr: there is none); nullopt if they look the same to a member of
// either team who sees no names. Deeds of a rule in SHADOW are as if they did not count.
std::optional<DeedMessage> DeedMessageFor(const Deed* before, const Deed* after);

}  // namespace comity::domain

#endif  // COMITY_SERVICE_DOMAIN_NOTIFY_MESSAGE_H_
