#include "service/store/sql/recognition_sql.h"

#include <algorithm>
#include <utility>

#include "service/base/error.h"
#include "service/store/sql/run.h"

namespace comity::store::sql {
namespace {

using domain::RecognitionLabel;

int64_t LabelBits(const std::vector<RecognitionLabel>& labels) {
  int64_t bits = 0;
  for (const RecognitionLabel label : labels) bits |= int64_t{1} << static_cast<int>(label);
  return bits;
}

std::vector<RecognitionLabel> LabelsOf(int64_t bits) {
  std::vector<RecognitionLabel> labels;
  for (int label = 1; label < 63; ++label) {
    if ((bits >> label & 1) != 0) labels.push_back(static_cast<RecognitionLabel>(label));
  }
  return labels;
}

// One a line: none of them holds a line break.
std::string JoinEvidence(const std::vector<std::string>& evidence) {
  std::string joined;
  for (const std::string& one : evidence) joined += (joined.empty() ? "" : "\n") + one;
  return joined;
}

std::vector<std::string> SplitEvidence(std::string_view joined) {
  std::vector<std::string> evidence;
  while (!joined.empty()) {
    const size_t end = std::min(joined.find('\n'), joined.size());
    evidence.emplace_back(joined.substr(0, end));
    joined.remove_prefix(std::min(end + 1, joined.size()));
  }
  return evidence;
}

RecognitionRow ReadRecognition(const Statement& row) {
  RecognitionRow read;
  read.number = row.Int(0);
  domain::Recognition& recognition = read.recognition;
  recognition.uid = ReadId<domain::RecognitionUid>(row, 1);
  recognition.deed = ReadId<domain::DeedHash>(row, 2);
  recognition.behaviour = ReadText(row, 3);
  recognition.criteria_version = ReadInt32(row, 4);
  recognition.saw = ReadText(row, 5);
  recognition.evidence = SplitEvidence(row.Bytes(6));
  recognition.labels = LabelsOf(row.Int(7));
  recognition.created = ReadTime(row, 8);
  recognition.taken_down_because = ReadText(row, 9);
  recognition.widest = ReadEnum<domain::Visibility>(row, 10);
  recognition.closed = ReadBool(row, 11);
  recognition.reported = ReadBool(row, 12);
  recognition.withdrawn = ReadBool(row, 13);
  return read;
}

ReportRow ReadReport(const Statement& row) {
  return {row.Int(0),
          {.uid = ReadId<domain::ReportUid>(row, 1),
           .recognition = ReadId<domain::RecognitionUid>(row, 2),
           .reporter = ReadId<domain::PersonUid>(row, 3),
           .because = ReadText(row, 5),
           .created = ReadTime(row, 4),
           .decision = ReadEnum<domain::ReportDecision>(row, 6),
           .decision_because = ReadText(row, 7),
           .decided = ReadTime(row, 8)}};
}

bool IsWide(const domain::Recognition& recognition) { return domain::ReachOf(recognition) > domain::Visibility::kPrivate; }

}  // namespace

absl::StatusOr<int64_t> RecognitionSql::NumberOf(domain::RecognitionUid uid) {
  int64_t number = 0;
  COMITY_RETURN_IF_ERROR(Each(
      connection_, Sql::kFindRecognitionNumber, [&](const Statement& row) { number = row.Int(0); }, uid));
  return number;
}

absl::Status RecognitionSql::LoadPeople(std::vector<RecognitionRow>& rows) {
  for (RecognitionRow& row : rows) {
    domain::Recognition& recognition = row.recognition;
    const auto add = [&](const Statement& person) {
      const auto uid = ReadId<domain::PersonUid>(person, 1);
      if (ReadEnum<RecognitionPart>(person, 0) == RecognitionPart::kAuthor) {
        recognition.author = uid;
      } else {
        recognition.recipients.push_back({uid, ReadEnum<domain::Visibility>(person, 2), ReadBool(person, 3)});
      }
    };
    COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kPeopleOfRecognition, add, row.number));
    std::sort(recognition.recipients.begin(), recognition.recipients.end(),
              [](const domain::Recipient& a, const domain::Recipient& b) { return a.person < b.person; });
  }
  return absl::OkStatus();
}

