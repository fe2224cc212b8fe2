#include <set>

#include "tests/contract/contract.h"

namespace comity::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

COMITY_CONTRACT(APrivacyStore);

ErasedPerson Erased(int number) {
  return {.uid = Person(number),
          .id_hash = std::string(32, static_cast<char>(number)),
          .opted_out = false,
          .job = "j",
          .words = "w",
          .counts = {1, 2}};
}

absl::Status PutAna(Transaction& t) {
  COMITY_RETURN_IF_ERROR(t.directory().PutPerson({.uid = Person(1), .id = "ana", .display_name = "Ana"}));
  COMITY_RETURN_IF_ERROR(t.directory().PutMemberships(Person(1), {{.person = Person(1), .team = Team(1), .days = {}, .primary = true}}));
  COMITY_RETURN_IF_ERROR(t.admin().SetOptOut(Person(1), true, At(1)));
  COMITY_RETURN_IF_ERROR(
      t.admin().PutToken({.id = "t", .secret_hash = "h", .roles = {1}, .person = Person(1), .sources = {}, .created = At(1)}));
  return t.directory().PutAccount(
      {.uid = Account(1), .name = {"github", "github.com", "1"}, .login = "ana", .kind = {}, .person = Person(1)});
}

TEST_P(APrivacyStore, DeletesWhatNamesThemAndKeepsWhatJudgingNeeds) {
  EXPECT_OK(Write(PutAna));
  const int64_t version = Ok(Ok(store_->BeginRead())->directory().Version());
  PrivacyStore::Gone gone;
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    COMITY_ASSIGN_OR_RETURN(gone, t.privacy().Erase(Erased(1), {{"hash", Account(1), Person(1), true}}));
    return absl::OkStatus();
  }));
  Reopen();
  const auto snapshot = Ok(store_->BeginRead());
  const domain::DirectoryRows rows = Ok(snapshot->directory().Load());
  EXPECT_THAT(rows.people, IsEmpty());
  EXPECT_THAT(rows.accounts, IsEmpty());
  EXPECT_THAT(rows.memberships, SizeIs(1));
  EXPECT_THAT(rows.erased_people, ElementsAre(domain::ErasedPersonRow{Person(1), false}));
  EXPECT_THAT(rows.erased_accounts, ElementsAre(domain::ErasedAccountRow{Account(1), Person(1), true}));
  EXPECT_GT(Ok(snapshot->directory().Version()), version);
  EXPECT_FALSE(Ok(snapshot->admin().FindToken("t")).has_value());
  EXPECT_EQ(gone.tokens, 1);
  EXPECT_EQ(Ok(snapshot->admin().FindOptOut(Person(1))).changed, absl::InfinitePast());
}

TEST_P(APrivacyStore, FindsErasedPeopleAndAccountsByTheirHashes) {
  EXPECT_FALSE(Ok(Ok(store_->BeginRead())->privacy().AnyErased()));
  EXPECT_OK(Write([](Transaction& t) { return t.privacy().Erase(Erased(1), {{"a", Account(1), Person(1), false}}).status(); }));
  const auto snapshot = Ok(store_->BeginRead());
  EXPECT_TRUE(Ok(snapshot->privacy().AnyErased()));
  const auto person = Ok(snapshot->privacy().FindErased(Erased(1).id_hash));
  ASSERT_TRUE(person.has_value());
  EXPECT_EQ(person->uid, Person(1));
  EXPECT_EQ(person->words, "w");
  EXPECT_THAT(person->counts, ElementsAre(1, 2));
  EXPECT_FALSE(Ok(snapshot->privacy().FindErased("other")).has_value());
  EXPECT_EQ(Ok(snapshot->privacy().FindErasedAccount("a"))->uid, Account(1));
  EXPECT_FALSE(Ok(snapshot->privacy().FindErasedAccount("b")).has_value());
  EXPECT_THAT(Ok(snapshot->privacy().ErasedAccounts(Person(1))), SizeIs(1));
}

TEST_P(APrivacyStore, WaitsForThoseWhoseSweepIsNotDone) {
  EXPECT_OK(Write([](Transaction& t) -> absl::Status {
    COMITY_RETURN_IF_ERROR(t.privacy().Erase(Erased(1), {}).status());
    return t.privacy().Erase(Erased(2), {}).status();
  }));
  EXPECT_OK(Write([](Transaction& t) {
    ErasedPerson done = Erased(1);
    done.stage = ErasedPerson::Stage::kDone;
    done.words.clear();
    return t.privacy().UpdateErased(done);
  }));
  const auto waiting = Ok(Ok(store_->BeginRead())->privacy().WaitingErasures());
  ASSERT_THAT(waiting, SizeIs(1));
  EXPECT_EQ(waiting.front().uid, Person(2));
}

