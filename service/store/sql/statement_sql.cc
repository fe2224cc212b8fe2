// What people said of deeds. Their words lie in tables of their own, so that they can be erased and the saying stays.
#include "service/base/error.h"
#include "service/store/sql/deed_sql.h"
#include "service/store/sql/run.h"
#include "service/store/sql/value_codec.h"

namespace comity::store::sql {
namespace {

// Four columns from `column` on: kind, subject, episode, person.
domain::DeedKey ReadKey(const Statement& row, int column) {
  return {ReadId<domain::SubjectRef>(row, column + 1), ReadEnum<domain::DeedKind>(row, column), ReadInt32(row, column + 2),
          ReadId<domain::PersonUid>(row, column + 3)};
}

}  // namespace

absl::Status DeedSql::PutStatement(domain::SubjectRef subject, const domain::Statement& statement, std::string_view because) {
  const domain::DeedKey& deed = statement.deed;
  COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kPutStatement, statement.uid, subject, statement.kind, deed.kind, deed.subject, deed.episode,
                             OrNull(deed.person), statement.by, statement.time, Blob{EncodeShares(statement.shares)}, statement.by_helper));
  if (because.empty()) return Run(connection_, Sql::kDeleteStatementText, statement.uid);
  return Run(connection_, Sql::kPutStatementText, statement.uid, statement.by, because);
}

absl::StatusOr<std::vector<domain::Statement>> DeedSql::StatementsOf(domain::SubjectRef subject) {
  std::vector<domain::Statement> statements;
  const auto add = [&](const Statement& row) {
    domain::Statement& statement = statements.emplace_back();
    statement.uid = ReadId<domain::StatementUid>(row, 0);
    statement.kind = ReadEnum<domain::Statement::Kind>(row, 2);
    statement.deed = ReadKey(row, 3);
    statement.by = ReadId<domain::PersonUid>(row, 7);
    statement.time = ReadTime(row, 8);
    statement.shares = DecodeShares(row.Bytes(9));
    statement.by_helper = ReadBool(row, 10);
  };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kStatementsOfSubject, add, subject));
  return statements;
}

absl::StatusOr<std::string> DeedSql::BecauseOf(domain::StatementUid statement) {
  std::string because;
  COMITY_RETURN_IF_ERROR(Each(
      connection_, Sql::kFindStatementText, [&](const Statement& row) { because = ReadText(row, 0); }, statement));
  return because;
}

absl::Status DeedSql::PutProposal(const Proposal& proposal) {
  return ChangeProposals(proposal.deed.Hash(), [&]() -> absl::Status {
    const domain::DeedKey& deed = proposal.deed;
    COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kPutProposal, proposal.uid, deed.Hash(), deed.kind, deed.subject, deed.episode,
                               OrNull(deed.person), proposal.by, proposal.by_helper, proposal.created, Blob{EncodeShares(proposal.shares)},
                               Blob{EncodeIds(proposal.pending)}));
    if (proposal.because.empty()) return Run(connection_, Sql::kDeleteProposalText, proposal.uid);
    return Run(connection_, Sql::kPutProposalText, proposal.uid, proposal.by, proposal.because);
  });
}

absl::Status DeedSql::DeleteProposal(domain::StatementUid uid) {
  domain::DeedHash deed;
  COMITY_RETURN_IF_ERROR(Each(
      connection_, Sql::kFindDeedOfProposal, [&](const Statement& row) { deed = ReadId<domain::DeedHash>(row, 0); }, uid));
  return ChangeProposals(deed, [&]() -> absl::Status {
    COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kDeleteProposalText, uid));
    return Run(connection_, Sql::kDeleteProposal, uid);
  });
}

absl::StatusOr<std::vector<Proposal>> DeedSql::ProposalsOf(const domain::DeedHash& deed) {
  std::vector<Proposal> proposals;
  const auto add = [&](const Statement& row) {
    Proposal& proposal = proposals.emplace_back();
    proposal.uid = ReadId<domain::StatementUid>(row, 0);
    proposal.deed = ReadKey(row, 2);
    proposal.by = ReadId<domain::PersonUid>(row, 6);
    proposal.by_helper = ReadBool(row, 7);
    proposal.created = ReadTime(row, 8);
    proposal.shares = DecodeShares(row.Bytes(9));
    proposal.pending = DecodeIds<domain::PersonUid>(row.Bytes(10));
  };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kProposalsOfDeed, add, deed));
  for (Proposal& proposal : proposals) {
    COMITY_RETURN_IF_ERROR(Each(
        connection_, Sql::kFindProposalText, [&](const Statement& row) { proposal.because = ReadText(row, 0); }, proposal.uid));
  }
  return proposals;
}

absl::Status DeedSql::SetShared(const domain::DeedHash& deed, domain::PersonUid person, bool shared) {
  return Run(connection_, shared ? Sql::kInsertShared : Sql::kDeleteShared, deed, person);
}

absl::StatusOr<std::vector<domain::PersonUid>> DeedSql::SharedOf(const domain::DeedHash& deed) {
  std::vector<domain::PersonUid> people;
  COMITY_RETURN_IF_ERROR(Each(
      connection_, Sql::kSharedOfDeed, [&](const Statement& row) { people.push_back(ReadId<domain::PersonUid>(row, 0)); }, deed));
  return people;
}

}  // namespace comity::store::sql
