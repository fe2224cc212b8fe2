// What a team reads of what was answered: sums without names, and nothing of fewer than five people.
#ifndef COMITY_SERVICE_DOMAIN_CHECKIN_RESULTS_H_
#define COMITY_SERVICE_DOMAIN_CHECKIN_RESULTS_H_

#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "service/domain/checkin/checkin.h"

namespace comity::domain {

inline constexpr size_t kFewestAnswers = 5;
inline constexpr size_t kFewestWhoSayHeld = 2;
// How long answers are kept after the check-in closed, and how long it is remembered that it was.
inline constexpr absl::Duration kAnswersKept = absl::Hours(24 * 7);
inline constexpr absl::Duration kCheckInsKept = absl::Hours(24 * 90);

// A closed check-in whose results are not released yet.
struct Unreleased {
  int64_t number = 0;
  std::set<PersonUid> people;  // who answered
};

// Which check-ins of one template's version are released together now that `closing` has closed: itself alone if five people answered it;
// else itself with all that wait, if together five different people did; else none. What is released once is never divided or joined
// otherwise, so that two readings of it cannot be subtracted.
std::vector<int64_t> ReleasedWith(const Unreleased& closing, const std::vector<Unreleased>& waiting);

struct QuestionSummary {
  bool too_few = true;
  std::array<int32_t, kMostOnScale> scale{};  // how often 1 … 5
  int32_t no = 0, yes = 0;
  std::vector<std::string> texts;  // in order of the alphabet
};
// One for each question. Of each question at least five different people have answered, or nothing is said of it.
std::vector<QuestionSummary> Summarise(const std::vector<Question>& questions, const std::vector<CheckInAnswer>& answers);

// Two different people say so. That nobody does says nothing.
bool WasHeld(const std::vector<CheckInAnswer>& answers);

}  // namespace comity::domain

#endif  // COMITY_SERVICE_DOMAIN_CHECKIN_RESULTS_H_
