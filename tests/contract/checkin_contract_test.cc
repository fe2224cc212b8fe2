#include "tests/contract/contract.h"

namespace comity::store {
namespace {

using domain::CheckInState;
using domain::OccurrenceKind;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

COMITY_CONTRACT(ACheckInStore);

domain::CheckInUid Uid(int number) { return IdOf<domain::CheckInUid>(number); }
domain::OccurrenceId About(int number) { return IdOf<domain::OccurrenceId>(number); }

domain::CheckIn CheckInOf(int number, const std::string& asked, int closes) {
  return {.uid = Uid(number),
          .template_id = asked,
          .template_version = 2,
          .kind = OccurrenceKind::kMeeting,
          .about = About(number),
          .opened = At(1),
          .closes = At(closes)};
}
domain::CheckInAnswer Answered(int person, const std::string& words) {
  return {.person = Person(person), .choices = {4, 2, 0}, .words = {"", "", words}, .held = domain::YesNo::kYes};
}
std::vector<domain::CheckInUid> UidsOf(const std::vector<CheckInRow>& rows) {
  std::vector<domain::CheckInUid> uids;
  for (const CheckInRow& row : rows) uids.push_back(row.checkin.uid);
  return uids;
}

TEST_P(ACheckInStore, GivesBackTemplatesAndNormsByIdAndVersion) {
  domain::CheckInTemplate full{.id = "retro",
                               .version = 2,
                               .team = Team(1),
                               .title = "After our retro",
                               .trigger = domain::CheckInTrigger::kMeetingStart,
                               .series = "weekly",
                               .label = "retro",
                               .teams = {Team(2), Team(3)},
                               .questions = {{domain::QuestionKind::kScale, "How?", ""}, {domain::QuestionKind::kYesNo, "Kept?", "meet"}},
                               .open_hours = 24,
                               .archived = true,
                               .created = At(1),
                               .changed = At(2)};
  domain::CheckInTemplate first = full, other = full;
  first.version = 1;
  other.id = "opener";
  other.teams.clear();
  const domain::NormSet norms{.id = "meet", .version = 1, .team = Team(1), .title = "How", .norms = {"a", "b"}, .changed = At(3)};
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    for (const auto& asked : {full, first, other}) COMITY_RETURN_IF_ERROR(t.checkins().PutTemplate(asked));
    return t.checkins().PutNormSet(norms);
  }));
  const auto transaction = Ok(store_->BeginRead());
  CheckInStore& store = transaction->checkins();
  EXPECT_THAT(Ok(store.LoadTemplates()), ElementsAre(other, first, full));
  EXPECT_THAT(Ok(store.TemplateVersionsOf("retro")), ElementsAre(first, full));
  EXPECT_THAT(Ok(store.TemplateVersionsOf("none")), IsEmpty());
  EXPECT_TRUE(Ok(store.AnyTemplateFor(domain::CheckInTrigger::kMeetingStart)));
  EXPECT_FALSE(Ok(store.AnyTemplateFor(domain::CheckInTrigger::kTicketClosed)));
  EXPECT_THAT(Ok(store.LoadNormSets()), ElementsAre(norms));
  EXPECT_THAT(Ok(store.NormSetVersionsOf("meet")), ElementsAre(norms));
}

TEST_P(ACheckInStore, GivesWhatIsToBeLookedAtWhenItIsDueEarliestFirst) {
  const OccurrenceRow early{OccurrenceKind::kMeeting, About(1)}, late{OccurrenceKind::kTicket, About(1)},
      never{OccurrenceKind::kMeeting, About(3)};
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    COMITY_RETURN_IF_ERROR(t.checkins().PutOccurrence(late, At(20)));
    COMITY_RETURN_IF_ERROR(t.checkins().PutOccurrence(early, At(30)));
    COMITY_RETURN_IF_ERROR(t.checkins().PutOccurrence(early, absl::InfinitePast()));
    return t.checkins().PutOccurrence(never, At(40));
  }));
  Reopen();  // remembered
  const auto due = [&](int at, int limit) {
    return Read<std::vector<OccurrenceRow>>([&](Transaction& t) { return t.checkins().DueOccurrences(At(at), limit); });
  };
  EXPECT_THAT(due(19, 9), ElementsAre(early));
  EXPECT_THAT(due(20, 9), ElementsAre(early, late));
  EXPECT_THAT(due(20, 1), ElementsAre(early));
  EXPECT_OK(Write([&](Transaction& t) { return t.checkins().DeleteOccurrence(early); }));
  EXPECT_THAT(due(20, 9), ElementsAre(late));
}

