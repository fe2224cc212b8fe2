// REVIEWED: a review of another team's change.
#include "service/domain/deeds/judge_changes.h"

namespace comity::domain::judging {
namespace {

std::optional<Reason> TooFast(const Context& context, const Fact& review, const Party& asker) {
  if (review.review_state != ReviewState::kApproved) return std::nullopt;
  const absl::Duration fast = context.policies().At(review.occur_time).fast_approval;
  absl::Time opened = review.open_time;
  if (const Fact* opening = context.own().opening; opened == absl::InfinitePast() && opening != nullptr) opened = opening->occur_time;
  if (opened == absl::InfinitePast() || review.occur_time - opened > fast) return std::nullopt;
  Reason reason{ReasonCode::kFastApproval, {{"seconds", NumberText(absl::ToInt64Seconds(fast))}}};
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

}  // namespace

std::vector<Act> ReviewsOf(Context& context) {
  std::vector<Act> acts;
  for (const Fact* fact : context.own().facts) {
    if (fact->kind != FactKind::kChangeReviewed) continue;
    std::optional<Act> act = ActAboutChange(context, DeedKind::kReviewed, ReasonCode::kReviewedBeforeMerge, *fact);
    if (!act) continue;
    act->waits = TooFast(context, *fact, act->asker);
    acts.push_back(*std::move(act));
  }
  return acts;
}

void Dismiss(Context& context, const Fact& dismissal, std::vector<Act>& reviews) {
  context.Say(dismissal.key, Outcome::kContext, {ReasonCode::kNothingToUndo, {}});
  const size_t index = DismissedBy(context, dismissal, reviews);
  if (index < reviews.size()) TakeBack(context, {&dismissal, ReasonCode::kReviewDismissed}, reviews[index]);
}

}  // namespace comity::domain::judging
