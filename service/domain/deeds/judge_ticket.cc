// The story of one ticket's closings: which resolution counts as done, who solved it, and what was undone in time.
#include <algorithm>

#include "service/domain/deeds/judge_act.h"

namespace comity::domain::judging {
namespace {

bool IsTicketFact(const Fact& fact, FactKind kind) {
  return fact.kind == kind && (fact.subject_kind == SubjectKind::kIssue || fact.subject_kind == SubjectKind::kNone);
}

std::string Lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

// Why this close is no resolution; nothing if it counts as done. No reason given = done.
std::optional<Reason> NotDone(const Fact& fact, const Policy& policy) {
  switch (fact.resolution) {
    case Resolution::kNone:
    case Resolution::kDone:
      return std::nullopt;
    case Resolution::kWontDo:
      return Reason{ReasonCode::kWontDo, {}};
    case Resolution::kDuplicate:
      return Reason{ReasonCode::kDuplicate, {}};
    case Resolution::kCancelled:
      return Reason{ReasonCode::kCancelled, {}};
    case Resolution::kMoved:
      return Reason{ReasonCode::kMoved, {}};
    case Resolution::kUnknown:
      break;
  }
  const auto& done = policy.done_resolutions;
  if (std::find(done.begin(), done.end(), Lower(fact.resolution_text)) != done.end()) return std::nullopt;
  return Reason{ReasonCode::kUnknownResolution, {{"resolution", fact.resolution_text}}};
}

struct ClosingChange {
  const Fact* merge;
  Party author;
  std::vector<EventKey> evidence;
};

// Changes merged into the default branch about when the ticket was closed, that name it by a closing keyword.
std::vector<ClosingChange> ClosingChanges(const Context& context, const History& ticket, const Fact& closed, const Policy& policy) {
  std::vector<ClosingChange> changes;
  for (const auto& [subject, change] : context.related()) {
    ClosingChange found{nullptr, {}, {}};
    for (const Fact* fact : change.facts) {
      if (ticket.IsNamedBy(*fact, LinkKind::kCloses)) found.evidence.push_back(fact->key);
      if (fact->author.present() && !found.author.present()) found.author = fact->author;
      const absl::Duration apart = absl::AbsDuration(closed.occur_time - fact->occur_time);
      if (fact->kind == FactKind::kChangeMerged && fact->default_branch && apart <= policy.closed_by_change) found.merge = fact;
    }
    if (found.merge == nullptr || found.evidence.empty()) continue;
    if (found.merge->author.present()) found.author = found.merge->author;
    found.evidence.push_back(found.merge->key);
    changes.push_back(std::move(found));
  }
  std::sort(changes.begin(), changes.end(), [](const ClosingChange& a, const ClosingChange& b) { return a.merge->key < b.merge->key; });
  return changes;
}

// What somebody did about the ticket beside closing it: comments, and changes that name it.
void ForEachOtherAct(const Context& context, const History& ticket, const auto& function) {
  for (const Fact* fact : ticket.facts) {
    if (fact->kind == FactKind::kCommented && !fact->automation) function(fact->actor, *fact);
  }
  for (const auto& [subject, change] : context.related()) {
    for (const Fact* fact : change.facts) {
      if (!ticket.IsNamedBy(*fact, LinkKind::kCloses) && !ticket.IsNamedBy(*fact, LinkKind::kMentions)) continue;
      function(fact->author.present() ? fact->author : fact->actor, *fact);
    }
  }
}

// Assignees who commented or linked a change between assignment and closing; nobody is added for having been assigned alone.
void AddAssigneesWhoActed(const Context& context, const History& ticket, TicketResolution& resolution) {
  const absl::Time closed = resolution.fact->occur_time;
  const Policy& policy = context.policies().At(closed);
  std::set<AccountUid> seen;  // the earliest assignment covers every act after a later one
  for (const Fact* assigned : ticket.facts) {
    if (assigned->kind != FactKind::kAssigned || assigned->occur_time > closed) continue;
    if (IsSame(context, assigned->target, resolution.helpers.front()) || !seen.insert(assigned->target.account).second) continue;
    if (RefusedAsHelper(context, assigned->target, policy, false)) continue;
    std::vector<EventKey> acts;
    ForEachOtherAct(context, ticket, [&](const Party& who, const Fact& act) {
      const bool between = act.occur_time >= assigned->occur_time && act.occur_time <= closed;
      if (between && IsSame(context, who, assigned->target)) acts.push_back(act.key);
    });
    if (acts.empty()) continue;
    resolution.helpers.push_back(assigned->target);
    resolution.evidence.push_back(assigned->key);
    resolution.evidence.insert(resolution.evidence.end(), acts.begin(), acts.end());
    resolution.code = ReasonCode::kResolvedWithAssignees;
  }
}

// Closing is not solving: somebody known only to have closed it waits for the asker's yes.
bool ActedOtherwise(const Context& context, const History& ticket, const Party& closer, std::vector<EventKey>& evidence) {
  bool acted = false;
  const auto note = [&](const Fact& fact) {
    acted = true;
    evidence.push_back(fact.key);
  };
  for (const Fact* fact : ticket.facts) {
    if (fact->kind != FactKind::kAssigned) continue;
    if (IsSame(context, fact->target, closer) || IsSame(context, fact->actor, closer)) note(*fact);
  }
  ForEachOtherAct(context, ticket, [&](const Party& who, const Fact& fact) {
    if (IsSame(context, who, closer)) note(fact);
  });
  return acted;
}

bool ClosedInBulk(const Context& context, const Fact& closed, const Policy& policy) {
  if (!closed.actor.present()) return false;
  const std::pair window{closed.actor.account, BulkWindowOf(closed.occur_time, policy.bulk_window)};
  const auto& windows = context.input().bulk_windows;
  return std::find(windows.begin(), windows.end(), window) != windows.end();
}

void FindHelpers(const Context& context, const History& ticket, const Policy& policy, TicketResolution& resolution) {
  const Fact& closed = *resolution.fact;
  const std::vector<ClosingChange> changes = ClosingChanges(context, ticket, closed, policy);
  for (const ClosingChange& change : changes) {
    resolution.helpers.push_back(change.author);
    resolution.evidence.insert(resolution.evidence.end(), change.evidence.begin(), change.evidence.end());
  }
  if (!changes.empty()) {
    resolution.code = ReasonCode::kResolvedByChange;
    if (closed.actor.present() && !IsSame(context, closed.actor, resolution.helpers.front())) {
      Reason step{ReasonCode::kClosedByChangeOfOthers, {}};
      const PersonUid author = context.directory().PersonOf(resolution.helpers.front().account);
      if (!author.empty()) step.parameters.emplace_back("author", author.ToText());
      AddWho(context, closed.actor, step.parameters);
      resolution.more_steps.push_back(std::move(step));
    }
    return;
  }
  resolution.code = ReasonCode::kResolvedByCloser;
  resolution.helpers.push_back(closed.actor);
  if (!ActedOtherwise(context, ticket, closed.actor, resolution.evidence)) {
    resolution.waits = Reason{ReasonCode::kClosedWithoutOtherAct, {}};
    resolution.waits_for_closer = closed.actor;
    AddWho(context, closed.actor, resolution.waits->parameters);
  }
  AddAssigneesWhoActed(context, ticket, resolution);
}

void FindReasonToWait(const Context& context, const Policy& policy, const Party& asker, TicketResolution& resolution) {
  if (ClosedInBulk(context, *resolution.fact, policy)) {
    resolution.waits = Reason{ReasonCode::kBulk, {}};
    resolution.waits_for_closer = {};
    AddWho(context, resolution.fact->actor, resolution.waits->parameters);
    resolution.waits->parameters.emplace_back("limit", NumberText(policy.bulk_limit));
    resolution.waits->parameters.emplace_back("minutes", NumberText(absl::ToInt64Minutes(policy.bulk_window)));
  }
  const PersonUid person = context.directory().PersonOf(asker.account);
  if (resolution.waits && !person.empty()) resolution.waits->parameters.emplace_back("asker", person.ToText());
}

// Reads the transitions in order; `standing_` is the resolution that nothing has undone yet.
class Reader {
 public:
  Reader(const Context& context, const History& ticket, DeedKind hold_of) : context_(context), ticket_(ticket), hold_of_(hold_of) {}

