// What two policies make otherwise of the same subject. Pure.
#ifndef COMITY_SERVICE_DOMAIN_DEEDS_POLICY_DIFFERENCE_H_
#define COMITY_SERVICE_DOMAIN_DEEDS_POLICY_DIFFERENCE_H_

#include <array>
#include <bitset>
#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "service/domain/deeds/judge.h"

namespace comity::domain {

// In deeds. Each deed is in one at most; internal help is in the first two.
struct DifferenceCounts {
  int64_t counted = 0;          // counts now, and did not
  int64_t not_counted = 0;      // counted, and does not any more
  int64_t changed_shares = 0;   // counts under both, with other people, parts or teams
  int64_t waits = 0;            // counts under both, and waits for a yes now
  int64_t no_longer_waits = 0;  // counts under both, and waits no longer
  bool operator==(const DifferenceCounts&) const = default;
  std::array<int64_t, 5> All() const { return {counted, not_counted, changed_shares, waits, no_longer_waits}; }
  int64_t Sum() const { return counted + not_counted + changed_shares + waits + no_longer_waits; }
  DifferenceCounts& operator+=(const DifferenceCounts& other);
};

// A deed counts if it credits somebody now: not SHADOW, not taken back, not declined by everybody.
bool Counts(const Deed& deed);

// One deed that comes out otherwise. Pointers into the two verdicts; nullptr where there is none.
struct DeedDifference {
  const Deed* before = nullptr;
  const Deed* after = nullptr;
  DifferenceCounts counts;  // one of them is 1
};
// One act of internal help that comes out otherwise.
struct InternalDifference {
  TeamUid team;
  DeedKind kind = DeedKind::kNone;
  DifferenceCounts counts;
};

struct VerdictDifference {
  std::vector<DeedDifference> deeds;  // by key
  std::vector<InternalDifference> internal;
};
// Both of the same subject, and outlive the answer.
VerdictDifference DifferenceOf(const Verdict& before, const Verdict& after);

// The people whose part in help changes by it: asker and all who are in one of both.
void AddPeople(const DeedDifference& difference, std::set<PersonUid>& people);

// Kinds of deeds, as a set.
using KindSet = std::bitset<kDeedKindPlaces>;
// The kinds whose deeds can come out otherwise: every other kind is judged by rules that read no field in which the policies differ.
KindSet KindsTouched(const Policy& a, const Policy& b);
// The same for all facts of [start, end]: of every policy there against `candidate`.
KindSet KindsTouched(const Policies& policies, const Policy& candidate, absl::Time start, absl::Time end);
// The kinds of deeds that a fact of this kind can make. What a policy says of a deed goes by the time of the fact that makes it, and of the
// other facts of that kind in its story.
KindSet KindsFrom(FactKind kind);

}  // namespace comity::domain

#endif  // COMITY_SERVICE_DOMAIN_DEEDS_POLICY_DIFFERENCE_H_
