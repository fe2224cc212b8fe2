// What the dialects of tests/support/fake_trackers.h have in common.
#ifndef COMITY_TESTS_SUPPORT_TRACKER_DIALECT_H_
#define COMITY_TESTS_SUPPORT_TRACKER_DIALECT_H_

#include <string>
#include <vector>

#include "tests/support/answers.h"
#include "tests/support/fake_trackers.h"

namespace comity::testing::dialect {

using Act = FakeTicket::Act;
using What = FakeTicket::What;

// As JSON; must never leave the connector.
inline constexpr char kText[] = R"("The text with marmalade in it stays where it is.")";

// `format` with its quotes.
std::string TimeText(absl::Time time, const char* format);
std::string OrNull(const Act* act, const char* format);
// The ticket whose number follows `before` in the path; null if there is none.
const FakeTicket* Find(const std::deque<FakeTicket>& tickets, const std::string& path, const std::string& before);
// Those changed since then, the longest ago first.
std::vector<const FakeTicket*> ByUpdate(const std::deque<FakeTicket>& tickets, absl::Time since);
// People are numbers as in `Deployment`: accounts 1000+n.
std::string IdOf(int person);

}  // namespace comity::testing::dialect

#endif  // COMITY_TESTS_SUPPORT_TRACKER_DIALECT_H_
