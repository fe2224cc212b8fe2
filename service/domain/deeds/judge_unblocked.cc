// UNBLOCKED: who resolved what an open ticket was waiting for helped whoever had reported that ticket.
#include <algorithm>

#include "service/domain/deeds/judge_act.h"

namespace comity::domain::judging {
namespace {

// Whether the subject's own ticket was open just before that instant.
bool WasOpen(const History& ticket, absl::Time time) {
  bool open = true;
  for (const Fact* fact : ticket.facts) {
    if (fact->occur_time >= time) break;
    if (fact->kind == FactKind::kResolved) open = false;
    if (fact->kind == FactKind::kReopened) open = true;
  }
  return open;
}

// One stretch of waiting for one blocker.
struct Wait {
  const Fact* blocked;
  const History* blocker;
  SubjectRef name;  // as the link had it
  absl::Time end = absl::InfiniteFuture();
  std::vector<EventKey> told_of;
};

const History* FindBlocker(const Context& context, SubjectRef name) {
  for (const auto& [subject, history] : context.related()) {
    if (history.names.contains(name)) return &history;
  }
  return nullptr;
}

std::vector<Wait> WaitsOf(const Context& context) {
  std::vector<Wait> waits;
  for (const Fact* fact : context.own().facts) {
    for (const FactLink& link : fact->links) {
      if (link.kind != LinkKind::kBlockedBy) continue;
      const History* blocker = FindBlocker(context, link.target);
      const auto open = std::find_if(waits.begin(), waits.end(), [&](const Wait& wait) {
        return wait.end == absl::InfiniteFuture() && (wait.name == link.target || (blocker != nullptr && wait.blocker == blocker));
      });
      if (fact->kind == FactKind::kBlocked && open == waits.end() && blocker != nullptr) {
        waits.push_back({fact, blocker, link.target, absl::InfiniteFuture(), {fact->key}});
      } else if (fact->kind == FactKind::kUnblocked && open != waits.end()) {
        open->end = fact->occur_time;
        open->told_of.push_back(fact->key);
      }
    }
  }
  return waits;
}

Act ActOf(const Context& context, const Wait& wait, const TicketResolution& resolution, const Party& helper) {
  Act act;
  act.kind = DeedKind::kUnblocked;
  act.fact = resolution.fact;
  act.thing = PlacedFact(context.own(), *wait.blocked);
  act.told_of = wait.told_of;
  act.helpers = {helper};
  act.asker = AskerOf(context.own(), *wait.blocked);
  act.code = ReasonCode::kUnblockedByResolution;
  act.parameters = {{"blocker", resolution.fact->subject.ToText()}};
  act.waits = resolution.waits;
  act.waits_for_closer = resolution.waits_for_closer;
  if (act.waits) {
    std::erase_if(act.waits->parameters, [](const auto& parameter) { return parameter.first == "asker"; });
    const PersonUid asker = context.directory().PersonOf(act.asker.account);
    if (!asker.empty()) act.waits->parameters.emplace_back("asker", asker.ToText());
  }
  act.undo = resolution.undo;
  act.evidence = resolution.evidence;
  act.evidence.insert(act.evidence.end(), wait.told_of.begin(), wait.told_of.end());
  return act;
}

}  // namespace

void JudgeUnblocked(Context& context) {
  std::vector<Act> acts;
  for (const Wait& wait : WaitsOf(context)) {
    const TicketHistory story = ResolutionsOf(context, *wait.blocker, DeedKind::kUnblocked);
    for (const TicketResolution& resolution : story.resolutions) {
      const absl::Time time = resolution.fact->occur_time;
      if (time < wait.blocked->occur_time || time > wait.end || !WasOpen(context.own(), time)) continue;
      for (const Party& helper : resolution.helpers) {
        const bool twice = std::any_of(acts.begin(), acts.end(), [&](const Act& act) {
          return act.fact == resolution.fact && act.told_of == wait.told_of && IsSame(context, act.helpers.front(), helper);
        });
        if (!twice) acts.push_back(ActOf(context, wait, resolution, helper));
      }
      if (resolution.undo.fact == nullptr) break;  // from here on the ticket no longer waits for it
    }
  }
  std::stable_sort(acts.begin(), acts.end(), [](const Act& a, const Act& b) {
    return std::tie(a.fact->occur_time, a.fact->key) < std::tie(b.fact->occur_time, b.fact->key);
  });
  JudgeActs(context, acts);
}

}  // namespace comity::domain::judging
