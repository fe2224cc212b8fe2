#include "tests/contract/contract.h"

namespace comity::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

COMITY_CONTRACT(ARecognitionStore);

domain::Recognition Thanks(int number, int author, std::vector<int> recipients) {
  domain::Recognition recognition;
  recognition.uid = IdOf<domain::RecognitionUid>(number);
  recognition.author = Person(author);
  recognition.saw = "marmalade " + std::to_string(number);
  recognition.created = At(number);
  for (const int person : recipients) {
    recognition.recipients.push_back({Person(person), domain::Visibility::kTeam, person % 2 == 0});
  }
  std::sort(recognition.recipients.begin(), recognition.recipients.end(), [](const auto& a, const auto& b) { return a.person < b.person; });
  return recognition;
}

std::vector<domain::RecognitionUid> UidsOf(const std::vector<RecognitionRow>& rows) {
  std::vector<domain::RecognitionUid> uids;
  for (const RecognitionRow& row : rows) uids.push_back(row.recognition.uid);
  return uids;
}
domain::RecognitionUid Uid(int number) { return IdOf<domain::RecognitionUid>(number); }

TEST_P(ARecognitionStore, GivesBackWhatWasInsertedAndListsNewestFirst) {
  domain::Recognition full = Thanks(2, 1, {2, 3});
  full.deed = IdOf<domain::DeedHash>(7);
  full.behaviour = "shared-context";
  full.criteria_version = 4;
  full.evidence = {"https://git.example/1", "deeds/20260902-x"};
  full.widest = domain::Visibility::kTeam;
  full.labels = {domain::RecognitionLabel::kBrief, domain::RecognitionLabel::kRepeated};
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    COMITY_RETURN_IF_ERROR(t.recognition().Insert(Thanks(1, 2, {1})));
    COMITY_RETURN_IF_ERROR(t.recognition().Insert(full));
    return t.recognition().Insert(Thanks(3, 1, {3}));
  }));
  const auto transaction = Ok(store_->BeginRead());
  RecognitionStore& store = transaction->recognition();
  const auto found = Ok(store.Find(Uid(2)));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->recognition, full);
  EXPECT_FALSE(Ok(store.Find(Uid(9))).has_value());
  EXPECT_THAT(UidsOf(Ok(store.List(RecognitionSet::kWide, INT64_MAX, 10))), ElementsAre(Uid(3), Uid(2), Uid(1)));
  EXPECT_THAT(UidsOf(Ok(store.List(RecognitionSet::kWide, found->number, 10))), ElementsAre(Uid(1)));
  EXPECT_THAT(Ok(store.List(RecognitionSet::kReported, INT64_MAX, 10)), IsEmpty());
  EXPECT_THAT(UidsOf(Ok(store.ListOf(Person(1), RecognitionPart::kAuthor, INT64_MAX, 10))), ElementsAre(Uid(3), Uid(2)));
  EXPECT_THAT(UidsOf(Ok(store.ListOf(Person(3), RecognitionPart::kRecipient, INT64_MAX, 1))), ElementsAre(Uid(3)));
  EXPECT_THAT(Ok(store.ListOf(Person(8), RecognitionPart::kAuthor, INT64_MAX, 10)), IsEmpty());
  EXPECT_THAT(UidsOf(Ok(store.ListFor(full.deed, INT64_MAX, 10))), ElementsAre(Uid(2)));
  EXPECT_THAT(Ok(store.ListFor(full.deed, found->number, 10)), IsEmpty());
  EXPECT_THAT(Ok(store.ListFor(IdOf<domain::DeedHash>(8), INT64_MAX, 10)), IsEmpty());
  EXPECT_TRUE(Ok(store.HasThanked(Person(1), full.deed)));
  EXPECT_FALSE(Ok(store.HasThanked(Person(2), full.deed))) << "thanked in it";
  EXPECT_FALSE(Ok(store.HasThanked(Person(1), IdOf<domain::DeedHash>(8))));
}

