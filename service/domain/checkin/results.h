// What a team reads of what was answered: sums without names, and nothing of fewer than five people.
#ifndef COMITY_SERVICE_DOMAIN_CHECKIN_RESULTS_H_
#define COMITY_SERVICE_DOMAIN_CHECKIN_RESULTS_H_

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "service/domain/checkin/checkin.h"

namespace comity::domain {

inline constexpr size_t kFewestAnswers = 5;
// Of tickets together: two people share each, and each of them knows what the other may have said.
inline constexpr size_t kFewestOfTickets = 10;
inline constexpr size_t kFewestWhoSayHeld = 2;
// Of fewer people it is not told that nearly all say the same: it would tell what each of them said.
inline constexpr size_t kFewestAlike = 10;
inline constexpr int kAlikePercent = 90;
// How long answers are kept after the check-in closed, and how long it is remembered that it was.
inline constexpr absl::Duration kAnswersKept = absl::Hours(24 * 7);
inline constexpr absl::Duration kCheckInsKept = absl::Hours(24 * 90);

// A closed check-in whose results are not released yet.
struct Unreleased {
  int64_t number = 0;
  std::set<PersonUid> people;  // who answered a question
  std::set<PersonUid> chose;   // who answered one otherwise than by a text
};
Unreleased UnreleasedOf(int64_t number, const std::vector<CheckInAnswer>& answers);

// How many different people what is shown together is of.
constexpr size_t FewestTogether(OccurrenceKind kind) { return kind == OccurrenceKind::kTicket ? kFewestOfTickets : kFewestAnswers; }

// Which check-ins of one pool are released together now that `closing` has closed: itself alone if five people answered it; else itself
// with all that wait, if together enough different people did, texts aside; else none. What is released once is never divided or joined
// otherwise, so that two readings of it cannot be subtracted.
std::vector<int64_t> ReleasedWith(const Unreleased& closing, const std::vector<Unreleased>& waiting, OccurrenceKind kind);

struct QuestionSummary {
  bool too_few = true;
  bool too_alike = false;                     // of fewer than ten people nearly all said the same: what, is not told
  std::array<int32_t, kMostOnScale> scale{};  // how often 1 … 5
  int32_t no = 0, yes = 0;
  std::vector<std::string> texts;  // in order of the alphabet
};
// One for each question. Of each question at least `fewest` different people have answered, or nothing is said of it. `together`: the
// answers are of several check-ins. Texts are shown of one alone, where five people wrote: their words tell more than a number does.
std::vector<QuestionSummary> Summarise(const std::vector<Question>& questions, const std::vector<CheckInAnswer>& answers, bool together,
                                       size_t fewest = kFewestAnswers);

// Whether two different people say that the meeting took place; that nobody does says nothing. Of one check-in. Unknown while fewer than
// five people answered it: whoever says so themself would learn what the other said.
std::optional<bool> WasHeld(const std::vector<CheckInAnswer>& answers);

}  // namespace comity::domain

#endif  // COMITY_SERVICE_DOMAIN_CHECKIN_RESULTS_H_
