#include "service/domain/checkin/results.h"

#include <algorithm>

namespace comity::domain {

std::vector<int64_t> ReleasedWith(const Unreleased& closing, const std::vector<Unreleased>& waiting) {
  if (closing.people.size() >= kFewestAnswers) return {closing.number};
  std::set<PersonUid> people = closing.people;
  std::vector<int64_t> together = {closing.number};
  for (const Unreleased& other : waiting) {
    people.insert(other.people.begin(), other.people.end());
    together.push_back(other.number);
  }
  if (people.size() < kFewestAnswers) return {};
  return together;
}

std::vector<QuestionSummary> Summarise(const std::vector<Question>& questions, const std::vector<CheckInAnswer>& answers) {
  std::vector<QuestionSummary> summaries(questions.size());
  for (size_t i = 0; i < questions.size(); ++i) {
    QuestionSummary& summary = summaries[i];
    std::set<PersonUid> people;
    for (const CheckInAnswer& answer : answers) {
      const int32_t choice = i < answer.choices.size() ? answer.choices[i] : 0;
      const std::string words = i < answer.words.size() ? answer.words[i] : std::string();
      if (choice == 0 && words.empty()) continue;
      people.insert(answer.person);
      if (questions[i].kind == QuestionKind::kScale && choice <= kMostOnScale) ++summary.scale[static_cast<size_t>(choice - 1)];
      if (questions[i].kind == QuestionKind::kYesNo) ++(choice == static_cast<int32_t>(YesNo::kYes) ? summary.yes : summary.no);
      if (!words.empty()) summary.texts.push_back(words);
    }
    summary.too_few = people.size() < kFewestAnswers;
    if (summary.too_few) summary = QuestionSummary();
    std::sort(summary.texts.begin(), summary.texts.end());
  }
  return summaries;
}

bool WasHeld(const std::vector<CheckInAnswer>& answers) {
  std::set<PersonUid> people;
  for (const CheckInAnswer& answer : answers) {
    if (answer.held == YesNo::kYes) people.insert(answer.person);
  }
  return people.size() >= kFewestWhoSayHeld;
}

}  // namespace comity::domain
