// Judges a case as the service would, and compares with its labels.
#ifndef COMITY_TESTS_CASES_RUNNER_H_
#define COMITY_TESTS_CASES_RUNNER_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tests/cases/case.h"

namespace comity::cases {

// The verdicts of all groups of subjects of a case, by the group's name.
using Verdicts = std::map<domain::SubjectRef, domain::Verdict>;

// Judges `facts`, in this order of arrival, by the case's directory, policies and statements. What the service looks up (moved groups,
// changes that close a ticket, tickets that block one, bulk windows) is found here from the facts alone.
Verdicts JudgeCase(const Case& labelled, const std::vector<domain::Fact>& arrivals,
                   domain::Explaining explaining = domain::Explaining::kFull);

// The facts of a case in the order written.
std::vector<domain::Fact> FactsOf(const Case& labelled);

// What differs from the labels, each as a sentence; empty if nothing does.
std::vector<std::string> Differences(const Case& labelled, const Verdicts& verdicts);

// How credits (who has which part of which deed) compare over many cases.
struct Score {
  int64_t expected = 0, given = 0, right = 0;
  int64_t expected_ppm = 0, wrong_ppm = 0;  // of shares, over all expected and given credits
  double precision() const { return given == 0 ? 1 : static_cast<double>(right) / static_cast<double>(given); }
  double recall() const { return expected == 0 ? 1 : static_cast<double>(right) / static_cast<double>(expected); }
  double share_error() const { return expected_ppm == 0 ? 0 : static_cast<double>(wrong_ppm) / static_cast<double>(expected_ppm); }
};
void AddScore(const Case& labelled, const Verdicts& verdicts, Score& score);

inline constexpr int kTraps = 32;  // of the wrong-credit catalogue

// `7_a_sentence`: unique by its number, of characters that a test's name may have.
std::string TestNameOf(size_t number, std::string_view sentence);
// Each line on one of its own, indented.
std::string Joined(const std::vector<std::string>& lines);

}  // namespace comity::cases

#endif  // COMITY_TESTS_CASES_RUNNER_H_
