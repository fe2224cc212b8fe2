// HANDED_OVER: a ticket passed on to another team with context: a comment by the same person close to it.
#include <algorithm>

#include "service/domain/deeds/judge_act.h"

namespace comity::domain::judging {
namespace {

std::vector<TeamUid> TeamsOf(const Context& context, const Party& party, absl::Time time) {
  const PersonUid person = context.directory().PersonOf(party.account);
  return person.empty() ? std::vector<TeamUid>{} : context.directory().TeamsOf(person, DayOf(time));
}

bool ShareATeam(const Context& context, const Party& a, const Party& b, absl::Time time) {
  const std::vector<TeamUid> teams = TeamsOf(context, a, time), others = TeamsOf(context, b, time);
  return std::any_of(teams.begin(), teams.end(),
                     [&](TeamUid team) { return std::find(others.begin(), others.end(), team) != others.end(); });
}

const Fact* CommentNear(const Context& context, const Fact& assigned, absl::Duration window) {
  const Facts& facts = context.own().facts;
  auto place =
      std::partition_point(facts.begin(), facts.end(), [&](const Fact* fact) { return fact->occur_time < assigned.occur_time - window; });
  for (; place != facts.end() && (*place)->occur_time <= assigned.occur_time + window; ++place) {
    if ((*place)->kind != FactKind::kCommented || (*place)->automation) continue;
    if (IsSame(context, (*place)->actor, assigned.actor)) return *place;
  }
  return nullptr;
}

// Whether the later assignment gives the ticket back to whoever passed it on, or to their team.
bool GivesBack(const Context& context, const Act& act, const Fact& assigned) {
  if (act.undo.fact != nullptr || assigned.occur_time <= act.fact->occur_time) return false;
  const absl::Duration hold = context.policies().At(act.fact->occur_time).rule(act.kind).hold;
  if (assigned.occur_time > act.fact->occur_time + hold) return false;
  return IsSame(context, assigned.target, act.fact->actor) || ShareATeam(context, assigned.target, act.fact->actor, act.fact->occur_time);
}

// Assignments by machines, to oneself, to an account that stands for a team, or within one team pass nothing on.
bool PassesOn(const Context& context, const Fact& assigned, const Policy& policy) {
  if (RefusedAsHelper(context, assigned.actor, policy, assigned.automation)) return false;
  if (RefusedAsHelper(context, assigned.target, policy, false)) return false;
  return !IsSame(context, assigned.actor, assigned.target) && !ShareATeam(context, assigned.actor, assigned.target, assigned.occur_time);
}

// An unknown receiver may belong to the same team: it waits.
bool ParkedForReceiver(Context& context, const Fact& assigned, const Act& act) {
  if (!TeamsOf(context, assigned.target, assigned.occur_time).empty()) return false;
  if (IsSame(context, assigned.actor, act.asker)) return false;  // it earns nothing anyway
  const PersonUid person = context.directory().PersonOf(assigned.target.account);
  Reason reason = person.empty() ? Reason{ReasonCode::kUnknownAccount, {{"account", assigned.target.account.ToText()}}}
                                 : Reason{ReasonCode::kNoTeam, {{"person", person.ToText()}, {"time", TimeText(assigned.occur_time)}}};
  context.Say(assigned.key, Outcome::kParked, std::move(reason));
  return true;
}

Act ActOf(const Context& context, const Fact& assigned, const Fact& comment) {
  Act act;
  act.kind = DeedKind::kHandedOver;
  act.fact = &assigned;
  act.thing = PlacedFact(context.own(), assigned);
  act.told_of = {assigned.key};
  act.helpers = {assigned.actor};
  act.asker = AskerOf(context.own(), assigned);
  act.code = ReasonCode::kHandedOverWithContext;
  const PersonUid target = context.directory().PersonOf(assigned.target.account);
  if (!target.empty()) act.parameters = {{"target", target.ToText()}};
  act.evidence = {comment.key};
  return act;
}

void JudgeAssignment(Context& context, const Fact& assigned, std::vector<Act>& acts) {
  for (Act& act : acts) {
    if (!GivesBack(context, act, assigned)) continue;
    act.undo = {&assigned, ReasonCode::kHandedBack};
    return;
  }
  const Policy& policy = context.policies().At(assigned.occur_time);
  if (!PassesOn(context, assigned, policy)) return;
  const Fact* comment = CommentNear(context, assigned, policy.handover_window);
  if (comment == nullptr) {
    const bool known =
        !TeamsOf(context, assigned.target, assigned.occur_time).empty() && !TeamsOf(context, assigned.actor, assigned.occur_time).empty();
    if (known) {
      context.Say(assigned.key, Outcome::kContext,
                  {ReasonCode::kWaitsForComment, {{"minutes", NumberText(absl::ToInt64Minutes(policy.handover_window))}}});
    }
    return;
  }
  Act act = ActOf(context, assigned, *comment);
  if (ParkedForReceiver(context, assigned, act)) return;
  acts.push_back(std::move(act));
}

}  // namespace

void JudgeHandOvers(Context& context) {
  std::vector<Act> acts;
  for (const Fact* fact : context.own().facts) {
    if (fact->kind == FactKind::kAssigned) JudgeAssignment(context, *fact, acts);
  }
  JudgeActs(context, acts);
  for (const Act& act : acts) {
    const auto said = context.verdict().facts.find(act.fact->key);
    if (said->second.outcome != Outcome::kCounted) continue;
    context.Say(act.evidence.front(), Outcome::kContext, {ReasonCode::kEvidenceOfHandover, {}});
  }
}

}  // namespace comity::domain::judging
