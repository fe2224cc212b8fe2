#include "service/domain/notify/message.h"

#include <algorithm>

namespace comity::domain {
namespace {

DeedMessage MessageOf(MessageType type, const DeedOutline& deed) {
  return {.type = type, .deed = deed, .former_deed = {}, .former_day = 0};
}

}  // namespace

std::string_view MessageTypeName(MessageType type) {
  switch (type) {
    case MessageType::kDeedCounted:
      return "deed.counted";
    case MessageType::kDeedChanged:
      return "deed.changed";
    case MessageType::kDeedReversed:
      return "deed.reversed";
    case MessageType::kRecognitionOpened:
      return "recognition.opened";
    case MessageType::kPolicyActivated:
      return "policy.activated";
    case MessageType::kEndpointPing:
      return "endpoint.ping";
    case MessageType::kNone:
      break;
  }
  return "";
}

std::optional<DeedOutline> OutlineOf(const Deed* deed) {
  if (deed == nullptr || deed->shadow || deed->state == DeedState::kReversed) return std::nullopt;
  DeedOutline outline;
  outline.deed = deed->key.Hash();
  outline.day = deed->made_by.day;
  outline.kind = deed->key.kind;
  outline.stance = deed->stance();
  outline.state = deed->state;
  outline.awaits_yes = deed->awaits_yes && deed->state == DeedState::kProvisional;
  outline.helped_team = deed->helped_team;
  for (const Line& line : deed->lines) {
    if (!line.team.empty()) outline.helper_teams.push_back(line.team);
    outline.parts.push_back({line.team, line.share_ppm, line.declined, line.stance});
  }
  std::sort(outline.helper_teams.begin(), outline.helper_teams.end());
  outline.helper_teams.erase(std::unique(outline.helper_teams.begin(), outline.helper_teams.end()), outline.helper_teams.end());
  std::sort(outline.parts.begin(), outline.parts.end());
  return outline;
}

std::optional<DeedMessage> DeedMessageFor(const DeedOutline* before, const DeedOutline* after) {
  if (before == nullptr && after == nullptr) return std::nullopt;
  if (before == nullptr) return MessageOf(MessageType::kDeedCounted, *after);
  if (after == nullptr) {
    // By the name it was told under, with the teams that were told of it.
    DeedMessage message = MessageOf(MessageType::kDeedReversed, *before);
    message.deed.state = DeedState::kReversed;
    message.deed.awaits_yes = false;
    return message;
  }
  if (*before == *after) return std::nullopt;
  DeedMessage message = MessageOf(MessageType::kDeedChanged, *after);
  if (before->deed != after->deed || before->day != after->day) {
    message.former_deed = before->deed;
    message.former_day = before->day;
  }
  return message;
}

}  // namespace comity::domain
