// The story of one ticket's closings: which resolution counts as done, who solved it, and what was undone in time.
#include <algorithm>
#include <map>
#include <tuple>

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
  const Fact* revert;  // the first after it, if there is one
  Party author;
  std::vector<EventKey> evidence;
};

// What a deed names of one person's acts at most: the earliest, enough to see that they acted.
constexpr size_t kMaxActsNamed = 100;

// Everything that finding helpers looks up, gathered once: a ticket can have thousands of comments, assignments and closings, and their
// product must not be walked.
class TicketActs {
 public:
  TicketActs(const Context& context, const History& ticket) : context_(context) {
    for (const Fact* fact : ticket.facts) {
      if (fact->kind == FactKind::kCommented && !fact->automation) AddAct(fact->actor, *fact);
      if (fact->kind == FactKind::kAssigned) AddAssignment(*fact);
    }
    for (const auto& [subject, change] : context.related()) AddChange(ticket, change);
    for (auto& [who, acts] : acts_) std::sort(acts.begin(), acts.end());
    std::erase_if(assignments_, [&](const Fact* fact) { return !acts_.contains(IdentityOf(context, fact->target)); });
    std::sort(merges_.begin(), merges_.end(), [](const Merge& a, const Merge& b) {
      return std::tie(a.fact->occur_time, a.fact->key) < std::tie(b.fact->occur_time, b.fact->key);
    });
  }

  // Changes merged into the default branch about when the ticket was closed, that name it by a closing keyword; not those that were
  // reverted by then.
  std::vector<ClosingChange> ClosingChanges(const Fact& closed, const Policy& policy) const {
    std::map<size_t, const Merge*> last;
    const auto early = [&](const Merge& merge) { return merge.fact->occur_time < closed.occur_time - policy.closed_by_change; };
    auto place = std::partition_point(merges_.begin(), merges_.end(), early);
    for (; place != merges_.end() && place->fact->occur_time <= closed.occur_time + policy.closed_by_change; ++place) {
      const bool gone = place->revert != nullptr && place->revert->occur_time <= closed.occur_time;
      if (!gone) last[place->change] = &*place;
    }
    std::vector<ClosingChange> changes;
    for (const auto& [index, merge] : last) {
      ClosingChange& change = changes.emplace_back(ClosingChange{merge->fact, merge->revert, authors_[index], evidence_[index]});
      if (merge->fact->author.present()) change.author = merge->fact->author;
      change.evidence.push_back(merge->fact->key);
    }
    std::sort(changes.begin(), changes.end(), [](const ClosingChange& a, const ClosingChange& b) { return a.merge->key < b.merge->key; });
    return changes;
  }

  // The first assignment of each account that ever was assigned, in order; of those who did something about the ticket.
  const Facts& assignments() const { return assignments_; }

  // What somebody did about the ticket in that time beside closing it: comments, and changes that name it.
  std::vector<EventKey> ActsOf(const Party& who, absl::Time from, absl::Time until) const {
    std::vector<EventKey> found;
    const auto acts = acts_.find(IdentityOf(context_, who));
    if (!who.present() || acts == acts_.end()) return found;
    auto act = std::partition_point(acts->second.begin(), acts->second.end(), [&](const auto& other) { return other.first < from; });
    for (; act != acts->second.end() && act->first <= until && found.size() < kMaxActsNamed; ++act) found.push_back(act->second);
    return found;
  }

  // Assignments by or to somebody.
  std::vector<EventKey> AssignmentsOf(const Party& who) const {
    const auto found = assigned_.find(IdentityOf(context_, who));
    return !who.present() || found == assigned_.end() ? std::vector<EventKey>() : found->second;
  }

 private:
  struct Merge {
    const Fact* fact;
    const Fact* revert;  // the first after it
    size_t change;
  };

