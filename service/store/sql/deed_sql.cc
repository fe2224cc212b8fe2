#include "service/store/sql/deed_sql.h"

#include <algorithm>
#include <set>

#include "service/base/error.h"
#include "service/store/sql/deed_codec.h"
#include "service/store/sql/run.h"

namespace comity::store::sql {
namespace {

// Decodes a row of bytes, first_stored, last_sequence; the first that cannot be read ends up in `status`.
DeedRow ReadDeed(const Statement& row, absl::Status& status) {
  absl::StatusOr<domain::Deed> deed = DecodeDeed(row.Bytes(0));
  if (!deed.ok()) {
    status.Update(deed.status());
    return {};
  }
  return {*std::move(deed), ReadTime(row, 1), row.Int(2)};
}

// The rows by which a deed is listed: people who help, helped before or asked, or whom a waiting correction names; teams that help or are
// helped.
struct Index {
  std::set<std::pair<domain::PersonUid, int32_t>> people;
  std::set<std::pair<domain::TeamUid, int32_t>> teams;
};

Index IndexOf(const domain::Deed* deed, const std::vector<Proposal>& proposals) {
  Index index;
  if (deed == nullptr) return index;
  const int32_t day = deed->made_by.day;
  if (!deed->asker.empty()) index.people.emplace(deed->asker, day);
  if (!deed->helped_team.empty()) index.teams.emplace(deed->helped_team, day);
  for (const domain::Line& line : deed->lines) {
    if (!line.person.empty()) index.people.emplace(line.person, day);
    if (!line.team.empty()) index.teams.emplace(line.team, day);
  }
  for (const domain::PersonUid& person : deed->former_helpers) index.people.emplace(person, day);
  for (const Proposal& proposal : proposals) {
    for (const auto& [person, share] : proposal.shares) index.people.emplace(person, day);
  }
  return index;
}

// Runs `sql` for what is in `from` and not in `other`.
template <typename Rows>
absl::Status RunForRest(Connection& connection, Numbers& numbers, Sql sql, const Rows& from, const Rows& other, int64_t deed) {
  for (const auto& row : from) {
    if (other.contains(row)) continue;
    COMITY_ASSIGN_OR_RETURN(const int64_t uid, numbers.Ensure(row.first));
    COMITY_RETURN_IF_ERROR(Run(connection, sql, row.second, uid, deed));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status DeedSql::UpdateIndex(int64_t number, const Listed& before, const Listed& after) {
  const Index was = IndexOf(before.deed, before.proposals), is = IndexOf(after.deed, after.proposals);
  COMITY_RETURN_IF_ERROR(RunForRest(connection_, numbers_, Sql::kDeleteDeedPerson, was.people, is.people, number));
  COMITY_RETURN_IF_ERROR(RunForRest(connection_, numbers_, Sql::kDeleteDeedTeam, was.teams, is.teams, number));
  COMITY_RETURN_IF_ERROR(RunForRest(connection_, numbers_, Sql::kInsertDeedPerson, is.people, was.people, number));
  return RunForRest(connection_, numbers_, Sql::kInsertDeedTeam, is.teams, was.teams, number);
}

absl::Status DeedSql::PutDeed(const DeedRow& row) {
  const domain::DeedHash hash = row.deed.key.Hash();
  COMITY_ASSIGN_OR_RETURN(const std::optional<Numbered> before, FindNumbered(hash));
  COMITY_ASSIGN_OR_RETURN(const auto proposals, ProposalsOf(hash));
  COMITY_ASSIGN_OR_RETURN(const int64_t subject, numbers_.Ensure(row.deed.key.subject));
  int64_t number = 0;
  COMITY_RETURN_IF_ERROR(Each(
      connection_, Sql::kPutDeed, [&](const Statement& put) { number = put.Int(0); }, hash, row.deed.made_by.day, subject, row.first_stored,
      row.last_sequence, Blob{EncodeDeed(row.deed)}));
  return UpdateIndex(number, {before ? &before->row.deed : nullptr, before ? proposals : std::vector<Proposal>()}, {&row.deed, proposals});
}

absl::Status DeedSql::DeleteDeed(const domain::DeedHash& hash) {
  COMITY_ASSIGN_OR_RETURN(const std::optional<Numbered> before, FindNumbered(hash));
  if (!before) return absl::OkStatus();
  COMITY_ASSIGN_OR_RETURN(const auto proposals, ProposalsOf(hash));
  COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kDeleteDeed, hash));
  return UpdateIndex(before->number, {&before->row.deed, proposals}, {});
}

// Runs `change`, which adds, alters or ends proposals of this deed, and lists the deed to those whom they name then.
absl::Status DeedSql::ChangeProposals(const domain::DeedHash& hash, const std::function<absl::Status()>& change) {
  COMITY_ASSIGN_OR_RETURN(const std::optional<Numbered> deed, FindNumbered(hash));
  COMITY_ASSIGN_OR_RETURN(const auto before, ProposalsOf(hash));
  COMITY_RETURN_IF_ERROR(change());
  if (!deed) return absl::OkStatus();
  COMITY_ASSIGN_OR_RETURN(const auto after, ProposalsOf(hash));
  return UpdateIndex(deed->number, {&deed->row.deed, before}, {&deed->row.deed, after});
}

absl::StatusOr<std::optional<DeedSql::Numbered>> DeedSql::FindNumbered(const domain::DeedHash& hash) {
  std::optional<Numbered> deed;
  absl::Status readable;
  const auto read = [&](const Statement& row) { deed = {ReadDeed(row, readable), row.Int(3)}; };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kFindDeed, read, hash));
  if (!readable.ok()) return readable;
  return deed;
}

absl::StatusOr<std::optional<DeedRow>> DeedSql::FindDeed(const domain::DeedHash& hash) {
  COMITY_ASSIGN_OR_RETURN(std::optional<Numbered> deed, FindNumbered(hash));
  if (!deed) return std::nullopt;
  return std::move(deed->row);
}

absl::StatusOr<std::vector<DeedRow>> DeedSql::DeedsOf(const std::vector<domain::SubjectRef>& subjects) {
  std::vector<DeedRow> deeds;
  absl::Status readable;
  const auto add = [&](const Statement& row) { deeds.push_back(ReadDeed(row, readable)); };
  for (const domain::SubjectRef& subject : std::set<domain::SubjectRef>(subjects.begin(), subjects.end())) {
    COMITY_ASSIGN_OR_RETURN(const int64_t number, numbers_.Find(subject));
    if (number == 0) continue;
    COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kDeedsOfSubject, add, number));
  }
  if (!readable.ok()) return readable;
  return deeds;
}

absl::Status DeedSql::PutPolicy(const domain::Policy& policy) {
  return Run(connection_, Sql::kPutPolicy, policy.number, Blob{domain::EncodePolicy(policy)});
}

absl::StatusOr<std::vector<domain::Policy>> DeedSql::LoadPolicies() {
  std::vector<domain::Policy> policies;
  absl::Status readable;
  const auto add = [&](const Statement& row) {
    absl::StatusOr<domain::Policy> policy = domain::DecodePolicy(row.Bytes(0));
    readable.Update(policy.status());
    if (policy.ok()) policies.push_back(*std::move(policy));
  };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kAllPolicies, add));
  if (!readable.ok()) return readable;
  return policies;
}

}  // namespace comity::store::sql
