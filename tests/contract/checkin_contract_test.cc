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
          .team = Team(asked == "a" ? 1 : 2),
          .trigger = domain::CheckInTrigger::kMeetingEnd,
          .kind = OccurrenceKind::kMeeting,
          .about = About(number),
          .same = About(100 + number),
          .pool = IdOf<domain::PoolId>(asked == "a" ? 1 : 2),
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
                               .changed = At(2),
                               .since = At(1)};
  domain::CheckInTemplate first = full, other = full;
  first.version = 1;
  first.archived = false;
  other.id = "opener";
  other.archived = false;
  other.teams.clear();
  const domain::NormSet norms{.id = "meet", .version = 1, .team = Team(1), .title = "How", .norms = {"a", "b"}, .changed = At(3)};
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    for (const auto& asked : {full, first, other}) COMITY_RETURN_IF_ERROR(t.checkins().InsertTemplate(asked));
    return t.checkins().InsertNormSet(norms);
  }));
  EXPECT_TRUE(absl::IsAlreadyExists(Write([&](Transaction& t) { return t.checkins().InsertTemplate(full); }))) << "never replaced";
  EXPECT_TRUE(absl::IsAlreadyExists(Write([&](Transaction& t) { return t.checkins().InsertNormSet(norms); })));
  const auto transaction = Ok(store_->BeginRead());
  CheckInStore& store = transaction->checkins();
  EXPECT_THAT(Ok(store.LatestTemplates()), ElementsAre(other, full));
  EXPECT_THAT(Ok(store.TemplatesInForce()), ElementsAre(other));
  EXPECT_THAT(Ok(store.TemplateVersionsOf("retro")), ElementsAre(first, full));
  EXPECT_THAT(Ok(store.TemplateVersionsOf("none")), IsEmpty());
  EXPECT_TRUE(Ok(store.AnyTemplateFor(domain::CheckInTrigger::kMeetingStart, At(9))));
  EXPECT_FALSE(Ok(store.AnyTemplateFor(domain::CheckInTrigger::kTicketClosed, At(0))));
  EXPECT_THAT(Ok(store.LatestNormSets()), ElementsAre(norms));
  EXPECT_THAT(Ok(store.NormSetVersionsOf("meet")), ElementsAre(norms));
}

TEST_P(ACheckInStore, KnowsWhetherATemplateThatOpensOnThisWasArchivedSince) {
  domain::CheckInTemplate asked{.id = "handover",
                                .version = 1,
                                .team = Team(1),
                                .title = "How did it go?",
                                .trigger = domain::CheckInTrigger::kTicketClosed,
                                .series = {},
                                .label = {},
                                .teams = {},
                                .questions = {{domain::QuestionKind::kScale, "How?", ""}},
                                .created = At(1),
                                .changed = At(1),
                                .since = At(1)};
  const auto any = [&](int archived) {
    return Read<bool>([&](Transaction& t) { return t.checkins().AnyTemplateFor(domain::CheckInTrigger::kTicketClosed, At(archived)); });
  };
  EXPECT_FALSE(any(0));
  EXPECT_OK(Write([&](Transaction& t) { return t.checkins().InsertTemplate(asked); }));
  EXPECT_TRUE(any(9));
  asked.version = 2;
  asked.archived = true;
  asked.changed = At(5);
  EXPECT_OK(Write([&](Transaction& t) { return t.checkins().InsertTemplate(asked); }));
  EXPECT_TRUE(any(4)) << "something of it may be open still";
  EXPECT_FALSE(any(5));
}

TEST_P(ACheckInStore, GivesWhatIsToBeLookedAtWhenItIsDueEarliestFirst) {
  const OccurrenceRow early{OccurrenceKind::kMeeting, About(1), At(10)}, late{OccurrenceKind::kTicket, About(1), At(20)};
  const auto put = [](Transaction& t, const OccurrenceRow& row) { return t.checkins().PutOccurrence(row.kind, row.about, row.due); };
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    COMITY_RETURN_IF_ERROR(put(t, late));
    COMITY_RETURN_IF_ERROR(put(t, {early.kind, early.about, At(30)}));
    COMITY_RETURN_IF_ERROR(put(t, early));
    COMITY_RETURN_IF_ERROR(put(t, {early.kind, early.about, At(35)}));  // what was said earlier holds
    return put(t, {OccurrenceKind::kMeeting, About(3), At(40)});
  }));
  Reopen();  // remembered
  const auto due = [&](int at, int limit) {
    return Read<std::vector<OccurrenceRow>>([&](Transaction& t) { return t.checkins().DueOccurrences(At(at), limit); });
  };
  EXPECT_THAT(due(9, 9), IsEmpty());
  EXPECT_THAT(due(19, 9), ElementsAre(early));
  EXPECT_THAT(due(20, 9), ElementsAre(early, late));
  EXPECT_THAT(due(20, 1), ElementsAre(early));
  const OccurrenceRow before{early.kind, early.about, At(9)};
  EXPECT_OK(Write([&](Transaction& t) { return t.checkins().DeleteOccurrence(before); }));
  EXPECT_THAT(due(20, 9), ElementsAre(early, late)) << "something was said since that was read";
  EXPECT_OK(Write([&](Transaction& t) { return t.checkins().DeleteOccurrence(early); }));
  EXPECT_THAT(due(20, 9), ElementsAre(late));
}

