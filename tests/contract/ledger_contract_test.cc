#include "tests/contract/contract.h"

namespace comity::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

COMITY_CONTRACT(ALedger);

domain::Entry Grant(int line, int revision = 1, int deed = 1) {
  domain::Entry entry;
  entry.line = IdOf<domain::LineHash>(line);
  entry.revision = revision;
  entry.deed = IdOf<domain::DeedHash>(deed);
  entry.day = 20;
  entry.kind = domain::DeedKind::kResolved;
  entry.content = {Person(line), {}, 1'000'000, false, Team(2), domain::Stance::kServed, {}};
  entry.helped_team = Team(1);
  entry.policy = 1;
  entry.cause = domain::ReasonCode::kNewFact;
  entry.cause_event = Key(20, 1);
  return entry;
}

absl::StatusOr<int64_t> Append(Transaction& t, const std::vector<domain::Entry>& entries, int subject = 1) {
  return t.deeds().Append(entries, Subject(subject), At(77));
}

TEST_P(ALedger, IsEmptyAtFirst) {
  const auto snapshot = Ok(store_->BeginRead());
  EXPECT_EQ(Ok(snapshot->deeds().Head()).sequence, 0);
  EXPECT_EQ(Ok(snapshot->deeds().Head()).chain_hash, domain::Digest{});
  EXPECT_THAT(Ok(snapshot->deeds().ReadLedger(1, 10)), IsEmpty());
}

TEST_P(ALedger, NumbersEntriesFromOneAndChainsTheirHashes) {
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    EXPECT_EQ(Ok(t.deeds().LockHead()).sequence, 0);
    EXPECT_EQ(Ok(Append(t, {Grant(1), Grant(2)})), 1);
    EXPECT_EQ(Ok(Append(t, {Grant(3)})), 3);
    return absl::OkStatus();
  }));
  Reopen();
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    EXPECT_EQ(Ok(t.deeds().LockHead()).sequence, 3);
    EXPECT_EQ(Ok(Append(t, {Grant(1, 2)})), 4);
    return absl::OkStatus();
  }));
  const auto snapshot = Ok(store_->BeginRead());
  const auto rows = Ok(snapshot->deeds().ReadLedger(1, 10));
  ASSERT_EQ(rows.size(), 4u);
  domain::Digest chain{};
  const std::vector<domain::Entry> entries{Grant(1), Grant(2), Grant(3), Grant(1, 2)};
  for (size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i].sequence, static_cast<int64_t>(i + 1));
    EXPECT_EQ(rows[i].created, At(77));
    EXPECT_EQ(Ok(domain::DecodeEntry(rows[i].leaf)), entries[i]);
    EXPECT_EQ(rows[i].leaf_hash, domain::LeafHash(rows[i].leaf));
    chain = domain::ChainHash(chain, rows[i].leaf_hash);
    EXPECT_EQ(rows[i].chain_hash, chain);
  }
  EXPECT_EQ(Ok(snapshot->deeds().Head()).sequence, 4);
  EXPECT_EQ(Ok(snapshot->deeds().Head()).chain_hash, chain);
}

TEST_P(ALedger, IsReadFromASequenceOnInPages) {
  EXPECT_OK(Write([&](Transaction& t) { return Append(t, {Grant(1), Grant(2), Grant(3), Grant(4)}).status(); }));
  const auto rows = Ok(Ok(store_->BeginRead())->deeds().ReadLedger(2, 2));
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].sequence, 2);
  EXPECT_EQ(rows[1].sequence, 3);
}

TEST_P(ALedger, TakesEachLineAndRevisionOnce) {
  EXPECT_OK(Write([&](Transaction& t) { return Append(t, {Grant(1), Grant(1, 2)}).status(); }));
  EXPECT_TRUE(absl::IsAlreadyExists(Write([&](Transaction& t) { return Append(t, {Grant(2), Grant(1, 2)}).status(); })));
  EXPECT_EQ(Ok(Ok(store_->BeginRead())->deeds().Head()).sequence, 2);
}

