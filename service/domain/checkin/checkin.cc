#include "service/domain/checkin/checkin.h"

#include <algorithm>

#include "service/domain/recognition/words.h"

namespace comity::domain {
namespace {

bool Fits(const Question& question, int32_t choice, const std::string& words) {
  switch (question.kind) {
    case QuestionKind::kScale:
      return words.empty() && choice >= 0 && choice <= kMostOnScale;
    case QuestionKind::kYesNo:
      return words.empty() && choice >= 0 && choice <= static_cast<int32_t>(YesNo::kYes);
    case QuestionKind::kText:
      return choice == 0 && (words.empty() || IsSoundText(words, kMaxAnswerText, /*lines=*/false));
    case QuestionKind::kNone:
      break;
  }
  return false;
}

const char* RemedyFor(QuestionKind kind) {
  switch (kind) {
    case QuestionKind::kScale:
      return "send `scale` from 1 to 5, or leave it out";
    case QuestionKind::kYesNo:
      return "send `yes`, true or false, or leave it out";
    default:
      return "send `text`, one line of 1 to 280 characters, or leave it out";
  }
}

}  // namespace

CheckInUid CheckInUidOf(std::string_view template_id, OccurrenceKind kind, OccurrenceId about) {
  Hasher hasher("comity/checkin");
  return hasher.Add(template_id).Add(static_cast<int64_t>(kind)).Add(about.view()).Finish<CheckInUid>();
}

const NormSet* VersionAt(const std::vector<NormSet>& versions, absl::Time time) {
  const NormSet* at = nullptr;
  for (const NormSet& version : versions) {
    if (at == nullptr || version.changed <= time) at = &version;
  }
  return at;
}

AskKind AskKindOf(size_t questions) {
  if (questions <= 1) return AskKind::kOneQuestion;
  return questions == 2 ? AskKind::kTwoQuestions : AskKind::kThreeQuestions;
}

bool IsCheckIn(AskKind kind) { return kind == AskKind::kOneQuestion || kind == AskKind::kTwoQuestions || kind == AskKind::kThreeQuestions; }

DeedHash AskedAbout(CheckInUid uid) { return DeedHash{uid.bytes}; }

std::vector<AnswerFault> FaultsOf(const CheckInAnswer& answer, const std::vector<Question>& questions, CheckInTrigger trigger) {
  std::vector<AnswerFault> faults;
  for (size_t i = 0; i < questions.size(); ++i) {
    const int32_t choice = i < answer.choices.size() ? answer.choices[i] : 0;
    const std::string words = i < answer.words.size() ? answer.words[i] : std::string();
    if (!Fits(questions[i], choice, words)) faults.push_back({i + 1, RemedyFor(questions[i].kind)});
  }
  if (trigger != CheckInTrigger::kMeetingEnd && answer.held != YesNo::kNone)
    faults.push_back({0, "leave it out: only the end of a meeting is asked about"});
  return faults;
}

bool SaysNothing(const CheckInAnswer& answer) {
  return answer.held == YesNo::kNone &&
         std::all_of(answer.choices.begin(), answer.choices.end(), [](int32_t choice) { return choice == 0; }) &&
         std::all_of(answer.words.begin(), answer.words.end(), [](const std::string& words) { return words.empty(); });
}

}  // namespace comity::domain