TEST_P(ARecognitionStore, ChangesAWordAloneAndDeletesAllButReports) {
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    COMITY_RETURN_IF_ERROR(t.recognition().Insert(Thanks(1, 1, {2, 3})));
    EXPECT_TRUE(Ok(t.recognition().SetVisibility(Uid(1), Person(2), domain::Visibility::kWithdrawn)));
    EXPECT_FALSE(Ok(t.recognition().SetVisibility(Uid(1), Person(1), domain::Visibility::kPrivate)));  // its author is no recipient
    COMITY_RETURN_IF_ERROR(t.recognition().SetTakenDown(Uid(1), "not kind"));
    for (const int number : {1, 2}) {
      COMITY_RETURN_IF_ERROR(t.recognition().InsertComment(
          Uid(1), {IdOf<domain::CommentUid>(number), Person(number), "words " + std::to_string(number), At(number)}));
    }
    domain::Report report;
    report.uid = IdOf<domain::ReportUid>(1);
    report.recognition = Uid(1);
    report.reporter = Person(4);
    report.because = "why";
    COMITY_RETURN_IF_ERROR(t.recognition().PutReport(report));
    report.decision = domain::ReportDecision::kKept;
    return t.recognition().PutReport(report);
  }));
  {
    const auto transaction = Ok(store_->BeginRead());
    RecognitionStore& store = transaction->recognition();
    EXPECT_EQ(Ok(store.Find(Uid(1)))->recognition.taken_down_because, "not kind");
    EXPECT_THAT(Ok(store.CommentsOf(Uid(1))), SizeIs(2));
    EXPECT_EQ(Ok(store.CommentsOf(Uid(1)))[0].text, "words 1");
    const auto comments = Ok(store.CommentsBy(Person(2), 0, 10));
    ASSERT_THAT(comments, SizeIs(1));
    EXPECT_EQ(comments[0].comment.text, "words 2");
    EXPECT_THAT(Ok(store.CommentsBy(Person(2), comments[0].number, 10)), IsEmpty());
    const auto comment = Ok(store.FindComment(IdOf<domain::CommentUid>(2)));
    ASSERT_TRUE(comment.has_value());
    EXPECT_EQ(comment->first, Uid(1));
    EXPECT_EQ(comment->second, comments[0].comment);
    EXPECT_FALSE(Ok(store.FindComment(IdOf<domain::CommentUid>(9))).has_value());
    EXPECT_TRUE(Ok(store.Find(Uid(1)))->recognition.reported);
    EXPECT_THAT(UidsOf(Ok(store.List(RecognitionSet::kReported, INT64_MAX, 10))), ElementsAre(Uid(1)));
    EXPECT_THAT(Ok(store.List(RecognitionSet::kWide, INT64_MAX, 10)), IsEmpty()) << "as soon as one of those thanked says so";
    EXPECT_EQ(Ok(store.FindReport(IdOf<domain::ReportUid>(1)))->report.decision, domain::ReportDecision::kKept);
    EXPECT_THAT(Ok(store.ListReports(Person(4), INT64_MAX, 10)), SizeIs(1));
    EXPECT_THAT(Ok(store.ListReports(Person(5), INT64_MAX, 10)), IsEmpty());
  }
  EXPECT_OK(Write([&](Transaction& t) { return t.recognition().Delete(Uid(1)); }));
  const auto transaction = Ok(store_->BeginRead());
  EXPECT_FALSE(Ok(transaction->recognition().Find(Uid(1))).has_value());
  EXPECT_THAT(Ok(transaction->recognition().ListOf(Person(2), RecognitionPart::kRecipient, INT64_MAX, 10)), IsEmpty());
  EXPECT_THAT(Ok(transaction->recognition().CommentsBy(Person(2), 0, 10)), IsEmpty());
  EXPECT_THAT(Ok(transaction->recognition().ReportsOn(Uid(1), 10)), SizeIs(1));
}