absl::Status RecognitionSql::Insert(const domain::Recognition& recognition) {
  int64_t number = 0;
  COMITY_RETURN_IF_ERROR(Each(
      connection_, Sql::kInsertRecognition, [&](const Statement& row) { number = row.Int(0); }, recognition.uid, OrNull(recognition.deed),
      recognition.behaviour, recognition.criteria_version, recognition.saw, JoinEvidence(recognition.evidence),
      LabelBits(recognition.labels), recognition.created, recognition.taken_down_because, recognition.widest, recognition.closed,
      recognition.reported, recognition.withdrawn, IsWide(recognition)));
  const auto put = [&](domain::PersonUid uid, RecognitionPart part, domain::Visibility visibility, bool known) -> absl::Status {
    COMITY_ASSIGN_OR_RETURN(const int64_t person, numbers_.Ensure(uid));
    return Run(connection_, Sql::kInsertRecognitionPerson, person, part, number, visibility, known);
  };
  COMITY_RETURN_IF_ERROR(put(recognition.author, RecognitionPart::kAuthor, domain::Visibility::kNone, true));
  for (const domain::Recipient& recipient : recognition.recipients) {
    COMITY_RETURN_IF_ERROR(put(recipient.person, RecognitionPart::kRecipient, recipient.visibility, recipient.known));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<RecognitionRow>> RecognitionSql::Find(domain::RecognitionUid uid) {
  std::vector<RecognitionRow> rows;
  COMITY_RETURN_IF_ERROR(Each(
      connection_, Sql::kFindRecognition, [&](const Statement& row) { rows.push_back(ReadRecognition(row)); }, uid));
  COMITY_RETURN_IF_ERROR(LoadPeople(rows));
  if (rows.empty()) return std::optional<RecognitionRow>();
  return std::optional<RecognitionRow>(std::move(rows.front()));
}

absl::StatusOr<std::vector<RecognitionRow>> RecognitionSql::List(RecognitionSet set, int64_t before, int32_t limit) {
  std::vector<RecognitionRow> rows;
  const Sql statement = set == RecognitionSet::kWide ? Sql::kListWideRecognitions : Sql::kListReportedRecognitions;
  COMITY_RETURN_IF_ERROR(Each(
      connection_, statement, [&](const Statement& row) { rows.push_back(ReadRecognition(row)); }, before, limit));
  COMITY_RETURN_IF_ERROR(LoadPeople(rows));
  return rows;
}

absl::StatusOr<std::vector<RecognitionRow>> RecognitionSql::ListOf(domain::PersonUid person, RecognitionPart part, int64_t before,
                                                                   int32_t limit) {
  std::vector<RecognitionRow> rows;
  COMITY_ASSIGN_OR_RETURN(const int64_t number, numbers_.Find(person));
  const auto add = [&](const Statement& row) { rows.push_back(ReadRecognition(row)); };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kListRecognitionsOf, add, number, part, before, limit));
  COMITY_RETURN_IF_ERROR(LoadPeople(rows));
  return rows;
}

absl::StatusOr<std::vector<RecognitionRow>> RecognitionSql::ListFor(domain::DeedHash deed, int64_t before, int32_t limit) {
  std::vector<RecognitionRow> rows;
  const auto add = [&](const Statement& row) { rows.push_back(ReadRecognition(row)); };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kListRecognitionsFor, add, deed, before, limit));
  COMITY_RETURN_IF_ERROR(LoadPeople(rows));
  return rows;
}

