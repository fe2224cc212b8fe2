// What a team reads: sums without names, of five people at least, and never two readings whose difference is one person.
#include "service/domain/checkin/results.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/service/domain/checkin/meetings.h"

namespace comity::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::vector<Question> kQuestions = {{QuestionKind::kScale, "How was it?", ""},
                                          {QuestionKind::kYesNo, "Norm kept?", "how-we-meet"},
                                          {QuestionKind::kText, "What else?", ""}};

CheckInAnswer Says(const std::string& who, int32_t scale, YesNo kept = YesNo::kNone, const std::string& text = "",
                   YesNo held = YesNo::kNone) {
  return {.person = PersonOf(who), .choices = {scale, static_cast<int32_t>(kept), 0}, .words = {"", "", text}, .held = held};
}
std::set<PersonUid> People(int from, int count) {
  std::set<PersonUid> people;
  for (int i = from; i < from + count; ++i) people.insert(PersonOf("p" + std::to_string(i)));
  return people;
}

TEST(Results, SayNothingOfFourAndDistributionsOfFive) {
  std::vector<CheckInAnswer> answers;
  for (const char* who : {"a", "b", "c", "d"}) answers.push_back(Says(who, 4));
  EXPECT_TRUE(Summarise(kQuestions, answers, false)[0].too_few);
  EXPECT_THAT(Summarise(kQuestions, answers, false)[0].scale, ElementsAre(0, 0, 0, 0, 0));
  answers.push_back(Says("e", 1));
  const auto summaries = Summarise(kQuestions, answers, false);
  EXPECT_FALSE(summaries[0].too_few);
  EXPECT_THAT(summaries[0].scale, ElementsAre(1, 0, 0, 4, 0));
  EXPECT_TRUE(summaries[1].too_few) << "nobody answered that one";
}

TEST(Results, CountPeopleAndNotAnswers) {
  EXPECT_TRUE(Summarise(kQuestions, std::vector<CheckInAnswer>(9, Says("a", 3)), false)[0].too_few);
}

TEST(Results, ShowLinesInTheOrderOfTheAlphabetWhoeverWroteThemAndWhenever) {
  std::vector<CheckInAnswer> answers = {Says("e", 0, YesNo::kNone, "zebra"), Says("a", 0, YesNo::kYes, "apple"),
                                        Says("c", 0, YesNo::kNo, "mango"), Says("b", 0, YesNo::kNone, "kiwi"),
                                        Says("d", 0, YesNo::kNone, "fig")};
  EXPECT_THAT(Summarise(kQuestions, answers, false)[2].texts, ElementsAre("apple", "fig", "kiwi", "mango", "zebra"));
  EXPECT_TRUE(Summarise(kQuestions, answers, false)[1].too_few);
  answers.pop_back();
  EXPECT_THAT(Summarise(kQuestions, answers, false)[2].texts, IsEmpty());
}

TEST(Results, OfFewerThanTenDoNotTellThatNearlyAllSaidTheSame) {
  std::vector<CheckInAnswer> answers;
  for (int i = 0; i < 9; ++i) answers.push_back(Says("p" + std::to_string(i), 1, YesNo::kYes));
  for (const size_t which : {0, 1}) {
    const QuestionSummary summary = Summarise(kQuestions, answers, false)[which];
    EXPECT_TRUE(summary.too_alike);
    EXPECT_FALSE(summary.too_few);
    EXPECT_THAT(summary.scale, ElementsAre(0, 0, 0, 0, 0));
    EXPECT_EQ(summary.yes, 0);
  }
  answers.front() = Says("p0", 2, YesNo::kNo);
  EXPECT_FALSE(Summarise(kQuestions, answers, false)[0].too_alike);
  EXPECT_EQ(Summarise(kQuestions, answers, false)[1].yes, 8);
  answers.front() = Says("p0", 1);
  answers.push_back(Says("p9", 1));
  EXPECT_THAT(Summarise(kQuestions, answers, false)[0].scale, ElementsAre(10, 0, 0, 0, 0)) << "ten may be of one mind";
}

TEST(Results, ShowNoLinesOfSeveralCheckInsTogether) {
  std::vector<CheckInAnswer> answers;
  for (const char* who : {"a", "b", "c", "d", "e"}) answers.push_back(Says(who, *who - 'a' + 1, YesNo::kNone, "marmalade"));
  const auto together = Summarise(kQuestions, answers, true);
  EXPECT_THAT(together[0].scale, ElementsAre(1, 1, 1, 1, 1));
  EXPECT_TRUE(together[2].too_few);
  EXPECT_THAT(together[2].texts, IsEmpty());
  EXPECT_TRUE(Summarise(kQuestions, answers, true, kFewestOfTickets)[0].too_few);
}

Unreleased Of(int64_t number, const std::set<PersonUid>& people) { return {.number = number, .people = people, .chose = people}; }

TEST(Results, AreReleasedAloneByFivePeopleElseTogetherOnce) {
  const auto with = [](const Unreleased& closing, const std::vector<Unreleased>& waiting) {
    return ReleasedWith(closing, waiting, OccurrenceKind::kMeeting);
  };
  EXPECT_THAT(with(Of(7, People(0, 5)), {Of(3, People(0, 4))}), ElementsAre(7));
  EXPECT_THAT(with(Of(7, People(0, 2)), {Of(3, People(2, 2))}), IsEmpty());
  EXPECT_THAT(with(Of(7, People(0, 2)), {Of(3, People(2, 2)), Of(4, {}), Of(5, People(4, 1))}), ElementsAre(7, 3, 5));
  EXPECT_THAT(with(Of(7, People(0, 3)), {Of(3, People(0, 3)), Of(5, People(0, 3))}), IsEmpty()) << "three people, however often";
}

