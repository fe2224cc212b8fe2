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
  EXPECT_TRUE(Summarise(kQuestions, answers)[0].too_few);
  EXPECT_THAT(Summarise(kQuestions, answers)[0].scale, ElementsAre(0, 0, 0, 0, 0));
  answers.push_back(Says("e", 1));
  const auto summaries = Summarise(kQuestions, answers);
  EXPECT_FALSE(summaries[0].too_few);
  EXPECT_THAT(summaries[0].scale, ElementsAre(1, 0, 0, 4, 0));
  EXPECT_TRUE(summaries[1].too_few) << "nobody answered that one";
}

TEST(Results, CountPeopleAndNotAnswers) { EXPECT_TRUE(Summarise(kQuestions, std::vector<CheckInAnswer>(9, Says("a", 3)))[0].too_few); }

TEST(Results, ShowLinesInTheOrderOfTheAlphabetWhoeverWroteThemAndWhenever) {
  std::vector<CheckInAnswer> answers = {Says("e", 0, YesNo::kNone, "zebra"), Says("a", 0, YesNo::kYes, "apple"),
                                        Says("c", 0, YesNo::kNo, "mango"), Says("b", 0, YesNo::kNone, "kiwi"),
                                        Says("d", 0, YesNo::kNone, "fig")};
  EXPECT_THAT(Summarise(kQuestions, answers)[2].texts, ElementsAre("apple", "fig", "kiwi", "mango", "zebra"));
  EXPECT_TRUE(Summarise(kQuestions, answers)[1].too_few);
  answers.pop_back();
  EXPECT_THAT(Summarise(kQuestions, answers)[2].texts, IsEmpty());
}

TEST(Results, AreReleasedAloneByFivePeopleElseTogetherOnce) {
  EXPECT_THAT(ReleasedWith({7, People(0, 5)}, {{3, People(0, 4)}}), ElementsAre(7));
  EXPECT_THAT(ReleasedWith({7, People(0, 2)}, {{3, People(2, 2)}}), IsEmpty());
  EXPECT_THAT(ReleasedWith({7, People(0, 2)}, {{3, People(2, 2)}, {5, People(4, 1)}}), ElementsAre(7, 3, 5));
  EXPECT_THAT(ReleasedWith({7, People(0, 3)}, {{3, People(0, 3)}, {5, People(0, 3)}}), IsEmpty()) << "three people, however often";
}

TEST(AMeetingThatWasAnswered, CountsAsHeldWhenTwoPeopleSaySo) {
  EXPECT_FALSE(WasHeld({}));
  EXPECT_FALSE(WasHeld({Says("a", 0, YesNo::kNone, "", YesNo::kYes), Says("b", 0, YesNo::kNone, "", YesNo::kNo)}));
  EXPECT_FALSE(WasHeld(std::vector<CheckInAnswer>(2, Says("a", 0, YesNo::kNone, "", YesNo::kYes))));
  EXPECT_TRUE(WasHeld({Says("a", 0, YesNo::kNone, "", YesNo::kYes), Says("b", 0, YesNo::kNone, "", YesNo::kYes)}));
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
