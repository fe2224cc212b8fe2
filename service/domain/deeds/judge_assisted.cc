// ASSISTED: another team's change tested, advised on, mentored or written together.
#include "service/domain/deeds/judge_changes.h"

namespace comity::domain::judging {
namespace {

std::optional<ReasonCode> CodeOf(FactKind kind) {
  switch (kind) {
    case FactKind::kChangeTested:
      return ReasonCode::kChangeTested;
    case FactKind::kChangeHelped:
      return ReasonCode::kChangeHelped;
    case FactKind::kChangeMentored:
      return ReasonCode::kChangeMentored;
    case FactKind::kChangeCoWritten:
      return ReasonCode::kChangeCoWritten;
    default:
      return std::nullopt;
  }
}

}  // namespace

std::vector<Act> AssistsOf(Context& context) {
  std::vector<Act> acts;
  for (const Fact* fact : context.own().facts) {
    const std::optional<ReasonCode> code = CodeOf(fact->kind);
    if (!code) continue;
    if (std::optional<Act> act = ActAboutChange(context, DeedKind::kAssisted, *code, *fact)) acts.push_back(*std::move(act));
  }
  return acts;
}

}  // namespace comity::domain::judging
