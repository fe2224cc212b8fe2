#include "service/app/judging_links.h"

#include <utility>

#include "service/base/error.h"

namespace comity::app {
namespace {

using domain::LinkKind;
using domain::SubjectRef;

using Links = std::vector<std::pair<LinkKind, SubjectRef>>;

bool IsMove(LinkKind kind) { return kind == LinkKind::kMovedTo || kind == LinkKind::kMovedFrom; }
bool IsNaming(LinkKind kind) { return kind == LinkKind::kCloses || kind == LinkKind::kMentions; }
bool IsBlocking(LinkKind kind) { return kind == LinkKind::kBlockedBy; }

SubjectSet Those(const Links& links, bool (*fits)(LinkKind)) {
  SubjectSet subjects;
  for (const auto& [kind, subject] : links) {
    if (fits(kind)) subjects.insert(subject);
  }
  return subjects;
}

}  // namespace

absl::Status SubjectLinks::Read(const SubjectSet& subjects) {
  std::vector<SubjectRef> missing;
  for (const SubjectRef& subject : subjects) {
    if (!ends_.contains(subject)) missing.push_back(subject);
  }
  if (missing.empty()) return absl::OkStatus();
  for (const SubjectRef& subject : missing) ends_[subject];

  store::EventStore& events = transaction_.events();
  COMITY_ASSIGN_OR_RETURN(const std::vector<store::LinkRow> outgoing, events.LinksFrom(missing));
  SubjectSet targets;
  for (const store::LinkRow& link : outgoing) targets.insert(link.target);
  std::map<SubjectRef, SubjectRef> resolved;
  if (!targets.empty()) {
    COMITY_ASSIGN_OR_RETURN(resolved, events.ResolveAliases({targets.begin(), targets.end()}));
  }
  for (const store::LinkRow& link : outgoing) {
    const auto target = resolved.find(link.target);
    ends_[link.from].to.emplace_back(link.kind, target == resolved.end() ? link.target : target->second);
  }

  // Others may have named these subjects by any key they ever had.
  COMITY_ASSIGN_OR_RETURN(const auto aliases, events.AliasesOf(missing));
  std::map<SubjectRef, SubjectRef> subject_of;
  for (const SubjectRef& subject : missing) subject_of[subject] = subject;
  for (const auto& [subject, keys] : aliases) {
    for (const SubjectRef& key : keys) subject_of[key] = subject;
  }
  std::vector<SubjectRef> names;
  names.reserve(subject_of.size());
  for (const auto& [name, subject] : subject_of) names.push_back(name);
  COMITY_ASSIGN_OR_RETURN(const std::vector<store::LinkRow> incoming, events.LinksTo(names));
  for (const store::LinkRow& link : incoming) ends_[subject_of[link.target]].from.emplace_back(link.kind, link.from);
  return absl::OkStatus();
}

const SubjectLinks::Ends& SubjectLinks::EndsOf(SubjectRef subject) const {
  static const Ends kNone;
  const auto found = ends_.find(subject);
  return found == ends_.end() ? kNone : found->second;
}

SubjectSet SubjectLinks::MovedNeighbours(SubjectRef subject) const {
  SubjectSet neighbours = Those(EndsOf(subject).to, IsMove);
  neighbours.merge(Those(EndsOf(subject).from, IsMove));
  return neighbours;
}

SubjectSet SubjectLinks::NamedBy(SubjectRef subject) const { return Those(EndsOf(subject).to, IsNaming); }
SubjectSet SubjectLinks::Naming(SubjectRef subject) const { return Those(EndsOf(subject).from, IsNaming); }
SubjectSet SubjectLinks::Blockers(SubjectRef subject) const { return Those(EndsOf(subject).to, IsBlocking); }
SubjectSet SubjectLinks::Waiting(SubjectRef subject) const { return Those(EndsOf(subject).from, IsBlocking); }

absl::StatusOr<SubjectSet> SubjectLinks::WithMoved(SubjectSet subjects) {
  SubjectSet frontier = subjects;
  while (!frontier.empty()) {
    COMITY_RETURN_IF_ERROR(Read(frontier));
    SubjectSet next;
    for (const SubjectRef& subject : frontier) {
      for (const SubjectRef& other : MovedNeighbours(subject)) {
        if (subjects.insert(other).second) next.insert(other);
      }
    }
    frontier = std::move(next);
  }
  return subjects;
}

std::vector<SubjectRef> SubjectLinks::GroupOf(SubjectRef subject) const {
  SubjectSet group = {subject};
  std::vector<SubjectRef> left = {subject};
  while (!left.empty()) {
    const SubjectRef next = left.back();
    left.pop_back();
    for (const SubjectRef& other : MovedNeighbours(next)) {
      if (group.insert(other).second) left.push_back(other);
    }
  }
  return {group.begin(), group.end()};
}

}  // namespace comity::app
