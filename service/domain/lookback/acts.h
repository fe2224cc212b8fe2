// From a history to possible acts of help: who did what for whom, where. Whether it counts is for the judge. Pure.
#ifndef COMITY_SERVICE_DOMAIN_LOOKBACK_ACTS_H_
#define COMITY_SERVICE_DOMAIN_LOOKBACK_ACTS_H_

#include <vector>

#include "service/domain/lookback/history.h"

namespace comity::domain::lookback {

// A merge commit and what it brought into the branch it was made on.
struct Merge {
  Commit commit;
  Person author = kNobody;  // of most of the commits it brought; of equals who wrote the newest
  Area area = kNoArea;      // of most of them, likewise
};

struct Merges {
  std::vector<Merge> merges;  // those that brought something
  // For each commit the merge commit that brought it, or kNoCommit. The innermost: a branch merged into a branch was brought by that one.
  std::vector<Commit> brought_by;
};
inline constexpr Commit kNoCommit = std::numeric_limits<Commit>::max();
Merges FindMerges(const History& history);

struct HelpAct {
  HelpKind kind;
  Commit commit;
  Person helper, asker;
  Area area;                // of what was changed; kNoArea if nothing was
  bool taken_back = false;  // reverted within `hold`, so it counts for nothing
};

// Each once, by time, commit, kind and people. Trailers of a merge speak of what it brought. A report makes its author the asker and
// the change's author the helper; in every other kind the author of the change is the one helped.
std::vector<HelpAct> FindActs(const History& history, absl::Duration hold);

}  // namespace comity::domain::lookback

#endif  // COMITY_SERVICE_DOMAIN_LOOKBACK_ACTS_H_
