#include "service/store/sql/policy_sql.h"

#include <algorithm>
#include <utility>

#include "service/base/error.h"
#include "service/store/sql/counters.h"
#include "service/store/sql/run.h"

namespace comity::store::sql {
namespace {

// Rows of one column of bytes, each decoded; the first that cannot be read is the error.
template <typename Value>
absl::StatusOr<std::vector<Value>> LoadAll(Connection& connection, Sql sql, absl::StatusOr<Value> (*decode)(std::string_view)) {
  std::vector<Value> values;
  absl::Status readable;
  const auto add = [&](const Statement& row) {
    absl::StatusOr<Value> value = decode(row.Bytes(0));
    readable.Update(value.status());
    if (value.ok()) values.push_back(*std::move(value));
  };
  COMITY_RETURN_IF_ERROR(Each(connection, sql, add));
  if (!readable.ok()) return readable;
  return values;
}

}  // namespace

absl::StatusOr<int32_t> PolicySql::Take(std::string_view counter, int64_t at_least) {
  COMITY_ASSIGN_OR_RETURN(const int64_t last, FindCounter(connection_, counter));
  const int64_t next = std::max(last, at_least) + 1;
  COMITY_RETURN_IF_ERROR(AddToCounter(connection_, counter, next - last));
  return static_cast<int32_t>(next);
}

absl::StatusOr<int32_t> PolicySql::TakeNumber() {
  int64_t last = 0;  // of policies that were written without this counter, as `comityd init` does
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kLastPolicy, [&](const Statement& row) { last = row.Int(0); }));
  return Take(kPolicyNumber, last);
}

absl::Status PolicySql::PutRecord(const domain::PolicyRecord& record) {
  return Run(connection_, Sql::kPutPolicyRecord, record.policy.number, Blob{domain::EncodePolicyRecord(record)});
}

absl::Status PolicySql::DeleteRecord(int32_t number) { return Run(connection_, Sql::kDeletePolicyRecord, number); }

absl::StatusOr<std::vector<domain::PolicyRecord>> PolicySql::LoadRecords() {
  return LoadAll<domain::PolicyRecord>(connection_, Sql::kAllPolicyRecords, &domain::DecodePolicyRecord);
}

absl::StatusOr<int32_t> PolicySql::TakeRestatementNumber() { return Take(kRestatementNumber, 0); }

absl::Status PolicySql::PutRestatement(const domain::Restatement& restatement) {
  return Run(connection_, Sql::kPutRestatement, restatement.number, Blob{domain::EncodeRestatement(restatement)});
}

absl::Status PolicySql::DeleteRestatement(int32_t number) { return Run(connection_, Sql::kDeleteRestatement, number); }

absl::StatusOr<std::vector<domain::Restatement>> PolicySql::LoadRestatements() {
  return LoadAll<domain::Restatement>(connection_, Sql::kAllRestatements, &domain::DecodeRestatement);
}

absl::Status PolicySql::AddAccuracy(const domain::AccuracyDeltas& deltas) {
  for (const auto& [key, counts] : deltas.counts) {
    if (counts == domain::AccuracyCounts{}) continue;
    COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kAddAccuracy, key.kind, key.policy, key.suite, key.instance, counts.untouched,
                               counts.confirmed, counts.corrected, counts.declined));
    COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kDropEmptyAccuracy, key.kind, key.policy, key.suite, key.instance));
  }
  for (const auto& [who, count] : deltas.people) {
    if (count == 0) continue;
    const domain::AccuracyKey& key = who.first;
    COMITY_ASSIGN_OR_RETURN(const int64_t person, numbers_.Ensure(who.second));
    int64_t total = 0;
    const auto read = [&](const Statement& row) { total = row.Int(0); };
    COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kAddAccuracyPerson, read, key.kind, key.policy, key.suite, key.instance, person, count));
    if (total != 0) continue;
    COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kDeleteAccuracyPerson, key.kind, key.policy, key.suite, key.instance, person));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<PolicyStore::AccuracyRow>> PolicySql::AccuracyOf(domain::DeedKind kind, int32_t policy) {
  std::vector<AccuracyRow> rows;
  const auto add = [&](const Statement& row) {
    rows.push_back({{kind, policy, ReadText(row, 0), ReadText(row, 1)}, {row.Int(2), row.Int(3), row.Int(4), row.Int(5)}});
  };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kAccuracyOf, add, kind, policy));
  return rows;
}

absl::StatusOr<std::vector<domain::PersonUid>> PolicySql::AccuracyPeople(const domain::AccuracyKey& key, int32_t limit) {
  std::vector<domain::PersonUid> people;
  const auto add = [&](const Statement& row) { people.push_back(ReadId<domain::PersonUid>(row, 0)); };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kAccuracyPeople, add, key.kind, key.policy, key.suite, key.instance, limit));
  return people;
}

}  // namespace comity::store::sql