TEST_P(ACheckInStore, GivesAgainWhatAClockLookedAtThatWasPutBackSince) {
  const OccurrenceRow row{OccurrenceKind::kMeeting, About(1), At(10)};
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    COMITY_RETURN_IF_ERROR(t.checkins().PutOccurrence(row.kind, row.about, row.due));
    COMITY_RETURN_IF_ERROR(t.checkins().SetLooked({row.kind, row.about, At(9)}, At(50), At(90)));  // read before it was said
    return t.checkins().SetLooked(row, At(50), At(80));
  }));
  const OccurrenceRow next{row.kind, row.about, At(80)};
  const auto due = [&](int at) {
    return Read<std::vector<OccurrenceRow>>([&](Transaction& t) { return t.checkins().DueOccurrences(At(at), 9); });
  };
  EXPECT_THAT(due(50), IsEmpty());
  EXPECT_THAT(due(79), IsEmpty());
  EXPECT_THAT(due(80), ElementsAre(next));
  EXPECT_THAT(due(49), ElementsAre(next)) << "the look was of a later time than now";
}

TEST_P(ACheckInStore, OpensOneOfEachTeamAndOccurrenceAlsoAfterItsDeedGotAnotherName) {
  domain::CheckIn ticket = CheckInOf(1, "handover", 50);
  ticket.kind = OccurrenceKind::kTicket;
  ticket.same = ticket.about;
  domain::CheckIn again = ticket;
  again.uid = Uid(2);
  again.template_id = "another";
  again.about = again.same = About(9);
  bool first = false, same = true, moved = true, other = false;
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    COMITY_ASSIGN_OR_RETURN(first, t.checkins().Open(ticket));
    COMITY_ASSIGN_OR_RETURN(same, t.checkins().Open(ticket));
    COMITY_RETURN_IF_ERROR(t.checkins().PutOccurrence(OccurrenceKind::kTicket, About(1), At(1)));
    COMITY_RETURN_IF_ERROR(t.checkins().MoveTicket(About(1), About(9)));
    COMITY_ASSIGN_OR_RETURN(moved, t.checkins().Open(again));
    again.team = Team(7);
    COMITY_ASSIGN_OR_RETURN(other, t.checkins().Open(again));
    return absl::OkStatus();
  }));
  EXPECT_TRUE(first);
  EXPECT_FALSE(same);
  EXPECT_FALSE(moved) << "of another template of the same team";
  EXPECT_TRUE(other) << "another team asks for itself";
  const auto transaction = Ok(store_->BeginRead());
  const OccurrenceRow looked_at{OccurrenceKind::kTicket, About(9), At(1)};
  EXPECT_THAT(Ok(transaction->checkins().DueOccurrences(At(9), 9)), ElementsAre(looked_at));
  ticket.about = ticket.same = About(9);
  EXPECT_EQ(Ok(transaction->checkins().Find(Uid(1)))->checkin, ticket);
}

TEST_P(ACheckInStore, OpensOneOfAMeetingThatTwoCalendarsTell) {
  const domain::CheckIn told = CheckInOf(1, "a", 50);
  domain::CheckIn elsewhere = CheckInOf(2, "a", 50), other = CheckInOf(3, "a", 50);
  elsewhere.same = told.same;
  bool twice = true, another = false;
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    COMITY_RETURN_IF_ERROR(t.checkins().Open(told).status());
    COMITY_ASSIGN_OR_RETURN(twice, t.checkins().Open(elsewhere));
    COMITY_ASSIGN_OR_RETURN(another, t.checkins().Open(other));
    return absl::OkStatus();
  }));
  EXPECT_FALSE(twice);
  EXPECT_TRUE(another);
}

TEST_P(ACheckInStore, LeavesBehindWhatIsOpenAboutADeedThatBecameOneWithAnotherAndHasItLookedAt) {
  domain::CheckIn one = CheckInOf(1, "a", 50), two = CheckInOf(2, "a", 50);
  for (domain::CheckIn* checkin : {&one, &two}) {
    checkin->kind = OccurrenceKind::kTicket;
    checkin->same = checkin->about;
  }
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    COMITY_RETURN_IF_ERROR(t.checkins().Open(one).status());
    COMITY_RETURN_IF_ERROR(t.checkins().Open(two).status());
    return t.checkins().MoveTicket(About(1), About(2));
  }));
  const auto transaction = Ok(store_->BeginRead());
  EXPECT_THAT(UidsOf(Ok(transaction->checkins().OpenAbout(OccurrenceKind::kTicket, About(2)))), ElementsAre(Uid(2)));
  EXPECT_THAT(UidsOf(Ok(transaction->checkins().OpenAbout(OccurrenceKind::kTicket, About(1)))), ElementsAre(Uid(1)));
  EXPECT_THAT(Ok(transaction->checkins().DueOccurrences(At(0), 9)), ElementsAre(OccurrenceRow{OccurrenceKind::kTicket, About(1)}));
}

