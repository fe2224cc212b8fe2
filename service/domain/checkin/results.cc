#include "service/domain/checkin/results.h"

#include <algorithm>
#include <numeric>

namespace comity::domain {
namespace {

bool IsTooAlike(const QuestionSummary& summary, size_t people) {
  if (people >= kFewestAlike) return false;
  const int32_t most = std::max({*std::max_element(summary.scale.begin(), summary.scale.end()), summary.no, summary.yes});
  const int32_t all = std::accumulate(summary.scale.begin(), summary.scale.end(), summary.no + summary.yes);
  return all > 0 && most * 100 >= all * kAlikePercent;
}

}  // namespace

Unreleased UnreleasedOf(int64_t number, const std::vector<CheckInAnswer>& answers) {
  Unreleased unreleased{.number = number, .people = {}, .chose = {}};
  for (const CheckInAnswer& answer : answers) {
    const bool chose = std::any_of(answer.choices.begin(), answer.choices.end(), [](int32_t choice) { return choice != 0; });
    const bool wrote = std::any_of(answer.words.begin(), answer.words.end(), [](const std::string& words) { return !words.empty(); });
    if (chose) unreleased.chose.insert(answer.person);
    if (chose || wrote) unreleased.people.insert(answer.person);
  }
  return unreleased;
}

std::vector<int64_t> ReleasedWith(const Unreleased& closing, const std::vector<Unreleased>& waiting, OccurrenceKind kind) {
  if (closing.people.size() >= kFewestAnswers) return {closing.number};
  std::set<PersonUid> people = closing.chose;
  std::vector<int64_t> together = {closing.number};
  for (const Unreleased& other : waiting) {
    if (other.chose.empty()) continue;
    people.insert(other.chose.begin(), other.chose.end());
    together.push_back(other.number);
  }
  if (people.size() < FewestTogether(kind)) return {};
  return together;
}

std::vector<QuestionSummary> Summarise(const std::vector<Question>& questions, const std::vector<CheckInAnswer>& answers, bool together,
                                       size_t fewest) {
  std::vector<QuestionSummary> summaries(questions.size());
  for (size_t i = 0; i < questions.size(); ++i) {
    if (together && questions[i].kind == QuestionKind::kText) continue;
    QuestionSummary& summary = summaries[i];
    std::set<PersonUid> people;
    for (const CheckInAnswer& answer : answers) {
      const int32_t choice = i < answer.choices.size() ? answer.choices[i] : 0;
      const std::string words = i < answer.words.size() ? answer.words[i] : std::string();
      if (choice == 0 && words.empty()) continue;
      people.insert(answer.person);
      if (questions[i].kind == QuestionKind::kScale && choice > 0 && choice <= kMostOnScale)
        ++summary.scale[static_cast<size_t>(choice - 1)];
      if (questions[i].kind == QuestionKind::kYesNo) ++(choice == static_cast<int32_t>(YesNo::kYes) ? summary.yes : summary.no);
      if (!words.empty()) summary.texts.push_back(words);
    }
    const bool too_few = people.size() < fewest, too_alike = !too_few && IsTooAlike(summary, people.size());
    if (too_few || too_alike) summary = QuestionSummary();
    summary.too_few = too_few;
    summary.too_alike = too_alike;
    std::sort(summary.texts.begin(), summary.texts.end());
  }
  return summaries;
}

std::optional<bool> WasHeld(const std::vector<CheckInAnswer>& answers) {
  std::set<PersonUid> all, say_so;
  for (const CheckInAnswer& answer : answers) {
    all.insert(answer.person);
    if (answer.held == YesNo::kYes) say_so.insert(answer.person);
  }
  if (all.size() < kFewestAnswers) return std::nullopt;
  return say_so.size() >= kFewestWhoSayHeld;
}

}  // namespace comity::domain
