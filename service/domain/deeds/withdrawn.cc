#include "service/domain/deeds/withdrawn.h"

#include <algorithm>
#include <utility>

namespace comity::domain {
namespace {

// Steps that say what would happen next, which nothing does any more.
bool LooksAhead(const Reason& step) {
  switch (step.code) {
    case ReasonCode::kStepHold:
    case ReasonCode::kClosedWithoutOtherAct:
    case ReasonCode::kBulk:
    case ReasonCode::kFastApproval:
    case ReasonCode::kTentativeAuthor:
      return true;
    default:
      return false;
  }
}

bool SaysWhyNot(Outcome outcome) { return outcome == Outcome::kParked || outcome == Outcome::kNotCounted || outcome == Outcome::kInternal; }

Reason ReasonOf(ReasonCode cause, const FactVerdict* now) {
  Reason reason{cause, {}};
  if (now == nullptr || cause != ReasonCode::kAccountUnlinked) return reason;
  for (const auto& parameter : now->reason.parameters) {
    if (parameter.first == "account") reason.parameters.push_back(parameter);
  }
  return reason;
}

}  // namespace

Deed Withdrawn(Deed deed, ReasonCode cause, const FactVerdict* now) {
  if (deed.state == DeedState::kReversed) return deed;
  deed.state = DeedState::kReversed;
  deed.awaits_yes = false;
  deed.because = ReasonOf(cause == ReasonCode::kNone ? ReasonCode::kNoLongerHelp : cause, now);
  std::erase_if(deed.steps, LooksAhead);
  deed.steps.push_back(deed.because);
  if (now != nullptr && SaysWhyNot(now->outcome) && !(now->reason == deed.because)) deed.steps.push_back(now->reason);
  deed.steps.push_back({ReasonCode::kStepWithdrawn, {}});
  return deed;
}

std::vector<std::string> HideOptedOut(const Directory& directory, Deed& deed) {
  std::vector<std::string> hidden;
  const DeedHash hash = deed.key.Hash();
  for (Line& line : deed.lines) {
    if (line.person.empty() || !directory.IsOptedOut(line.person)) continue;
    hidden.push_back(line.person.ToText());
    line.opted_out_line = LineHash{Hasher("comity/line").Add(hash.view()).Add(line.person.view()).Add("").Finish<LineHash>()};
    line.person = {};
  }
  for (const PersonUid person : deed.former_helpers) {
    if (directory.IsOptedOut(person)) hidden.push_back(person.ToText());
  }
  const auto forget = [&](Reason& reason) {
    std::erase_if(reason.parameters,
                  [&](const auto& parameter) { return std::find(hidden.begin(), hidden.end(), parameter.second) != hidden.end(); });
  };
  forget(deed.because);
  for (Reason& step : deed.steps) forget(step);
  return hidden;
}

}  // namespace comity::domain
