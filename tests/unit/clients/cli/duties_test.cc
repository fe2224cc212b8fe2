// Duties by the command line.
#include <gmock/gmock.h>

#include "comity/v1/duty.pb.h"
#include "tests/unit/clients/cli/command_line.h"

namespace comity::cli {
namespace {

using ::testing::HasSubstr;

class DutiesByCommand : public CommandLine {
 protected:
  static v1::Rotation Monday() {
    v1::Rotation rotation;
    rotation.set_name("rotations/monday");
    rotation.set_team("teams/checkout");
    rotation.set_duty(v1::Rotation::DUTY_FACILITATOR);
    rotation.set_title("The Monday meeting");
    rotation.set_start_date("2026-09-07");
    rotation.set_interval_weeks(2);
    rotation.set_seed_sha256("abc");
    rotation.add_prompts("Ask those who have said least first.");
    return rotation;
  }
  static v1::Assignment Turn() {
    v1::Assignment assignment;
    assignment.set_name("rotations/monday/assignments/3");
    assignment.set_first_date("2026-09-07");
    assignment.set_last_date("2026-09-20");
    assignment.set_state(v1::Assignment::STATE_CURRENT);
    assignment.set_person("people/ana");
    assignment.set_offered_to("people/bob");
    assignment.add_explanation("It is Ana's turn: nobody else is available.");
    return assignment;
  }
  // Answers `method` with `response`, and keeps the last request.
  template <typename Request, typename Response>
  Request& Serve(const std::string& method, const Response& response) {
    auto last = std::make_shared<Request>();
    kept_.push_back(last);
    fake_.On<Request, Response>("DutyService/" + method, [last, response](const Request& request) {
      *last = request;
      return response;
    });
    return *last;
  }
  std::vector<std::shared_ptr<void>> kept_;
};

TEST_F(DutiesByCommand, BeginWithATeamADutyAndADay) {
  const auto& sent = Serve<v1::CreateRotationRequest>("CreateRotation", Monday());
  EXPECT_EQ(Run({"duties", "create", "monday", "--team", "checkout", "--duty", "facilitator", "--title", "The Monday meeting", "--from",
                 "2026-09-07", "--weeks", "2"}),
            kExitOk);
  EXPECT_EQ(sent.rotation_id(), "monday");
  EXPECT_EQ(sent.rotation().team(), "teams/checkout");
  EXPECT_EQ(sent.rotation().duty(), v1::Rotation::DUTY_FACILITATOR);
  EXPECT_EQ(sent.rotation().interval_weeks(), 2);
  EXPECT_THAT(out_, HasSubstr("shown once it is archived; its SHA-256 is abc"));
  EXPECT_THAT(out_, HasSubstr("Ask those who have said least first."));
  EXPECT_THAT(out_, HasSubstr("comity duties assignments monday"));
  EXPECT_EQ(Run({"duties", "create", "x", "--team", "a", "--duty", "boss", "--title", "T", "--from", "2026-09-07"}), kExitUsage);
  EXPECT_EQ(Run({"duties", "create", "x", "--team", "a", "--duty", "spotter", "--title", "T", "--from", "2026-09-07", "--weeks", "few"}),
            kExitUsage);
}

TEST_F(DutiesByCommand, ShowWhoseTurnItIsAndWhy) {
  v1::ListAssignmentsResponse response;
  *response.add_assignments() = Turn();
  const auto& sent = Serve<v1::ListAssignmentsRequest>("ListAssignments", response);
  EXPECT_EQ(Run({"duties", "assignments", "monday"}), kExitOk);
  EXPECT_EQ(sent.rotation(), "rotations/monday");
  EXPECT_THAT(out_, HasSubstr("[current] round 3: 2026-09-07 to 2026-09-20  ana (offered to bob)\n  It is Ana's turn: nobody else"));
}

TEST_F(DutiesByCommand, AreGivenAwayByRotationAndRound) {
  const auto& skip = Serve<v1::SkipAssignmentRequest>("SkipAssignment", Turn());
  const auto& offer = Serve<v1::OfferSwapRequest>("OfferSwap", Turn());
  const auto& accept = Serve<v1::AcceptSwapRequest>("AcceptSwap", Turn());
  const auto& decline = Serve<v1::DeclineSwapRequest>("DeclineSwap", Turn());
  EXPECT_EQ(Run({"duties", "skip", "monday", "3"}), kExitOk);
  EXPECT_EQ(skip.name(), "rotations/monday/assignments/3");
  EXPECT_EQ(Run({"duties", "offer", "rotations/monday", "3", "--to", "bob"}), kExitOk);
  EXPECT_EQ(offer.name(), "rotations/monday/assignments/3");
  EXPECT_EQ(offer.person(), "people/bob");
  EXPECT_EQ(Run({"duties", "accept", "monday", "3"}), kExitOk);
  EXPECT_EQ(accept.name(), "rotations/monday/assignments/3");
  EXPECT_EQ(Run({"duties", "decline", "monday", "3"}), kExitOk);
  EXPECT_EQ(decline.name(), "rotations/monday/assignments/3");
  EXPECT_EQ(Run({"duties", "skip", "monday", "next"}), kExitUsage);
}

TEST_F(DutiesByCommand, SpareWhoIsAwayForADayOrMore) {
  v1::Absence absence;
  absence.set_name("absences/a1");
  absence.set_first_date("2026-09-07");
  absence.set_last_date("2026-09-07");
  const auto& sent = Serve<v1::CreateAbsenceRequest>("CreateAbsence", absence);
  EXPECT_EQ(Run({"duties", "away", "--from", "2026-09-07"}), kExitOk);
  EXPECT_EQ(sent.absence().last_date(), "2026-09-07");
  EXPECT_THAT(out_, HasSubstr("comity duties forget-absence a1"));
  const auto& forgotten = Serve<v1::DeleteAbsenceRequest>("DeleteAbsence", v1::DeleteAbsenceResponse());
  EXPECT_EQ(Run({"duties", "forget-absence", "a1"}), kExitOk);
  EXPECT_EQ(forgotten.name(), "absences/a1");
}

TEST_F(DutiesByCommand, ShowTheSpotterWhatNobodyThankedForAndNotHowMuch) {
  v1::ListUnthankedResponse response;
  v1::UnthankedHelp& help = *response.add_help();
  help.set_deed("deeds/20260902-k3f9");
  help.set_subject("acme/billing#12");
  help.set_helper_team("teams/payments");
  Serve<v1::ListUnthankedRequest>("ListUnthanked", response);
  EXPECT_EQ(Run({"duties", "unthanked", "spotter"}), kExitOk);
  EXPECT_THAT(out_, HasSubstr("acme/billing#12"));
  EXPECT_THAT(out_, HasSubstr("not shown"));
  EXPECT_THAT(out_, HasSubstr("Let the rest be."));
}

}  // namespace
}  // namespace comity::cli