  TicketHistory Read() && {
    for (const Fact* fact : ticket_.facts) {
      if (fact->kind == FactKind::kReopened) {
        Reopened(*fact);
      } else if (IsTicketFact(*fact, FactKind::kResolved)) {
        Resolved(*fact);
      } else if (fact->kind == FactKind::kResolved) {
        Say(*fact, Outcome::kNotCounted, {ReasonCode::kNoRule, {}});
      }
    }
    return std::move(story_);
  }

 private:
  void Reopened(const Fact& fact) {
    if (standing_ < 0) return Say(fact, Outcome::kContext, {ReasonCode::kNothingToUndo, {}});
    if (!TakeBack(fact, ReasonCode::kReopened)) Say(fact, Outcome::kContext, TooLate());
    standing_ = -1;
  }

  void Resolved(const Fact& fact) {
    const Policy& policy = context_.policies().At(fact.occur_time);
    TicketResolution resolution;
    resolution.fact = &fact;
    const std::optional<Reason> not_done = NotDone(fact, policy);
    if (!not_done) FindHelpers(context_, ticket_, policy, resolution);
    const bool by_change = resolution.code == ReasonCode::kResolvedByChange;
    std::optional<Reason> refused = by_change ? std::nullopt : RefusedAsHelper(context_, fact.actor, policy, fact.automation);
    if (not_done) {
      if (standing_ >= 0) TakeBack(fact, ReasonCode::kClosedAgainWithOtherReason);
      standing_ = -1;
      Say(fact, Outcome::kNotCounted, refused ? *std::move(refused) : *not_done);  // what it undid, if it did, is said over this
    } else if (refused) {
      Say(fact, Outcome::kNotCounted, *std::move(refused));
    } else if (standing_ >= 0) {
      Say(fact, Outcome::kNotCounted, {ReasonCode::kRepeated, {}});
    } else {
      FindReasonToWait(context_, policy, AskerOf(ticket_, fact), resolution);
      standing_ = static_cast<int>(story_.resolutions.size());
      story_.resolutions.push_back(std::move(resolution));
    }
  }

