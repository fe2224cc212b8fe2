#include "service/store/sql/checkin_sql.h"

#include <algorithm>
#include <utility>

#include "service/store/sql/run.h"
#include "service/store/sql/value_codec.h"

namespace comity::store::sql {
namespace {

CheckInRow ReadCheckIn(const Statement& row) {
  return {row.Int(0),
          {.uid = ReadId<domain::CheckInUid>(row, 1),
           .template_id = ReadText(row, 2),
           .template_version = ReadInt32(row, 3),
           .kind = ReadEnum<domain::OccurrenceKind>(row, 4),
           .about = ReadId<domain::OccurrenceId>(row, 5),
           .opened = ReadTime(row, 6),
           .closes = ReadTime(row, 7),
           .state = ReadEnum<domain::CheckInState>(row, 8),
           .release = row.Int(9),
           .withheld = ReadBool(row, 10)}};
}

// A line for each question: none of them holds a line break.
std::string JoinLines(const std::vector<std::string>& lines) {
  std::string joined;
  for (size_t i = 0; i < lines.size(); ++i) joined += (i == 0 ? "" : "\n") + lines[i];
  return joined;
}

std::vector<std::string> SplitLines(std::string_view joined) {
  std::vector<std::string> lines;
  for (;;) {
    const size_t end = joined.find('\n');
    lines.emplace_back(joined.substr(0, end));
    if (end == std::string_view::npos) return lines;
    joined.remove_prefix(end + 1);
  }
}

// From the columns choices, words and held.
domain::CheckInAnswer ReadAnswer(const Statement& row, int column) {
  domain::CheckInAnswer answer;
  answer.choices = DecodeNumbers(row.Bytes(column));
  answer.words = SplitLines(row.Bytes(column + 1));
  answer.held = ReadEnum<domain::YesNo>(row, column + 2);
  answer.words.resize(answer.choices.size());
  return answer;
}

}  // namespace

absl::Status CheckInSql::PutOccurrence(const OccurrenceRow& occurrence, absl::Time due) {
  return Run(connection_, Sql::kPutOccurrence, occurrence.kind, occurrence.about, due);
}

absl::Status CheckInSql::DeleteOccurrence(const OccurrenceRow& occurrence) {
  return Run(connection_, Sql::kDeleteOccurrence, occurrence.kind, occurrence.about);
}

absl::StatusOr<std::vector<OccurrenceRow>> CheckInSql::DueOccurrences(absl::Time now, int32_t limit) {
  std::vector<OccurrenceRow> rows;
  const auto add = [&](const Statement& row) {
    rows.push_back({ReadEnum<domain::OccurrenceKind>(row, 0), ReadId<domain::OccurrenceId>(row, 1)});
  };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kDueOccurrences, add, now, limit));
  return rows;
}

absl::Status CheckInSql::MoveTicket(domain::OccurrenceId from, domain::OccurrenceId to) {
  COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kMoveOccurrence, from, to));
  return Run(connection_, Sql::kMoveCheckIns, from, to);
}

absl::StatusOr<bool> CheckInSql::Open(const domain::CheckIn& checkin) {
  bool same = false;
  const auto note = [&](const Statement&) { same = true; };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kSameCheckIn, note, checkin.kind, checkin.about, checkin.template_id));
  if (same) return false;
  COMITY_ASSIGN_OR_RETURN(const int64_t inserted, RunCounting(connection_, Sql::kInsertCheckIn, checkin.uid, checkin.template_id,
                                                              checkin.template_version, checkin.kind, checkin.about, checkin.opened,
                                                              checkin.closes, checkin.state, checkin.release, checkin.withheld));
  return inserted > 0;
}

absl::StatusOr<std::optional<CheckInRow>> CheckInSql::Find(domain::CheckInUid uid) {
  std::optional<CheckInRow> found;
  const auto read = [&](const Statement& row) { found = ReadCheckIn(row); };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kFindCheckIn, read, uid));
  return found;
}

absl::StatusOr<std::vector<CheckInRow>> CheckInSql::ListUntil(domain::CheckInState state, absl::Time until, int32_t limit) {
  std::vector<CheckInRow> rows;
  const auto add = [&](const Statement& row) { rows.push_back(ReadCheckIn(row)); };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kCheckInsUntil, add, state, until, limit));
  return rows;
}

absl::StatusOr<std::vector<CheckInRow>> CheckInSql::ListOfTemplate(const std::string& id, domain::CheckInState state, int32_t limit) {
  std::vector<CheckInRow> rows;
  const auto add = [&](const Statement& row) { rows.push_back(ReadCheckIn(row)); };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kCheckInsOfTemplate, add, id, state, limit));
  return rows;
}

absl::Status CheckInSql::Close(domain::CheckInUid uid) {
  COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kSetCheckInState, uid, domain::CheckInState::kClosed));
  return Run(connection_, Sql::kEndAsksAbout, uid);
}

absl::Status CheckInSql::SetReleased(int64_t number, int64_t release) {
  return Run(connection_, Sql::kSetCheckInReleased, number, release);
}

absl::Status CheckInSql::Clear(domain::CheckInUid uid) {
  COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kDeleteCheckInAnswers, uid));
  return Run(connection_, Sql::kSetCheckInState, uid, domain::CheckInState::kCleared);
}

absl::Status CheckInSql::Delete(domain::CheckInUid uid) {
  COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kDeleteCheckInAnswers, uid));
  return Run(connection_, Sql::kDeleteCheckIn, uid);
}

absl::Status CheckInSql::PutAnswer(domain::CheckInUid uid, const domain::CheckInAnswer& answer) {
  COMITY_ASSIGN_OR_RETURN(const int64_t person, numbers_.Ensure(answer.person));
  return Run(connection_, Sql::kPutCheckInAnswer, uid, person, Blob{EncodeNumbers(answer.choices)}, JoinLines(answer.words), answer.held);
}

absl::Status CheckInSql::DeleteAnswer(domain::CheckInUid uid, domain::PersonUid person) {
  COMITY_ASSIGN_OR_RETURN(const int64_t number, numbers_.Find(person));
  return Run(connection_, Sql::kDeleteCheckInAnswer, uid, number);
}

absl::StatusOr<std::vector<domain::CheckInAnswer>> CheckInSql::AnswersTo(domain::CheckInUid uid) {
  std::vector<domain::CheckInAnswer> answers;
  const auto add = [&](const Statement& row) {
    answers.push_back(ReadAnswer(row, 1));
    answers.back().person = ReadId<domain::PersonUid>(row, 0);
  };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kCheckInAnswersTo, add, uid));
  return answers;
}

absl::StatusOr<std::vector<CheckInAnswerRow>> CheckInSql::AnswersBy(domain::PersonUid person) {
  std::vector<CheckInAnswerRow> answers;
  COMITY_ASSIGN_OR_RETURN(const int64_t number, numbers_.Find(person));
  const auto add = [&](const Statement& row) {
    answers.push_back({ReadId<domain::CheckInUid>(row, 0), ReadAnswer(row, 1)});
    answers.back().answer.person = person;
  };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kCheckInAnswersBy, add, number));
  return answers;
}

absl::StatusOr<int64_t> CheckInSql::Erase(domain::PersonUid person) {
  COMITY_ASSIGN_OR_RETURN(const int64_t number, numbers_.Find(person));
  COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kWithholdCheckInsOf, number));
  return RunCounting(connection_, Sql::kDeleteCheckInAnswersBy, number);
}

}  // namespace comity::store::sql
