// PAGE_IMPROVED: an edit of a page that another team owns, unless it is reverted within the hold. Nobody asked.
#include <algorithm>
#include <tuple>

#include "service/domain/deeds/judge_act.h"

namespace comity::domain::judging {
namespace {

std::optional<Act> ActOf(Context& context, const Fact& edit) {
  const Policy& policy = context.policies().At(edit.occur_time);
  std::optional<Reason> refused = RefusedAsHelper(context, edit.actor, policy, edit.automation);
  if (!refused && edit.revert) refused = Reason{ReasonCode::kRevert, {}};
  if (!refused && edit.minor) refused = Reason{ReasonCode::kMinor, {}};
  if (refused) {
    context.Say(edit.key, Outcome::kNotCounted, *std::move(refused));
    return std::nullopt;
  }
  Act act;
  act.kind = DeedKind::kPageImproved;
  act.fact = &edit;
  act.thing = PlacedFact(context.own(), edit);
  act.told_of = {edit.key};
  act.helpers = {edit.actor};
  act.code = ReasonCode::kPageImproved;
  if (edit.tentative) {
    act.waits = Reason{ReasonCode::kTentativeAuthor, {}};
    AddWho(context, edit.actor, act.waits->parameters);
  }
  return act;
}

// A hook that names no time and a later look that does see one edit on two days; the look knows more. The one to go by, of each edit.
std::map<FactHash, const Fact*> BestKnown(const History& page) {
  std::map<FactHash, const Fact*> best;
  for (const Fact* fact : page.facts) {
    if (fact->kind != FactKind::kPageEdited) continue;
    const Fact*& known = best[fact->key.hash];
    const auto rank = [](const Fact& edit) { return std::tie(edit.tentative, edit.key); };
    if (known == nullptr || rank(*fact) < rank(*known)) known = fact;
  }
  return best;
}

// The edit a revert names: by its revision, else by its object; of several the latest before.
Act* RevertedBy(const Fact& revert, std::vector<Act>& acts) {
  const auto latest = [&](auto&& names) -> Act* {
    for (auto act = acts.rbegin(); act != acts.rend(); ++act) {
      if (act->undo.fact == nullptr && act->fact->occur_time < revert.occur_time && names(*act->fact)) return &*act;
    }
    return nullptr;
  };
  if (Act* act = latest([&](const Fact& edit) { return !edit.revision.empty() && edit.revision == revert.object_id; })) return act;
  if (Act* act = latest([&](const Fact& edit) {
        return edit.object_id == revert.object_id && !edit.revision.empty() && edit.revision == revert.revision;
      })) {
    return act;
  }
  return latest([&](const Fact& edit) { return edit.object_id == revert.object_id; });
}

void ApplyRevert(Context& context, const Fact& revert, std::vector<Act>& acts) {
  context.Say(revert.key, Outcome::kContext, {ReasonCode::kNothingToUndo, {}});
  if (Act* act = RevertedBy(revert, acts)) TakeBack(context, {&revert, ReasonCode::kPageReverted}, *act);
}

}  // namespace

void JudgePages(Context& context) {
  std::vector<Act> acts;
  const std::map<FactHash, const Fact*> best = BestKnown(context.own());
  for (const Fact* fact : context.own().facts) {
    if (fact->kind == FactKind::kReverted && !RevertsChange(*fact)) ApplyRevert(context, *fact, acts);
    if (fact->kind != FactKind::kPageEdited) continue;
    if (best.at(fact->key.hash) != fact) {
      context.Say(fact->key, Outcome::kNotCounted, {ReasonCode::kRepeated, {}});
    } else if (std::optional<Act> act = ActOf(context, *fact)) {
      acts.push_back(*std::move(act));
    }
  }
  JudgeActs(context, acts);
}

}  // namespace comity::domain::judging