TEST_P(APrivacyStore, SweepsEachTableInPartsThatMissNothing) {
  EXPECT_OK(Write([](Transaction& t) {
    std::vector<AuditRow> rows;
    for (int i = 0; i < 25; ++i) rows.push_back({At(i), "M", "t", {}, 0, "target " + std::to_string(i)});
    return t.admin().AppendAudit(rows);
  }));
  const auto snapshot = Ok(store_->BeginRead());
  std::vector<std::string> targets;
  SweptKey after;
  for (;;) {
    const auto rows = Ok(snapshot->privacy().Sweep(Swept::kAudit, after, 10));
    for (const SweptRow& row : rows) targets.push_back(row.texts.front());
    if (rows.size() < 10) break;
    after = rows.back().key;
  }
  EXPECT_THAT(targets, SizeIs(25));
  EXPECT_EQ(std::set<std::string>(targets.begin(), targets.end()).size(), 25u);
}

TEST_P(APrivacyStore, RewritesAndRemovesTheRowsItGave) {
  EXPECT_OK(Write([](Transaction& t) -> absl::Status {
    COMITY_RETURN_IF_ERROR(t.admin().AppendAudit({{At(1), "M", "t", {}, 0, "people/ana"}}));
    COMITY_RETURN_IF_ERROR(t.events().SetAside({Key(1, 1), "s", domain::ReasonCode::kPoison, "d", "request", At(1)}));
    return t.admin().PutAnswer("c", "r", {"h", "answer"}, At(1));
  }));
  EXPECT_OK(Write([](Transaction& t) -> absl::Status {
    COMITY_ASSIGN_OR_RETURN(auto audit, t.privacy().Sweep(Swept::kAudit, {}, 10));
    audit.front().texts.front() = "nobody";
    COMITY_RETURN_IF_ERROR(t.privacy().Rewrite(Swept::kAudit, audit.front()));
    for (const Swept table : {Swept::kSetAside, Swept::kAnswers}) {
      COMITY_ASSIGN_OR_RETURN(const auto rows, t.privacy().Sweep(table, {}, 10));
      COMITY_RETURN_IF_ERROR(t.privacy().Remove(table, rows.front().key));
    }
    return absl::OkStatus();
  }));
  const auto snapshot = Ok(store_->BeginRead());
  EXPECT_EQ(Ok(snapshot->privacy().Sweep(Swept::kAudit, {}, 10)).front().texts.front(), "nobody");
  EXPECT_THAT(Ok(snapshot->privacy().Sweep(Swept::kSetAside, {}, 10)), IsEmpty());
  EXPECT_THAT(Ok(snapshot->privacy().Sweep(Swept::kAnswers, {}, 10)), IsEmpty());
}

TEST_P(APrivacyStore, KeepsWhatAnErasureLeftOfASubjectWhateverComesLater) {
  const SubjectDetails details{Subject(1), "github", "github.com", domain::SubjectKind::kIssue, "1", "ana/x#1", "https://x/1", "of ana"};
  EXPECT_OK(Write([&](Transaction& t) { return t.events().PutSubjects({details}); }));
  EXPECT_OK(Write([](Transaction& t) -> absl::Status {
    COMITY_ASSIGN_OR_RETURN(const bool had, t.privacy().WithholdTitle(Subject(1)));
    EXPECT_TRUE(had);
    COMITY_ASSIGN_OR_RETURN(const bool again, t.privacy().WithholdTitle(Subject(1)));
    EXPECT_FALSE(again);
    return absl::OkStatus();
  }));
  EXPECT_OK(Write([&](Transaction& t) { return t.events().PutSubjects({details}); }));
  EXPECT_EQ(Ok(Ok(store_->BeginRead())->events().FindSubjects({Subject(1)})).front().title, "");
}

TEST_P(APrivacyStore, ReadsTheAuditNewestFirstAndPrunesTheOldest) {
  EXPECT_OK(Write([](Transaction& t) -> absl::Status {
    std::vector<AuditRow> rows;
    for (int i = 0; i < 5; ++i) rows.push_back({At(i), "M" + std::to_string(i), "t", {}, i, ""});
    COMITY_RETURN_IF_ERROR(t.admin().AppendReads({{Person(1), At(0), {}, "t", "M", ""}, {Person(1), At(9), {}, "t", "M", ""}}));
    return t.admin().AppendAudit(rows);
  }));
  EXPECT_OK(Write([](Transaction& t) -> absl::Status {
    COMITY_ASSIGN_OR_RETURN(const int64_t part, t.privacy().PruneAudit(At(3), 2));
    EXPECT_EQ(part, 2);
    COMITY_ASSIGN_OR_RETURN(const int64_t rest, t.privacy().PruneAudit(At(3), 2));
    EXPECT_EQ(rest, 1);
    return absl::OkStatus();
  }));
  const auto snapshot = Ok(store_->BeginRead());
  std::vector<std::string> methods;
  for (const auto& row : Ok(snapshot->privacy().ReadAudit(INT64_MAX, 10))) methods.push_back(row.audit.method);
  EXPECT_THAT(methods, ElementsAre("M4", "M3"));
  EXPECT_EQ(Ok(snapshot->admin().CountAudit()), 2);
  EXPECT_THAT(Ok(snapshot->admin().ListReads(Person(1), 0, 10)), SizeIs(1));
}

TEST_P(APrivacyStore, EmptiesItsLog) {
  EXPECT_OK(Write(PutAna));
  EXPECT_OK(store_->EmptyLog());
  EXPECT_OK(Write([](Transaction& t) { return t.admin().PutSetting("a", "b"); }));
}

}  // namespace
}  // namespace comity::store
