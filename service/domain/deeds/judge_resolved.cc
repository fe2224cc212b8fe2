// RESOLVED: one deed per episode of a ticket.
#include <algorithm>

#include "service/domain/deeds/judge_act.h"

namespace comity::domain::judging {
namespace {

// What earlier resolutions that outlived their hold left behind.
struct Earlier {
  int32_t outlived = 0;
  std::set<PersonUid> people;
  std::set<AccountUid> accounts;
};

Act ActOf(const Context& context, const TicketResolution& resolution, const Earlier& earlier) {
  Act act;
  act.kind = DeedKind::kResolved;
  act.fact = resolution.fact;
  act.thing = PlacedFact(context.own(), *resolution.fact);
  act.told_of = {resolution.fact->key};
  act.helpers = resolution.helpers;
  act.asker = AskerOf(context.own(), *resolution.fact);
  act.code = resolution.code;
  act.waits = resolution.waits;
  act.waits_for_closer = resolution.waits_for_closer;
  act.undo = resolution.undo;
  act.evidence = resolution.evidence;
  act.more_steps = resolution.more_steps;
  act.credited = earlier.people;
  act.credited_accounts = earlier.accounts;
  return act;
}

void TellUndone(Context& context, const Act& act, const Assessment& assessment, const std::optional<Deed>& deed) {
  if (assessment.outcome == Outcome::kNotCounted) {
    context.Say(act.fact->key, Outcome::kNotCounted, assessment.reason);
    // Nothing had been given, so nothing was taken back; a close for another reason has said its own.
    if (act.undo.code == ReasonCode::kReopened) context.Say(act.undo.fact->key, Outcome::kContext, {ReasonCode::kNothingToUndo, {}});
    return;
  }
  const Reason reason = ReasonOfUndo(context, act);
  const std::optional<DeedHash> hash = deed ? std::optional(deed->key.Hash()) : std::nullopt;
  context.Say(act.fact->key, Outcome::kNotCounted, reason, hash);
  context.Say(act.undo.fact->key, Outcome::kUndo, reason, hash);
}

void TellStanding(Context& context, const Act& act, const Assessment& assessment, const std::optional<Deed>& deed) {
  if (deed) {
    context.Say(act.fact->key, Outcome::kCounted, deed->because, deed->key.Hash());
    for (const EventKey& evidence : deed->evidence) {
      const auto own = context.verdict().facts.find(evidence);
      if (own == context.verdict().facts.end() || own->second.outcome != Outcome::kContext) continue;
      if (own->second.reason.code != ReasonCode::kContext) continue;
      context.Say(evidence, Outcome::kContext, EvidenceOfResolution(context));
    }
  } else {
    context.Say(act.fact->key, assessment.outcome, assessment.reason);
  }
}

}  // namespace

void JudgeResolutions(Context& context) {
  TicketHistory story = ResolutionsOf(context, context.own(), DeedKind::kResolved);
  for (auto& [key, said] : story.said) context.Say(key, said.outcome, std::move(said.reason));
  std::map<int32_t, Deed> episodes;
  Earlier earlier;
  absl::Time last_undo = absl::InfinitePast();
  for (const TicketResolution& resolution : story.resolutions) {
    Act act = ActOf(context, resolution, earlier);
    act.confirmed_after = last_undo;
    const DeedKey key{context.input().subject, DeedKind::kResolved, earlier.outlived, {}};
    Assessment assessment = Assess(context, act, nullptr);
    std::optional<Deed> deed = MakeDeed(context, key, act, assessment);
    if (act.undo.fact != nullptr) {
      last_undo = act.undo.fact->occur_time;
      TellUndone(context, act, assessment, deed);
    } else {
      TellStanding(context, act, assessment, deed);
      if (assessment.outcome == Outcome::kCounted || assessment.outcome == Outcome::kInternal) PostInternal(context, act, assessment);
    }
    if (resolution.late) {
      ++earlier.outlived;
      last_undo = absl::InfinitePast();
      for (const Line& line : deed ? deed->lines : std::vector<Line>{}) {
        if (!line.person.empty()) earlier.people.insert(line.person);
        if (!line.account.empty()) earlier.accounts.insert(line.account);
      }
    }
    if (deed) episodes[key.episode] = *std::move(deed);
  }
  for (auto& [episode, deed] : episodes) context.verdict().deeds.push_back(std::move(deed));
}

}  // namespace comity::domain::judging
