#include "service/app/policy_compare.h"

#include <algorithm>
#include <utility>

#include "service/base/error.h"

namespace comity::app {
namespace {

using domain::EventKey;
using domain::Fact;
using domain::Policies;
using domain::Policy;

constexpr int32_t kFactsAtOnce = 2000;  // facts

// Windows of bulk closing are counted by their length as facts come in, so none can be compared by another one.
Policy WithBulkWindowOf(const Policies& policies, const CompareRange& range, Policy candidate, bool& ignored) {
  for (const Policy* policy : policies.Between(range.start, range.end)) {
    if (policy->bulk_window == candidate.bulk_window) continue;
    candidate.bulk_window = policy->bulk_window;
    ignored = true;
  }
  return candidate;
}

bool OtherBulkLimit(const Policies& policies, const CompareRange& range, const Policy& candidate) {
  const auto in_force = policies.Between(range.start, range.end);
  return std::any_of(in_force.begin(), in_force.end(), [&](const Policy* policy) { return policy->bulk_limit != candidate.bulk_limit; });
}

// What is said of a deed, or of the fact that would have made it.
std::vector<domain::Reason> StepsOf(const domain::DeedKey& key, const EventKey& made_by, const domain::Verdict& verdict) {
  for (const domain::Deed& deed : verdict.deeds) {
    if (deed.key == key) return deed.steps;
  }
  const auto fact = verdict.facts.find(made_by);
  if (fact == verdict.facts.end()) return {};
  return {fact->second.reason};
}

const domain::Deed& ShownOf(const domain::DeedDifference& difference) {
  return difference.after != nullptr ? *difference.after : *difference.before;
}

class Stream {
 public:
  Stream(store::Transaction& transaction, Comparer& comparer, const Policies& policies)
      : transaction_(transaction), comparer_(comparer), policies_(policies) {}

  absl::Status Day(int32_t day) {
    EventKey after{day - 1, {}};
    after.hash.bytes.fill(0xFF);
    for (int32_t count = kFactsAtOnce; count == kFactsAtOnce;) {
      EventKey last = after;
      candidates_.clear();
      absl::Status readable;
      const auto visit = [&](const EventKey& key, std::string_view bytes) {
        last = key;
        absl::StatusOr<Fact> fact = domain::DecodeFact(bytes);
        if (!fact.ok()) return readable.Update(fact.status());
        comparer_.CountFact(*fact);
        if (comparer_.CanDiffer(*fact)) candidates_.insert(fact->subject);
      };
      COMITY_ASSIGN_OR_RETURN(count, transaction_.events().ScanFacts(after, day + 1, kFactsAtOnce, visit));
      COMITY_RETURN_IF_ERROR(readable);
      COMITY_RETURN_IF_ERROR(JudgeCandidates(after, last));
      after = last;
    }
    return absl::OkStatus();
  }

 private:
  absl::Status JudgeCandidates(const EventKey& after, const EventKey& last) {
    if (candidates_.empty()) return absl::OkStatus();
    const ResolutionCount counts = StoredCounts(transaction_);
    COMITY_ASSIGN_OR_RETURN(
        auto groups,
        LoadGroups(transaction_, candidates_, policies_, counts,
                   {.dependents = comparer_.ReachesWaiting(), .posted = false, .fresh = nullptr, .now = absl::InfinitePast()}));
    for (JudgingGroup& group : groups) {
      const std::optional<EventKey> turn = comparer_.TurnOf(group.input);
      if (!turn.has_value() || *turn <= after || *turn > last) continue;
      COMITY_RETURN_IF_ERROR(comparer_.Add(group.input, counts));
    }
    return absl::OkStatus();
  }