TEST_P(ACheckInStore, OpensOneOfEachTemplateAndOccurrenceAlsoAfterItsDeedGotAnotherName) {
  domain::CheckIn ticket = CheckInOf(1, "handover", 50);
  ticket.kind = OccurrenceKind::kTicket;
  domain::CheckIn again = ticket;
  again.uid = Uid(2);
  again.about = About(9);
  bool first = false, same = true, moved = true, other = false;
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    COMITY_ASSIGN_OR_RETURN(first, t.checkins().Open(ticket));
    COMITY_ASSIGN_OR_RETURN(same, t.checkins().Open(ticket));
    COMITY_RETURN_IF_ERROR(t.checkins().PutOccurrence({OccurrenceKind::kTicket, About(1)}, At(1)));
    COMITY_RETURN_IF_ERROR(t.checkins().MoveTicket(About(1), About(9)));
    COMITY_ASSIGN_OR_RETURN(moved, t.checkins().Open(again));
    again.template_id = "another";
    COMITY_ASSIGN_OR_RETURN(other, t.checkins().Open(again));
    return absl::OkStatus();
  }));
  EXPECT_TRUE(first);
  EXPECT_FALSE(same);
  EXPECT_FALSE(moved);
  EXPECT_TRUE(other);
  const auto transaction = Ok(store_->BeginRead());
  EXPECT_THAT(Ok(transaction->checkins().DueOccurrences(At(9), 9)), ElementsAre(OccurrenceRow{OccurrenceKind::kTicket, About(9)}));
  ticket.about = About(9);
  EXPECT_EQ(Ok(transaction->checkins().Find(Uid(1)))->checkin, ticket);
}

TEST_P(ACheckInStore, ListsByStateAndTimeAndByTemplate) {
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    for (const auto& checkin : {CheckInOf(1, "a", 30), CheckInOf(2, "b", 20), CheckInOf(3, "a", 40)}) {
      COMITY_RETURN_IF_ERROR(t.checkins().Open(checkin).status());
    }
    return absl::OkStatus();
  }));
  const auto until = [&](CheckInState state, int time) {
    return UidsOf(Read<std::vector<CheckInRow>>([&](Transaction& t) { return t.checkins().ListUntil(state, At(time), 9); }));
  };
  EXPECT_THAT(until(CheckInState::kOpen, 30), ElementsAre(Uid(2), Uid(1)));
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    COMITY_RETURN_IF_ERROR(t.recognition().PutAsk(Person(1), {{domain::AskKind::kOneQuestion, At(1)}, domain::AskedAbout(Uid(1)), true}));
    COMITY_RETURN_IF_ERROR(t.checkins().Close(Uid(1)));
    COMITY_RETURN_IF_ERROR(t.checkins().SetReleased(1, 7));
    return t.checkins().Close(Uid(3));
  }));
  EXPECT_THAT(until(CheckInState::kOpen, 99), ElementsAre(Uid(2)));
  EXPECT_THAT(until(CheckInState::kClosed, 99), ElementsAre(Uid(1), Uid(3)));
  const auto transaction = Ok(store_->BeginRead());
  EXPECT_THAT(UidsOf(Ok(transaction->checkins().ListOfTemplate("a", CheckInState::kClosed, 9))), ElementsAre(Uid(3), Uid(1)));
  EXPECT_THAT(UidsOf(Ok(transaction->checkins().ListOfTemplate("a", CheckInState::kClosed, 1))), ElementsAre(Uid(3)));
  EXPECT_EQ(Ok(transaction->checkins().Find(Uid(1)))->checkin.release, 7);
  EXPECT_FALSE(Ok(transaction->recognition().AsksOf(Person(1))).front().waiting) << "nobody is asked any more";
}