TEST_P(ARecognitionStore, KeepsProgrammesCriteriaChoicesAndAsks) {
  domain::Programme programme;
  programme.id = "kind-handovers";
  programme.owner = Person(1);
  programme.purpose = "Fewer surprises";
  programme.behaviours = {"shared-context"};
  programme.audience = {Team(1), Team(2)};
  programme.start_day = 3;
  programme.review_day = 9;
  programme.changed = At(5);
  std::vector<domain::Criteria> criteria = domain::DefaultBehaviours(At(1));
  domain::Criteria second = domain::NextVersion(criteria[0], criteria[0], At(2));
  const AskRow ask{{domain::AskKind::kThanks, At(10)}, IdOf<domain::DeedHash>(1), true};
  AskRow over{{domain::AskKind::kThanks, At(20)}, IdOf<domain::DeedHash>(2), true};
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    COMITY_RETURN_IF_ERROR(t.recognition().PutProgramme(programme));
    programme.version = 2;
    COMITY_RETURN_IF_ERROR(t.recognition().PutProgramme(programme));
    for (const domain::Criteria& one : criteria) COMITY_RETURN_IF_ERROR(t.recognition().PutCriteria(one));
    COMITY_RETURN_IF_ERROR(t.recognition().PutCriteria(second));
    COMITY_RETURN_IF_ERROR(t.recognition().SetChoice(Person(1), {domain::Visibility::kTeam, true}));
    COMITY_RETURN_IF_ERROR(t.recognition().PutAsk(Person(1), ask));
    COMITY_RETURN_IF_ERROR(t.recognition().PutAsk(Person(1), over));
    over.waiting = false;
    return t.recognition().PutAsk(Person(1), over);
  }));
  criteria.insert(criteria.begin() + 1, second);
  {
    const auto transaction = Ok(store_->BeginRead());
    RecognitionStore& store = transaction->recognition();
    EXPECT_THAT(Ok(store.LoadProgrammes()), ElementsAre(programme));
    EXPECT_EQ(Ok(store.LoadCriteria()), criteria);
    EXPECT_THAT(Ok(store.VersionsOf(second.behaviour)), ElementsAre(criteria[0], second));
    EXPECT_THAT(Ok(store.VersionsOf("none")), IsEmpty());
    EXPECT_EQ(Ok(store.ChoiceOf(Person(1))), (RecognitionChoice{domain::Visibility::kTeam, true}));
    EXPECT_EQ(Ok(store.ChoiceOf(Person(2))), RecognitionChoice{});
    EXPECT_THAT(Ok(store.AsksOf(Person(1))), ElementsAre(ask, over));
    EXPECT_THAT(Ok(store.AsksOf(Person(2))), IsEmpty());
  }
  EXPECT_FALSE(Read<bool>([&](Transaction& t) { return t.recognition().AnyAskBefore(At(10)); }));
  EXPECT_TRUE(Read<bool>([&](Transaction& t) { return t.recognition().AnyAskBefore(At(20)); }));
  EXPECT_OK(Write([&](Transaction& t) { return t.recognition().ForgetAsksBefore(At(20)); }));
  EXPECT_THAT(Ok(Ok(store_->BeginRead())->recognition().AsksOf(Person(1))), ElementsAre(over));
}

