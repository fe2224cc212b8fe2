#include "service/domain/recognition/asks.h"

namespace comity::domain {

absl::Duration EffortOf(AskKind kind) {
  switch (kind) {
    case AskKind::kThanks:
      return absl::Seconds(24);
    case AskKind::kOneQuestion:
      return absl::Seconds(20);
    case AskKind::kTwoQuestions:
      return absl::Seconds(40);
    case AskKind::kThreeQuestions:
      return absl::Seconds(60);
  }
  return kEffortInWindow;  // of a kind that a later release knows: nothing else fits beside it
}

bool MayAsk(const std::vector<Ask>& earlier, AskKind kind, absl::Time now) {
  size_t asks = 1;
  absl::Duration effort = EffortOf(kind);
  for (const Ask& ask : earlier) {
    if (ask.time <= now - kAskWindow) continue;
    ++asks;
    effort += EffortOf(ask.kind);
  }
  return asks <= kAsksInWindow && effort <= kEffortInWindow;
}

bool InvitesThanks(absl::Time occurred, absl::Time became_known, absl::Time now) {
  return became_known - occurred <= kOldestOnArrival && now < became_known + kInvitationLasts;
}

}  // namespace comity::domain
