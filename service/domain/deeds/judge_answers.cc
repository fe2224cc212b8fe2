// ANSWERED: the author of an accepted answer helped whoever asked, no matter who marked it.
#include <algorithm>

#include "service/domain/deeds/judge_act.h"

namespace comity::domain::judging {
namespace {

Act ActOf(const Context& context, const Fact& mark) {
  Act act;
  act.kind = DeedKind::kAnswered;
  act.fact = &mark;
  act.thing = PlacedFact(context.own(), mark);
  act.told_of = {mark.key};
  act.helpers = {mark.author};
  act.asker = AskerOf(context.own(), mark);
  act.code = ReasonCode::kAnswerAccepted;
  return act;
}

// The latest mark before it that nothing has taken back; of the named author, if one is named.
Act* UnmarkedBy(const Context& context, const Fact& fact, std::vector<Act>& acts) {
  for (auto act = acts.rbegin(); act != acts.rend(); ++act) {
    if (act->undo.fact != nullptr || act->fact->occur_time >= fact.occur_time) continue;
    if (!fact.author.present() || IsSame(context, fact.author, act->fact->author)) return &*act;
  }
  return nullptr;
}

}  // namespace

void JudgeAnswers(Context& context) {
  std::vector<Act> acts;
  std::vector<bool> standing;  // by act: still marked
  for (const Fact* fact : context.own().facts) {
    if (fact->kind == FactKind::kAnswered) {
      const bool repeats = !acts.empty() && standing.back() && IsSame(context, acts.back().fact->author, fact->author);
      if (repeats) {
        context.Say(fact->key, Outcome::kNotCounted, {ReasonCode::kRepeated, {}});
      } else {
        acts.push_back(ActOf(context, *fact));
        standing.push_back(true);
      }
    } else if (fact->kind == FactKind::kAnswerUnmarked) {
      context.Say(fact->key, Outcome::kContext, {ReasonCode::kNothingToUndo, {}});
      Act* act = UnmarkedBy(context, *fact, acts);
      if (act == nullptr || !standing[static_cast<size_t>(act - acts.data())]) continue;
      standing[static_cast<size_t>(act - acts.data())] = false;
      TakeBack(context, {fact, ReasonCode::kAnswerUnmarked}, *act);
    }
  }
  JudgeActs(context, acts);
}

}  // namespace comity::domain::judging
