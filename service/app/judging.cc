#include "service/app/judging.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "service/app/judging_post.h"
#include "service/base/error.h"

namespace comity::app {
namespace {

using domain::AccountUid;
using domain::EventKey;
using domain::Fact;
using domain::FactKind;
using domain::Occasion;
using domain::SubjectRef;

ResolutionCount StoredCounts(store::Transaction& transaction) {
  // Looked up once for each account and window of a batch.
  auto known = std::make_shared<std::map<std::pair<AccountUid, int64_t>, int64_t>>();
  return [&transaction, known](AccountUid account, int64_t window) -> absl::StatusOr<int64_t> {
    const auto found = known->find({account, window});
    if (found != known->end()) return found->second;
    COMITY_ASSIGN_OR_RETURN(const int64_t count, transaction.events().AddResolutions(account, window, 0));
    known->emplace(std::pair{account, window}, count);
    return count;
  };
}

JudgedGroup JudgeGroup(JudgingGroup group, const domain::Directory& directory, const domain::Policies& policies, const Occasion& occasion) {
  JudgedGroup judged;
  judged.verdict = domain::Judge(group.input, directory, policies);
  judged.entries = domain::EntriesFor(judged.verdict, group.posted, occasion);
  judged.group = std::move(group);
  return judged;
}

void Count(const JudgedGroup& judged, JudgingEffect& effect) {
  effect.entries += static_cast<int64_t>(judged.entries.size());
  effect.changed_deeds += ChangedDeeds(judged);
  effect.subjects.insert(effect.subjects.end(), judged.group.members.begin(), judged.group.members.end());
}

bool MakesDeeds(FactKind kind) {
  switch (kind) {
    case FactKind::kResolved:
    case FactKind::kReopened:
    case FactKind::kAssigned:
    case FactKind::kCommented:
    case FactKind::kChangeMerged:
    case FactKind::kChangeReviewed:
    case FactKind::kAnswered:
    case FactKind::kUnblocked:
    case FactKind::kPageEdited:
      return true;
    default:
      return false;
  }
}

std::vector<AccountUid> PartiesOf(const Fact& fact) {
  std::vector<AccountUid> parties;
  for (const domain::Party* party : {&fact.actor, &fact.asker, &fact.author, &fact.target}) {
    if (party->present()) parties.push_back(party->account);
  }
  return parties;
}

// Rows that let a linked account or a corrected membership find this group again: each account that plays a part in it, on each day on
// which something in it may have made a deed; of those, the ones that the fresh facts add.
void AddParticipants(const JudgingGroup& group, const std::map<EventKey, const Fact*>& fresh, std::set<store::ParticipantRow>& rows) {
  std::vector<const Fact*> all;
  bool touched = false;
  for (const domain::Event& event : group.input.events) all.push_back(&event.fact);
  for (const auto& [subject, events] : group.input.related) {
    for (const domain::Event& event : events) all.push_back(&event.fact);
  }
  for (const Fact* fact : all) touched = touched || fresh.contains(fact->key);
  if (!touched) return;
  for (const Fact* party_fact : all) {
    const bool fresh_party = fresh.contains(party_fact->key);
    for (const AccountUid& account : PartiesOf(*party_fact)) {
      if (fresh_party) rows.insert({account, party_fact->key.day, group.input.subject});
      for (const domain::Event& event : group.input.events) {
        if (!MakesDeeds(event.fact.kind)) continue;
        if (fresh_party || fresh.contains(event.fact.key)) rows.insert({account, event.fact.key.day, group.input.subject});
      }
    }
  }
}

// Keeps what lies beside the facts: names, links, places.
absl::Status PutBeside(store::Transaction& transaction, const std::vector<NewFact>& fresh) {
  std::map<SubjectRef, store::SubjectDetails> details;
  std::set<store::LinkRow> links;
  std::map<SubjectRef, std::set<domain::PlaceName>> places;
  std::map<SubjectRef, const Fact*> fact_of;
  for (const NewFact& next : fresh) {
    store::SubjectDetails& known = details.try_emplace(next.fact.subject, next.details).first->second;
    if (!next.details.key.empty()) known.key = next.details.key;
    if (!next.details.uri.empty()) known.uri = next.details.uri;
    if (!next.details.title.empty()) known.title = next.details.title;
    for (const domain::FactLink& link : next.fact.links) links.insert({next.fact.subject, link.kind, link.target});
    places[next.fact.subject].insert(next.fact.places.begin(), next.fact.places.end());
    fact_of[next.fact.subject] = &next.fact;
  }
  std::vector<store::SubjectDetails> subjects;
  subjects.reserve(details.size());
  for (auto& [subject, known] : details) subjects.push_back(std::move(known));
  COMITY_RETURN_IF_ERROR(transaction.events().PutSubjects(subjects));
  if (!links.empty()) COMITY_RETURN_IF_ERROR(transaction.events().PutLinks({links.begin(), links.end()}));
  for (const auto& [subject, names] : places) {
    if (names.empty()) continue;
    const Fact& fact = *fact_of[subject];
    COMITY_RETURN_IF_ERROR(transaction.events().PutPlaces(subject, fact.suite, fact.instance, {names.begin(), names.end()}));
  }
  return absl::OkStatus();
}

// Counts the resolutions among `fresh` by account and window. What an observation says of a known event's actor moves its count.
absl::StatusOr<std::map<std::pair<AccountUid, int64_t>, std::pair<int64_t, absl::Time>>> ResolutionChanges(
    store::Transaction& transaction, const std::vector<NewFact>& fresh, const domain::Policies& policies) {
  std::map<std::pair<AccountUid, int64_t>, std::pair<int64_t, absl::Time>> changes;
  std::map<EventKey, std::vector<Fact>> observations;
  const auto add = [&](const Fact& fact, int64_t count) {
    if (!fact.actor.present()) return;
    auto& change = changes[{fact.actor.account, domain::BulkWindowOf(fact.occur_time, policies.At(fact.occur_time).bulk_window)}];
    change.first += count;
    change.second = fact.occur_time;
  };
  for (const NewFact& next : fresh) {
    if (next.fact.kind != FactKind::kResolved) continue;
    std::vector<Fact>& known = observations[next.fact.key];
    if (!next.first && known.empty()) {
      COMITY_ASSIGN_OR_RETURN(const auto stored, transaction.events().FindEvent(next.fact.key));
      if (stored.has_value()) {
        for (const store::Observation& observation : stored->observations) {
          COMITY_ASSIGN_OR_RETURN(Fact fact, domain::DecodeFact(observation.bytes));
          known.push_back(std::move(fact));
        }
      }
    }
    if (!known.empty()) add(domain::FoldObservations(known), -1);
    known.push_back(next.fact);
    add(domain::FoldObservations(known), 1);
  }
  return changes;
}

// Applies the changes; subjects of accounts that crossed their window's limit are to be judged too.
absl::StatusOr<SubjectSet> CountResolutions(store::Transaction& transaction, const std::vector<NewFact>& fresh,
                                            const domain::Policies& policies) {
  SubjectSet touched;
  COMITY_ASSIGN_OR_RETURN(const auto changes, ResolutionChanges(transaction, fresh, policies));
  for (const auto& [key, change] : changes) {
    const auto& [count, time] = change;
    if (count == 0) continue;
    COMITY_ASSIGN_OR_RETURN(const int64_t after, transaction.events().AddResolutions(key.first, key.second, count));
    const domain::Policy& policy = policies.At(time);
    if ((after > policy.bulk_limit) == (after - count > policy.bulk_limit)) continue;
    const absl::Time start = absl::UnixEpoch() + key.second * policy.bulk_window;
    COMITY_ASSIGN_OR_RETURN(
        const auto subjects,
        transaction.events().SubjectsOf(key.first, {.start = domain::DayOf(start), .end = domain::DayOf(start + policy.bulk_window) + 1}));
    touched.insert(subjects.begin(), subjects.end());
  }
  return touched;
}

// The fact that touched this group: the greatest of its own, else of those it looks at.
Occasion OccasionOf(const JudgingGroup& group, const std::map<EventKey, const Fact*>& fresh) {
  Occasion occasion{.code = domain::ReasonCode::kNewFact, .event = {}, .statement = {}};
  for (const domain::Event& event : group.input.events) {
    if (fresh.contains(event.fact.key)) occasion.event = std::max(occasion.event, event.fact.key);
  }
  if (occasion.event != EventKey{}) return occasion;
  for (const auto& [subject, events] : group.input.related) {
    for (const domain::Event& event : events) {
      if (fresh.contains(event.fact.key)) occasion.event = std::max(occasion.event, event.fact.key);
    }
  }
  return occasion;
}

absl::Status InsertFacts(store::Transaction& transaction, const std::vector<NewFact>& fresh,
                         const std::map<EventKey, domain::FactVerdict>& verdicts, absl::Time now) {
  std::vector<store::EventStore::NewObservation> observations;
  observations.reserve(fresh.size());
  for (const NewFact& next : fresh) {
    const auto verdict = verdicts.find(next.fact.key);
    observations.push_back(
        {.observation =
             {.key = next.fact.key, .content = next.content, .bytes = domain::EncodeFact(next.fact), .source = next.source, .stored = now},
         .subject = next.fact.subject,
         .first = next.first,
         .verdict = verdict == verdicts.end() ? domain::FactVerdict{} : verdict->second});
  }
  return transaction.events().InsertObservations(observations);
}

}  // namespace

Judging::Judging(Snapshots& snapshots, obs::Metrics& metrics) : snapshots_(snapshots), metrics_(metrics) {}

absl::StatusOr<JudgingEffect> Judging::JudgeSubjects(store::Transaction& transaction, const std::vector<SubjectRef>& subjects,
                                                     const Occasion& occasion, absl::Time now) {
  COMITY_ASSIGN_OR_RETURN(const auto directory, snapshots_.DirectoryIn(transaction));
  COMITY_ASSIGN_OR_RETURN(const auto policies, snapshots_.PoliciesIn(transaction));
  COMITY_ASSIGN_OR_RETURN(auto groups,
                          LoadGroups(transaction, {subjects.begin(), subjects.end()}, *policies, StoredCounts(transaction), {}));
  JudgingEffect effect;
  Poster poster(transaction, now);
  for (JudgingGroup& group : groups) {
    const JudgedGroup judged = JudgeGroup(std::move(group), *directory, *policies, occasion);
    COMITY_RETURN_IF_ERROR(poster.Post(judged));
    Count(judged, effect);
  }
  COMITY_RETURN_IF_ERROR(poster.Finish());
  metrics_.CountLedgerEntries(effect.entries);
  return effect;
}

absl::StatusOr<JudgingEffect> Judging::Ingest(store::Transaction& transaction, const std::vector<NewFact>& fresh, absl::Time now) {
  JudgingEffect effect;
  if (fresh.empty()) return effect;
  COMITY_ASSIGN_OR_RETURN(const auto directory, snapshots_.DirectoryIn(transaction));
  COMITY_ASSIGN_OR_RETURN(const auto policies, snapshots_.PoliciesIn(transaction));
  COMITY_RETURN_IF_ERROR(PutBeside(transaction, fresh));
  COMITY_ASSIGN_OR_RETURN(SubjectSet subjects, CountResolutions(transaction, fresh, *policies));
  std::map<EventKey, const Fact*> fresh_facts;
  for (const NewFact& next : fresh) {
    subjects.insert(next.fact.subject);
    fresh_facts[next.fact.key] = &next.fact;
  }
  COMITY_ASSIGN_OR_RETURN(auto groups, LoadGroups(transaction, subjects, *policies, StoredCounts(transaction),
                                                  {.dependents = true, .fresh = &fresh, .now = now}));
  Poster poster(transaction, now);
  std::map<EventKey, domain::FactVerdict> verdicts;
  std::set<store::ParticipantRow> participants;
  for (JudgingGroup& group : groups) {
    AddParticipants(group, fresh_facts, participants);
    const Occasion occasion = OccasionOf(group, fresh_facts);
    JudgedGroup judged = JudgeGroup(std::move(group), *directory, *policies, occasion);
    COMITY_RETURN_IF_ERROR(poster.Post(judged));
    Count(judged, effect);
    verdicts.merge(judged.verdict.facts);
  }
  COMITY_RETURN_IF_ERROR(InsertFacts(transaction, fresh, verdicts, now));
  COMITY_RETURN_IF_ERROR(transaction.events().PutParticipants({participants.begin(), participants.end()}));
  COMITY_RETURN_IF_ERROR(poster.Finish());
  metrics_.CountLedgerEntries(effect.entries);
  return effect;
}

absl::StatusOr<JudgingEffect> Judging::Preview(store::Transaction& transaction, const std::vector<SubjectRef>& subjects,
                                               const domain::Directory& directory) {
  COMITY_ASSIGN_OR_RETURN(const auto policies, snapshots_.PoliciesIn(transaction));
  COMITY_ASSIGN_OR_RETURN(auto groups,
                          LoadGroups(transaction, {subjects.begin(), subjects.end()}, *policies, StoredCounts(transaction), {}));
  JudgingEffect effect;
  for (JudgingGroup& group : groups) Count(JudgeGroup(std::move(group), directory, *policies, {}), effect);
  return effect;
}

}  // namespace comity::app
