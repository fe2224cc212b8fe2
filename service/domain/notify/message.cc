#include "service/domain/notify/message.h"

#include <algorithm>
#include <tuple>

namespace comity::domain {
namespace {

bool IsTold(const Deed* deed) { return deed != nullptr && !deed->shadow && deed->state != DeedState::kReversed; }

// One part, as it looks without its name.
using Part = std::tuple<TeamUid, int32_t, bool, Stance>;

std::vector<Part> PartsOf(const Deed& deed) {
  std::vector<Part> parts;
  parts.reserve(deed.lines.size());
  for (const Line& line : deed.lines) parts.emplace_back(line.team, line.share_ppm, line.declined, line.stance);
  std::sort(parts.begin(), parts.end());
  return parts;
}

bool LooksTheSame(const Deed& a, const Deed& b) {
  return a.state == b.state && a.awaits_yes == b.awaits_yes && a.helped_team == b.helped_team && a.key.kind == b.key.kind &&
         PartsOf(a) == PartsOf(b);
}

DeedMessage MessageOf(MessageType type, const Deed& deed) {
  DeedMessage message;
  message.type = type;
  message.deed = deed.key.Hash();
  message.day = deed.made_by.day;
  message.kind = deed.key.kind;
  message.stance = deed.stance();
  message.state = deed.state;
  message.awaits_yes = deed.awaits_yes && deed.state == DeedState::kProvisional;
  for (const Line& line : deed.lines) {
    if (!line.team.empty()) message.helper_teams.push_back(line.team);
  }
  std::sort(message.helper_teams.begin(), message.helper_teams.end());
  message.helper_teams.erase(std::unique(message.helper_teams.begin(), message.helper_teams.end()), message.helper_teams.end());
  message.helped_team = deed.helped_team;
  return message;
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

std::optional<DeedMessage> DeedMessageFor(const Deed* before, const Deed* after) {
  const bool was_told = IsTold(before), is_told = IsTold(after);
  if (!was_told && !is_told) return std::nullopt;
  if (!was_told) return MessageOf(MessageType::kDeedCounted, *after);
  if (!is_told) {
    // By the name it was told under, with the teams that were told of it: they are to hear of it too.
    DeedMessage message = MessageOf(MessageType::kDeedReversed, *before);
    message.state = DeedState::kReversed;
    message.awaits_yes = false;
    return message;
  }
  DeedMessage message = MessageOf(MessageType::kDeedChanged, *after);
  const DeedHash former = before->key.Hash();
  if (former != message.deed || before->made_by.day != after->made_by.day) {
    message.former_deed = former;
    message.former_day = before->made_by.day;
    return message;
  }
  if (LooksTheSame(*before, *after)) return std::nullopt;
  return message;
}

}  // namespace comity::domain
