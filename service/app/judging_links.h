// How subjects hang together: moved groups, changes that close tickets, tickets that wait for tickets. Read in batches, each subject once.
#ifndef COMITY_SERVICE_APP_JUDGING_LINKS_H_
#define COMITY_SERVICE_APP_JUDGING_LINKS_H_

#include <map>
#include <set>
#include <vector>

#include "absl/status/statusor.h"
#include "service/store/store.h"

namespace comity::app {

using SubjectSet = std::set<domain::SubjectRef>;

// Links by immutable id, whether the facts named their targets by id or by a key, and in whichever order both arrived.
// Belongs to its transaction.
class SubjectLinks {
 public:
  explicit SubjectLinks(store::Transaction& transaction) : transaction_(transaction) {}

  // These subjects and every other id they were moved from or to, over any number of moves.
  absl::StatusOr<SubjectSet> WithMoved(SubjectSet subjects);
  // After WithMoved: the members of this subject's group, itself included, smallest first.
  std::vector<domain::SubjectRef> GroupOf(domain::SubjectRef subject) const;
  // After WithMoved: what this subject, a change, closes or mentions.
  SubjectSet NamedBy(domain::SubjectRef subject) const;
  // After WithMoved: the changes and others that close or mention this subject.
  SubjectSet Naming(domain::SubjectRef subject) const;
  // After WithMoved: the tickets that this one waits for.
  SubjectSet Blockers(domain::SubjectRef subject) const;
  // After WithMoved: the tickets that wait for this one.
  SubjectSet Waiting(domain::SubjectRef subject) const;

 private:
  struct Ends {
    std::vector<std::pair<domain::LinkKind, domain::SubjectRef>> to, from;
  };
  absl::Status Read(const SubjectSet& subjects);
  const Ends& EndsOf(domain::SubjectRef subject) const;
  SubjectSet MovedNeighbours(domain::SubjectRef subject) const;

  store::Transaction& transaction_;
  std::map<domain::SubjectRef, Ends> ends_;
};

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_JUDGING_LINKS_H_