TEST(Results, OfTicketsAreReleasedTogetherFromTenPeopleOn) {
  std::vector<Unreleased> waiting = {Of(1, People(0, 2)), Of(2, People(2, 2)), Of(3, People(4, 2)), Of(4, People(6, 2))};
  EXPECT_THAT(ReleasedWith(Of(5, People(8, 1)), waiting, OccurrenceKind::kTicket), IsEmpty());
  EXPECT_THAT(ReleasedWith(Of(5, People(8, 2)), waiting, OccurrenceKind::kTicket), ElementsAre(5, 1, 2, 3, 4));
}

TEST(Results, AreNotReleasedByPeopleWhoAnsweredNoQuestion) {
  std::vector<CheckInAnswer> answers = {Says("a", 0, YesNo::kNone, "a line"), Says("b", 3)};
  for (const char* who : {"c", "d", "e"}) answers.push_back(Says(who, 0, YesNo::kNone, "", YesNo::kYes));
  const Unreleased closing = UnreleasedOf(7, answers);
  EXPECT_THAT(closing.people, ::testing::SizeIs(2));
  EXPECT_THAT(closing.chose, ElementsAre(PersonOf("b"))) << "lines are shown of none but one alone";
  EXPECT_THAT(ReleasedWith(closing, {}, OccurrenceKind::kMeeting), IsEmpty());
}

TEST(AMeetingThatWasAnswered, CountsAsHeldWhenTwoOfFiveSaySoAndOfFewerNothingIsTold) {
  const auto says = [](const std::string& who, YesNo held) { return Says(who, 3, YesNo::kNone, "", held); };
  std::vector<CheckInAnswer> answers = {says("a", YesNo::kYes), says("b", YesNo::kYes), says("c", YesNo::kNo), says("d", YesNo::kNone)};
  EXPECT_EQ(WasHeld({}), std::nullopt);
  EXPECT_EQ(WasHeld(answers), std::nullopt) << "whoever said yes would learn that the other did";
  answers.push_back(says("e", YesNo::kNone));
  EXPECT_EQ(WasHeld(answers), true);
  answers.front().held = YesNo::kNone;
  EXPECT_EQ(WasHeld(answers), false);
  EXPECT_EQ(WasHeld(std::vector<CheckInAnswer>(9, says("a", YesNo::kYes))), std::nullopt) << "one person, however often";
}

TEST(AnAnswer, FitsItsQuestionOrNamesItWithTheRemedy) {
  const auto faults = [](CheckInAnswer answer, CheckInTrigger trigger = CheckInTrigger::kMeetingEnd) {
    std::vector<size_t> places;
    for (const AnswerFault& fault : FaultsOf(answer, kQuestions, trigger)) places.push_back(fault.question);
    return places;
  };
  EXPECT_THAT(faults(Says("a", 5, YesNo::kYes, "short")), IsEmpty());
  EXPECT_THAT(faults(Says("a", 6)), ElementsAre(1));
  EXPECT_THAT(faults(Says("a", -1)), ElementsAre(1));
  EXPECT_THAT(faults(Says("a", 0, YesNo::kNone, "two\nlines")), ElementsAre(3));
  EXPECT_THAT(faults(Says("a", 0, YesNo::kNone, std::string(281, 'x'))), ElementsAre(3));
  EXPECT_THAT(faults(Says("a", 0, YesNo::kNone, std::string(280, 'x'))), IsEmpty());
  EXPECT_THAT(faults(Says("a", 1, YesNo::kNone, "", YesNo::kYes), CheckInTrigger::kTicketClosed), ElementsAre(0));
  EXPECT_THAT(faults(Says("a", 1, YesNo::kNone, "", YesNo::kYes), CheckInTrigger::kMeetingStart), ElementsAre(0)) << "it has just begun";
  EXPECT_TRUE(SaysNothing(Says("a", 0)));
  EXPECT_FALSE(SaysNothing(Says("a", 0, YesNo::kNone, "", YesNo::kNo)));
}

TEST(CheckIns, TakeNoLongerThanAMinuteAndAreHeldToTheOneBudget) {
  EXPECT_EQ(EffortOf(AskKindOf(1)), absl::Seconds(20));
  EXPECT_EQ(EffortOf(AskKindOf(3)), absl::Seconds(60));
  const std::vector<Ask> two = {{AskKindOf(3), kMonday}, {AskKindOf(3), kMonday}};
  EXPECT_FALSE(MayAsk(two, AskKindOf(1), kMonday + absl::Hours(1))) << "two minutes";
  EXPECT_FALSE(MayAsk(two, AskKind::kThanks, kMonday + absl::Hours(1))) << "whatever asks";
  EXPECT_TRUE(MayAsk(two, AskKindOf(3), kMonday + kAskWindow));
  EXPECT_FALSE(MayAsk(std::vector<Ask>(5, {AskKindOf(1), kMonday}), AskKindOf(1), kMonday)) << "five asks";
}

}  // namespace
}  // namespace comity::domain
