// The ledger, and the latest entry of each line.
#include <algorithm>

#include "service/base/error.h"
#include "service/store/sql/deed_sql.h"
#include "service/store/sql/run.h"

namespace comity::store::sql {
namespace {

LedgerRow ReadRow(const Statement& row) { return {row.Int(0), ReadTime(row, 1), ReadText(row, 2), ReadDigest(row, 3), ReadDigest(row, 4)}; }

// Decodes the entry of a line; the first that cannot be read ends up in `status`.
domain::PostedLine ReadLine(const Statement& row, absl::Status& status) {
  domain::PostedLine line;
  line.line = ReadId<domain::LineHash>(row, 0);
  absl::StatusOr<domain::Entry> entry = domain::DecodeEntry(row.Bytes(1));
  if (!entry.ok()) {
    status.Update(entry.status());
    return line;
  }
  line.revision = entry->revision;
  line.last = *std::move(entry);
  return line;
}

}  // namespace

// An update, though nothing changes: it takes the row's lock on engines that have several writers.
absl::StatusOr<LedgerHead> DeedSql::LockHead() {
  if (locked_head_) return *locked_head_;
  LedgerHead head;
  const auto read = [&](const Statement& row) { head = {row.Int(0), ReadDigest(row, 1)}; };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kLockHead, read));
  locked_head_ = head;
  return head;
}

absl::StatusOr<LedgerHead> DeedSql::Head() {
  LedgerHead head;
  const auto read = [&](const Statement& row) { head = {row.Int(0), ReadDigest(row, 1)}; };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kFindHead, read));
  return head;
}

absl::Status DeedSql::AppendOne(const domain::Entry& entry, int64_t subject, absl::Time now, LedgerHead& head) {
  const std::string leaf = domain::EncodeEntry(entry);
  const domain::Digest leaf_hash = domain::LeafHash(leaf);
  head.chain_hash = domain::ChainHash(head.chain_hash, leaf_hash);
  ++head.sequence;
  return Run(connection_, Sql::kInsertLedger, head.sequence, now, subject, entry.deed, entry.line, entry.revision, Blob{leaf}, leaf_hash,
             head.chain_hash);
}

absl::StatusOr<int64_t> DeedSql::Append(const std::vector<domain::Entry>& entries, domain::SubjectRef subject, absl::Time now) {
  COMITY_ASSIGN_OR_RETURN(LedgerHead head, LockHead());
  const int64_t first = head.sequence + 1;
  COMITY_ASSIGN_OR_RETURN(const int64_t number, numbers_.Ensure(subject));
  locked_head_.reset();  // read again after a failure, when a caller goes back to a mark
  for (const domain::Entry& entry : entries) COMITY_RETURN_IF_ERROR(AppendOne(entry, number, now, head));
  if (!entries.empty()) COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kUpdateHead, head.sequence, head.chain_hash));
  locked_head_ = head;
  return first;
}

absl::StatusOr<std::vector<LedgerRow>> DeedSql::ReadLedger(int64_t first, int32_t limit) {
  std::vector<LedgerRow> rows;
  COMITY_RETURN_IF_ERROR(Each(
      connection_, Sql::kReadLedger, [&](const Statement& row) { rows.push_back(ReadRow(row)); }, first, limit));
  return rows;
}

absl::StatusOr<std::vector<LedgerRow>> DeedSql::EntriesOf(const domain::SubjectRef& subject, const domain::DeedHash& deed) {
  std::vector<LedgerRow> rows;
  COMITY_ASSIGN_OR_RETURN(const int64_t number, numbers_.Find(subject));
  COMITY_RETURN_IF_ERROR(Each(
      connection_, Sql::kEntriesOfSubject, [&](const Statement& row) { rows.push_back(ReadRow(row)); }, number, deed));
  std::sort(rows.begin(), rows.end(), [](const LedgerRow& a, const LedgerRow& b) { return a.sequence < b.sequence; });
  return rows;
}

absl::StatusOr<std::vector<domain::PostedLine>> DeedSql::PostedLines(domain::SubjectRef subject) {
  std::vector<domain::PostedLine> lines;
  absl::Status readable;
  COMITY_ASSIGN_OR_RETURN(const int64_t number, numbers_.Find(subject));
  if (number == 0) return lines;
  COMITY_RETURN_IF_ERROR(Each(
      connection_, Sql::kLinesOfSubject, [&](const Statement& row) { lines.push_back(ReadLine(row, readable)); }, number));
  if (!readable.ok()) return readable;
  return lines;
}

absl::StatusOr<std::vector<DeedStore::StandingRow>> DeedSql::AllLines(domain::SubjectRef after_subject, domain::LineHash after_line,
                                                                      int32_t limit) {
  std::vector<StandingRow> lines;
  absl::Status readable;
  const auto add = [&](const Statement& row) { lines.push_back({ReadId<domain::SubjectRef>(row, 2), ReadLine(row, readable)}); };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kAllLines, add, after_subject, after_line, limit));
  if (!readable.ok()) return readable;
  return lines;
}

}  // namespace comity::store::sql
