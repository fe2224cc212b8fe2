// Check-ins by the command line: what one is asked, answering and skipping, results, what teams ask and agreed on.
#include <gmock/gmock.h>

#include "clients/cli/checkin_verbs.h"
#include "comity/v1/checkin.pb.h"
#include "tests/unit/clients/cli/command_line.h"

namespace comity::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class CheckInsByCommand : public CommandLine {
 protected:
  // Answers `method` with `response`, and keeps the last request.
  template <typename Request, typename Response>
  Request& Serve(const std::string& method, const Response& response) {
    auto last = std::make_shared<Request>();
    kept_.push_back(last);
    fake_.On<Request, Response>("CheckInService/" + method, [last, response](const Request& request) {
      *last = request;
      return response;
    });
    return *last;
  }
  void ServeOpen() {
    v1::ListCheckInsResponse response;
    v1::CheckIn& checkin = *response.add_check_ins();
    checkin.set_name("checkIns/c1");
    checkin.set_title("After our weekly\x1b[2J");
    checkin.set_team("teams/payments");
    checkin.set_subject("meeting weekly/1");
    checkin.mutable_close_time()->set_seconds(86'400);
    const std::pair<v1::Question::Kind, const char*> questions[] = {{v1::Question::KIND_SCALE, "Did everybody get to finish?"},
                                                                    {v1::Question::KIND_YES_NO, "Norm kept?"},
                                                                    {v1::Question::KIND_TEXT, "What else?"}};
    for (const auto& [kind, text] : questions) {
      v1::Question& question = *checkin.add_questions();
      question.set_kind(kind);
      question.set_text(text);
    }
    checkin.mutable_questions(1)->add_norms("We let people finish");
    checkin.add_answers()->set_question(1);
    checkin.mutable_answers(0)->set_scale(4);
    Serve<v1::ListCheckInsRequest>("ListCheckIns", response);
  }
  std::vector<std::shared_ptr<void>> kept_;
};

TEST_F(CheckInsByCommand, AreListedWithWhatOneAnsweredSoFar) {
  ServeOpen();
  EXPECT_EQ(Run({"checkins", "list"}), kExitOk);
  for (const char* text : {"After our weekly?[2J", "c1", "meeting weekly/1", "from 5 answers on", "1970-01-02 00:00", "Norm kept?",
                           "We let people finish", "you: 4", "comity checkins skip NAME"}) {
    EXPECT_THAT(out_, HasSubstr(text));
  }
  Serve<v1::ListCheckInsRequest>("ListCheckIns", v1::ListCheckInsResponse());
  EXPECT_EQ(Run({"checkins", "list"}), kExitOk);
  EXPECT_THAT(out_, HasSubstr("Nothing is asked"));
}

TEST_F(CheckInsByCommand, AreAnsweredInTheOrderOfTheQuestions) {
  ServeOpen();
  const auto& sent = Serve<v1::AnswerCheckInRequest>("AnswerCheckIn", v1::AnswerCheckInResponse());
  EXPECT_EQ(Run({"checkins", "answer", "c1", "--answer", "5", "--answer", "-", "--answer", "yes, more often", "--held", "no"}), kExitOk);
  EXPECT_EQ(sent.check_in(), "checkIns/c1");
  ASSERT_EQ(sent.answers_size(), 2);
  EXPECT_EQ(sent.answers(0).scale(), 5);
  EXPECT_EQ(sent.answers(1).question(), 3);
  EXPECT_EQ(sent.answers(1).text(), "yes, more often");
  EXPECT_EQ(sent.was_held(), v1::HELD_NO);
  EXPECT_EQ(Run({"checkins", "answer", "c1", "--answer", "-", "--answer", "yes"}), kExitOk);
  EXPECT_TRUE(sent.answers(0).yes());
  EXPECT_EQ(Run({"checkins", "answer", "c1", "--answer", "often"}), kExitUsage);
  EXPECT_THAT(err_, HasSubstr("answer 1 is to be 1 to 5"));
  EXPECT_EQ(Run({"checkins", "answer", "c1", "--answer", "-", "--answer", "maybe"}), kExitUsage);
  EXPECT_EQ(Run({"checkins", "answer", "c1", "--answer", "1", "--answer", "no", "--answer", "x", "--answer", "y"}), kExitUsage);
  EXPECT_EQ(Run({"checkins", "answer", "c2", "--answer", "1"}), kExitUsage);
  EXPECT_EQ(Run({"checkins", "answer", "c1"}), kExitUsage);
  EXPECT_THAT(err_, HasSubstr("comity checkins skip"));
}

TEST_F(CheckInsByCommand, AreSkippedByAnAnswerThatSaysNothing) {
  const auto& sent = Serve<v1::AnswerCheckInRequest>("AnswerCheckIn", v1::AnswerCheckInResponse());
  EXPECT_EQ(Run({"checkins", "skip", "c1"}), kExitOk);
  EXPECT_EQ(sent.check_in(), "checkIns/c1");
  EXPECT_THAT(sent.answers(), IsEmpty());
  EXPECT_THAT(out_, HasSubstr("Nobody learns"));
}

TEST_F(CheckInsByCommand, ShowResultsAsNumbersOrAsTooFew) {
  v1::ListCheckInResultsResponse response;
  v1::CheckInResult& full = *response.add_results();
  full.add_occurrences()->set_held(v1::HELD_YES);
  full.mutable_occurrences(0)->mutable_open_time()->set_seconds(86'400);
  auto& scale = *full.add_questions();
  scale.mutable_question()->set_text("Did everybody get to finish?");
  for (const int count : {0, 1, 2, 0, 4}) scale.add_scale_counts(count);
  full.add_questions()->set_too_few(true);
  auto& lines = *full.add_questions();
  lines.mutable_question()->set_kind(v1::Question::KIND_TEXT);
  lines.add_texts("more pauses\x1b[2J");
  response.add_results()->set_too_few(true);
  const auto& sent = Serve<v1::ListCheckInResultsRequest>("ListCheckInResults", response);
  EXPECT_EQ(Run({"checkins", "results", "weekly"}), kExitOk);
  EXPECT_EQ(sent.check_in_template(), "checkInTemplates/weekly");
  for (const char* text :
       {"1970-01-02 00:00  the meeting took place", "1: 0  2: 1  3: 2  4: 0  5: 4", "too few answers", "more pauses?[2J"}) {
    EXPECT_THAT(out_, HasSubstr(text));
  }
}

TEST_F(CheckInsByCommand, AreWhatATeamAsksAndWhen) {
  const auto& made = Serve<v1::CreateCheckInTemplateRequest>("CreateCheckInTemplate", v1::CheckInTemplate());
  EXPECT_EQ(Run({"checkin-templates", "create", "weekly", "--team", "payments", "--title", "After our weekly", "--on", "meeting-end",
                 "--question", "scale: Did everybody get to finish?", "--question", "yes-no@how-we-meet: Kept: yes or no?", "--with",
                 "checkout", "--open-hours", "24"}),
            kExitOk);
  EXPECT_EQ(made.check_in_template_id(), "weekly");
  const v1::CheckInTemplate& asked = made.check_in_template();
  EXPECT_EQ(asked.team(), "teams/payments");
  EXPECT_EQ(asked.trigger(), v1::CheckInTemplate::TRIGGER_MEETING_END);
  EXPECT_EQ(asked.questions(0).text(), "Did everybody get to finish?");
  EXPECT_EQ(asked.questions(1).kind(), v1::Question::KIND_YES_NO);
  EXPECT_EQ(asked.questions(1).norm_set(), "normSets/how-we-meet");
  EXPECT_EQ(asked.questions(1).text(), "Kept: yes or no?");
  EXPECT_THAT(asked.teams(), ElementsAre("teams/checkout"));
  EXPECT_EQ(asked.open_hours(), 24);
  const auto& changed = Serve<v1::UpdateCheckInTemplateRequest>("UpdateCheckInTemplate", v1::CheckInTemplate());
  EXPECT_EQ(Run({"checkin-templates", "update", "weekly", "--label", "retro", "--on", "ticket-closed"}), kExitOk);
  EXPECT_THAT(changed.update_mask().paths(), ElementsAre("trigger", "label"));
  EXPECT_EQ(Run({"checkin-templates", "update", "weekly"}), kExitUsage);
  const auto& archived = Serve<v1::ArchiveCheckInTemplateRequest>("ArchiveCheckInTemplate", v1::CheckInTemplate());
  EXPECT_EQ(Run({"checkin-templates", "archive", "weekly"}), kExitOk);
  EXPECT_EQ(archived.name(), "checkInTemplates/weekly");
}

TEST_F(CheckInsByCommand, ReadQuestionsByKindAndRefuseTheRestWithTheForm) {
  for (const char* text : {"Did we?", "maybe: Did we?", "scale:", "scale:   ", ": Did we?", "unspecified: Did we?"}) {
    EXPECT_TRUE(IsUsageError(ReadQuestion(text).status())) << text;
  }
  EXPECT_EQ(ReadQuestion("text:x")->kind(), v1::Question::KIND_TEXT);
}

TEST_F(CheckInsByCommand, AreAboutNormsThatATeamAgreedOn) {
  const auto& made = Serve<v1::CreateNormSetRequest>("CreateNormSet", v1::NormSet());
  EXPECT_EQ(Run({"norms", "create", "how-we-meet", "--team", "payments", "--title", "How we meet", "--norm", "We let people finish",
                 "--norm", "We sum up first"}),
            kExitOk);
  EXPECT_EQ(made.norm_set().team(), "teams/payments");
  EXPECT_THAT(made.norm_set().norms(), ElementsAre("We let people finish", "We sum up first"));
  const auto& changed = Serve<v1::UpdateNormSetRequest>("UpdateNormSet", v1::NormSet());
  EXPECT_EQ(Run({"norms", "update", "how-we-meet", "--norm", "We say when we guess"}), kExitOk);
  EXPECT_THAT(changed.update_mask().paths(), ElementsAre("norms"));
  v1::ListNormSetsResponse sets;
  sets.add_norm_sets()->set_title("How we meet");
  Serve<v1::ListNormSetsRequest>("ListNormSets", sets);
  EXPECT_EQ(Run({"norms", "list"}), kExitOk);
  EXPECT_THAT(out_, HasSubstr("How we meet"));
  EXPECT_EQ(Run({"norms", "create", "x", "--team", "payments", "--title", "t"}), kExitUsage);
}

}  // namespace
}  // namespace comity::cli
