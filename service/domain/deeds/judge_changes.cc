// REVIEWED and ASSISTED: what somebody did about another team's change, once it is merged and unless it is reverted within the hold.
#include "service/domain/deeds/judge_changes.h"

#include <algorithm>

namespace comity::domain::judging {
namespace {

Party AuthorOf(const History& change, const Fact& fact) {
  if (fact.author.present()) return fact.author;
  for (const Fact* other : change.facts) {
    if (other->author.present()) return other->author;
  }
  return AskerOf(change, fact);
}

// Of a machine's change: the human who asked this person (or their team) to look at it, the latest before they did.
Party RequesterOf(const Context& context, const Fact& fact, const Policy& policy) {
  Party requester;
  for (const Fact* request : context.own().facts) {
    if (request->kind != FactKind::kReviewRequested || request->automation || request->occur_time > fact.occur_time) continue;
    if (!IsHuman(context, request->actor, policy)) continue;
    const bool of_team = !request->target.present() || request->target.kind == AccountKind::kTeam;
    if (of_team || IsSame(context, request->target, fact.actor)) requester = request->actor;
  }
  return requester;
}

// What was done about the change before it is taken back with it.
void Revert(Context& context, const Fact& revert, std::vector<Act>& acts) {
  for (Act& act : acts) {
    if (act.fact->occur_time >= revert.occur_time) break;
    if (act.undo.fact == nullptr) TakeBack(context, {&revert, ReasonCode::kChangeReverted}, act);
  }
}

void JudgeOnceMerged(Context& context, std::vector<Act> acts) {
  const Facts& facts = context.own().facts;
  const auto merge = std::find_if(facts.begin(), facts.end(), [](const Fact* fact) { return fact->kind == FactKind::kChangeMerged; });
  if (merge != facts.end()) {
    for (Act& act : acts) act.evidence = {(*merge)->key};
    return JudgeActs(context, acts);
  }
  for (const Act& act : acts) {
    if (act.undo.fact == nullptr) {
      context.Say(act.fact->key, Outcome::kContext, {ReasonCode::kWaitsForMerge, {}});
      continue;
    }
    context.Say(act.fact->key, Outcome::kNotCounted, ReasonOfUndo(context, act));
    context.Say(act.undo.fact->key, Outcome::kUndo, ReasonOfUndo(context, act));
  }
}

}  // namespace

std::optional<Act> ActAboutChange(Context& context, DeedKind kind, ReasonCode code, const Fact& fact) {
  const Policy& policy = context.policies().At(fact.occur_time);
  if (std::optional<Reason> refused = RefusedAsHelper(context, fact.actor, policy, fact.automation)) {
    context.Say(fact.key, Outcome::kNotCounted, *std::move(refused));
    return std::nullopt;
  }
  const Party author = AuthorOf(context.own(), fact);
  Act act;
  act.kind = kind;
  act.fact = &fact;
  act.thing = PlacedFact(context.own(), fact);
  act.told_of = {fact.key};
  act.helpers = {fact.actor};
  act.asker = IsHuman(context, author, policy) ? author : RequesterOf(context, fact, policy);
  act.code = code;
  if (IsSame(context, fact.actor, author) || IsSame(context, fact.actor, act.asker)) {
    Reason self{ReasonCode::kSelf, {}};
    AddWho(context, fact.actor, self.parameters);
    context.Say(fact.key, Outcome::kNotCounted, std::move(self));
    return std::nullopt;
  }
  return act;
}

void JudgeChanges(Context& context) {
  std::vector<Act> reviews = ReviewsOf(context), assists = AssistsOf(context);
  for (const Fact* fact : context.own().facts) {
    if (fact->kind == FactKind::kReviewDismissed) Dismiss(context, *fact, reviews);
    if (!RevertsChange(*fact)) continue;
    // What becomes of the tickets it closed is not known here.
    const ReasonCode code = context.own().BringsClosingLink() ? ReasonCode::kTakesChangeBack : ReasonCode::kNothingToUndo;
    context.Say(fact->key, Outcome::kContext, {code, {}});
    Revert(context, *fact, reviews);
    Revert(context, *fact, assists);
  }
  JudgeOnceMerged(context, std::move(reviews));
  JudgeOnceMerged(context, std::move(assists));
}

}  // namespace comity::domain::judging