TEST_P(ALedger, GoesOnWithoutAGapAfterARefusedAppendIsRolledBack) {
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    COMITY_RETURN_IF_ERROR(Append(t, {Grant(1)}).status());
    COMITY_RETURN_IF_ERROR(t.Mark());
    EXPECT_TRUE(absl::IsAlreadyExists(Append(t, {Grant(2), Grant(1)}).status()));
    COMITY_RETURN_IF_ERROR(t.Rollback());
    EXPECT_EQ(Ok(Append(t, {Grant(3)})), 2);
    return absl::OkStatus();
  }));
  const auto rows = Ok(Ok(store_->BeginRead())->deeds().ReadLedger(1, 10));
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[1].chain_hash, domain::ChainHash(rows[0].chain_hash, rows[1].leaf_hash));
}

TEST_P(ALedger, FindsTheEntriesOfADeedInOrder) {
  EXPECT_OK(Write([&](Transaction& t) { return Append(t, {Grant(9, 1, 1), Grant(2, 1, 2), Grant(1, 1, 1), Grant(9, 2, 1)}).status(); }));
  std::vector<int64_t> sequences;
  for (const LedgerRow& row : Ok(Ok(store_->BeginRead())->deeds().EntriesOf(Subject(1), IdOf<domain::DeedHash>(1)))) {
    sequences.push_back(row.sequence);
  }
  EXPECT_THAT(sequences, ElementsAre(1, 3, 4));
}

TEST_P(ALedger, GivesTheLatestEntryOfEachLineOfASubject) {
  domain::Entry reversed = Grant(1, 2);
  reversed.action = domain::EntryAction::kReverse;
  reversed.content.share_ppm = 0;
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    COMITY_RETURN_IF_ERROR(Append(t, {Grant(1), Grant(2)}).status());
    COMITY_RETURN_IF_ERROR(Append(t, {Grant(3)}, 2).status());
    return Append(t, {reversed}).status();
  }));
  auto lines = Ok(Ok(store_->BeginRead())->deeds().PostedLines(Subject(1)));
  ASSERT_EQ(lines.size(), 2u);
  std::sort(lines.begin(), lines.end(), [](const auto& a, const auto& b) { return a.revision < b.revision; });
  EXPECT_EQ(lines[0], (domain::PostedLine{IdOf<domain::LineHash>(2), 1, Grant(2)}));
  EXPECT_EQ(lines[1], (domain::PostedLine{IdOf<domain::LineHash>(1), 2, reversed}));
  EXPECT_THAT(Ok(Ok(store_->BeginRead())->deeds().PostedLines(Subject(9))), IsEmpty());
}

TEST_P(ALedger, WalksAllLinesInOrderOfSubjectAndLine) {
  std::vector<std::pair<domain::SubjectRef, domain::LineHash>> expected, walked;
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    for (int line = 0; line < 9; ++line) {
      expected.emplace_back(Subject(line % 3), IdOf<domain::LineHash>(line));
      COMITY_RETURN_IF_ERROR(Append(t, {Grant(line), Grant(line, 2)}, line % 3).status());
    }
    return absl::OkStatus();
  }));
  std::sort(expected.begin(), expected.end());
  const auto snapshot = Ok(store_->BeginRead());
  for (std::pair<domain::SubjectRef, domain::LineHash> after;;) {
    const auto page = Ok(snapshot->deeds().AllLines(after.first, after.second, 4));
    for (const DeedStore::StandingRow& row : page) {
      walked.emplace_back(row.subject, row.line.line);
      EXPECT_EQ(row.line.revision, 2);
    }
    if (page.size() < 4) break;
    after = walked.back();
  }
  EXPECT_EQ(walked, expected);
}

}  // namespace
}  // namespace comity::store
