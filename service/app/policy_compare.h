// What another policy would have made of the facts of a range: streamed from the store in order of day, judged by the same code.
#ifndef COMITY_SERVICE_APP_POLICY_COMPARE_H_
#define COMITY_SERVICE_APP_POLICY_COMPARE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <vector>

#include "absl/status/statusor.h"
#include "service/app/judging_load.h"
#include "service/domain/deeds/policy_difference.h"
#include "service/obs/clock.h"
#include "service/store/store.h"

namespace comity::app {

struct CompareRange {
  absl::Time start, end;  // half-open
  size_t examples = 0;
  absl::Duration budget = absl::InfiniteDuration();  // stops after the day in which it runs out
};

struct ComparedPair {
  domain::TeamUid helper, helped;  // one team for internal help
  domain::DeedKind kind = domain::DeedKind::kNone;
  auto operator<=>(const ComparedPair&) const = default;
};

// A deed that comes out otherwise, with why under both policies.
struct ComparedExample {
  domain::DeedHash deed;
  domain::SubjectRef subject;
  domain::DeedKind kind = domain::DeedKind::kNone;
  absl::Time occur_time;
  std::vector<domain::Reason> before, after;
  std::set<domain::PersonUid> people;
};

struct PolicyComparison {
  struct Row {
    domain::DifferenceCounts counts;
    std::set<domain::PersonUid> people;
  };
  absl::Time end;  // earlier than asked for if time ran out
  bool complete = true;
  bool bulk_window_ignored = false;
  int64_t facts = 0, judged = 0;
  Row total;
  std::map<ComparedPair, Row> rows;
  std::vector<ComparedExample> examples;  // by deed
};

// Compares `candidate` with what `policies` has in force. Memory: a page of facts and the subjects it touches, and the answer.
// The transaction is only read. Errors: those of the store.
absl::StatusOr<PolicyComparison> ComparePolicies(store::Transaction& transaction, const domain::Directory& directory,
                                                 const domain::Policies& policies, const domain::Policy& candidate,
                                                 const CompareRange& range, const obs::Clock& clock);

// The same for subjects at hand: judges each by both, unless both are one for it, and adds what differs.
class Comparer {
 public:
  Comparer(const domain::Directory& directory, const domain::Policies& policies, const domain::Policy& candidate,
           const CompareRange& range);

  // Whether a fact of this kind and time can make a deed that comes out otherwise.
  bool CanDiffer(const domain::Fact& fact) const {
    return fact.occur_time >= range_.start && fact.occur_time < range_.end && (domain::KindsFrom(fact.kind) & touched_).any();
  }
  bool AnyTouched() const { return touched_.any(); }
  bool ReachesWaiting() const { return touched_.test(static_cast<size_t>(domain::DeedKind::kUnblocked)); }
  // The least key of the facts that make it worth judging: each subject is judged once, when that one comes by.
  std::optional<domain::EventKey> TurnOf(const domain::SubjectInput& input) const;
  // `count_resolutions`: unset = bulk windows are as they are in `input`.
  absl::Status Add(domain::SubjectInput& input, const ResolutionCount& count_resolutions);

  void CountFact(const domain::Fact& fact) {
    if (fact.occur_time >= range_.start && fact.occur_time < range_.end) ++result_.facts;
  }
  const CompareRange& range() const { return range_; }
  PolicyComparison& result() { return result_; }

 private:
  using Windows = std::vector<std::pair<domain::AccountUid, int64_t>>;
  bool WantsExample(const domain::DeedDifference& difference) const;
  void AddExample(const domain::DeedDifference& difference, const domain::SubjectInput& input, const Windows& windows_before);

  const domain::Directory& directory_;
  const domain::Policies& policies_;
  const CompareRange range_;
  domain::Policies other_;
  domain::KindSet touched_;
  bool other_bulk_ = false;
  PolicyComparison result_;
};

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_POLICY_COMPARE_H_
