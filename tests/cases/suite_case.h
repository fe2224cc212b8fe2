// One labelled case that begins at bytes: what a suite sends, what people should be credited with. README.md says how the YAML looks.
#ifndef COMITY_TESTS_CASES_SUITE_CASE_H_
#define COMITY_TESTS_CASES_SUITE_CASE_H_

#include <string>
#include <vector>

#include "tests/cases/case.h"

namespace comity::cases {

struct SuiteCase {
  std::string suite;
  Case labelled;                              // its facts are what the connector made of the bytes, in the order of `arrivals`
  std::vector<std::vector<size_t>> arrivals;  // hooks and polls: places in `labelled.facts` of what each told
  std::vector<std::string> faults;            // what does not hold before anything is judged, each as a sentence
};

// Every case of every file of tests/cases/suites, in order of file and place: requests are signed, verified and parsed, talks walked
// through, and their facts taken in as the service takes them. Throws with file and line of everything that cannot be read.
std::vector<SuiteCase> ReadSuiteCases();

// What differs from the labels, each as a sentence; empty if nothing does.
std::vector<std::string> Differences(const SuiteCase& one);

}  // namespace comity::cases

#endif  // COMITY_TESTS_CASES_SUITE_CASE_H_