  store::Transaction& transaction_;
  Comparer& comparer_;
  const Policies& policies_;
  SubjectSet candidates_;
};

}  // namespace

Comparer::Comparer(const domain::Directory& directory, const Policies& policies, const Policy& candidate, const CompareRange& range)
    : directory_(directory), policies_(policies), range_(range), other_(policies) {
  const Policy compared = WithBulkWindowOf(policies, range, candidate, result_.bulk_window_ignored);
  other_ = policies.With(compared, range.start, range.end);
  touched_ = domain::KindsTouched(policies, compared, range.start, range.end);
  other_bulk_ = OtherBulkLimit(policies, range, compared);
  result_.end = range.end;
}

std::optional<EventKey> Comparer::TurnOf(const domain::SubjectInput& input) const {
  std::optional<EventKey> turn;
  bool waited = false;
  const auto look = [&](const Fact& fact) {
    if (CanDiffer(fact) && (!turn.has_value() || fact.key < *turn)) turn = fact.key;
  };
  for (const domain::Event& event : input.events) {
    look(event.fact);
    waited = waited || event.fact.kind == domain::FactKind::kBlocked;
  }
  if (!waited || !ReachesWaiting()) return turn;
  for (const auto& [subject, events] : input.related) {
    for (const domain::Event& event : events) {
      if (event.fact.kind == domain::FactKind::kResolved) look(event.fact);
    }
  }
  return turn;
}

absl::Status Comparer::Add(domain::SubjectInput& input, const ResolutionCount& count_resolutions) {
  ++result_.judged;
  const domain::Verdict before = domain::Judge(input, directory_, policies_, domain::Explaining::kNone);
  const Windows windows_before = input.bulk_windows;
  if (other_bulk_ && count_resolutions != nullptr) COMITY_RETURN_IF_ERROR(FindBulkWindows(other_, count_resolutions, input));
  const domain::Verdict after = domain::Judge(input, directory_, other_, domain::Explaining::kNone);
  const domain::VerdictDifference differences = domain::DifferenceOf(before, after);
  for (const domain::DeedDifference& difference : differences.deeds) {
    const domain::Deed& shown = difference.after != nullptr && domain::Counts(*difference.after) ? *difference.after
                                : difference.before != nullptr                                   ? *difference.before
                                                                                                 : *difference.after;
    PolicyComparison::Row& row = result_.rows[{shown.helper_team(), shown.helped_team, shown.key.kind}];
    for (PolicyComparison::Row* to : {&row, &result_.total}) {
      to->counts += difference.counts;
      domain::AddPeople(difference, to->people);
    }
    if (WantsExample(difference)) AddExample(difference, input, windows_before);
  }
  for (const domain::InternalDifference& difference : differences.internal) {
    result_.rows[{difference.team, difference.team, difference.kind}].counts += difference.counts;
    result_.total.counts += difference.counts;
  }
  return absl::OkStatus();
}

// Those with the least hashes: a fair sample that is the same each time, however long the stream.
bool Comparer::WantsExample(const domain::DeedDifference& difference) const {
  const std::vector<ComparedExample>& examples = result_.examples;
  return examples.size() < range_.examples || (!examples.empty() && ShownOf(difference).key.Hash() < examples.back().deed);
}

// Judges once more, with explanations this time.
void Comparer::AddExample(const domain::DeedDifference& difference, const domain::SubjectInput& input, const Windows& windows_before) {
  const domain::Deed& deed = ShownOf(difference);
  domain::SubjectInput input_before = input;
  input_before.bulk_windows = windows_before;
  ComparedExample example{.deed = deed.key.Hash(),
                          .subject = deed.key.subject,
                          .kind = deed.key.kind,
                          .occur_time = deed.occur_time,
                          .before = StepsOf(deed.key, deed.made_by, domain::Judge(input_before, directory_, policies_)),
                          .after = StepsOf(deed.key, deed.made_by, domain::Judge(input, directory_, other_)),
                          .people = {}};
  domain::AddPeople(difference, example.people);
  std::vector<ComparedExample>& examples = result_.examples;
  const auto place = std::lower_bound(examples.begin(), examples.end(), example.deed,
                                      [](const ComparedExample& a, const domain::DeedHash& b) { return a.deed < b; });
  examples.insert(place, std::move(example));
  if (examples.size() > range_.examples) examples.pop_back();
}

absl::StatusOr<PolicyComparison> ComparePolicies(store::Transaction& transaction, const domain::Directory& directory,
                                                 const Policies& policies, const Policy& candidate, const CompareRange& range,
                                                 const obs::Clock& clock) {
  Comparer comparer(directory, policies, candidate, range);
  Stream stream(transaction, comparer, policies);
  const absl::Time give_up = clock.Now() + range.budget;
  const int32_t last_day = domain::DayNumber(domain::DayOf(range.end - absl::Microseconds(1)));
  for (int32_t day = domain::DayNumber(domain::DayOf(range.start)); day <= last_day; ++day) {
    COMITY_RETURN_IF_ERROR(stream.Day(day));
    if (day == last_day || clock.Now() < give_up) continue;
    comparer.result().complete = false;
    comparer.result().end = absl::FromCivil(domain::DayFromNumber(day + 1), absl::UTCTimeZone());
    break;
  }
  return std::move(comparer.result());
}

}  // namespace comity::app
