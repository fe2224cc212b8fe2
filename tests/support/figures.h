// How much each row of the reliability figures is made of: little in every run, the release's figure in `tests/run --soak`.
#ifndef COMITY_TESTS_SUPPORT_FIGURES_H_
#define COMITY_TESTS_SUPPORT_FIGURES_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace comity::testing {

// The figure of this row: of the table in figures.cc, its release column when COMITY_SOAK is 1. COMITY_FIGURE_D1=7 overrules both.
// Under AddressSanitizer a fifth of the everyday figure. Aborts for a row that is not in the table.
int64_t Figure(std::string_view row);
// Whether the release's figures are asked for.
bool IsSoak();

// Prints what came out, as a line that `tests/run --soak` collects: `ROW D1 | 60 kills: 0 lost`.
void Report(std::string_view row, const std::string& result);

}  // namespace comity::testing

#endif  // COMITY_TESTS_SUPPORT_FIGURES_H_
