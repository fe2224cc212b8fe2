// Compares verdicts with labels, in words that name people and subjects as the case does.
#include <algorithm>
#include <cstdlib>
#include <set>

#include "absl/strings/str_cat.h"
#include "tests/cases/runner.h"
#include "tests/cases/words.h"

namespace comity::cases {
namespace {

using domain::Deed;
using domain::DeedKey;
using domain::DeedState;
using domain::Line;

std::string Text(std::string_view text) { return std::string(text); }

class Comparison {
 public:
  Comparison(const Case& labelled, const Verdicts& verdicts) : labelled_(labelled), world_(*labelled.world) {
    for (const auto& [group, verdict] : verdicts) {
      for (const auto& [key, fact] : verdict.facts) {
        if (!facts_.emplace(key, &fact).second) Say("a fact has two verdicts");
      }
      for (const Deed& deed : verdict.deeds) {
        if (!deeds_.emplace(deed.key, &deed).second) Say(absl::StrCat("two deeds of one key: ", DeedText(deed)));
      }
      for (const domain::InternalHelp& help : verdict.internal) {
        internal_.push_back({.subject = help.subject, .kind = help.kind, .team = help.team});
      }
    }
  }

  std::vector<std::string> Run() {
    for (const CaseFact& fact : labelled_.facts) CheckFact(fact);
    std::set<const Deed*> matched;
    for (const ExpectedDeed& expected : labelled_.deeds) {
      const Deed* deed = DeedOf(expected.key);
      if (deed == nullptr) {
        Say(absl::StrCat("missing deed: ", KeyText(expected.key)));
      } else {
        matched.insert(deed);
        CheckDeed(expected, *deed);
      }
    }
    for (const auto& [key, deed] : deeds_) {
      if (!matched.contains(deed)) Say(absl::StrCat("unexpected deed: ", DeedText(*deed)));
    }
    CheckInternal();
    return std::move(differences_);
  }

  void Add(Score& score);

 private:
  void Say(const std::string& difference) { differences_.push_back(difference); }

  // By the written key, or by a group's name if the subject was moved.
  const Deed* DeedOf(const DeedKey& written) const {
    const auto it = deeds_.find(written);
    if (it != deeds_.end()) return it->second;
    for (const auto& [key, deed] : deeds_) {
      if (key.kind == written.kind && key.episode == written.episode && key.person == written.person &&
          SameGroup(key.subject, written.subject)) {
        return deed;
      }
    }
    return nullptr;
  }
  bool SameGroup(domain::SubjectRef one, domain::SubjectRef other) const {
    for (const CaseFact& fact : labelled_.facts) {
      for (const domain::FactLink& link : fact.fact.links) {
        if (link.kind != domain::LinkKind::kMovedTo && link.kind != domain::LinkKind::kMovedFrom) continue;
        const std::set<domain::SubjectRef> both = {fact.fact.subject, link.target};
        if (both.contains(one) && both.contains(other)) return true;
      }
    }
    return one == other;
  }

  std::string SubjectText(domain::SubjectRef subject) const {
    const auto it = labelled_.subject_names.find(subject);
    return it == labelled_.subject_names.end() ? "?" : it->second;
  }
  std::string KeyText(const DeedKey& key) const {
    return absl::StrCat(
        Text(NameIn(kDeedKindNames, key.kind)), " ", SubjectText(key.subject),
        key.kind == domain::DeedKind::kResolved ? absl::StrCat(" episode ", key.episode) : absl::StrCat(" of ", world_.NameOf(key.person)));
  }
  std::string LineText(const Line& line) const {
    const std::string who = line.person.empty() ? "?" + world_.NameOf(line.account) : world_.NameOf(line.person);
    return absl::StrCat(who, " ", line.share_ppm, " ", world_.NameOf(line.team), " ", Text(NameIn(kStances, line.stance)),
                        line.declined ? " declined" : "");
  }
  std::string LinesText(const std::vector<Line>& lines) const {
    std::vector<std::string> texts;
    for (const Line& line : lines) texts.push_back(LineText(line));
    std::sort(texts.begin(), texts.end());
    std::string all;
    for (const std::string& text : texts) absl::StrAppend(&all, all.empty() ? "" : ", ", text);
    return all;
  }
  std::string DeedText(const Deed& deed) const {
    return absl::StrCat(KeyText(deed.key), " -> ", world_.NameOf(deed.helped_team), " : ", LinesText(deed.lines), " | ",
                        Text(NameIn(kStates, deed.state)), deed.awaits_yes ? " waits" : "", deed.shadow ? " shadow" : "", " ",
                        Text(domain::ReasonName(deed.because.code)));
  }

  void CheckFact(const CaseFact& fact) {
    const auto it = facts_.find(fact.fact.key);
    if (it == facts_.end()) return Say(absl::StrCat("no verdict for: ", fact.line));
    if (!fact.expected.has_value()) return;
    const std::string outcome = Text(NameIn(kOutcomes, it->second->outcome));
    const std::string reason = Text(domain::ReasonName(it->second->reason.code));
    if (outcome != fact.expected->outcome || (!fact.expected->reason.empty() && reason != fact.expected->reason)) {
      Say(absl::StrCat("got ", outcome, " ", reason, " for: ", fact.line));
    }
  }

