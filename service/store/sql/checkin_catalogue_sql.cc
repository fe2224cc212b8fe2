// Templates and norms: what teams published.
#include <utility>

#include "service/store/sql/checkin_sql.h"
#include "service/store/sql/run.h"
#include "service/store/sql/value_codec.h"

namespace comity::store::sql {
namespace {

// Three texts a question: its kind's number, its own text, its norms.
std::string EncodeQuestions(const std::vector<domain::Question>& questions) {
  std::vector<std::string> texts;
  for (const domain::Question& question : questions) {
    texts.push_back(std::to_string(static_cast<int>(question.kind)));
    texts.push_back(question.text);
    texts.push_back(question.norm_set);
  }
  return EncodeTexts(texts);
}

std::vector<domain::Question> DecodeQuestions(std::string_view bytes) {
  std::vector<std::string> texts = DecodeTexts(bytes);
  std::vector<domain::Question> questions;
  for (size_t i = 0; i + 2 < texts.size(); i += 3) {
    const int kind = texts[i].empty() ? 0 : texts[i].front() - '0';
    questions.push_back({static_cast<domain::QuestionKind>(kind), std::move(texts[i + 1]), std::move(texts[i + 2])});
  }
  return questions;
}

domain::CheckInTemplate ReadTemplate(const Statement& row) {
  return {.id = ReadText(row, 0),
          .version = ReadInt32(row, 1),
          .team = ReadId<domain::TeamUid>(row, 2),
          .title = ReadText(row, 3),
          .trigger = ReadEnum<domain::CheckInTrigger>(row, 4),
          .series = ReadText(row, 5),
          .label = ReadText(row, 6),
          .teams = DecodeIds<domain::TeamUid>(row.Bytes(7)),
          .questions = DecodeQuestions(row.Bytes(8)),
          .open_hours = ReadInt32(row, 9),
          .archived = ReadBool(row, 10),
          .created = ReadTime(row, 11),
          .changed = ReadTime(row, 12),
          .since = ReadTime(row, 13)};
}

domain::NormSet ReadNormSet(const Statement& row) {
  return {.id = ReadText(row, 0),
          .version = ReadInt32(row, 1),
          .team = ReadId<domain::TeamUid>(row, 2),
          .title = ReadText(row, 3),
          .norms = DecodeTexts(row.Bytes(4)),
          .changed = ReadTime(row, 5)};
}

template <typename... Values>
absl::StatusOr<std::vector<domain::CheckInTemplate>> Templates(Connection& connection, Sql statement, const Values&... values) {
  std::vector<domain::CheckInTemplate> templates;
  const auto add = [&](const Statement& row) { templates.push_back(ReadTemplate(row)); };
  COMITY_RETURN_IF_ERROR(Each(connection, statement, add, values...));
  return templates;
}

template <typename... Values>
absl::StatusOr<std::vector<domain::NormSet>> NormSets(Connection& connection, Sql statement, const Values&... values) {
  std::vector<domain::NormSet> sets;
  const auto add = [&](const Statement& row) { sets.push_back(ReadNormSet(row)); };
  COMITY_RETURN_IF_ERROR(Each(connection, statement, add, values...));
  return sets;
}

}  // namespace

absl::Status CheckInSql::InsertTemplate(const domain::CheckInTemplate& asked) {
  return Run(connection_, Sql::kInsertCheckInTemplate, asked.id, asked.version, asked.team, asked.title, asked.trigger, asked.series,
             asked.label, Blob{EncodeIds(asked.teams)}, Blob{EncodeQuestions(asked.questions)}, asked.open_hours, asked.archived,
             asked.created, asked.changed, asked.since);
}

absl::StatusOr<std::vector<domain::CheckInTemplate>> CheckInSql::LatestTemplates() {
  return Templates(connection_, Sql::kLatestCheckInTemplates);
}

absl::StatusOr<std::vector<domain::CheckInTemplate>> CheckInSql::TemplatesInForce() {
  return Templates(connection_, Sql::kCheckInTemplatesInForce);
}

absl::StatusOr<std::vector<domain::CheckInTemplate>> CheckInSql::TemplateVersionsOf(const std::string& id) {
  return Templates(connection_, Sql::kVersionsOfCheckInTemplate, id);
}

absl::StatusOr<bool> CheckInSql::AnyTemplateFor(domain::CheckInTrigger trigger, absl::Time archived) {
  bool any = false;
  const auto note = [&](const Statement&) { any = true; };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kAnyCheckInTemplate, note, trigger, archived));
  return any;
}

absl::Status CheckInSql::InsertNormSet(const domain::NormSet& norms) {
  return Run(connection_, Sql::kInsertNormSet, norms.id, norms.version, norms.team, norms.title, Blob{EncodeTexts(norms.norms)},
             norms.changed);
}

absl::StatusOr<std::vector<domain::NormSet>> CheckInSql::LatestNormSets() { return NormSets(connection_, Sql::kLatestNormSets); }

absl::StatusOr<std::vector<domain::NormSet>> CheckInSql::NormSetVersionsOf(const std::string& id) {
  return NormSets(connection_, Sql::kVersionsOfNormSet, id);
}

}  // namespace comity::store::sql
