// Runs the labelled corpus: each case as written and in every order, and the figures over all of them.
#include <gtest/gtest.h>

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <numeric>
#include <random>

#include "service/domain/deeds/render.h"
#include "tests/cases/runner.h"

namespace comity::cases {
namespace {

constexpr size_t kAllOrdersUpTo = 6;
constexpr int kSampledOrders = 200;

const std::vector<Case>& AllCases() {
  static const auto& cases = *new std::vector<Case>(ReadCases());
  return cases;
}

std::string TestName(const testing::TestParamInfo<size_t>& info) { return TestNameOf(info.param, AllCases()[info.param].name); }

// How a reader who may see everything would be shown the ids of a case.
domain::Naming NamesOf(const Case& labelled) {
  const auto by = [&labelled]<typename IdType>(std::string_view text, IdType) { return labelled.world->NameOf(*IdType::FromText(text)); };
  domain::Naming naming;
  naming.person = [by](std::string_view text) { return by(text, domain::PersonUid{}); };
  naming.team = [by](std::string_view text) { return by(text, domain::TeamUid{}); };
  naming.account = [by](std::string_view text) { return "github:github.com:" + by(text, domain::AccountUid{}); };
  naming.subject = [&labelled](std::string_view text) {
    const auto it = labelled.subject_names.find(*domain::SubjectRef::FromText(text));
    return it == labelled.subject_names.end() ? std::string() : "acme/billing#" + it->second.substr(1);
  };
  return naming;
}

std::vector<domain::Reason> ReasonsOf(const Verdicts& verdicts) {
  std::vector<domain::Reason> reasons;
  for (const auto& [group, verdict] : verdicts) {
    for (const auto& [key, fact] : verdict.facts) reasons.push_back(fact.reason);
    for (const domain::Deed& deed : verdict.deeds) {
      reasons.push_back(deed.because);
      reasons.insert(reasons.end(), deed.steps.begin(), deed.steps.end());
    }
  }
  return reasons;
}

class LabelledCase : public testing::TestWithParam<size_t> {
 protected:
  const Case& labelled() const { return AllCases()[GetParam()]; }

