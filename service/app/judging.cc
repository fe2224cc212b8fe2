#include "service/app/judging.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "service/app/judging_post.h"
#include "service/base/error.h"
#include "service/base/failpoint.h"

namespace comity::app {
namespace {

using domain::AccountUid;
using domain::EventKey;
using domain::Fact;
using domain::FactKind;
using domain::Occasion;
using domain::SubjectRef;

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
    case FactKind::kChangeTested:
    case FactKind::kChangeHelped:
    case FactKind::kChangeMentored:
    case FactKind::kChangeCoWritten:
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
  domain::ForEachParty(fact, [&](const domain::Party& party) {
    if (party.present()) parties.push_back(party.account);
  });
  return parties;
}

// Accounts that play a part in some facts, and the days on which some facts may have made a deed.
struct PartsAndDays {
  std::set<AccountUid> accounts;
  std::set<int32_t> days;
};

// Rows that let a linked account or a corrected membership find this group again: each account that plays a part in it, on each day on
// which something in it may have made a deed; of those, the ones that the fresh facts add. Takes no longer than the facts and the rows are
// many, however busy the subject.
void AddParticipants(const JudgingGroup& group, const std::map<EventKey, const Fact*>& fresh, std::set<store::ParticipantRow>& rows) {
  const SubjectRef subject = group.input.subject;
  PartsAndDays all, added;
  const auto add_accounts = [&](const Fact& fact) {
    const bool is_fresh = fresh.contains(fact.key);
    for (const AccountUid& account : PartiesOf(fact)) {
      all.accounts.insert(account);
      if (!is_fresh) continue;
      added.accounts.insert(account);
      rows.insert({account, fact.key.day, subject});
    }
  };
  for (const domain::Event& event : group.input.events) {
    add_accounts(event.fact);
    if (!MakesDeeds(event.fact.kind)) continue;
    all.days.insert(event.fact.key.day);
    if (fresh.contains(event.fact.key)) added.days.insert(event.fact.key.day);
  }
  for (const auto& [other, events] : group.input.related) {
    for (const domain::Event& event : events) add_accounts(event.fact);
  }
  for (const AccountUid& account : added.accounts) {
    for (const int32_t day : all.days) rows.insert({account, day, subject});
  }
  for (const int32_t day : added.days) {
    for (const AccountUid& account : all.accounts) rows.insert({account, day, subject});
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

// What `fresh` changes in the count of one account's resolutions in one window.
struct ResolutionChange {
  int64_t count = 0;
  absl::Time time;                   // of one of them
  std::vector<SubjectRef> subjects;  // newly resolved
};
using ResolutionChanges = std::map<std::pair<AccountUid, int64_t>, ResolutionChange>;

// Counts the resolutions among `fresh` by account and window. What an observation says of a known event's actor moves its count.
absl::StatusOr<ResolutionChanges> FindResolutionChanges(store::Transaction& transaction, const std::vector<NewFact>& fresh,
                                                        const domain::Policies& policies) {
  ResolutionChanges changes;
  std::map<EventKey, std::vector<Fact>> observations;
  const auto add = [&](const Fact& fact, int64_t count) {
    if (!fact.actor.present()) return;
    ResolutionChange& change =
        changes[{fact.actor.account, domain::BulkWindowOf(fact.occur_time, policies.At(fact.occur_time).bulk_window)}];
    change.count += count;
    change.time = fact.occur_time;
    if (count > 0) change.subjects.push_back(fact.subject);
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

// The subjects that the account resolved in the window. Of windows with so many that they are not kept one by one: all it took part in
// on those days.
absl::StatusOr<std::vector<SubjectRef>> ResolvedIn(store::Transaction& transaction, AccountUid account, int64_t window,
                                                   absl::Duration length) {
  COMITY_ASSIGN_OR_RETURN(auto kept, transaction.events().ResolvedSubjects(account, window));
  if (kept.has_value()) return *std::move(kept);
  const absl::Time start = absl::UnixEpoch() + window * length;
  return transaction.events().SubjectsOf(account, {.start = domain::DayOf(start), .end = domain::DayOf(start + length) + 1});
}

// Applies the changes; subjects of windows that crossed the limit are to be judged too.
absl::StatusOr<SubjectSet> CountResolutions(store::Transaction& transaction, const std::vector<NewFact>& fresh,
                                            const domain::Policies& policies) {
  SubjectSet touched;
  COMITY_ASSIGN_OR_RETURN(const auto changes, FindResolutionChanges(transaction, fresh, policies));
  for (const auto& [key, change] : changes) {
    if (change.count == 0) continue;
    COMITY_ASSIGN_OR_RETURN(const int64_t after, transaction.events().AddResolutions(key.first, key.second, change.count, change.subjects));
    const absl::Duration length = policies.At(change.time).bulk_window;
    // A window may begin under one policy and end under another, with another limit.
    const absl::Time start = absl::UnixEpoch() + key.second * length;
    const std::vector<const domain::Policy*> in_force = policies.Between(start, start + length);
    const auto crossed = [&, before = after - change.count](const domain::Policy* policy) {
      return (after > policy->bulk_limit) != (before > policy->bulk_limit);
    };
    if (std::none_of(in_force.begin(), in_force.end(), crossed)) continue;
    COMITY_ASSIGN_OR_RETURN(const auto subjects, ResolvedIn(transaction, key.first, key.second, length));
    touched.insert(subjects.begin(), subjects.end());
  }
  return touched;
}

// How much a fact says when several came at once: what completes an act more than what surrounds it.
int WeightOf(FactKind kind) {
  if (kind == FactKind::kAssigned || kind == FactKind::kCommented) return 1;
  return MakesDeeds(kind) ? 2 : 0;
}

// The fact that touched this group: the weightiest, then greatest, of its own, else of those it looks at.
Occasion OccasionOf(const JudgingGroup& group, const std::map<EventKey, const Fact*>& fresh) {
  std::pair<int, EventKey> best{-1, {}};
  const auto look = [&](const std::vector<domain::Event>& events) {
    for (const domain::Event& event : events) {
      if (fresh.contains(event.fact.key)) best = std::max(best, {WeightOf(event.fact.kind), event.fact.key});
    }
  };
  look(group.input.events);
  if (best.first < 0) {
    for (const auto& [subject, events] : group.input.related) look(events);
  }
  return {.code = domain::ReasonCode::kNewFact, .event = best.second, .statement = {}};
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
  Poster poster(transaction, *directory, now);
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
  COMITY_RETURN_IF_ERROR(failpoint::Pass(Failpoint::kServiceJudgeLoad));
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
                                                  {.dependents = true, .posted = true, .fresh = &fresh, .now = now}));
  Poster poster(transaction, *directory, now);
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
  COMITY_RETURN_IF_ERROR(failpoint::Pass(Failpoint::kServiceJudgeFacts));
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
