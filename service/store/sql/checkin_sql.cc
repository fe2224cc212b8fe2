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
           .team = ReadId<domain::TeamUid>(row, 4),
           .trigger = ReadEnum<domain::CheckInTrigger>(row, 5),
           .kind = ReadEnum<domain::OccurrenceKind>(row, 6),
           .about = ReadId<domain::OccurrenceId>(row, 7),
           .same = ReadId<domain::OccurrenceId>(row, 8),
           .pool = ReadId<domain::PoolId>(row, 9),
           .opened = ReadTime(row, 10),
           .closes = ReadTime(row, 11),
           .state = ReadEnum<domain::CheckInState>(row, 12),
           .release = row.Int(13),
           .withheld = ReadBool(row, 14)}};
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

template <typename... Values>
absl::StatusOr<std::vector<CheckInRow>> CheckInSql::List(Sql statement, const Values&... values) {
  std::vector<CheckInRow> rows;
  const auto add = [&](const Statement& row) { rows.push_back(ReadCheckIn(row)); };
  COMITY_RETURN_IF_ERROR(Each(connection_, statement, add, values...));
  return rows;
}

absl::Status CheckInSql::PutOccurrence(domain::OccurrenceKind kind, domain::OccurrenceId about, absl::Time due) {
  return Run(connection_, Sql::kPutOccurrence, kind, about, due, absl::InfinitePast());
}

absl::Status CheckInSql::SetLooked(const OccurrenceRow& occurrence, absl::Time now, absl::Time next) {
  return Run(connection_, Sql::kSetOccurrenceLooked, occurrence.kind, occurrence.about, occurrence.due, next, now);
}

absl::Status CheckInSql::DeleteOccurrence(const OccurrenceRow& occurrence) {
  return Run(connection_, Sql::kDeleteOccurrence, occurrence.kind, occurrence.about, occurrence.due);
}

absl::StatusOr<std::vector<OccurrenceRow>> CheckInSql::DueOccurrences(absl::Time now, int32_t limit) {
  std::vector<OccurrenceRow> rows;
  const auto add = [&](const Statement& row) {
    rows.push_back({ReadEnum<domain::OccurrenceKind>(row, 0), ReadId<domain::OccurrenceId>(row, 1), ReadTime(row, 2)});
    const auto same = std::find(rows.begin(), rows.end() - 1, rows.back());
    if (same != rows.end() - 1) rows.pop_back();
  };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kDueOccurrences, add, now, limit));
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kOccurrencesLookedAtLater, add, now, limit));
  if (rows.size() > static_cast<size_t>(limit)) rows.resize(static_cast<size_t>(limit));
  return rows;
}

absl::Status CheckInSql::MoveTicket(domain::OccurrenceId from, domain::OccurrenceId to) {
  COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kMoveOccurrence, from, to));
  COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kMoveCheckIns, from, to));
  COMITY_ASSIGN_OR_RETURN(const auto left, OpenAbout(domain::OccurrenceKind::kTicket, from));
  return left.empty() ? absl::OkStatus() : PutOccurrence(domain::OccurrenceKind::kTicket, from, absl::InfinitePast());
}

absl::StatusOr<bool> CheckInSql::Open(const domain::CheckIn& checkin) {
  bool same = false;
  const auto note = [&](const Statement&) { same = true; };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kSameCheckIn, note, checkin.kind, checkin.about, checkin.team));
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kSameCheckInElsewhere, note, checkin.kind, checkin.same, checkin.team));
  if (same) return false;
  COMITY_ASSIGN_OR_RETURN(const int64_t inserted,
                          RunCounting(connection_, Sql::kInsertCheckIn, checkin.uid, checkin.template_id, checkin.template_version,
                                      checkin.team, checkin.trigger, checkin.kind, checkin.about, checkin.same, OrNull(checkin.pool),
                                      checkin.opened, checkin.closes, checkin.state, checkin.release, checkin.withheld));
  return inserted > 0;
}

absl::StatusOr<std::optional<CheckInRow>> CheckInSql::Find(domain::CheckInUid uid) {
  COMITY_ASSIGN_OR_RETURN(auto rows, List(Sql::kFindCheckIn, uid));
  return rows.empty() ? std::optional<CheckInRow>() : std::optional<CheckInRow>(std::move(rows.front()));
}

absl::StatusOr<std::vector<CheckInRow>> CheckInSql::OpenAbout(domain::OccurrenceKind kind, domain::OccurrenceId about) {
  return List(Sql::kOpenCheckInsAbout, kind, about);
}

absl::Status CheckInSql::SetOpened(domain::CheckInUid uid, absl::Time opened, absl::Time closes) {
  return Run(connection_, Sql::kSetCheckInOpened, uid, opened, closes);
}

absl::Status CheckInSql::Withdraw(domain::CheckInUid uid) {
  COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kDeleteAsksAbout, uid));
  return Delete(uid);
}

absl::StatusOr<std::vector<CheckInRow>> CheckInSql::ListUntil(domain::CheckInState state, absl::Time until, int32_t limit) {
  return List(Sql::kCheckInsUntil, state, until, limit);
}

absl::StatusOr<std::vector<CheckInRow>> CheckInSql::ListOfTemplate(const std::string& id, domain::CheckInState state, int64_t before,
                                                                   int32_t limit) {
  return List(Sql::kCheckInsOfTemplate, id, state, before, limit);
}

absl::StatusOr<std::vector<CheckInRow>> CheckInSql::ReleasedTogether(int64_t release) {
  return List(Sql::kCheckInsReleasedTogether, release);
}

absl::Status CheckInSql::Close(domain::CheckInUid uid) {
  COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kSetCheckInState, uid, domain::CheckInState::kClosed));
  return Run(connection_, Sql::kEndAsksAbout, uid);
}

absl::Status CheckInSql::SetReleased(int64_t number, int64_t release) {
  return Run(connection_, Sql::kSetCheckInReleased, number, release);
}

absl::Status CheckInSql::Clear(const CheckInRow& row) {
  COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kDeleteCheckInAnswers, row.checkin.uid));
  COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kSetCheckInState, row.checkin.uid, domain::CheckInState::kCleared));
  if (row.checkin.release == 0) return absl::OkStatus();
  COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kDeleteReleasedAnswers, row.checkin.release));
  return Run(connection_, Sql::kSetCheckInsCleared, row.checkin.release);
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

absl::StatusOr<std::map<int64_t, std::vector<domain::CheckInAnswer>>> CheckInSql::WaitingAnswers(domain::PoolId pool, absl::Time closed) {
  std::map<int64_t, std::vector<domain::CheckInAnswer>> waiting;
  if (pool.empty()) return waiting;
  const auto add = [&](const Statement& row) {
    domain::CheckInAnswer& answer = waiting[row.Int(0)].emplace_back(ReadAnswer(row, 2));
    answer.person = ReadId<domain::PersonUid>(row, 1);
  };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kWaitingCheckInAnswers, add, pool, closed));
  return waiting;
}

absl::StatusOr<int64_t> CheckInSql::Erase(domain::PersonUid person) {
  COMITY_ASSIGN_OR_RETURN(const int64_t number, numbers_.Find(person));
  COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kWithholdCheckInsOf, number));
  return RunCounting(connection_, Sql::kDeleteCheckInAnswersBy, number);
}

}  // namespace comity::store::sql