  void AddAct(const Party& who, const Fact& fact) {
    if (who.present()) acts_[IdentityOf(context_, who)].emplace_back(fact.occur_time, fact.key);
  }
  void AddAssignment(const Fact& fact) {
    for (const Party* party : {&fact.target, &fact.actor}) {
      if (!party->present()) continue;
      std::vector<EventKey>& named = assigned_[IdentityOf(context_, *party)];
      if (named.size() < kMaxActsNamed) named.push_back(fact.key);
    }
    if (assignees_.insert(fact.target.account).second) assignments_.push_back(&fact);
  }
  void AddChange(const History& ticket, const History& change) {
    std::vector<EventKey> evidence;
    Party author;
    Facts merges, reverts;
    for (const Fact* fact : change.facts) {
      const bool closes = ticket.IsNamedBy(*fact, LinkKind::kCloses);
      if (closes && evidence.size() < kMaxActsNamed) evidence.push_back(fact->key);
      if (fact->author.present() && !author.present()) author = fact->author;
      if (fact->kind == FactKind::kChangeMerged && fact->default_branch) merges.push_back(fact);
      if (RevertsChange(*fact)) reverts.push_back(fact);
      if (closes || ticket.IsNamedBy(*fact, LinkKind::kMentions)) AddAct(fact->author.present() ? fact->author : fact->actor, *fact);
    }
    if (evidence.empty()) return;
    for (const Fact* merge : merges) {
      const auto revert =
          std::partition_point(reverts.begin(), reverts.end(), [&](const Fact* fact) { return fact->occur_time <= merge->occur_time; });
      merges_.push_back({merge, revert == reverts.end() ? nullptr : *revert, evidence_.size()});
    }
    evidence_.push_back(std::move(evidence));
    authors_.push_back(author);
  }

  const Context& context_;
  std::map<Identity, std::vector<std::pair<absl::Time, EventKey>>> acts_;
  std::map<Identity, std::vector<EventKey>> assigned_;
  Facts assignments_;
  std::set<AccountUid> assignees_;
  std::vector<Merge> merges_;                    // in order of time
  std::vector<std::vector<EventKey>> evidence_;  // by change, of those with a closing link
  std::vector<Party> authors_;
};

void Append(const std::vector<EventKey>& keys, std::vector<EventKey>& to) { to.insert(to.end(), keys.begin(), keys.end()); }

// Assignees who commented or linked a change between assignment and closing; nobody is added for having been assigned alone.
void AddAssigneesWhoActed(const Context& context, const TicketActs& ticket, TicketResolution& resolution) {
  const absl::Time closed = resolution.fact->occur_time;
  const Policy& policy = context.policies().At(closed);
  for (const Fact* assigned : ticket.assignments()) {  // the earliest assignment covers every act after a later one
    if (assigned->occur_time > closed) break;
    if (IsSame(context, assigned->target, resolution.helpers.front())) continue;
    if (RefusedAsHelper(context, assigned->target, policy, false)) continue;
    const std::vector<EventKey> acts = ticket.ActsOf(assigned->target, assigned->occur_time, closed);
    if (acts.empty()) continue;
    resolution.helpers.push_back(assigned->target);
    resolution.evidence.push_back(assigned->key);
    Append(acts, resolution.evidence);
    resolution.code = ReasonCode::kResolvedWithAssignees;
  }
}

// Closing is not solving: somebody known only to have closed it waits for the asker's yes.
bool ActedOtherwise(const TicketActs& ticket, const Party& closer, std::vector<EventKey>& evidence) {
  const std::vector<EventKey> assignments = ticket.AssignmentsOf(closer);
  const std::vector<EventKey> acts = ticket.ActsOf(closer, absl::InfinitePast(), absl::InfiniteFuture());
  Append(assignments, evidence);
  Append(acts, evidence);
  return !assignments.empty() || !acts.empty();
}

bool ClosedInBulk(const Context& context, const Fact& closed, const Policy& policy) {
  if (!closed.actor.present()) return false;
  const std::pair window{closed.actor.account, BulkWindowOf(closed.occur_time, policy.bulk_window)};
  const auto& windows = context.input().bulk_windows;
  return std::find(windows.begin(), windows.end(), window) != windows.end();
}