TEST_P(ARecognitionStore, MovesThanksAndAsksToADeedsNewName) {
  const auto before = IdOf<domain::DeedHash>(1), now = IdOf<domain::DeedHash>(2);
  domain::Recognition thanks = Thanks(1, 1, {2});
  thanks.deed = before;
  domain::Recognition withdrawn = Thanks(2, 3, {2});
  withdrawn.deed = before;
  const AskRow ask{{domain::AskKind::kThanks, At(10)}, before, true};
  AskRow asked{{domain::AskKind::kThanks, At(11)}, now, false};
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    COMITY_RETURN_IF_ERROR(t.recognition().Insert(thanks));
    COMITY_RETURN_IF_ERROR(t.recognition().Insert(withdrawn));
    COMITY_RETURN_IF_ERROR(t.recognition().SetWithdrawn(withdrawn.uid));
    COMITY_RETURN_IF_ERROR(t.recognition().PutAsk(Person(1), ask));
    COMITY_RETURN_IF_ERROR(t.recognition().PutAsk(Person(2), ask));
    COMITY_RETURN_IF_ERROR(t.recognition().PutAsk(Person(2), asked));  // under both names: what is known of the new one stays
    return t.recognition().MoveDeed(before, now);
  }));
  const auto transaction = Ok(store_->BeginRead());
  RecognitionStore& store = transaction->recognition();
  EXPECT_TRUE(Ok(store.HasThanked(Person(1), now)));
  EXPECT_FALSE(Ok(store.HasThanked(Person(1), before)));
  EXPECT_FALSE(Ok(store.HasThanked(Person(3), now))) << "taken back";
  ASSERT_THAT(Ok(store.AsksOf(Person(1))), SizeIs(1));
  EXPECT_EQ(Ok(store.AsksOf(Person(1)))[0].about, now);
  EXPECT_THAT(Ok(store.AsksOf(Person(2))), ::testing::Contains(asked));
}

TEST_P(ARecognitionStore, ErasesWhatSomebodyGaveAndWroteAndWhatWasTheirsAlone) {
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    COMITY_RETURN_IF_ERROR(t.recognition().Insert(Thanks(1, 1, {2})));     // theirs to give
    COMITY_RETURN_IF_ERROR(t.recognition().Insert(Thanks(2, 2, {1})));     // theirs alone
    COMITY_RETURN_IF_ERROR(t.recognition().Insert(Thanks(3, 2, {1, 3})));  // somebody else's too
    COMITY_RETURN_IF_ERROR(t.recognition().InsertComment(Uid(3), {IdOf<domain::CommentUid>(1), Person(1), "mine", At(1)}));
    COMITY_RETURN_IF_ERROR(t.recognition().InsertComment(Uid(3), {IdOf<domain::CommentUid>(2), Person(3), "not mine", At(1)}));
    domain::Report report;
    report.uid = IdOf<domain::ReportUid>(1);
    report.recognition = Uid(3);
    report.reporter = Person(1);
    report.because = "my words";
    COMITY_RETURN_IF_ERROR(t.recognition().PutReport(report));
    COMITY_RETURN_IF_ERROR(t.recognition().SetChoice(Person(1), {domain::Visibility::kOrganisation, true}));
    COMITY_RETURN_IF_ERROR(t.recognition().PutAsk(Person(1), {{domain::AskKind::kThanks, At(1)}, IdOf<domain::DeedHash>(1), true}));
    ErasedPerson erased;
    erased.uid = Person(1);
    erased.id_hash = "hash";
    return t.privacy().Erase(erased, {}).status();
  }));
  const auto transaction = Ok(store_->BeginRead());
  RecognitionStore& store = transaction->recognition();
  EXPECT_FALSE(Ok(store.Find(Uid(1))).has_value() || Ok(store.Find(Uid(2))).has_value());
  EXPECT_THAT(Ok(store.Find(Uid(3)))->recognition.recipients, SizeIs(1));
  EXPECT_TRUE(Ok(store.Find(Uid(3)))->recognition.closed) << "they can let nobody see it any more";
  EXPECT_THAT(Ok(store.List(RecognitionSet::kWide, INT64_MAX, 10)), IsEmpty());
  EXPECT_THAT(Ok(store.CommentsOf(Uid(3))), SizeIs(1));
  EXPECT_EQ(Ok(store.FindReport(IdOf<domain::ReportUid>(1)))->report.because, "");
  EXPECT_EQ(Ok(store.ChoiceOf(Person(1))), RecognitionChoice{});
  EXPECT_THAT(Ok(store.AsksOf(Person(1))), IsEmpty());
}

}  // namespace
}  // namespace comity::store
