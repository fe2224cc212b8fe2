#include "service/store/sql/privacy_sql.h"

#include <algorithm>

#include "service/store/sql/checkin_sql.h"
#include "service/store/sql/counters.h"
#include "service/store/sql/duty_sql.h"
#include "service/store/sql/recognition_sql.h"
#include "service/store/sql/run.h"
#include "service/store/sql/value_codec.h"

namespace comity::store::sql {
namespace {

ErasedPerson ReadErasedPerson(const Statement& row) {
  return {ReadId<domain::PersonUid>(row, 0),     ReadText(row, 1), ReadBool(row, 2),           ReadText(row, 3),
          ReadEnum<ErasedPerson::Stage>(row, 4), ReadText(row, 5), DecodeNumbers(row.Bytes(6))};
}

ErasedAccount ReadErasedAccount(const Statement& row) {
  return {ReadText(row, 0), ReadId<domain::AccountUid>(row, 1), ReadId<domain::PersonUid>(row, 2), ReadBool(row, 3)};
}

}  // namespace

absl::StatusOr<PrivacyStore::Gone> PrivacySql::Erase(const ErasedPerson& person, const std::vector<ErasedAccount>& accounts) {
  COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kInsertErasedPerson, person.uid, Blob{person.id_hash}, person.opted_out, person.job,
                             person.stage, Blob{person.words}, Blob{EncodeNumbers(person.counts)}));
  for (const ErasedAccount& account : accounts) {
    COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kInsertErasedAccount, Blob{account.name_hash}, account.uid, account.person, account.bot));
    COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kDeleteAccount, account.uid));
  }
  Gone gone;
  COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kDeletePerson, person.uid));
  COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kDeleteOptOut, person.uid));
  COMITY_ASSIGN_OR_RETURN(const int64_t tokens, RunCounting(connection_, Sql::kDeleteTokensOf, person.uid));
  COMITY_ASSIGN_OR_RETURN(const int64_t said, RunCounting(connection_, Sql::kDeleteStatementTextsBy, person.uid));
  COMITY_ASSIGN_OR_RETURN(const int64_t proposed, RunCounting(connection_, Sql::kDeleteProposalTextsBy, person.uid));
  gone.tokens = static_cast<int32_t>(tokens);
  COMITY_ASSIGN_OR_RETURN(const int64_t answered, CheckInSql(connection_, numbers_).Erase(person.uid));  // before their asks go
  COMITY_ASSIGN_OR_RETURN(const int64_t thanks, RecognitionSql(connection_, numbers_).Erase(person.uid));
  gone.texts = static_cast<int32_t>(said + proposed + thanks + answered);
  COMITY_RETURN_IF_ERROR(DutySql(connection_, numbers_).Erase(person.uid));
  COMITY_RETURN_IF_ERROR(AddToCounter(connection_, kDirectoryVersion, 1));
  return gone;
}

absl::StatusOr<std::optional<ErasedPerson>> PrivacySql::FindErased(std::string_view id_hash) {
  std::optional<ErasedPerson> found;
  COMITY_RETURN_IF_ERROR(Each(
      connection_, Sql::kFindErasedPerson, [&](const Statement& row) { found = ReadErasedPerson(row); }, Blob{id_hash}));
  return found;
}

absl::StatusOr<bool> PrivacySql::AnyErased() {
  bool any = false;
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kAnyErased, [&](const Statement&) { any = true; }));
  return any;
}

absl::StatusOr<std::optional<ErasedAccount>> PrivacySql::FindErasedAccount(std::string_view name_hash) {
  std::optional<ErasedAccount> found;
  COMITY_RETURN_IF_ERROR(Each(
      connection_, Sql::kFindErasedAccount, [&](const Statement& row) { found = ReadErasedAccount(row); }, Blob{name_hash}));
  return found;
}

absl::StatusOr<std::vector<ErasedAccount>> PrivacySql::ErasedAccounts(domain::PersonUid person) {
  std::vector<ErasedAccount> accounts;
  COMITY_RETURN_IF_ERROR(Each(
      connection_, Sql::kErasedAccountsOf, [&](const Statement& row) { accounts.push_back(ReadErasedAccount(row)); }, person));
  return accounts;
}

absl::StatusOr<std::vector<ErasedPerson>> PrivacySql::WaitingErasures() {
  std::vector<ErasedPerson> waiting;
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kWaitingErasures, [&](const Statement& row) { waiting.push_back(ReadErasedPerson(row)); }));
  return waiting;
}

absl::Status PrivacySql::UpdateErased(const ErasedPerson& person) {
  const std::string counts = EncodeNumbers(person.counts);
  if (person.words.empty()) return Run(connection_, Sql::kUpdateErasedPerson, person.uid, person.stage, nullptr, Blob{counts});
  return Run(connection_, Sql::kUpdateErasedPerson, person.uid, person.stage, Blob{person.words}, Blob{counts});
}

absl::StatusOr<std::vector<PrivacyStore::AuditListing>> PrivacySql::ReadAudit(int64_t before, int32_t limit) {
  std::vector<AuditListing> records;
  const auto add = [&](const Statement& row) {
    records.push_back({row.Int(0),
                       {.time = ReadTime(row, 1),
                        .method = ReadText(row, 2),
                        .token = ReadText(row, 3),
                        .person = ReadId<domain::PersonUid>(row, 4),
                        .code = ReadInt32(row, 5),
                        .target = ReadText(row, 6)}});
  };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kReadAudit, add, before, limit));
  return records;
}

absl::StatusOr<int64_t> PrivacySql::PruneAudit(absl::Time cutoff, int32_t limit) {
  COMITY_ASSIGN_OR_RETURN(const int64_t calls, RunCounting(connection_, Sql::kPruneAudit, cutoff, limit));
  COMITY_ASSIGN_OR_RETURN(const int64_t reads, RunCounting(connection_, Sql::kPruneReads, cutoff, limit));
  if (calls > 0) COMITY_RETURN_IF_ERROR(AddToCounter(connection_, kAuditCount, -calls));
  return std::max(calls, reads);
}

absl::StatusOr<std::vector<std::string>> PrivacySql::TextsBy(domain::PersonUid author) {
  std::vector<std::string> texts;
  const auto add = [&](const Statement& row) { texts.push_back(ReadText(row, 0)); };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kStatementTextsBy, add, author));
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kProposalTextsBy, add, author));
  return texts;
}

}  // namespace comity::store::sql
