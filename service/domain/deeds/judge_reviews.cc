// REVIEWED: another team's change, once it is merged.
#include <algorithm>

#include "service/domain/deeds/judge_act.h"

namespace comity::domain::judging {
namespace {

const Fact* FirstOf(const History& history, FactKind kind) {
  for (const Fact* fact : history.facts) {
    if (fact->kind == kind) return fact;
  }
  return nullptr;
}

Party AuthorOf(const History& change, const Fact& review) {
  if (review.author.present()) return review.author;
  for (const Fact* fact : change.facts) {
    if (fact->author.present()) return fact->author;
  }
  return AskerOf(change, review);
}

// Of a machine's change: the human who asked this reviewer (or their team) to look at it, the latest before they did.
Party RequesterOf(const Context& context, const Fact& review, const Policy& policy) {
  Party requester;
  for (const Fact* fact : context.own().facts) {
    if (fact->kind != FactKind::kReviewRequested || fact->automation || fact->occur_time > review.occur_time) continue;
    if (!IsHuman(context, fact->actor, policy)) continue;
    const bool of_team = !fact->target.present() || fact->target.kind == AccountKind::kTeam;
    if (of_team || IsSame(context, fact->target, review.actor)) requester = fact->actor;
  }
  return requester;
}

std::optional<Reason> TooFast(const Context& context, const Fact& review, const Party& asker, const Policy& policy) {
  if (review.review_state != ReviewState::kApproved) return std::nullopt;
  absl::Time opened = review.open_time;
  if (const Fact* opening = FirstOf(context.own(), FactKind::kOpened); opened == absl::InfinitePast() && opening != nullptr) {
    opened = opening->occur_time;
  }
  if (opened == absl::InfinitePast() || review.occur_time - opened > policy.fast_approval) return std::nullopt;
  Reason reason{ReasonCode::kFastApproval, {{"seconds", NumberText(absl::ToInt64Seconds(policy.fast_approval))}}};
  AddWho(context, review.actor, reason.parameters);
  const PersonUid person = context.directory().PersonOf(asker.account);
  if (!person.empty()) reason.parameters.emplace_back("asker", person.ToText());
  return reason;
}

// Which review a dismissal takes back: the one it names, else the latest before it by the reviewer it names.
size_t DismissedBy(const Context& context, const Fact& dismissal, const std::vector<Act>& acts) {
  size_t by_person = acts.size();
  for (size_t i = 0; i < acts.size(); ++i) {
    if (acts[i].undo.fact != nullptr || acts[i].fact->occur_time >= dismissal.occur_time) continue;
    if (acts[i].fact->object_id == dismissal.object_id) return i;
    if (IsSame(context, acts[i].fact->actor, dismissal.target)) by_person = i;
  }
  return by_person;
}

void ApplyDismissals(Context& context, std::vector<Act>& acts) {
  for (const Fact* fact : context.own().facts) {
    if (fact->kind != FactKind::kReviewDismissed) continue;
    context.Say(fact->key, Outcome::kContext, {ReasonCode::kNothingToUndo, {}});
    const size_t index = DismissedBy(context, *fact, acts);
    if (index < acts.size()) TakeBack(context, {fact, ReasonCode::kReviewDismissed}, acts[index]);
  }
}

std::optional<Act> ActOf(Context& context, const Fact& review) {
  const Policy& policy = context.policies().At(review.occur_time);
  if (std::optional<Reason> refused = RefusedAsHelper(context, review.actor, policy, review.automation)) {
    context.Say(review.key, Outcome::kNotCounted, *std::move(refused));
    return std::nullopt;
  }
  const Party author = AuthorOf(context.own(), review);
  Act act;
  act.kind = DeedKind::kReviewed;
  act.fact = &review;
  act.thing = PlacedFact(context.own(), review);
  act.told_of = {review.key};
  act.helpers = {review.actor};
  act.asker = IsHuman(context, author, policy) ? author : RequesterOf(context, review, policy);
  act.code = ReasonCode::kReviewedBeforeMerge;
  act.waits = TooFast(context, review, act.asker, policy);
  if (IsSame(context, review.actor, author) || IsSame(context, review.actor, act.asker)) {
    Reason self{ReasonCode::kSelf, {}};
    AddWho(context, review.actor, self.parameters);
    context.Say(review.key, Outcome::kNotCounted, std::move(self));
    return std::nullopt;
  }
  return act;
}

}  // namespace

void JudgeReviews(Context& context) {
  std::vector<Act> acts;
  for (const Fact* fact : context.own().facts) {
    if (fact->kind != FactKind::kChangeReviewed) continue;
    if (std::optional<Act> act = ActOf(context, *fact)) acts.push_back(*std::move(act));
  }
  ApplyDismissals(context, acts);
  if (const Fact* merge = FirstOf(context.own(), FactKind::kChangeMerged)) {
    for (Act& act : acts) act.evidence = {merge->key};
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

}  // namespace comity::domain::judging
