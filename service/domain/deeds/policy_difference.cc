#include "service/domain/deeds/policy_difference.h"

#include <algorithm>
#include <tuple>

namespace comity::domain {
namespace {

using InternalKey = std::tuple<EventKey, DeedKind, TeamUid>;

bool SameParts(const Deed& a, const Deed& b) {
  return a.helped_team == b.helped_team && std::equal(a.lines.begin(), a.lines.end(), b.lines.begin(), b.lines.end());
}

// Nothing counted if nothing differs.
DifferenceCounts Compare(const Deed* before, const Deed* after) {
  DifferenceCounts counts;
  const bool did = before != nullptr && Counts(*before), does = after != nullptr && Counts(*after);
  if (!did && !does) return counts;
  if (does && !did) {
    counts.counted = 1;
  } else if (did && !does) {
    counts.not_counted = 1;
  } else if (!SameParts(*before, *after)) {
    counts.changed_shares = 1;
  } else if (before->awaits_yes != after->awaits_yes) {
    (after->awaits_yes ? counts.waits : counts.no_longer_waits) = 1;
  }
  return counts;
}

void CompareDeeds(const Verdict& before, const Verdict& after, VerdictDifference& difference) {
  auto old_deed = before.deeds.begin();
  auto new_deed = after.deeds.begin();
  while (old_deed != before.deeds.end() || new_deed != after.deeds.end()) {
    DeedDifference next;
    const bool has_old = old_deed != before.deeds.end(), has_new = new_deed != after.deeds.end();
    if (has_old && (!has_new || !(new_deed->key < old_deed->key))) next.before = &*old_deed;
    if (has_new && (!has_old || !(old_deed->key < new_deed->key))) next.after = &*new_deed;
    if (next.before != nullptr) ++old_deed;
    if (next.after != nullptr) ++new_deed;
    next.counts = Compare(next.before, next.after);
    if (next.counts.Sum() > 0) difference.deeds.push_back(next);
  }
}

std::set<InternalKey> InternalOf(const Verdict& verdict) {
  std::set<InternalKey> found;
  for (const InternalHelp& help : verdict.internal) {
    if (!help.shadow) found.insert({help.made_by, help.kind, help.team});
  }
  return found;
}

}  // namespace

DifferenceCounts& DifferenceCounts::operator+=(const DifferenceCounts& other) {
  counted += other.counted;
  not_counted += other.not_counted;
  changed_shares += other.changed_shares;
  waits += other.waits;
  no_longer_waits += other.no_longer_waits;
  return *this;
}

bool Counts(const Deed& deed) { return !deed.shadow && deed.state != DeedState::kReversed && deed.state != DeedState::kDeclined; }

VerdictDifference DifferenceOf(const Verdict& before, const Verdict& after) {
  VerdictDifference difference;
  CompareDeeds(before, after, difference);
  if (before.internal.empty() && after.internal.empty()) return difference;
  const std::set<InternalKey> old_help = InternalOf(before), new_help = InternalOf(after);
  for (const InternalKey& key : new_help) {
    if (!old_help.contains(key)) difference.internal.push_back({std::get<2>(key), std::get<1>(key), {.counted = 1}});
  }
  for (const InternalKey& key : old_help) {
    if (!new_help.contains(key)) difference.internal.push_back({std::get<2>(key), std::get<1>(key), {.not_counted = 1}});
  }
  return difference;
}

void AddPeople(const DeedDifference& difference, std::set<PersonUid>& people) {
  for (const Deed* deed : {difference.before, difference.after}) {
    if (deed == nullptr) continue;
    if (!deed->asker.empty()) people.insert(deed->asker);
    for (const Line& line : deed->lines) {
      if (!line.person.empty()) people.insert(line.person);
    }
  }
}

KindSet KindsTouched(const Policy& a, const Policy& b) {
  KindSet touched;
  const auto touch = [&](std::initializer_list<DeedKind> kinds) {
    for (const DeedKind kind : kinds) touched.set(static_cast<size_t>(kind));
  };
  for (const DeedKind kind : kDeedKinds) {
    if (!(a.rule(kind) == b.rule(kind))) touch({kind});
  }
  // What waits for a ticket is told by that ticket's resolutions.
  if (a.done_resolutions != b.done_resolutions || a.bulk_limit != b.bulk_limit || a.bulk_window != b.bulk_window ||
      a.closed_by_change != b.closed_by_change) {
    touch({DeedKind::kResolved, DeedKind::kUnblocked});
  }
  if (a.fast_approval != b.fast_approval) touch({DeedKind::kReviewed});
  if (a.handover_window != b.handover_window) touch({DeedKind::kHandedOver});
  if (a.bot_accounts != b.bot_accounts) touched.set();  // every rule asks who is a bot
  return touched;
}

KindSet KindsTouched(const Policies& policies, const Policy& candidate, absl::Time start, absl::Time end) {
  KindSet touched;
  for (const Policy* policy : policies.Between(start, end)) touched |= KindsTouched(*policy, candidate);
  return touched;
}

KindSet KindsFrom(FactKind kind) {
  const auto only = [](DeedKind deed) { return KindSet().set(static_cast<size_t>(deed)); };
  switch (kind) {
    case FactKind::kResolved:  // of the ticket, and of those that waited for it
      return only(DeedKind::kResolved) | only(DeedKind::kUnblocked);
    case FactKind::kChangeReviewed:
      return only(DeedKind::kReviewed);
    case FactKind::kChangeTested:
    case FactKind::kChangeHelped:
    case FactKind::kChangeMentored:
    case FactKind::kChangeCoWritten:
      return only(DeedKind::kAssisted);
    case FactKind::kAnswered:
      return only(DeedKind::kAnswered);
    case FactKind::kAssigned:
      return only(DeedKind::kHandedOver);
    case FactKind::kPageEdited:
      return only(DeedKind::kPageImproved);
    default:
      return {};
  }
}

}  // namespace comity::domain