absl::StatusOr<bool> RecognitionSql::HasThanked(domain::PersonUid author, domain::DeedHash deed) {
  bool found = false;
  COMITY_ASSIGN_OR_RETURN(const int64_t number, numbers_.Find(author));
  const auto note = [&](const Statement&) { found = true; };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kFindThanksFor, note, deed, number));
  return found;
}

absl::StatusOr<bool> RecognitionSql::SetVisibility(domain::RecognitionUid uid, domain::PersonUid person, domain::Visibility visibility) {
  COMITY_ASSIGN_OR_RETURN(const int64_t recognition, NumberOf(uid));
  COMITY_ASSIGN_OR_RETURN(const int64_t number, numbers_.Find(person));
  COMITY_ASSIGN_OR_RETURN(const int64_t changed, RunCounting(connection_, Sql::kSetRecognitionVisibility, number, recognition, visibility));
  if (changed == 0) return false;
  COMITY_ASSIGN_OR_RETURN(const auto row, Find(uid));
  COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kSetRecognitionWide, recognition, row.has_value() && IsWide(row->recognition)));
  return true;
}

absl::Status RecognitionSql::SetWithdrawn(domain::RecognitionUid uid) { return Run(connection_, Sql::kSetRecognitionWithdrawn, uid); }

absl::Status RecognitionSql::MoveDeed(domain::DeedHash from, domain::DeedHash to) {
  COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kMoveRecognitions, from, to));
  return Run(connection_, Sql::kMoveAsks, from, to);
}

absl::Status RecognitionSql::SetTakenDown(domain::RecognitionUid uid, const std::string& because) {
  return Run(connection_, Sql::kSetRecognitionTakenDown, uid, because);
}

absl::StatusOr<int64_t> RecognitionSql::DeleteNumbered(int64_t number) {
  COMITY_ASSIGN_OR_RETURN(const int64_t comments, RunCounting(connection_, Sql::kDeleteRecognitionComments, number));
  COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kDeleteRecognitionPeople, number));
  COMITY_ASSIGN_OR_RETURN(const int64_t deleted, RunCounting(connection_, Sql::kDeleteRecognition, number));
  return comments + deleted;
}

absl::Status RecognitionSql::Delete(domain::RecognitionUid uid) {
  COMITY_ASSIGN_OR_RETURN(const int64_t number, NumberOf(uid));
  return DeleteNumbered(number).status();
}

absl::Status RecognitionSql::InsertComment(domain::RecognitionUid recognition, const domain::Comment& comment) {
  COMITY_ASSIGN_OR_RETURN(const int64_t number, NumberOf(recognition));
  COMITY_ASSIGN_OR_RETURN(const int64_t author, numbers_.Ensure(comment.author));
  return Run(connection_, Sql::kInsertComment, comment.uid, number, author, comment.created, comment.text);
}

absl::StatusOr<std::vector<domain::Comment>> RecognitionSql::CommentsOf(domain::RecognitionUid recognition) {
  std::vector<domain::Comment> comments;
  COMITY_ASSIGN_OR_RETURN(const int64_t number, NumberOf(recognition));
  const auto add = [&](const Statement& row) {
    comments.push_back({ReadId<domain::CommentUid>(row, 0), ReadId<domain::PersonUid>(row, 1), ReadText(row, 2), ReadTime(row, 3)});
  };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kCommentsOf, add, number));
  return comments;
}

absl::Status RecognitionSql::DeleteComment(domain::CommentUid uid) { return Run(connection_, Sql::kDeleteComment, uid); }

absl::StatusOr<std::optional<std::pair<domain::RecognitionUid, domain::Comment>>> RecognitionSql::FindComment(domain::CommentUid uid) {
  std::optional<std::pair<domain::RecognitionUid, domain::Comment>> found;
  const auto read = [&](const Statement& row) {
    found.emplace(ReadId<domain::RecognitionUid>(row, 0),
                  domain::Comment{uid, ReadId<domain::PersonUid>(row, 1), ReadText(row, 2), ReadTime(row, 3)});
  };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kFindComment, read, uid));
  return found;
}