TEST_P(ACheckInStore, TakesBackWhatOpenedTooEarlyWithItsAnswersAndAsks) {
  const AskRow about_it{{domain::AskKind::kOneQuestion, At(1)}, domain::AskedAbout(Uid(1)), true};
  const AskRow about_another{{domain::AskKind::kOneQuestion, At(1)}, domain::AskedAbout(Uid(2)), true};
  bool again = false;
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    COMITY_RETURN_IF_ERROR(t.checkins().Open(CheckInOf(1, "a", 30)).status());
    COMITY_RETURN_IF_ERROR(t.checkins().PutAnswer(Uid(1), Answered(1, "marmalade")));
    COMITY_RETURN_IF_ERROR(t.recognition().PutAsk(Person(1), about_it));
    COMITY_RETURN_IF_ERROR(t.recognition().PutAsk(Person(1), about_another));
    COMITY_RETURN_IF_ERROR(t.checkins().Withdraw(Uid(1)));
    COMITY_ASSIGN_OR_RETURN(again, t.checkins().Open(CheckInOf(1, "a", 60)));
    return t.checkins().SetOpened(Uid(1), At(3), At(40));
  }));
  EXPECT_TRUE(again);
  const auto transaction = Ok(store_->BeginRead());
  EXPECT_THAT(Ok(transaction->checkins().AnswersBy(Person(1))), IsEmpty());
  EXPECT_THAT(Ok(transaction->recognition().AsksOf(Person(1))), ElementsAre(about_another));
  EXPECT_EQ(Ok(transaction->checkins().Find(Uid(1)))->checkin.opened, At(3));
  EXPECT_EQ(Ok(transaction->checkins().Find(Uid(1)))->checkin.closes, At(40));
}

TEST_P(ACheckInStore, GivesTheAnswersThatWaitInAPoolAndClearsWhatIsShownTogetherAtOnce) {
  domain::CheckIn alone = CheckInOf(5, "a", 30);
  alone.pool = {};
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    for (const auto& checkin : {CheckInOf(1, "a", 10), CheckInOf(2, "a", 30), CheckInOf(3, "a", 30), CheckInOf(4, "b", 30), alone}) {
      COMITY_RETURN_IF_ERROR(t.checkins().Open(checkin).status());
      COMITY_RETURN_IF_ERROR(t.checkins().PutAnswer(checkin.uid, Answered(1, "")));
      COMITY_RETURN_IF_ERROR(t.checkins().Close(checkin.uid));
    }
    return t.checkins().PutAnswer(Uid(2), Answered(2, ""));
  }));
  const auto waiting = [&](domain::PoolId pool) {
    return Read<std::map<int64_t, std::vector<domain::CheckInAnswer>>>(
        [&](Transaction& t) { return t.checkins().WaitingAnswers(pool, At(10)); });
  };
  EXPECT_THAT(waiting(IdOf<domain::PoolId>(1)),
              ElementsAre(::testing::Pair(2, SizeIs(2)), ::testing::Pair(3, ElementsAre(Answered(1, "")))));
  EXPECT_THAT(waiting({}), IsEmpty()) << "joined with nothing";
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    COMITY_RETURN_IF_ERROR(t.checkins().SetReleased(2, 3));
    return t.checkins().SetReleased(3, 3);
  }));
  EXPECT_THAT(waiting(IdOf<domain::PoolId>(1)), IsEmpty());
  EXPECT_THAT(Read<std::vector<CheckInRow>>([&](Transaction& t) { return t.checkins().ReleasedTogether(3); }), SizeIs(2));
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    COMITY_ASSIGN_OR_RETURN(const auto row, t.checkins().Find(Uid(2)));
    return t.checkins().Clear(*row);
  }));
  const auto transaction = Ok(store_->BeginRead());
  for (const int number : {2, 3}) {
    EXPECT_THAT(Ok(transaction->checkins().AnswersTo(Uid(number))), IsEmpty()) << number;
    EXPECT_EQ(Ok(transaction->checkins().Find(Uid(number)))->checkin.state, CheckInState::kCleared) << number;
  }
  EXPECT_THAT(Ok(transaction->checkins().AnswersTo(Uid(1))), SizeIs(1)) << "shown with none";
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
  EXPECT_THAT(UidsOf(Ok(transaction->checkins().ListOfTemplate("a", CheckInState::kClosed, INT64_MAX, 9))), ElementsAre(Uid(3), Uid(1)));
  EXPECT_THAT(UidsOf(Ok(transaction->checkins().ListOfTemplate("a", CheckInState::kClosed, INT64_MAX, 1))), ElementsAre(Uid(3)));
  EXPECT_THAT(UidsOf(Ok(transaction->checkins().ListOfTemplate("a", CheckInState::kClosed, 3, 9))), ElementsAre(Uid(1)));
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
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    COMITY_ASSIGN_OR_RETURN(const auto row, t.checkins().Find(Uid(1)));
    return t.checkins().Clear(*row);
  }));
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