  // One order of arrival, each fact delivered twice.
  void ExpectSame(const Verdicts& expected, const std::vector<size_t>& order) {
    const std::vector<domain::Fact> facts = FactsOf(labelled());
    std::vector<domain::Fact> arrivals;
    arrivals.reserve(2 * order.size());
    for (const size_t i : order) arrivals.push_back(facts[i]);
    for (const size_t i : order) arrivals.push_back(facts[order.size() - 1 - i]);
    ASSERT_TRUE(JudgeCase(labelled(), arrivals) == expected) << "another order gives another verdict:" << testing::PrintToString(order);
  }
};

TEST_P(LabelledCase, IsJudgedAsLabelled) {
  const std::vector<std::string> differences = Differences(labelled(), JudgeCase(labelled(), FactsOf(labelled())));
  EXPECT_TRUE(differences.empty()) << labelled().file << ": " << labelled().name << Joined(differences);
}

TEST_P(LabelledCase, IsJudgedAlikeInEveryOrderAndWhenRepeated) {
  const Verdicts expected = JudgeCase(labelled(), FactsOf(labelled()));
  std::vector<size_t> order(labelled().facts.size());
  std::iota(order.begin(), order.end(), 0);
  if (order.size() <= kAllOrdersUpTo) {
    do {
      ExpectSame(expected, order);
    } while (!HasFatalFailure() && std::next_permutation(order.begin(), order.end()));
    return;
  }
  std::mt19937 random(20260902);
  for (int i = 0; i < kSampledOrders && !HasFatalFailure(); ++i) {
    std::shuffle(order.begin(), order.end(), random);
    ExpectSame(expected, order);
  }
}

// What is left of verdicts without explanations.
Verdicts Unexplained(Verdicts verdicts) {
  for (auto& [group, verdict] : verdicts) {
    for (auto& [key, fact] : verdict.facts) fact.reason.parameters.clear();
    for (domain::Deed& deed : verdict.deeds) {
      deed.because.parameters.clear();
      deed.steps.clear();
    }
  }
  return verdicts;
}

TEST_P(LabelledCase, IsJudgedAlikeWithoutExplanations) {
  const std::vector<domain::Fact> facts = FactsOf(labelled());
  EXPECT_TRUE(Unexplained(JudgeCase(labelled(), facts, domain::Explaining::kNone)) == Unexplained(JudgeCase(labelled(), facts)));
}

INSTANTIATE_TEST_SUITE_P(Corpus, LabelledCase, testing::Range<size_t>(0, AllCases().size()), TestName);

void PrintTraps() {
  std::map<int, int> covered;
  for (const Case& labelled : AllCases()) {
    for (const int trap : labelled.traps) ++covered[trap];
  }
  std::cout << "trap : cases\n";
  for (int trap = 1; trap <= kTraps; ++trap) std::cout << std::setw(4) << trap << " : " << covered[trap] << (trap % 8 == 0 ? "\n" : "");
}

TEST(CorpusTest, PrecisionAndRecallAreWholeAndSharesExact) {
  Score score;
  std::vector<std::string> failing;
  for (const Case& labelled : AllCases()) {
    const Verdicts verdicts = JudgeCase(labelled, FactsOf(labelled));
    AddScore(labelled, verdicts, score);
    if (!Differences(labelled, verdicts).empty()) failing.push_back(labelled.file + ": " + labelled.name);
  }
  std::cout << std::fixed << std::setprecision(2) << "cases        " << AllCases().size() << "\ncredits      " << score.expected
            << " expected, " << score.given << " given\nprecision    " << 100 * score.precision() << " %\nrecall       "
            << 100 * score.recall() << " %\nshare error  " << 100 * score.share_error() << " %\nfailing      " << failing.size()
            << Joined(failing) << "\n";
  PrintTraps();
  EXPECT_EQ(score.precision(), 1.0);
  EXPECT_EQ(score.recall(), 1.0);
  EXPECT_EQ(score.wrong_ppm, 0);
  EXPECT_TRUE(failing.empty());
}

// Whatever judging says of any case can be said in words, from parameters that the words know.
TEST(CorpusTest, EveryReasonGivenIsWordedInFull) {
  for (const Case& labelled : AllCases()) {
    const domain::Naming naming = NamesOf(labelled);
    for (const domain::Reason& reason : ReasonsOf(JudgeCase(labelled, FactsOf(labelled)))) {
      if (reason.code == domain::ReasonCode::kNone) continue;
      for (const auto& [name, value] : reason.parameters) {
        EXPECT_TRUE(domain::IsKnownParameter(name)) << domain::ReasonName(reason.code) << ": " << name << "=" << value;
      }
      const domain::Explained explained = domain::Render({reason}, naming);
      ASSERT_FALSE(explained.text.empty()) << domain::ReasonName(reason.code);
      EXPECT_EQ(explained.text.find("…"), std::string::npos) << explained.text;
    }
  }
}

TEST(CorpusTest, HoldsAtLeast150CasesEachNamedOnce) {
  std::set<std::string> names;
  for (const Case& labelled : AllCases()) EXPECT_TRUE(names.insert(labelled.name).second) << labelled.name;
  EXPECT_GE(names.size(), 150u);
}

TEST(CorpusTest, CoversEveryTrapThatJudgingCanFallInto) {
  std::set<int> covered;
  for (const Case& labelled : AllCases()) covered.insert(labelled.traps.begin(), labelled.traps.end());
  for (int trap = 1; trap <= kTraps; ++trap) EXPECT_TRUE(covered.contains(trap)) << "trap " << trap;
}

}  // namespace
}  // namespace comity::cases
