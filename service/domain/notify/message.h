// What is told about a deed that changed. Pure.
#ifndef COMITY_SERVICE_DOMAIN_NOTIFY_MESSAGE_H_
#define COMITY_SERVICE_DOMAIN_NOTIFY_MESSAGE_H_

#include <compare>
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

// A deed that counts, as a member of either team sees it without names: no person, no title, no words.
struct DeedOutline {
  // One part of it.
  struct Part {
    TeamUid team;
    int32_t share_ppm = 0;
    bool declined = false;
    Stance stance = Stance::kNone;
    auto operator<=>(const Part&) const = default;
  };
  DeedHash deed;
  int32_t day = 0;  // of the fact that made it; part of its name
  DeedKind kind = DeedKind::kNone;
  Stance stance = Stance::kNone;
  DeedState state = DeedState::kNone;
  bool awaits_yes = false;            // it counts, and somebody has yet to say yes
  std::vector<TeamUid> helper_teams;  // distinct, by uid; none while all parts are held
  TeamUid helped_team;
  std::vector<Part> parts;  // sorted
  bool operator==(const DeedOutline&) const = default;
};
// nullopt for nullptr, for a deed that was reversed and for one of a rule in SHADOW: nobody is told of these.
std::optional<DeedOutline> OutlineOf(const Deed* deed);

// What is told of a deed.
struct DeedMessage {
  MessageType type = MessageType::kNone;
  DeedOutline deed;      // of kDeedReversed: as it was when it counted, but for its state
  DeedHash former_deed;  // its name before, if that was another; else empty
  int32_t former_day = 0;
  bool operator==(const DeedMessage&) const = default;
};

// The message that brings somebody who was told `before` to `after` (nullptr: nothing); nullopt if they look the same.
std::optional<DeedMessage> DeedMessageFor(const DeedOutline* before, const DeedOutline* after);

}  // namespace comity::domain

#endif  // COMITY_SERVICE_DOMAIN_NOTIFY_MESSAGE_H_