absl::StatusOr<std::vector<CommentRow>> RecognitionSql::CommentsBy(domain::PersonUid author, int64_t after, int32_t limit) {
  std::vector<CommentRow> comments;
  COMITY_ASSIGN_OR_RETURN(const int64_t number, numbers_.Find(author));
  const auto add = [&](const Statement& row) {
    comments.push_back({row.Int(0), {ReadId<domain::CommentUid>(row, 1), author, ReadText(row, 2), ReadTime(row, 3)}});
  };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kCommentsBy, add, number, after, limit));
  return comments;
}

absl::Status RecognitionSql::PutReport(const domain::Report& report) {
  COMITY_ASSIGN_OR_RETURN(const int64_t reporter, numbers_.Ensure(report.reporter));
  COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kPutReport, report.uid, report.recognition, reporter, report.created, report.because,
                             report.decision, report.decision_because, report.decided));
  return Run(connection_, Sql::kSetRecognitionReported, report.recognition);
}

absl::StatusOr<std::optional<ReportRow>> RecognitionSql::FindReport(domain::ReportUid uid) {
  std::optional<ReportRow> found;
  COMITY_RETURN_IF_ERROR(Each(
      connection_, Sql::kFindReport, [&](const Statement& row) { found = ReadReport(row); }, uid));
  return found;
}

absl::StatusOr<std::vector<ReportRow>> RecognitionSql::ReportsOn(domain::RecognitionUid recognition, int32_t limit) {
  std::vector<ReportRow> rows;
  COMITY_RETURN_IF_ERROR(Each(
      connection_, Sql::kReportsOn, [&](const Statement& row) { rows.push_back(ReadReport(row)); }, recognition, limit));
  return rows;
}

absl::StatusOr<std::vector<ReportRow>> RecognitionSql::ListReports(domain::PersonUid reporter, int64_t before, int32_t limit) {
  std::vector<ReportRow> rows;
  const auto add = [&](const Statement& row) { rows.push_back(ReadReport(row)); };
  if (reporter.empty()) {
    COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kListReports, add, before, limit));
    return rows;
  }
  COMITY_ASSIGN_OR_RETURN(const int64_t number, numbers_.Find(reporter));
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kListReportsBy, add, number, before, limit));
  return rows;
}

absl::StatusOr<int64_t> RecognitionSql::Erase(domain::PersonUid person) {
  COMITY_ASSIGN_OR_RETURN(const int64_t number, numbers_.Find(person));
  if (number == 0) return 0;
  std::vector<std::pair<RecognitionPart, int64_t>> parts;
  const auto add = [&](const Statement& row) { parts.emplace_back(ReadEnum<RecognitionPart>(row, 0), row.Int(1)); };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kRecognitionsOfPerson, add, number));
  int64_t texts = 0;
  for (const auto& [part, recognition] : parts) {
    bool others = false;
    const auto found = [&others](const Statement&) { others = true; };
    if (part == RecognitionPart::kRecipient) COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kOtherRecipient, found, recognition, number));
    if (others) {
      // What they let be seen of it goes with them: it goes no further than it has.
      COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kCloseRecognition, recognition));
      continue;
    }
    COMITY_ASSIGN_OR_RETURN(const int64_t deleted, DeleteNumbered(recognition));
    texts += deleted;
  }
  COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kDeleteRecognitionPerson, number));
  COMITY_ASSIGN_OR_RETURN(const int64_t comments, RunCounting(connection_, Sql::kDeleteCommentsBy, number));
  COMITY_ASSIGN_OR_RETURN(const int64_t reports, RunCounting(connection_, Sql::kBlankReportsBy, number));
  COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kDeleteRecognitionChoice, number));
  COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kDeleteAsksOf, number));
  return texts + comments + reports;
}

}  // namespace comity::store::sql
