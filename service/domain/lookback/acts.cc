#include "service/domain/lookback/acts.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace comity::domain::lookback {
namespace {

using ByCommitId = std::unordered_map<CommitId, Commit>;

ByCommitId IndexOf(const History& history) {
  ByCommitId index;
  index.reserve(history.commits().size());
  for (Commit i = 0; i < history.commits().size(); ++i) index.emplace(history.commits()[i].id, i);
  return index;
}

// Every commit belongs to the branch that reached it first. Branches are walked along first parents, from the newest commit of the main
// one; then, from its oldest merge on, those that were merged into it, each with its own merges before the next.
class BranchWalk {
 public:
  explicit BranchWalk(const History& history) : history_(history), index_(IndexOf(history)), claimed_(history.commits().size(), false) {
    result_.brought_by.assign(history.commits().size(), kNoCommit);
  }

  Merges Run() {
    if (history_.commits().empty()) return std::move(result_);
    PushMergesOf(Claim(0));
    while (!waiting_.empty()) {
      const Commit merge = waiting_.back();
      waiting_.pop_back();
      Enter(merge);
    }
    return std::move(result_);
  }

 private:
  Commit Find(const CommitId& id) const {
    const auto found = index_.find(id);
    return found == index_.end() ? kNoCommit : found->second;
  }

  std::vector<Commit> Claim(Commit from) {
    std::vector<Commit> branch;
    while (from != kNoCommit && !claimed_[from]) {
      claimed_[from] = true;
      branch.push_back(from);
      const auto parents = history_.ParentsOf(from);
      from = parents.empty() ? kNoCommit : Find(parents.front());
    }
    return branch;
  }

  void PushMergesOf(const std::vector<Commit>& branch) {
    for (const Commit commit : branch) {  // newest first, so that the oldest is on top
      if (history_.ParentsOf(commit).size() > 1) waiting_.push_back(commit);
    }
  }

  void Enter(Commit merge) {
    std::vector<Commit> brought;
    for (const CommitId& parent : history_.ParentsOf(merge).subspan(1)) {
      const Commit from = Find(parent);
      if (from == kNoCommit) continue;
      const std::vector<Commit> branch = Claim(from);
      for (const Commit commit : branch) result_.brought_by[commit] = merge;
      PushMergesOf(branch);
      brought.insert(brought.end(), branch.begin(), branch.end());
    }
    if (!brought.empty()) result_.merges.push_back(Summary(merge, brought));
  }

  Merge Summary(Commit merge, const std::vector<Commit>& brought) const {
    std::map<Person, size_t> authors;
    std::map<Area, size_t> areas;
    Merge summary{merge};
    for (const Commit commit : brought) {
      const CommitRow& row = history_.commits()[commit];
      if (row.author != kNobody) ++authors[row.author];
      if (row.area != kNoArea) ++areas[row.area];
    }
    for (const Commit commit : brought) {
      const CommitRow& row = history_.commits()[commit];
      if (row.author != kNobody && (summary.author == kNobody || authors[row.author] > authors[summary.author]))
        summary.author = row.author;
      if (row.area != kNoArea && (summary.area == kNoArea || areas[row.area] > areas[summary.area])) summary.area = row.area;
    }
    return summary;
  }

  const History& history_;
  const ByCommitId index_;
  std::vector<bool> claimed_;
  std::vector<Commit> waiting_;
  Merges result_;
};

// When each commit was first reverted; 0 = never.
std::vector<int64_t> RevertTimes(const History& history) {
  std::vector<int64_t> times(history.commits().size(), 0);
  if (history.reverts().empty()) return times;
  const ByCommitId index = IndexOf(history);
  for (const RevertRow& revert : history.reverts()) {
    const auto found = index.find(revert.target);
    if (found == index.end()) continue;
    int64_t& first = times[found->second];
    const int64_t time = history.commits()[revert.by].time;
    if (time > 0 && (first == 0 || time < first)) first = time;
  }
  return times;
}

}  // namespace

Merges FindMerges(const History& history) { return BranchWalk(history).Run(); }

std::vector<HelpAct> FindActs(const History& history, absl::Duration hold) {
  const Merges merges = FindMerges(history);
  const std::vector<int64_t> reverted = RevertTimes(history);
  const int64_t hold_seconds = absl::ToInt64Seconds(hold);
  const auto undone = [&](Commit commit) {
    const int64_t after = reverted[commit] - history.commits()[commit].time;
    return reverted[commit] > 0 && after > 0 && after <= hold_seconds;
  };
  std::unordered_map<Commit, const Merge*> brought;
  for (const Merge& merge : merges.merges) brought.emplace(merge.commit, &merge);

  std::vector<HelpAct> acts;
  for (const TrailerRow& trailer : history.trailers()) {
    const CommitRow& row = history.commits()[trailer.commit];
    const auto merge = brought.find(trailer.commit);
    const Person author = merge == brought.end() ? row.author : merge->second->author;
    HelpAct act{trailer.kind, trailer.commit, history.PersonOfContact(trailer.contact), author,
                merge == brought.end() ? row.area : merge->second->area};
    if (act.kind == HelpKind::kFixed) std::swap(act.helper, act.asker);
    acts.push_back(act);
  }
  for (const Merge& merge : merges.merges) {
    acts.push_back({HelpKind::kMerged, merge.commit, history.commits()[merge.commit].author, merge.author, merge.area});
  }
  const auto order = [&](const HelpAct& act) {
    return std::make_tuple(history.commits()[act.commit].time, history.commits()[act.commit].id, act.kind, act.helper, act.asker);
  };
  std::sort(acts.begin(), acts.end(), [&](const HelpAct& a, const HelpAct& b) { return order(a) < order(b); });
  acts.erase(std::unique(acts.begin(), acts.end(), [&](const HelpAct& a, const HelpAct& b) { return order(a) == order(b); }), acts.end());
  for (HelpAct& act : acts) {
    const Commit by = merges.brought_by[act.commit];
    act.taken_back = undone(act.commit) || (by != kNoCommit && undone(by));
  }
  return acts;
}

}  // namespace comity::domain::lookback
