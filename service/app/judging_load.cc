#include "service/app/judging_load.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <set>
#include <utility>

#include "service/base/error.h"

namespace comity::app {
namespace {

using domain::Event;
using domain::EventKey;
using domain::SubjectRef;

// Events by subject, stored and fresh ones folded together.
struct LoadedEvents {
  std::map<SubjectRef, std::vector<Event>> events;
  std::map<SubjectRef, std::map<EventKey, domain::FactVerdict>> verdicts;  // of what is stored, if what was posted is wanted
  SubjectSet stored;                                                       // those of which anything is
};

struct Observations {
  std::vector<domain::Fact> facts;
  absl::Time first_stored = absl::InfiniteFuture();
  domain::FactHash first_content;
};

absl::StatusOr<Observations> ObservationsOf(const store::StoredEvent& event) {
  Observations read;
  if (!event.observations.empty()) read.first_content = event.observations.front().content;
  for (const store::Observation& observation : event.observations) {
    COMITY_ASSIGN_OR_RETURN(domain::Fact fact, domain::DecodeFact(observation.bytes));
    read.facts.push_back(std::move(fact));
    read.first_stored = std::min(read.first_stored, observation.stored);
  }
  return read;
}

Event Folded(Observations seen) {
  return {seen.facts.size() == 1 ? std::move(seen.facts.front()) : domain::FoldObservations(seen.facts), seen.first_stored,
          seen.first_content};
}

// Most events were seen once: nothing need be collected first.
absl::StatusOr<Event> EventOf(const store::StoredEvent& stored) {
  if (stored.observations.size() == 1) {
    const store::Observation& only = stored.observations.front();
    COMITY_ASSIGN_OR_RETURN(domain::Fact fact, domain::DecodeFact(only.bytes));
    return Event{std::move(fact), only.stored, only.content};
  }
  COMITY_ASSIGN_OR_RETURN(Observations seen, ObservationsOf(stored));
  return Folded(std::move(seen));
}

using FreshBySubject = std::map<SubjectRef, std::vector<const NewFact*>>;

FreshBySubject FreshOf(const SubjectSet& subjects, const LoadOptions& options) {
  FreshBySubject fresh;
  if (options.fresh == nullptr) return fresh;
  for (const NewFact& fact : *options.fresh) {
    if (subjects.contains(fact.fact.subject)) fresh[fact.fact.subject].push_back(&fact);
  }
  return fresh;
}

// A subject's stored events with its fresh facts laid over them, by key.
absl::StatusOr<std::vector<Event>> LaidOver(const std::vector<store::StoredEvent>& stored, const std::vector<const NewFact*>& fresh,
                                            absl::Time now) {
  std::map<EventKey, Observations> observations;
  for (const store::StoredEvent& event : stored) {
    COMITY_ASSIGN_OR_RETURN(observations[event.key], ObservationsOf(event));
  }
  for (const NewFact* added : fresh) {
    Observations& entry = observations[added->fact.key];
    if (entry.facts.empty()) {
      entry.first_stored = now;
      entry.first_content = added->content;
    }
    entry.facts.push_back(added->fact);
  }
  std::vector<Event> events;
  events.reserve(observations.size());
  for (auto& [key, entry] : observations) {
    if (!entry.facts.empty()) events.push_back(Folded(std::move(entry)));
  }
  return events;
}

absl::StatusOr<LoadedEvents> LoadEvents(store::Transaction& transaction, const SubjectSet& subjects, const LoadOptions& options) {
  LoadedEvents loaded;
  COMITY_ASSIGN_OR_RETURN(auto stored, transaction.events().EventsOf({subjects.begin(), subjects.end()}));
  FreshBySubject fresh = FreshOf(subjects, options);
  for (auto& [subject, events] : stored) {
    loaded.stored.insert(loaded.stored.end(), subject);
    std::vector<Event>& known = loaded.events[subject];
    if (const auto added = fresh.extract(subject); !added.empty()) {
      COMITY_ASSIGN_OR_RETURN(known, LaidOver(events, added.mapped(), options.now));
    } else {
      known.reserve(events.size());
      for (const store::StoredEvent& event : events) {
        COMITY_ASSIGN_OR_RETURN(Event read, EventOf(event));
        known.push_back(std::move(read));
      }
    }
    if (!options.posted) continue;
    auto& verdicts = loaded.verdicts[subject];
    for (store::StoredEvent& event : events) verdicts.emplace_hint(verdicts.end(), event.key, std::move(event.verdict));
  }
  for (const auto& [subject, added] : fresh) {
    COMITY_ASSIGN_OR_RETURN(loaded.events[subject], LaidOver({}, added, options.now));
  }
  return loaded;
}

SubjectSet Each(const SubjectSet& subjects, const SubjectLinks& links, SubjectSet (SubjectLinks::*step)(SubjectRef) const) {
  SubjectSet reached;
  for (const SubjectRef& subject : subjects) reached.merge((links.*step)(subject));
  return reached;
}

// Tickets that a change names, and tickets that wait for one of these.
absl::Status AddDependents(SubjectLinks& links, SubjectSet& judged) {
  for (const auto step : {&SubjectLinks::NamedBy, &SubjectLinks::Waiting}) {
    COMITY_ASSIGN_OR_RETURN(SubjectSet more, links.WithMoved(Each(judged, links, step)));
    judged.merge(more);
  }
  return absl::OkStatus();
}

// Tickets that one waits for, and changes that name it or one of those.
absl::Status AddRelated(SubjectLinks& links, SubjectSet& all) {
  for (const auto step : {&SubjectLinks::Blockers, &SubjectLinks::Naming}) {
    COMITY_ASSIGN_OR_RETURN(SubjectSet more, links.WithMoved(Each(all, links, step)));
    all.merge(more);
  }
  return absl::OkStatus();
}

SubjectSet RelatedOf(const SubjectLinks& links, SubjectRef subject) {
  SubjectSet seen = {subject};
  for (const auto step : {&SubjectLinks::Blockers, &SubjectLinks::Naming}) {
    for (const SubjectRef& found : Each(SubjectSet(seen), links, step)) {
      for (const SubjectRef& member : links.GroupOf(found)) seen.insert(member);
    }
  }
  seen.erase(subject);
  return seen;
}

// Those of the judged subjects, with their facts and those of what they are related to. Takes the events that it gives.
std::vector<JudgingGroup> GroupsOf(const SubjectSet& judged, const SubjectLinks& links, LoadedEvents& loaded) {
  std::vector<JudgingGroup> groups;
  SubjectSet done;
  for (const SubjectRef& subject : judged) {
    if (done.contains(subject)) continue;
    JudgingGroup group;
    for (const SubjectRef& member : links.GroupOf(subject)) {
      done.insert(member);
      const auto events = loaded.events.find(member);
      // A key that nobody has been seen to bear, or an id without facts, names nothing yet.
      if (events == loaded.events.end() || events->second.empty()) continue;
      group.members.push_back(member);
      for (const SubjectRef& other : RelatedOf(links, member)) {
        const auto other_events = loaded.events.find(other);
        if (other_events != loaded.events.end()) group.input.related[other] = other_events->second;
      }
    }
    if (group.members.empty()) continue;
    group.input.subject = group.members.front();
    groups.push_back(std::move(group));
  }
  // Each member is of one group, and has been copied to those that are related to it.
  for (JudgingGroup& group : groups) {
    for (const SubjectRef& member : group.members) {
      std::vector<Event>& events = loaded.events[member];
      if (group.input.events.empty()) {
        group.input.events = std::move(events);
      } else {
        group.input.events.insert(group.input.events.end(), std::make_move_iterator(events.begin()), std::make_move_iterator(events.end()));
      }
      if (const auto verdicts = loaded.verdicts.find(member); verdicts != loaded.verdicts.end()) {
        group.stored_verdicts.merge(verdicts->second);
      }
    }
  }
  return groups;
}

// What was said of a group, and what was posted, under any of its members' names.
absl::Status LoadSaid(store::Transaction& transaction, JudgingGroup& group) {
  for (const SubjectRef& member : group.members) {
    COMITY_ASSIGN_OR_RETURN(auto statements, transaction.deeds().StatementsOf(member));
    for (domain::Statement& statement : statements) {
      statement.deed.subject = group.input.subject;
      group.input.statements.push_back(std::move(statement));
    }
  }
  return absl::OkStatus();
}

absl::Status LoadPosted(store::Transaction& transaction, JudgingGroup& group) {
  for (const SubjectRef& member : group.members) {
    COMITY_ASSIGN_OR_RETURN(const auto lines, transaction.deeds().PostedLines(member));
    for (const domain::PostedLine& line : lines) {
      group.posted_under[line.line] = member;
      group.posted.push_back(line);
    }
  }
  return absl::OkStatus();
}

absl::Status LoadDeeds(store::Transaction& transaction, const std::map<SubjectRef, size_t>& group_of, std::vector<JudgingGroup>& groups) {
  if (group_of.empty()) return absl::OkStatus();
  std::vector<SubjectRef> subjects;
  subjects.reserve(group_of.size());
  for (const auto& [subject, index] : group_of) subjects.push_back(subject);
  COMITY_ASSIGN_OR_RETURN(auto deeds, transaction.deeds().DeedsOf(subjects));
  for (store::DeedRow& deed : deeds) {
    const auto index = group_of.find(deed.deed.key.subject);
    if (index != group_of.end()) groups[index->second].deeds.push_back(std::move(deed));
  }
  return absl::OkStatus();
}

}  // namespace

ResolutionCount StoredCounts(store::Transaction& transaction) {
  // Looked up once for each account and window of a batch.
  auto known = std::make_shared<std::map<std::pair<domain::AccountUid, int64_t>, int64_t>>();
  return [&transaction, known](domain::AccountUid account, int64_t window) -> absl::StatusOr<int64_t> {
    const auto found = known->find({account, window});
    if (found != known->end()) return found->second;
    COMITY_ASSIGN_OR_RETURN(const int64_t count, transaction.events().AddResolutions(account, window, 0, {}));
    known->emplace(std::pair{account, window}, count);
    return count;
  };
}

absl::Status FindBulkWindows(const domain::Policies& policies, const ResolutionCount& count_resolutions, domain::SubjectInput& input) {
  input.bulk_windows.clear();
  std::set<std::pair<domain::AccountUid, int64_t>> looked_at;
  const auto look = [&](const std::vector<Event>& events) -> absl::Status {
    for (const Event& event : events) {
      if (event.fact.kind != domain::FactKind::kResolved || !event.fact.actor.present()) continue;
      const domain::Policy& policy = policies.At(event.fact.occur_time);
      const std::pair key{event.fact.actor.account, domain::BulkWindowOf(event.fact.occur_time, policy.bulk_window)};
      if (!looked_at.insert(key).second) continue;
      COMITY_ASSIGN_OR_RETURN(const int64_t count, count_resolutions(key.first, key.second));
      if (count > policy.bulk_limit) input.bulk_windows.push_back(key);
    }
    return absl::OkStatus();
  };
  COMITY_RETURN_IF_ERROR(look(input.events));
  for (const auto& [subject, events] : input.related) COMITY_RETURN_IF_ERROR(look(events));
  std::sort(input.bulk_windows.begin(), input.bulk_windows.end());
  return absl::OkStatus();
}

absl::StatusOr<std::vector<JudgingGroup>> LoadGroups(store::Transaction& transaction, const SubjectSet& subjects,
                                                     const domain::Policies& policies, const ResolutionCount& count_resolutions,
                                                     const LoadOptions& options) {
  SubjectLinks links(transaction);
  COMITY_ASSIGN_OR_RETURN(SubjectSet judged, links.WithMoved(subjects));
  if (options.dependents) COMITY_RETURN_IF_ERROR(AddDependents(links, judged));
  SubjectSet all = judged;
  COMITY_RETURN_IF_ERROR(AddRelated(links, all));
  COMITY_ASSIGN_OR_RETURN(LoadedEvents loaded, LoadEvents(transaction, all, options));

  std::vector<JudgingGroup> groups = GroupsOf(judged, links, loaded);
  std::map<SubjectRef, size_t> stored_group_of;
  for (size_t index = 0; index < groups.size(); ++index) {
    JudgingGroup& group = groups[index];
    COMITY_RETURN_IF_ERROR(FindBulkWindows(policies, count_resolutions, group.input));
    // A subject of which nothing was stored has nothing posted and nothing said: most facts of a busy day are spared three reads.
    const bool any =
        std::any_of(group.members.begin(), group.members.end(), [&](const SubjectRef& m) { return loaded.stored.contains(m); });
    if (!any) continue;
    COMITY_RETURN_IF_ERROR(LoadSaid(transaction, group));
    if (options.posted) COMITY_RETURN_IF_ERROR(LoadPosted(transaction, group));
    for (const SubjectRef& member : group.members) stored_group_of[member] = index;
  }
  if (options.posted) COMITY_RETURN_IF_ERROR(LoadDeeds(transaction, stored_group_of, groups));
  std::sort(groups.begin(), groups.end(), [](const JudgingGroup& a, const JudgingGroup& b) { return a.input.subject < b.input.subject; });
  return groups;
}

}  // namespace comity::app