// The revert with which the last of the changes was gone; nullptr while one is still there.
const Fact* LastRevert(const std::vector<ClosingChange>& changes) {
  const Fact* last = nullptr;
  for (const ClosingChange& change : changes) {
    if (change.revert == nullptr) return nullptr;
    const auto when = [](const Fact* fact) { return std::tie(fact->occur_time, fact->key); };
    if (last == nullptr || when(last) < when(change.revert)) last = change.revert;
  }
  return last;
}

void FindHelpers(const Context& context, const TicketActs& ticket, const Policy& policy, TicketResolution& resolution) {
  const Fact& closed = *resolution.fact;
  const std::vector<ClosingChange> changes = ticket.ClosingChanges(closed, policy);
  for (const ClosingChange& change : changes) {
    resolution.helpers.push_back(change.author);
    resolution.evidence.insert(resolution.evidence.end(), change.evidence.begin(), change.evidence.end());
  }
  if (!changes.empty()) {
    resolution.code = ReasonCode::kResolvedByChange;
    resolution.revert = LastRevert(changes);
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
  if (!ActedOtherwise(ticket, closed.actor, resolution.evidence)) {
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
      TakeBackWithChanges(fact->occur_time);
      if (fact->kind == FactKind::kReopened) {
        Reopened(*fact);
      } else if (IsTicketFact(*fact, FactKind::kResolved)) {
        Resolved(*fact);
      } else if (fact->kind == FactKind::kResolved) {
        Say(*fact, Outcome::kNotCounted, {ReasonCode::kNoRule, {}});
      }
    }
    TakeBackWithChanges(absl::InfiniteFuture());
    return std::move(story_);
  }

 private:
  // If every change that closed the ticket is gone by then, so is what they gave. Too late a revert changes nothing here: the ticket stays
  // closed until somebody opens it.
  void TakeBackWithChanges(absl::Time by) {
    const Fact* revert = standing_ < 0 ? nullptr : story_.resolutions[standing_].revert;
    if (revert == nullptr || revert->occur_time > by || !InTime(*revert)) return;
    story_.resolutions[standing_].undo = {revert, ReasonCode::kChangeReverted};
    standing_ = -1;
  }

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
    if (!not_done) FindHelpers(context_, Acts(), policy, resolution);
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

  const TicketActs& Acts() { return acts_ ? *acts_ : acts_.emplace(context_, ticket_); }

  absl::Duration Hold() const { return context_.policies().At(story_.resolutions[standing_].fact->occur_time).rule(hold_of_).hold; }

  bool InTime(const Fact& undo) const {
    const absl::Time closed = story_.resolutions[standing_].fact->occur_time;
    return undo.occur_time > closed && undo.occur_time <= closed + Hold();
  }

  // Whether `fact` undoes what stands in time; else it came too late.
  bool TakeBack(const Fact& fact, ReasonCode code) {
    TicketResolution& resolution = story_.resolutions[standing_];
    if (InTime(fact)) {
      resolution.undo = {&fact, code};
      return true;
    }
    resolution.late = true;
    return false;
  }

  Reason TooLate() const { return UndoTooLate(story_.resolutions[standing_].fact->occur_time, Hold()); }

  void Say(const Fact& fact, Outcome outcome, Reason reason) {
    story_.said.emplace_back(fact.key, FactVerdict{outcome, std::move(reason), std::nullopt});
  }

  const Context& context_;
  const History& ticket_;
  std::optional<TicketActs> acts_;  // made for the first closing
  const DeedKind hold_of_;
  TicketHistory story_;
  int standing_ = -1;
};

}  // namespace

TicketHistory ResolutionsOf(const Context& context, const History& ticket, DeedKind hold_of) {
  return Reader(context, ticket, hold_of).Read();
}

}  // namespace comity::domain::judging
