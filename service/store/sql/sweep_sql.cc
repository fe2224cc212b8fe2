// The way through every row that may name somebody: in the order of each table's own key, from any place in it.
#include <deque>

#include "service/store/sql/deed_codec.h"
#include "service/store/sql/privacy_sql.h"
#include "service/store/sql/run.h"
#include "service/store/sql/value_codec.h"

namespace comity::store::sql {
namespace {

// `columns` texts after the key's.
template <typename Key>
auto Into(std::vector<SweptRow>& rows, int key_columns, int columns, Key key) {
  return [&rows, key_columns, columns, key](const Statement& row) {
    SweptRow& added = rows.emplace_back();
    key(row, added.key);
    for (int i = 0; i < columns; ++i) added.texts.push_back(ReadText(row, key_columns + i));
  };
}

void ByNumber(const Statement& row, SweptKey& key) { key.number = row.Int(0); }
void ByFirst(const Statement& row, SweptKey& key) { key.first = ReadText(row, 0); }
void ByBoth(const Statement& row, SweptKey& key) {
  key.first = ReadText(row, 0);
  key.second = ReadText(row, 1);
}
void ByEvent(const Statement& row, SweptKey& key) {
  key.number = row.Int(0);
  key.first = ReadText(row, 1);
}
void ByObservation(const Statement& row, SweptKey& key) {
  ByEvent(row, key);
  key.second = ReadText(row, 2);
}

// Appends each value, or puts the next of `texts` in its place.
void Collect(const Parameters& parameters, std::vector<std::string>& texts) {
  for (const auto& [name, value] : parameters) texts.push_back(value);
}
void Replace(Parameters& parameters, std::deque<std::string>& texts) {
  for (auto& [name, value] : parameters) {
    if (texts.empty()) return;
    value = std::move(texts.front());
    texts.pop_front();
  }
}

absl::Status RewriteEvent(Connection& connection, const SweptRow& row) {
  Parameters parameters;
  COMITY_RETURN_IF_ERROR(Each(
      connection, Sql::kFindEventParameters, [&](const Statement& found) { parameters = DecodeParameters(found.Bytes(0)); },
      row.key.number));
  if (parameters.empty()) return Run(connection, Sql::kRewriteEvent, row.key.number, Blob{row.texts[0]}, nullptr);
  std::deque<std::string> texts(row.texts.begin() + 1, row.texts.end());
  Replace(parameters, texts);
  return Run(connection, Sql::kRewriteEvent, row.key.number, Blob{row.texts[0]}, Blob{EncodeParameters(parameters)});
}

absl::Status RewriteDeed(Connection& connection, const SweptRow& row) {
  std::string bytes;
  COMITY_RETURN_IF_ERROR(Each(
      connection, Sql::kFindDeedBytes, [&](const Statement& found) { bytes = ReadText(found, 0); }, row.key.number));
  COMITY_ASSIGN_OR_RETURN(domain::Deed deed, DecodeDeed(bytes));
  std::deque<std::string> texts(row.texts.begin(), row.texts.end());
  Replace(deed.because.parameters, texts);
  for (domain::Reason& step : deed.steps) Replace(step.parameters, texts);
  return Run(connection, Sql::kRewriteDeed, row.key.number, Blob{EncodeDeed(deed)});
}

}  // namespace

absl::StatusOr<std::vector<SweptRow>> PrivacySql::Sweep(Swept table, const SweptKey& after, int32_t limit) {
  std::vector<SweptRow> rows;
  const Blob first{after.first}, second{after.second};
  absl::Status status;
  switch (table) {
    case Swept::kEvents:
      status = Each(
          connection_, Sql::kSweepEvents,
          [&](const Statement& row) {
            Into(rows, 1, 1, ByNumber)(row);
            if (!row.IsNull(2)) Collect(DecodeParameters(row.Bytes(2)), rows.back().texts);
          },
          after.number, limit);
      break;
    case Swept::kDeeds:
      status = Each(
          connection_, Sql::kSweepDeeds,
          [&](const Statement& row) {
            Into(rows, 1, 0, ByNumber)(row);
            const absl::StatusOr<domain::Deed> deed = DecodeDeed(row.Bytes(1));
            if (!deed.ok()) return;  // `comity admin verify` says so
            Collect(deed->because.parameters, rows.back().texts);
            for (const domain::Reason& step : deed->steps) Collect(step.parameters, rows.back().texts);
          },
          after.number, limit);
      break;
    case Swept::kObservations:
      status = Each(connection_, Sql::kSweepObservations, Into(rows, 3, 1, ByObservation), after.number, first, second, limit);
      break;
    case Swept::kSetAside:
      status = Each(connection_, Sql::kSweepSetAside, Into(rows, 2, 2, ByEvent), after.number, first, limit);
      break;
    case Swept::kSubjects:
      status = Each(connection_, Sql::kSweepSubjects, Into(rows, 1, 4, ByNumber), after.number, limit);
      break;
    case Swept::kPlaces:
      status = Each(connection_, Sql::kSweepPlaces, Into(rows, 1, 4, ByNumber), after.number, limit);
      break;
    case Swept::kStatementTexts:
      status = Each(connection_, Sql::kSweepStatementTexts, Into(rows, 1, 1, ByFirst), first, limit);
      break;
    case Swept::kProposalTexts:
      status = Each(connection_, Sql::kSweepProposalTexts, Into(rows, 1, 1, ByFirst), first, limit);
      break;
    case Swept::kAnswers:
      status = Each(connection_, Sql::kSweepAnswers, Into(rows, 2, 1, ByBoth), std::string_view(after.first),
                    std::string_view(after.second), limit);
      break;
    case Swept::kShared:
      status = Each(connection_, Sql::kSweepShared, Into(rows, 1, 1, ByBoth), first, second, limit);
      break;
    case Swept::kReads:
      status = Each(connection_, Sql::kSweepReads, Into(rows, 1, 3, ByNumber), after.number, limit);
      break;
    case Swept::kAudit:
      status = Each(connection_, Sql::kSweepAudit, Into(rows, 1, 1, ByNumber), after.number, limit);
      break;
    case Swept::kRecognitions:
      status = Each(connection_, Sql::kSweepRecognitions, Into(rows, 1, 3, ByNumber), after.number, limit);
      break;
    case Swept::kComments:
      status = Each(connection_, Sql::kSweepComments, Into(rows, 1, 1, ByNumber), after.number, limit);
      break;
    case Swept::kReports:
      status = Each(connection_, Sql::kSweepReports, Into(rows, 1, 2, ByNumber), after.number, limit);
      break;
    case Swept::kCheckIns:
      status = Each(connection_, Sql::kSweepCheckInAnswers, Into(rows, 1, 1, ByNumber), after.number, limit);
      break;
  }
  if (!status.ok()) return status;
  return rows;
}

absl::Status PrivacySql::Rewrite(Swept table, const SweptRow& row) {
  const SweptKey& key = row.key;
  const std::vector<std::string>& texts = row.texts;
  switch (table) {
    case Swept::kEvents:
      return RewriteEvent(connection_, row);
    case Swept::kDeeds:
      return RewriteDeed(connection_, row);
    case Swept::kObservations:
      return Run(connection_, Sql::kRewriteObservation, key.number, Blob{key.first}, Blob{key.second}, Blob{texts[0]});
    case Swept::kSubjects:
      return Run(connection_, Sql::kRewriteSubject, key.number, texts[0], texts[1], texts[2], texts[3]);
    case Swept::kPlaces: {
      const absl::Status renamed = Run(connection_, Sql::kRewritePlace, key.number, texts[3]);
      if (!absl::IsAlreadyExists(renamed)) return renamed;
      return Run(connection_, Sql::kRewritePlace, key.number, texts[3] + "." + std::to_string(key.number));  // two names of one person
    }
    case Swept::kReads:
      return Run(connection_, Sql::kRewriteRead, key.number, Blob{texts[1]}, texts[2]);
    case Swept::kAudit:
      return Run(connection_, Sql::kRewriteAudit, key.number, texts[0]);
    case Swept::kRecognitions:
      return Run(connection_, Sql::kRewriteRecognition, key.number, texts[0], texts[1], texts[2]);
    case Swept::kComments:
      return Run(connection_, Sql::kRewriteComment, key.number, texts[0]);
    case Swept::kReports:
      return Run(connection_, Sql::kRewriteReport, key.number, texts[0], texts[1]);
    case Swept::kCheckIns:
      return Run(connection_, Sql::kRewriteCheckInAnswer, key.number, texts[0]);
    default:
      return absl::InvalidArgumentError("rows of this table are removed, not rewritten");
  }
}

absl::Status PrivacySql::Remove(Swept table, const SweptKey& key) {
  switch (table) {
    case Swept::kSetAside:
      return Run(connection_, Sql::kDeleteSetAside, key.number, Blob{key.first});
    case Swept::kStatementTexts:
      return Run(connection_, Sql::kDeleteStatementText, Blob{key.first});
    case Swept::kProposalTexts:
      return Run(connection_, Sql::kDeleteProposalText, Blob{key.first});
    case Swept::kAnswers:
      return Run(connection_, Sql::kRemoveAnswer, std::string_view(key.first), std::string_view(key.second));
    case Swept::kShared:
      return Run(connection_, Sql::kDeleteShared, Blob{key.first}, Blob{key.second});
    case Swept::kReads:
      return Run(connection_, Sql::kRemoveRead, key.number);
    default:
      return absl::InvalidArgumentError("rows of this table are rewritten, not removed");
  }
}

absl::StatusOr<bool> PrivacySql::WithholdTitle(domain::SubjectRef subject) {
  COMITY_ASSIGN_OR_RETURN(const int64_t number, numbers_.Find(subject));
  COMITY_ASSIGN_OR_RETURN(const int64_t changed, RunCounting(connection_, Sql::kWithholdTitle, number));
  return changed > 0;
}

}  // namespace comity::store::sql
