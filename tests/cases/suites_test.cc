// Runs the labelled corpus that begins at bytes, and prints the figures of each suite and of both corpora.
#include <gtest/gtest.h>

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <numeric>
#include <random>
#include <set>

#include "plugins/connectors.h"
#include "tests/cases/runner.h"
#include "tests/cases/suite_case.h"

namespace comity::cases {
namespace {

constexpr size_t kAllOrdersUpTo = 5;
constexpr int kSampledOrders = 100;

const std::vector<SuiteCase>& AllCases() {
  static const auto& cases = *new std::vector<SuiteCase>(ReadSuiteCases());
  return cases;
}

std::string TestName(const testing::TestParamInfo<size_t>& info) {
  return TestNameOf(info.param, AllCases()[info.param].suite + " " + AllCases()[info.param].labelled.name);
}

class SuiteCaseOf : public testing::TestWithParam<size_t> {
 protected:
  const SuiteCase& one() const { return AllCases()[GetParam()]; }

  void ExpectSame(const Verdicts& expected, const std::vector<size_t>& order) {
    std::vector<domain::Fact> arrivals;
    arrivals.reserve(order.size());
    for (const size_t place : order) arrivals.push_back(one().labelled.facts[place].fact);
    ASSERT_TRUE(JudgeCase(one().labelled, arrivals) == expected)
        << "another order gives another verdict: " << testing::PrintToString(order);
  }
};

TEST_P(SuiteCaseOf, IsJudgedAsLabelled) {
  const std::vector<std::string> differences = Differences(one());
  EXPECT_TRUE(differences.empty()) << one().labelled.file << ": " << one().labelled.name << Joined(differences);
}

// Whole deliveries in every order, each twice; then facts in any order, as hooks and polls mix.
TEST_P(SuiteCaseOf, IsJudgedAlikeInEveryOrderOfArrivalAndWhenRepeated) {
  const Verdicts expected = JudgeCase(one().labelled, FactsOf(one().labelled));
  std::vector<size_t> deliveries(one().arrivals.size());
  std::iota(deliveries.begin(), deliveries.end(), 0);
  do {
    std::vector<size_t> order;
    for (int time = 0; time < 2; ++time) {
      for (const size_t delivery : deliveries) {
        order.insert(order.end(), one().arrivals[delivery].begin(), one().arrivals[delivery].end());
      }
    }
    ExpectSame(expected, order);
  } while (deliveries.size() <= kAllOrdersUpTo && !HasFatalFailure() && std::next_permutation(deliveries.begin(), deliveries.end()));
  std::vector<size_t> facts(one().labelled.facts.size());
  std::iota(facts.begin(), facts.end(), 0);
  std::mt19937 random(20260902);
  for (int i = 0; i < kSampledOrders && facts.size() < 100 && !HasFatalFailure(); ++i) {
    std::shuffle(facts.begin(), facts.end(), random);
    ExpectSame(expected, facts);
  }
}

INSTANTIATE_TEST_SUITE_P(Suites, SuiteCaseOf, testing::Range<size_t>(0, AllCases().size()), TestName);

struct SuiteFigures {
  int cases = 0;
  Score score;
};

void PrintRow(const std::string& suite, const SuiteFigures& figures) {
  std::cout << std::left << std::setw(16) << suite << std::right << std::fixed << std::setprecision(2) << std::setw(6) << figures.cases
            << std::setw(10) << figures.score.expected << std::setw(7) << figures.score.given << std::setw(11)
            << 100 * figures.score.precision() << " %" << std::setw(8) << 100 * figures.score.recall() << " %" << std::setw(12)
            << 100 * figures.score.share_error() << " %\n";
}

TEST(SuitesTest, PrecisionAndRecallAreWholeAndSharesExactForEverySuite) {
  std::map<std::string, SuiteFigures> suites;
  SuiteFigures all;
  std::vector<std::string> failing;
  for (const SuiteCase& one : AllCases()) {
    const Verdicts verdicts = JudgeCase(one.labelled, FactsOf(one.labelled));
    for (SuiteFigures* figures : {&suites[one.suite], &all}) {
      ++figures->cases;
      AddScore(one.labelled, verdicts, figures->score);
    }
    if (!Differences(one).empty()) failing.push_back(one.labelled.file + ": " + one.labelled.name);
  }
  std::cout << "suite            cases  expected  given  precision    recall  share error\n";
  for (const auto& [suite, figures] : suites) {
    PrintRow(suite, figures);
    EXPECT_EQ(figures.score.precision(), 1.0) << suite;
    EXPECT_EQ(figures.score.recall(), 1.0) << suite;
    EXPECT_EQ(figures.score.wrong_ppm, 0) << suite;
  }
  PrintRow("all", all);
  std::cout << "failing    " << failing.size() << Joined(failing) << "\n";
  EXPECT_TRUE(failing.empty());
}

// Meetings and nominations are no help by themselves.
bool CreditsNobody(const std::string& suite) {
  static const std::set<std::string> suites = {"caldav", "google-calendar", "icalendar", "mattermost", "microsoft-graph", "slack"};
  return suites.contains(suite);
}

TEST(SuitesTest, EachConnectorHasCasesAndAllButCalendarsAndChatsCreditSomebody) {
  std::map<std::string, std::pair<int, size_t>> suites;
  std::set<std::string> names;
  for (const SuiteCase& one : AllCases()) {
    ++suites[one.suite].first;
    suites[one.suite].second += one.labelled.deeds.size();
    EXPECT_TRUE(names.insert(one.suite + one.labelled.name).second) << one.labelled.name;
  }
  for (const auto& [suite, connector] : MakeConnectors()) {
    EXPECT_GE(suites[suite].first, CreditsNobody(suite) ? 2 : 4) << suite;
    EXPECT_EQ(suites[suite].second == 0, CreditsNobody(suite)) << suite;
  }
  EXPECT_GE(names.size(), 170u);
  EXPECT_GE(names.size() + ReadCases().size(), 500u);
}

TEST(SuitesTest, AWrongLabelIsFound) {
  const auto credited = std::find_if(AllCases().begin(), AllCases().end(), [](const SuiteCase& one) {
    return !one.labelled.deeds.empty() && !one.labelled.deeds[0].lines.empty() && !one.labelled.deeds[0].lines[0].person.empty();
  });
  ASSERT_NE(credited, AllCases().end());
  for (void (*spoil)(Case&) :
       {+[](Case& labelled) { labelled.deeds.clear(); }, +[](Case& labelled) { --labelled.deeds[0].lines[0].share_ppm; },
        +[](Case& labelled) { labelled.deeds[0].lines[0].person = domain::PersonUid{}; },
        +[](Case& labelled) { labelled.deeds[0].awaits_yes = !labelled.deeds[0].awaits_yes; }}) {
    SuiteCase spoilt = *credited;
    spoil(spoilt.labelled);
    EXPECT_FALSE(Differences(spoilt).empty());
  }
}

TEST(SuitesTest, CoversEveryTrapFromBytes) {
  std::map<int, std::pair<int, int>> covered;
  for (const Case& labelled : ReadCases()) {
    for (const int trap : labelled.traps) ++covered[trap].first;
  }
  for (const SuiteCase& one : AllCases()) {
    for (const int trap : one.labelled.traps) ++covered[trap].second;
  }
  std::cout << "trap : cases from facts + from bytes\n";
  for (int trap = 1; trap <= kTraps; ++trap) {
    std::cout << std::setw(4) << trap << " :" << std::setw(3) << covered[trap].first << " +" << std::setw(3) << covered[trap].second
              << (trap % 4 == 0 ? "\n" : "   ");
    EXPECT_GT(covered[trap].first, 0) << "trap " << trap;
    EXPECT_GT(covered[trap].second, 0) << "trap " << trap;
  }
}

}  // namespace
}  // namespace comity::cases
