#include "service/app/checkin_export.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "service/app/export_part.h"
#include "service/base/error.h"

namespace comity::app {
namespace {

std::string AnswerText(const domain::Question& question, int32_t choice, const std::string& words) {
  if (question.kind == domain::QuestionKind::kText) return words;
  if (choice == 0) return "";
  if (question.kind == domain::QuestionKind::kScale) return std::to_string(choice);
  return choice == static_cast<int32_t>(domain::YesNo::kYes) ? "yes" : "no";
}

}  // namespace

absl::Status ExportCheckIns(store::Transaction& transaction, domain::PersonUid person, bool own, v1::ExportPersonResponse& response) {
  if (!own) {
    ExportPart(response, "answers to check-ins").Put("left out", "only they themselves can export these, and whether they were asked");
    return absl::OkStatus();
  }
  COMITY_ASSIGN_OR_RETURN(const auto rows, transaction.checkins().AnswersBy(person));
  for (const store::CheckInAnswerRow& row : rows) {
    COMITY_ASSIGN_OR_RETURN(const auto found, transaction.checkins().Find(row.checkin));
    if (!found.has_value()) continue;
    COMITY_ASSIGN_OR_RETURN(const auto versions, transaction.checkins().TemplateVersionsOf(found->checkin.template_id));
    ExportPart part(response, "answers to check-ins");
    part.Put("asked", found->checkin.opened).Put("closes", found->checkin.closes);
    if (row.answer.held != domain::YesNo::kNone) part.Put("the meeting took place", row.answer.held == domain::YesNo::kYes);
    std::vector<std::string> answers;
    for (const domain::CheckInTemplate& asked : versions) {
      if (asked.version != found->checkin.template_version) continue;
      part.Put("title", asked.title);
      for (size_t i = 0; i < asked.questions.size() && i < row.answer.choices.size(); ++i) {
        const std::string text = AnswerText(asked.questions[i], row.answer.choices[i], row.answer.words[i]);
        if (!text.empty()) answers.push_back(absl::StrCat(asked.questions[i].text, " ", text));
      }
    }
    part.Put("what you answered", answers);
  }
  return absl::OkStatus();
}

}  // namespace comity::app
