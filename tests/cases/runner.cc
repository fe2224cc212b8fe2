#include "tests/cases/runner.h"

#include <algorithm>
#include <cctype>
#include <set>

namespace comity::cases {
namespace {

using domain::Event;
using domain::Fact;
using domain::LinkKind;
using domain::SubjectRef;

// Folds observations of one fact, keeping the order in which each fact came first.
std::vector<Event> Folded(const std::vector<Fact>& arrivals) {
  std::vector<std::vector<Fact>> observations;
  std::map<domain::EventKey, size_t> index;
  for (const Fact& fact : arrivals) {
    const auto [it, added] = index.try_emplace(fact.key, observations.size());
    if (added) observations.emplace_back();
    observations[it->second].push_back(fact);
  }
  std::vector<Event> events;
  for (const auto& of_one : observations) {
    const absl::Time stored = absl::FromUnixSeconds(1'800'000'000) + absl::Hours(events.size());  // must not matter
    events.push_back({.fact = domain::FoldObservations(of_one), .first_stored = stored});
  }
  return events;
}

// What the service's lookups know of all events together.
class Lookups {
 public:
  explicit Lookups(const std::vector<Event>& events) : events_(events) {
    for (const Event& event : events) {
      aliases_.try_emplace(event.fact.alias, event.fact.subject);
      parent_.try_emplace(event.fact.subject, event.fact.subject);
    }
    for (const Event& event : events) {
      for (const domain::FactLink& link : event.fact.links) {
        if (link.kind == LinkKind::kMovedTo || link.kind == LinkKind::kMovedFrom) Unite(event.fact.subject, Resolved(link.target));
      }
    }
  }

  SubjectRef GroupOf(SubjectRef subject) const {
    auto it = parent_.find(subject);
    while (it != parent_.end() && it->second != it->first) it = parent_.find(it->second);
    return it == parent_.end() ? subject : it->first;
  }
  std::set<SubjectRef> Groups() const {
    std::set<SubjectRef> groups;
    for (const Event& event : events_) groups.insert(GroupOf(event.fact.subject));
    return groups;
  }
  std::vector<Event> EventsOf(SubjectRef group) const {
    return Where([&](const Fact& fact) { return GroupOf(fact.subject) == group; });
  }

  // Events of changes that close something of the group and of tickets it waited for, and of the changes that close those.
  std::map<SubjectRef, std::vector<Event>> RelatedOf(SubjectRef group) const {
    std::set<SubjectRef> subjects;
    AddClosers(group, subjects);
    for (const Event& event : events_) {
      if (GroupOf(event.fact.subject) != group) continue;
      for (const domain::FactLink& link : event.fact.links) {
        if (link.kind != LinkKind::kBlockedBy) continue;
        subjects.insert(Resolved(link.target));
        AddClosers(GroupOf(Resolved(link.target)), subjects);
      }
    }
    std::map<SubjectRef, std::vector<Event>> related;
    for (const SubjectRef subject : subjects) {
      std::vector<Event> events = Where([&](const Fact& fact) { return fact.subject == subject; });
      if (!events.empty()) related[subject] = std::move(events);
    }
    return related;
  }

 private:
  SubjectRef Resolved(SubjectRef ref) const {
    const auto alias = aliases_.find(ref);
    return alias == aliases_.end() ? ref : alias->second;
  }
  // The smaller names the group.
  void Unite(SubjectRef one, SubjectRef other) {
    parent_.try_emplace(other, other);
    one = GroupOf(one);
    other = GroupOf(other);
    parent_[std::max(one, other)] = std::min(one, other);
  }
  void AddClosers(SubjectRef group, std::set<SubjectRef>& subjects) const {
    for (const Event& event : events_) {
      for (const domain::FactLink& link : event.fact.links) {
        if (link.kind == LinkKind::kCloses && GroupOf(Resolved(link.target)) == group) subjects.insert(event.fact.subject);
      }
    }
  }
  template <typename Holds>
  std::vector<Event> Where(Holds holds) const {
    std::vector<Event> found;
    std::copy_if(events_.begin(), events_.end(), std::back_inserter(found), [&](const Event& event) { return holds(event.fact); });
    return found;
  }

  const std::vector<Event>& events_;
  std::map<SubjectRef, SubjectRef> aliases_, parent_;
};

std::vector<std::pair<domain::AccountUid, int64_t>> BulkWindows(const std::vector<Event>& events, const domain::Policies& policies) {
  std::map<std::pair<domain::AccountUid, int64_t>, int> counts;
  std::vector<std::pair<domain::AccountUid, int64_t>> bulk;
  for (const Event& event : events) {
    if (event.fact.kind != domain::FactKind::kResolved || !event.fact.actor.present()) continue;
    const domain::Policy& policy = policies.At(event.fact.occur_time);
    const std::pair window{event.fact.actor.account, domain::BulkWindowOf(event.fact.occur_time, policy.bulk_window)};
    if (++counts[window] == policy.bulk_limit + 1) bulk.push_back(window);
  }
  return bulk;
}

}  // namespace

std::vector<Fact> FactsOf(const Case& labelled) {
  std::vector<Fact> facts;
  for (const CaseFact& fact : labelled.facts) facts.push_back(fact.fact);
  return facts;
}

Verdicts JudgeCase(const Case& labelled, const std::vector<Fact>& arrivals, domain::Explaining explaining) {
  const domain::Directory directory = labelled.world->MakeDirectory();
  const domain::Policies policies = domain::Policies::Create(labelled.policies).value();
  const std::vector<Event> events = Folded(arrivals);
  const Lookups lookups(events);
  const auto bulk = BulkWindows(events, policies);
  Verdicts verdicts;
  for (const SubjectRef group : lookups.Groups()) {
    domain::SubjectInput input{
        .subject = group, .events = lookups.EventsOf(group), .related = lookups.RelatedOf(group), .statements = {}, .bulk_windows = bulk};
    for (domain::Statement statement : labelled.statements) {
      if (lookups.GroupOf(statement.deed.subject) != group) continue;
      statement.deed.subject = group;
      input.statements.push_back(std::move(statement));
    }
    verdicts[group] = domain::Judge(input, directory, policies, explaining);
  }
  return verdicts;
}

std::string TestNameOf(size_t number, std::string_view sentence) {
  std::string name = std::to_string(number) + "_";
  for (const char c : sentence) name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return name;
}

std::string Joined(const std::vector<std::string>& lines) {
  std::string all;
  for (const std::string& line : lines) all += "\n  " + line;
  return all;
}

}  // namespace comity::cases
