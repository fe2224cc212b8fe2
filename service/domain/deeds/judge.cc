#include "service/domain/deeds/judge.h"

#include <algorithm>

#include "service/domain/deeds/judge_act.h"
#include "service/domain/deeds/withdrawn.h"

namespace comity::domain {
namespace judging {
namespace {

// What is said of a fact unless a rule knows better.
void SayDefaults(Context& context) {
  const bool closes = context.own().BringsClosingLink();
  for (const Fact* fact : context.own().facts) {
    Reason reason{ReasonCode::kContext, {}};
    if (fact->kind == FactKind::kChangeMerged && !fact->default_branch) {
      reason.code = ReasonCode::kNotDefaultBranch;
    } else if (closes && (fact->kind == FactKind::kChangeMerged || fact->kind == FactKind::kLinked)) {
      reason = EvidenceOfResolution(context);
    }
    context.Say(fact->key, Outcome::kContext, std::move(reason));
  }
}

// Takes the names of those who opted out off every line and out of every explanation; what the teams did stays.
void HideOptedOut(Context& context) {
  std::set<std::string> hidden;
  for (Deed& deed : context.verdict().deeds) {
    for (std::string& person : domain::HideOptedOut(context.directory(), deed)) hidden.insert(std::move(person));
  }
  if (hidden.empty()) return;
  const auto forget = [&](Reason& reason) {
    std::erase_if(reason.parameters, [&](const auto& parameter) { return hidden.contains(parameter.second); });
  };
  for (Deed& deed : context.verdict().deeds) {
    forget(deed.because);
    for (Reason& step : deed.steps) forget(step);
  }
  for (auto& [key, verdict] : context.verdict().facts) forget(verdict.reason);
}

}  // namespace
}  // namespace judging

DeedHash DeedKey::Hash() const {
  Hasher hasher("comity/deed");
  hasher.Add(subject.view()).Add(static_cast<int64_t>(kind)).Add(static_cast<int64_t>(episode)).Add(person.view());
  auto hash = hasher.Finish<DeedHash>();
  std::copy_n(subject.bytes.begin(), kPlaceBytes, hash.bytes.begin());
  return hash;
}

int64_t BulkWindowOf(absl::Time time, absl::Duration window) {
  const int64_t seconds = std::max<int64_t>(1, absl::ToInt64Seconds(window));
  const int64_t unix_seconds = absl::ToUnixSeconds(time);
  return unix_seconds >= 0 ? unix_seconds / seconds : -((-unix_seconds + seconds - 1) / seconds);
}

std::vector<int32_t> EqualShares(int32_t whole, size_t n) {
  std::vector<int32_t> shares(n, whole / static_cast<int32_t>(n));
  for (size_t i = 0; i < static_cast<size_t>(whole % static_cast<int32_t>(n)); ++i) ++shares[i];
  return shares;
}

Verdict Judge(const SubjectInput& input, const Directory& directory, const Policies& policies, Explaining explaining) {
  judging::Context context(input, directory, policies, explaining);
  judging::SayDefaults(context);
  judging::JudgeUnblocked(context);
  judging::JudgeResolutions(context);
  judging::JudgeChanges(context);
  judging::JudgeAnswers(context);
  judging::JudgePages(context);
  judging::JudgeHandOvers(context);
  judging::HideOptedOut(context);
  Verdict& verdict = context.verdict();
  std::sort(verdict.deeds.begin(), verdict.deeds.end(), [](const Deed& a, const Deed& b) { return a.key < b.key; });
  std::sort(verdict.internal.begin(), verdict.internal.end(), [](const InternalHelp& a, const InternalHelp& b) {
    return std::tie(a.made_by, a.kind, a.team) < std::tie(b.made_by, b.kind, b.team);
  });
  return std::move(verdict);
}

}  // namespace comity::domain