  template <typename Value>
  void CheckSame(const DeedKey& key, const char* what, const Value& expected, const Value& got) {
    if (expected != got) Say(absl::StrCat(KeyText(key), ": ", what, " is ", got, ", not ", expected));
  }

  void CheckDeed(const ExpectedDeed& expected, const Deed& deed) {
    CheckSame(expected.key, "state", Text(NameIn(kStates, expected.state)), Text(NameIn(kStates, deed.state)));
    if (expected.asker.has_value()) CheckSame(expected.key, "asker", world_.NameOf(*expected.asker), world_.NameOf(deed.asker));
    if (expected.policy.has_value()) CheckSame(expected.key, "policy", *expected.policy, deed.policy);
    if (!expected.reason.empty()) CheckSame(expected.key, "reason", expected.reason, Text(domain::ReasonName(deed.because.code)));
    if (!deed.key.subject.empty() && deed.steps.empty()) Say(absl::StrCat(KeyText(expected.key), ": is not explained"));
    if (deed.evidence.empty()) Say(absl::StrCat(KeyText(expected.key), ": names no evidence"));
    if (expected.state == DeedState::kReversed && expected.lines.empty()) return;
    CheckSame(expected.key, "awaits_yes", expected.awaits_yes, deed.awaits_yes);
    CheckSame(expected.key, "shadow", expected.shadow, deed.shadow);
    CheckSame(expected.key, "helped team", world_.NameOf(expected.helped_team), world_.NameOf(deed.helped_team));
    std::vector<Line> lines;
    for (const ExpectedLine& line : expected.lines) {
      Line& wanted = lines.emplace_back();
      wanted.person = line.person;
      wanted.account = line.account;
      wanted.share_ppm = line.share_ppm;
      wanted.declined = line.declined;
      wanted.team = line.team;
      wanted.stance = line.stance;
    }
    CheckSame(expected.key, "the split", LinesText(lines), LinesText(deed.lines));
    int64_t sum = 0;
    for (const Line& line : deed.lines) sum += line.share_ppm;
    CheckSame(expected.key, "the sum of shares", int64_t{domain::kWholePpm}, sum);
  }

  void CheckInternal() {
    const auto text = [&](std::vector<ExpectedInternal> all) {
      std::vector<std::string> texts;
      for (const ExpectedInternal& help : all) {
        texts.push_back(
            absl::StrCat(Text(NameIn(kDeedKindNames, help.kind)), " ", SubjectText(help.subject), " ", world_.NameOf(help.team)));
      }
      std::sort(texts.begin(), texts.end());
      std::string joined;
      for (const std::string& one : texts) absl::StrAppend(&joined, joined.empty() ? "" : ", ", one);
      return joined;
    };
    const std::string expected = text(labelled_.internal), got = text(internal_);
    if (expected != got) Say(absl::StrCat("internal help is [", got, "], not [", expected, "]"));
  }

  const Case& labelled_;
  const World& world_;
  std::map<domain::EventKey, const domain::FactVerdict*> facts_;
  std::map<DeedKey, const Deed*> deeds_;
  std::vector<ExpectedInternal> internal_;
  std::vector<std::string> differences_;
};

bool Credits(DeedState state) { return state != DeedState::kReversed && state != DeedState::kDeclined; }

// Credits by deed and by person (or account, while held).
void Comparison::Add(Score& score) {
  std::map<std::string, int64_t> expected, given;
  std::set<const Deed*> matched;
  for (const ExpectedDeed& deed : labelled_.deeds) {
    const Deed* got = DeedOf(deed.key);
    if (got != nullptr) matched.insert(got);
    if (!Credits(deed.state)) continue;
    for (const ExpectedLine& line : deed.lines) {
      if (!line.declined) expected[KeyText(deed.key) + world_.NameOf(line.person) + world_.NameOf(line.account)] = line.share_ppm;
    }
  }
  const auto add_given = [&](const Deed& deed, const std::string& key) {
    if (!Credits(deed.state)) return;
    for (const Line& line : deed.lines) {
      if (!line.declined)
        given[key + world_.NameOf(line.person) + world_.NameOf(line.person.empty() ? line.account : domain::AccountUid{})] = line.share_ppm;
    }
  };
  for (const ExpectedDeed& deed : labelled_.deeds) {
    if (const Deed* got = DeedOf(deed.key); got != nullptr) add_given(*got, KeyText(deed.key));
  }
  for (const auto& [key, deed] : deeds_) {
    if (!matched.contains(deed)) add_given(*deed, KeyText(key));
  }
  score.expected += static_cast<int64_t>(expected.size());
  score.given += static_cast<int64_t>(given.size());
  for (const auto& [who, share] : expected) {
    score.expected_ppm += share;
    const auto it = given.find(who);
    score.right += it != given.end();
    score.wrong_ppm += std::llabs(share - (it == given.end() ? 0 : it->second));
  }
  for (const auto& [who, share] : given) {
    if (!expected.contains(who)) score.wrong_ppm += share;
  }
}

}  // namespace

std::vector<std::string> Differences(const Case& labelled, const Verdicts& verdicts) { return Comparison(labelled, verdicts).Run(); }

void AddScore(const Case& labelled, const Verdicts& verdicts, Score& score) { Comparison(labelled, verdicts).Add(score); }

}  // namespace comity::cases