  absl::Duration Hold() const { return context_.policies().At(story_.resolutions[standing_].fact->occur_time).rule(hold_of_).hold; }

  // Whether `fact` undoes what stands in time; else it came too late.
  bool TakeBack(const Fact& fact, ReasonCode code) {
    TicketResolution& resolution = story_.resolutions[standing_];
    if (fact.occur_time > resolution.fact->occur_time && fact.occur_time <= resolution.fact->occur_time + Hold()) {
      resolution.undo = {&fact, code};
      return true;
    }
    resolution.late = true;
    return false;
  }

  Reason TooLate() const {
    return {
        ReasonCode::kUndoTooLate,
        {{"hours", NumberText(absl::ToInt64Hours(Hold()))}, {"until", TimeText(story_.resolutions[standing_].fact->occur_time + Hold())}}};
  }

  void Say(const Fact& fact, Outcome outcome, Reason reason) {
    story_.said.emplace_back(fact.key, FactVerdict{outcome, std::move(reason), std::nullopt});
  }

  const Context& context_;
  const History& ticket_;
  const DeedKind hold_of_;
  TicketHistory story_;
  int standing_ = -1;
};

}  // namespace

TicketHistory ResolutionsOf(const Context& context, const History& ticket, DeedKind hold_of) {
  return Reader(context, ticket, hold_of).Read();
}

}  // namespace comity::domain::judging