TEST_P(ACheckInStore, KeepsOneAnswerOfEachPersonUntilItIsCleared) {
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    COMITY_RETURN_IF_ERROR(t.checkins().Open(CheckInOf(1, "a", 30)).status());
    COMITY_RETURN_IF_ERROR(t.checkins().PutAnswer(Uid(1), Answered(1, "marmalade")));
    COMITY_RETURN_IF_ERROR(t.checkins().PutAnswer(Uid(1), Answered(2, "")));
    COMITY_RETURN_IF_ERROR(t.checkins().PutAnswer(Uid(1), Answered(1, "other words")));
    return t.checkins().PutAnswer(Uid(8), Answered(1, "of none"));
  }));
  const auto answers = [&] {
    return Read<std::vector<domain::CheckInAnswer>>([&](Transaction& t) { return t.checkins().AnswersTo(Uid(1)); });
  };
  EXPECT_THAT(answers(), UnorderedElementsAre(Answered(1, "other words"), Answered(2, "")));
  const auto mine = Read<std::vector<CheckInAnswerRow>>([&](Transaction& t) { return t.checkins().AnswersBy(Person(1)); });
  ASSERT_THAT(mine, SizeIs(1));
  EXPECT_EQ(mine.front().answer, Answered(1, "other words"));
  EXPECT_EQ(mine.front().checkin, Uid(1));
  EXPECT_OK(Write([&](Transaction& t) { return t.checkins().DeleteAnswer(Uid(1), Person(2)); }));
  EXPECT_THAT(answers(), ElementsAre(Answered(1, "other words")));
  EXPECT_OK(Write([&](Transaction& t) { return t.checkins().Clear(Uid(1)); }));
  EXPECT_THAT(answers(), IsEmpty());
  const auto transaction = Ok(store_->BeginRead());
  EXPECT_EQ(Ok(transaction->checkins().Find(Uid(1)))->checkin.state, CheckInState::kCleared);
}

TEST_P(ACheckInStore, ErasesAnswersAndWithholdsWhatTheirDifferenceWouldTell) {
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    for (const int number : {1, 2, 3}) {
      COMITY_RETURN_IF_ERROR(t.checkins().Open(CheckInOf(number, "a", 30)).status());
      COMITY_RETURN_IF_ERROR(t.checkins().PutAnswer(Uid(number), Answered(1, "marmalade")));
    }
    COMITY_RETURN_IF_ERROR(t.checkins().PutAnswer(Uid(1), Answered(2, "stays")));
    for (const int number : {1, 2}) {
      COMITY_RETURN_IF_ERROR(
          t.recognition().PutAsk(Person(1), {{domain::AskKind::kThreeQuestions, At(1)}, domain::AskedAbout(Uid(number)), true}));
    }
    COMITY_RETURN_IF_ERROR(t.checkins().Close(Uid(1)));
    return t.privacy().Erase({.uid = Person(1), .id_hash = "h", .job = "j", .words = {}, .counts = {}}, {}).status();
  }));
  const auto transaction = Ok(store_->BeginRead());
  EXPECT_THAT(Ok(transaction->checkins().AnswersBy(Person(1))), IsEmpty());
  EXPECT_THAT(Ok(transaction->checkins().AnswersTo(Uid(1))), ElementsAre(Answered(2, "stays")));
  EXPECT_TRUE(Ok(transaction->checkins().Find(Uid(1)))->checkin.withheld);
  EXPECT_FALSE(Ok(transaction->checkins().Find(Uid(2)))->checkin.withheld) << "still open: nothing of it was read";
  EXPECT_FALSE(Ok(transaction->checkins().Find(Uid(3)))->checkin.withheld) << "not asked";
}

}  // namespace
}  // namespace comity::store
