#include "service/store/sql/admin_sql.h"

#include <algorithm>
#include <limits>

#include "service/base/error.h"
#include "service/store/sql/counters.h"
#include "service/store/sql/run.h"
#include "service/store/sql/value_codec.h"

namespace comity::store::sql {
namespace {

constexpr absl::Duration kAnswersKept = absl::Hours(7 * 24);

SourceRow ReadSource(const Statement& row) {
  return {ReadText(row, 0), ReadText(row, 1), ReadText(row, 2), ReadTime(row, 3), ReadTime(row, 4)};
}

TokenRow ReadToken(const Statement& row) {
  return {ReadText(row, 0), ReadText(row, 1), DecodeNumbers(row.Bytes(2)), ReadId<domain::PersonUid>(row, 3), DecodeTexts(row.Bytes(4)),
          ReadTime(row, 5), ReadTime(row, 6)};
}

}  // namespace

absl::Status AdminSql::CreateSource(const SourceRow& source) {
  const absl::Status inserted =
      Run(connection_, Sql::kInsertSource, source.id, source.suite, source.instance, source.created, source.last_event);
  if (!absl::IsAlreadyExists(inserted)) return inserted;
  return Error(absl::StatusCode::kAlreadyExists, ErrorReason::kSourceExists, "there is a source of this id; choose another id");
}

absl::StatusOr<std::optional<SourceRow>> AdminSql::FindSource(std::string_view id) {
  std::optional<SourceRow> source;
  COMITY_RETURN_IF_ERROR(Each(
      connection_, Sql::kFindSource, [&](const Statement& row) { source = ReadSource(row); }, id));
  return source;
}

absl::StatusOr<std::vector<SourceRow>> AdminSql::ListSources(std::string_view after, int32_t limit) {
  std::vector<SourceRow> sources;
  COMITY_RETURN_IF_ERROR(Each(
      connection_, Sql::kListSources, [&](const Statement& row) { sources.push_back(ReadSource(row)); }, after, limit));
  return sources;
}

absl::Status AdminSql::TouchSource(std::string_view id, absl::Time last_event) {
  return Run(connection_, Sql::kTouchSource, id, last_event);
}

absl::Status AdminSql::PutToken(const TokenRow& token) {
  return Run(connection_, Sql::kPutToken, token.id, Blob{token.secret_hash}, Blob{EncodeNumbers(token.roles)}, OrNull(token.person),
             Blob{EncodeTexts(token.sources)}, token.created, token.revoked);
}

absl::StatusOr<std::optional<TokenRow>> AdminSql::FindTokenByHash(std::string_view secret_hash) {
  std::optional<TokenRow> token;
  const auto read = [&](const Statement& row) { token = ReadToken(row); };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kFindTokenByHash, read, Blob{secret_hash}));
  return token;
}

absl::StatusOr<std::optional<TokenRow>> AdminSql::FindToken(std::string_view id) {
  std::optional<TokenRow> token;
  COMITY_RETURN_IF_ERROR(Each(
      connection_, Sql::kFindToken, [&](const Statement& row) { token = ReadToken(row); }, id));
  return token;
}

absl::StatusOr<std::vector<TokenRow>> AdminSql::ListTokens(std::string_view after, int32_t limit) {
  std::vector<TokenRow> tokens;
  COMITY_RETURN_IF_ERROR(Each(
      connection_, Sql::kListTokens, [&](const Statement& row) { tokens.push_back(ReadToken(row)); }, after, limit));
  return tokens;
}

absl::StatusOr<bool> AdminSql::HasRole(domain::PersonUid person, int32_t role, absl::Time now) {
  bool has = false;
  const auto read = [&](const Statement& row) {
    const std::vector<int32_t> roles = DecodeNumbers(row.Bytes(0));
    has = has || std::find(roles.begin(), roles.end(), role) != roles.end();
  };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kRolesOfPerson, read, person, now));
  return has;
}

absl::Status AdminSql::AppendAudit(const std::vector<AuditRow>& rows) {
  for (const AuditRow& row : rows) {
    COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kInsertAudit, row.time, row.method, row.token, OrNull(row.person), row.code, row.target));
  }
  return AddToCounter(connection_, kAuditCount, static_cast<int64_t>(rows.size()));
}

absl::StatusOr<int64_t> AdminSql::CountAudit() { return FindCounter(connection_, kAuditCount); }

absl::Status AdminSql::AppendReads(const std::vector<ReadRow>& rows) {
  for (const ReadRow& row : rows) {
    COMITY_RETURN_IF_ERROR(
        Run(connection_, Sql::kInsertRead, row.about, row.time, OrNull(row.reader), row.reader_token, row.method, row.target));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<AdminStore::ReadListing>> AdminSql::ListReads(domain::PersonUid about, int64_t before, int32_t limit) {
  std::vector<ReadListing> reads;
  const auto add = [&](const Statement& row) {
    reads.push_back(
        {row.Int(0), {about, ReadTime(row, 1), ReadId<domain::PersonUid>(row, 2), ReadText(row, 3), ReadText(row, 4), ReadText(row, 5)}});
  };
  const int64_t end = before == 0 ? std::numeric_limits<int64_t>::max() : before;
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kListReads, add, about, end, limit));
  return reads;
}

absl::StatusOr<std::optional<StoredAnswer>> AdminSql::FindAnswer(std::string_view caller, std::string_view request_id, absl::Time now) {
  std::optional<StoredAnswer> answer;
  const auto read = [&](const Statement& row) { answer = {ReadText(row, 0), ReadText(row, 1)}; };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kFindAnswer, read, caller, request_id, now - kAnswersKept));
  return answer;
}

absl::Status AdminSql::PutAnswer(std::string_view caller, std::string_view request_id, const StoredAnswer& answer, absl::Time now) {
  COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kDeleteOldAnswers, now - kAnswersKept));
  return Run(connection_, Sql::kPutAnswer, caller, request_id, Blob{answer.request_hash}, Blob{answer.answer}, now);
}

absl::Status AdminSql::SetOptOut(domain::PersonUid person, bool opted_out, absl::Time now) {
  COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kPutOptOut, person, opted_out, now));
  COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kSetPersonOptedOut, person, opted_out));
  return AddToCounter(connection_, kDirectoryVersion, 1);
}

// A person put with the mark and never asked has it, without a time.
absl::StatusOr<AdminStore::OptOutRow> AdminSql::FindOptOut(domain::PersonUid person) {
  OptOutRow found;
  COMITY_RETURN_IF_ERROR(Each(
      connection_, Sql::kFindPersonOptedOut, [&](const Statement& row) { found.opted_out = ReadBool(row, 0); }, person));
  const auto read = [&](const Statement& row) { found = {found.opted_out || ReadBool(row, 0), ReadTime(row, 1)}; };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kFindOptOut, read, person));
  return found;
}

absl::StatusOr<std::optional<std::string>> AdminSql::FindSetting(std::string_view name) {
  std::optional<std::string> value;
  COMITY_RETURN_IF_ERROR(Each(
      connection_, Sql::kFindSetting, [&](const Statement& row) { value = ReadText(row, 0); }, name));
  return value;
}

absl::Status AdminSql::PutSetting(std::string_view name, std::string_view value) {
  return Run(connection_, Sql::kPutSetting, name, Blob{value});
}

}  // namespace comity::store::sql
