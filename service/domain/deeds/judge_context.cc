#include "service/domain/deeds/judge_context.h"

#include <algorithm>
#include <tuple>

namespace comity::domain::judging {
namespace {

// An undo must be later than what it undoes, so at one instant it belongs to what came before; likewise a close for another reason.
int RankAtOneInstant(const Fact& fact) {
  switch (fact.kind) {
    case FactKind::kReopened:
    case FactKind::kReviewDismissed:
    case FactKind::kAnswerUnmarked:
    case FactKind::kReverted:
      return 0;
    case FactKind::kResolved:
      return fact.resolution == Resolution::kNone || fact.resolution == Resolution::kDone ? 2 : 1;
    default:
      return 2;
  }
}

bool Earlier(const Fact* a, const Fact* b) {
  const int rank_a = RankAtOneInstant(*a), rank_b = RankAtOneInstant(*b);
  return std::tie(a->occur_time, rank_a, a->kind, a->key) < std::tie(b->occur_time, rank_b, b->kind, b->key);
}

// The opening's asker; else any fact's; else who opened it, unless a portal did. A moved ticket is opened again by whoever moved it, so
// only the first opening counts.
Party AskerIn(const History& history) {
  const Party* any = nullptr;
  for (const Fact* fact : history.facts) {
    if (!fact->asker.present()) continue;
    if (fact->kind == FactKind::kOpened) return fact->asker;
    if (any == nullptr) any = &fact->asker;
  }
  if (any != nullptr) return *any;
  return history.opening == nullptr || history.opening->automation ? Party{} : history.opening->actor;
}

}  // namespace

bool RevertsChange(const Fact& fact) { return fact.kind == FactKind::kReverted && fact.subject_kind == SubjectKind::kChange; }

bool History::IsNamedBy(const Fact& fact, LinkKind kind) const {
  return std::any_of(fact.links.begin(), fact.links.end(),
                     [&](const FactLink& link) { return link.kind == kind && names.contains(link.target); });
}

bool History::BringsClosingLink() const {
  return std::any_of(facts.begin(), facts.end(), [](const Fact* fact) {
    return std::any_of(fact->links.begin(), fact->links.end(), [](const FactLink& link) { return link.kind == LinkKind::kCloses; });
  });
}

Context::Context(const SubjectInput& input, const Directory& directory, const Policies& policies, Explaining explaining)
    : input_(input), directory_(directory), policies_(policies), explaining_(explaining), own_(InOrder(input.events)) {
  own_.names.insert(input.subject);
  for (const Fact* fact : own_.facts) verdict_.facts[fact->key] = {};
  for (const auto& [subject, events] : input.related) {
    History& history = related_[subject] = InOrder(events);
    history.names.insert(subject);
  }
}

History Context::InOrder(const std::vector<Event>& events) {
  Facts pieces;
  pieces.reserve(events.size());
  for (const Event& event : events) pieces.push_back(&event.fact);
  std::stable_sort(pieces.begin(), pieces.end(), [](const Fact* a, const Fact* b) { return a->key < b->key; });
  History history;
  for (size_t from = 0, until = 0; from < pieces.size(); from = until) {
    const Fact* fact = pieces[from];
    while (until < pieces.size() && pieces[until]->key == fact->key) ++until;
    if (until - from > 1) {
      std::vector<Fact> observations;
      for (size_t i = from; i < until; ++i) observations.push_back(*pieces[i]);
      fact = &folded_.emplace_back(FoldObservations(observations));
    }
    history.facts.push_back(fact);
    history.names.insert(fact->subject);
    if (!fact->alias.empty()) history.names.insert(fact->alias);
    for (const FactLink& link : fact->links) {
      if (link.kind == LinkKind::kMovedTo || link.kind == LinkKind::kMovedFrom) history.names.insert(link.target);
    }
  }
  std::sort(history.facts.begin(), history.facts.end(), Earlier);
  for (const Fact* fact : history.facts) {
    if (fact->kind == FactKind::kOpened && history.opening == nullptr) history.opening = fact;
    if (!fact->places.empty()) history.placed.push_back(fact);
  }
  history.asker = AskerIn(history);
  return history;
}

void Context::Say(const EventKey& key, Outcome outcome, Reason reason, std::optional<DeedHash> deed) {
  const auto own = verdict_.facts.find(key);
  if (own != verdict_.facts.end()) own->second = FactVerdict{outcome, std::move(reason), deed};
}

std::vector<const Statement*> Context::StatementsOn(const DeedKey& key) const {
  std::vector<const Statement*> found;
  for (const Statement& statement : input_.statements) {
    if (statement.deed == key) found.push_back(&statement);
  }
  std::sort(found.begin(), found.end(),
            [](const Statement* a, const Statement* b) { return std::tie(a->time, a->uid) < std::tie(b->time, b->uid); });
  // Told twice is told once.
  found.erase(std::unique(found.begin(), found.end(), [](const Statement* a, const Statement* b) { return a->uid == b->uid; }),
              found.end());
  return found;
}

std::string NumberText(int64_t number) { return std::to_string(number); }

Reason EvidenceOfResolution(const Context& context) {
  Reason reason{ReasonCode::kEvidenceOfResolution, {}};
  if (context.explains()) reason.parameters.emplace_back("subject", context.input().subject.ToText());
  return reason;
}

void AddWho(const Context& context, const Party& party, Parameters& parameters) {
  if (!party.present() || !context.explains()) return;
  const PersonUid person = context.directory().PersonOf(party.account);
  if (person.empty()) {
    parameters.emplace_back("account", party.account.ToText());
  } else {
    parameters.emplace_back("person", person.ToText());
  }
}

}  // namespace comity::domain::judging
