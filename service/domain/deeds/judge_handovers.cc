// HANDED_OVER: a ticket passed on to another team with context: a comment by the same person close to it.
#include <algorithm>
#include <deque>
#include <map>
#include <set>

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

// People's comments by who wrote them, in order of time.
class Comments {
 public:
  explicit Comments(const Context& context) : context_(context) {
    for (const Fact* fact : context.own().facts) {
      if (fact->kind != FactKind::kCommented || fact->automation || !fact->actor.present()) continue;
      comments_[IdentityOf(context, fact->actor)].push_back(fact);
    }
  }
  // The first one by whoever assigned, at most `window` before or after.
  const Fact* Near(const Fact& assigned, absl::Duration window) const {
    const auto found = comments_.find(IdentityOf(context_, assigned.actor));
    if (!assigned.actor.present() || found == comments_.end()) return nullptr;
    const auto first = std::partition_point(found->second.begin(), found->second.end(),
                                            [&](const Fact* fact) { return fact->occur_time < assigned.occur_time - window; });
    return first == found->second.end() || (*first)->occur_time > assigned.occur_time + window ? nullptr : *first;
  }

 private:
  const Context& context_;
  std::map<Identity, Facts> comments_;
};

// Acts that a later assignment may still give back, by the day they were done on and by who, or whose team, would get the ticket back.
class OpenActs {
 public:
  explicit OpenActs(const Context& context) : context_(context) {}

  void Add(size_t index, const Act& act) {
    Day& day = days_[act.fact->key.day];
    const absl::Time end = act.fact->occur_time + context_.policies().At(act.fact->occur_time).rule(act.kind).hold;
    day.end = std::max(day.end, end);
    const Entry entry{index, act.fact->occur_time, end};
    day.by_actor[IdentityOf(context_, act.fact->actor)].push_back(entry);
    for (const TeamUid team : TeamsOf(context_, act.fact->actor, act.fact->occur_time)) day.by_team[team].push_back(entry);
  }

  // The first act that this assignment gives back to whoever passed it on, or to their team, in time; each is given back once.
  std::optional<size_t> TakeGivenBack(const Fact& assigned) {
    if (!assigned.target.present()) return std::nullopt;
    std::erase_if(days_, [&](const auto& day) { return day.second.end < assigned.occur_time; });
    std::optional<size_t> first;
    const auto look = [&](auto& queues, const auto& key) {
      const auto queue = queues.find(key);
      if (queue == queues.end()) return;
      std::deque<Entry>& entries = queue->second;
      while (!entries.empty() && (taken_.contains(entries.front().index) || entries.front().end < assigned.occur_time)) entries.pop_front();
      if (entries.empty() || entries.front().time >= assigned.occur_time) return;
      if (!first || entries.front().index < *first) first = entries.front().index;
    };
    for (auto& [number, day] : days_) {
      look(day.by_actor, IdentityOf(context_, assigned.target));
      for (const TeamUid team : TeamsOf(context_, assigned.target, absl::FromCivil(DayFromNumber(number), absl::UTCTimeZone()))) {
        look(day.by_team, team);
      }
    }
    if (first) taken_.insert(*first);
    return first;
  }

 private:
  struct Entry {
    size_t index;
    absl::Time time, end;
  };
  struct Day {
    absl::Time end = absl::InfinitePast();
    std::map<Identity, std::deque<Entry>> by_actor;
    std::map<TeamUid, std::deque<Entry>> by_team;
  };
  const Context& context_;
  std::map<int32_t, Day> days_;
  std::set<size_t> taken_;
};

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
  if (IsErasedAccount(assigned.target.account)) {
    context.Say(assigned.key, Outcome::kParked, {ReasonCode::kErasedAccount, {}});
    return true;
  }
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

struct HandOvers {
  explicit HandOvers(const Context& context) : comments(context), open(context) {}
  const Comments comments;
  OpenActs open;
  std::vector<Act> acts;
};

void JudgeAssignment(Context& context, const Fact& assigned, HandOvers& found) {
  if (const std::optional<size_t> given_back = found.open.TakeGivenBack(assigned)) {
    found.acts[*given_back].undo = {&assigned, ReasonCode::kHandedBack};
    return;
  }
  const Policy& policy = context.policies().At(assigned.occur_time);
  if (!PassesOn(context, assigned, policy)) return;
  const Fact* comment = found.comments.Near(assigned, policy.handover_window);
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
  found.open.Add(found.acts.size(), act);
  found.acts.push_back(std::move(act));
}

}  // namespace

void JudgeHandOvers(Context& context) {
  HandOvers found(context);
  for (const Fact* fact : context.own().facts) {
    if (fact->kind == FactKind::kAssigned) JudgeAssignment(context, *fact, found);
  }
  JudgeActs(context, found.acts);
  for (const Act& act : found.acts) {
    const auto said = context.verdict().facts.find(act.fact->key);
    if (said->second.outcome != Outcome::kCounted) continue;
    context.Say(act.evidence.front(), Outcome::kContext, {ReasonCode::kEvidenceOfHandover, {}});
  }
}

}  // namespace comity::domain::judging
