// Thanks by the command line: giving and reading them, consent, reports, what they are for.
#include <gmock/gmock.h>

#include "absl/time/clock.h"
#include "clients/cli/recognition_text.h"
#include "comity/v1/recognition.pb.h"
#include "tests/unit/clients/cli/command_line.h"

namespace comity::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class ThanksByCommand : public CommandLine {
 protected:
  static v1::Recognition Thanks() {
    v1::Recognition thanks;
    thanks.set_name("recognitions/r1");
    thanks.set_author("people/ben");
    thanks.set_saw("You asked why\nbefore you changed it\x1b[2J");
    thanks.set_behaviour("behaviours/curious-feedback");
    thanks.set_criteria_version(2);
    thanks.add_recipients();
    thanks.add_recipients()->set_person("people/ana");
    thanks.add_labels(v1::Recognition::LABEL_BRIEF);
    thanks.mutable_create_time()->set_seconds(86'400);
    thanks.mutable_thanked_after()->set_seconds(3 * 3600);
    return thanks;
  }
  // Answers `method` with `response`, and keeps the last request.
  template <typename Request, typename Response>
  Request& Serve(const std::string& method, const Response& response) {
    auto last = std::make_shared<Request>();
    kept_.push_back(last);
    fake_.On<Request, Response>("RecognitionService/" + method, [last, response](const Request& request) {
      *last = request;
      return response;
    });
    return *last;
  }
  std::vector<std::shared_ptr<void>> kept_;
};

TEST_F(ThanksByCommand, AreGivenForADeedOrToPeopleInOnesOwnWords) {
  const auto& sent = Serve<v1::CreateRecognitionRequest>("CreateRecognition", Thanks());
  EXPECT_EQ(Run({"thank", "20260902-k3f9", "--saw", "You asked why", "--for", "curious-feedback", "--evidence", "https://acme.example/1"}),
            kExitOk);
  EXPECT_EQ(sent.deed(), "deeds/20260902-k3f9");
  EXPECT_EQ(sent.behaviour(), "behaviours/curious-feedback");
  EXPECT_EQ(sent.saw(), "You asked why");
  EXPECT_THAT(sent.evidence(), ElementsAre("https://acme.example/1"));
  EXPECT_THAT(sent.recipients(), IsEmpty());
  EXPECT_THAT(out_, HasSubstr("who else does is theirs to say"));
  EXPECT_THAT(out_, HasSubstr("comity recognitions withdraw r1"));
  EXPECT_EQ(sent.visibility(), v1::VISIBILITY_UNSPECIFIED);
  EXPECT_EQ(Run({"thank", "--to", "ana", "--to", "people/cem", "--saw", "You stayed on", "--visibility", "team"}), kExitOk);
  EXPECT_EQ(sent.visibility(), v1::VISIBILITY_TEAM);
  EXPECT_EQ(sent.deed(), "");
  EXPECT_EQ(sent.behaviour(), "");
  EXPECT_THAT(sent.recipients(), ElementsAre("people/ana", "people/cem"));
  EXPECT_EQ(Run({"thank", "--saw", "nobody in particular"}), kExitUsage);
  EXPECT_THAT(err_, HasSubstr("comity invitations list"));
  EXPECT_EQ(Run({"thank", "d1"}), kExitUsage);
  EXPECT_THAT(err_, HasSubstr("--saw is required"));
}

TEST_F(ThanksByCommand, AreShownWithWhatTheReaderMaySeeOfThem) {
  v1::Recognition thanks = Thanks();
  thanks.mutable_recipients(1)->set_visibility(v1::VISIBILITY_TEAM);
  auto& comment = *thanks.add_comments();
  comment.set_name("comments/c1");
  comment.set_author("people/ana");
  comment.set_text("Glad to");
  Serve<v1::GetRecognitionRequest>("GetRecognition", thanks);
  EXPECT_EQ(Run({"recognitions", "show", "r1"}), kExitOk);
  for (const char* text : {"ben", "ana, somebody", "after 3 hours", "curious-feedback, version 2", "brief: what was seen",
                           "Your teams may see it too", "You asked why\n  before you changed it?[2J", "Glad to", "comments/c1"}) {
    EXPECT_THAT(out_, HasSubstr(text));
  }
  v1::ListRecognitionsResponse page;
  *page.add_recognitions() = Thanks();
  const auto& asked = Serve<v1::ListRecognitionsRequest>("ListRecognitions", page);
  EXPECT_EQ(Run({"recognitions", "list", "--which", "given", "--deed", "d1"}), kExitOk);
  EXPECT_EQ(asked.which(), v1::ListRecognitionsRequest::WHICH_GIVEN);
  EXPECT_EQ(asked.deed(), "deeds/d1");
  EXPECT_THAT(out_, HasSubstr("You asked why…"));
  EXPECT_THAT(out_, Not(HasSubstr("before you")));
}

TEST(FirstLineOfThanks, IsCutBetweenCharacters) {
  EXPECT_EQ(FirstLine("short"), "short");
  EXPECT_EQ(FirstLine("one\ntwo"), "one…");
  std::string umlauts;
  for (int i = 0; i < 40; ++i) umlauts += "ü";
  const std::string cut = FirstLine("x" + umlauts);
  EXPECT_EQ(cut, "x" + umlauts.substr(0, 58) + "…");
}

TEST_F(ThanksByCommand, AreConsentedToCommentedReportedAndWithdrawn) {
  const auto& consent = Serve<v1::SetConsentRequest>("SetConsent", Thanks());
  EXPECT_EQ(Run({"recognitions", "consent", "r1", "--visibility", "withdrawn"}), kExitOk);
  EXPECT_EQ(consent.visibility(), v1::VISIBILITY_WITHDRAWN);
  EXPECT_THAT(out_, HasSubstr("Your name is off it"));
  EXPECT_EQ(Run({"recognitions", "consent", "r1", "--visibility", "unspecified"}), kExitUsage);
  const auto& comment = Serve<v1::CreateCommentRequest>("CreateComment", Thanks());
  EXPECT_EQ(Run({"recognitions", "comment", "r1", "--text", "Glad to"}), kExitOk);
  EXPECT_EQ(comment.text(), "Glad to");
  const auto& uncomment = Serve<v1::DeleteCommentRequest>("DeleteComment", Thanks());
  EXPECT_EQ(Run({"recognitions", "uncomment", "r1", "c1"}), kExitOk);
  EXPECT_EQ(uncomment.comment(), "comments/c1");
  const auto& withdrawn = Serve<v1::WithdrawRecognitionRequest>("WithdrawRecognition", v1::WithdrawRecognitionResponse());
  EXPECT_EQ(Run({"recognitions", "withdraw", "r1"}), kExitOk);
  EXPECT_EQ(withdrawn.name(), "recognitions/r1");

  v1::Report report;
  report.set_name("reports/p1");
  report.set_because("Sarcasm\nand more");
  const auto& reported = Serve<v1::ReportRecognitionRequest>("ReportRecognition", report);
  EXPECT_EQ(Run({"reports", "create", "r1", "--because", "Sarcasm"}), kExitOk);
  EXPECT_EQ(reported.name(), "recognitions/r1");
  report.set_decision(v1::Report::DECISION_TAKEN_DOWN);
  const auto& decided = Serve<v1::ResolveReportRequest>("ResolveReport", report);
  EXPECT_EQ(Run({"reports", "decide", "p1", "--decision", "taken-down", "--because", "It hurt"}), kExitOk);
  EXPECT_EQ(decided.decision(), v1::Report::DECISION_TAKEN_DOWN);
  EXPECT_THAT(out_, HasSubstr("reports/p1: taken down"));
  v1::ListReportsResponse reports;
  *reports.add_reports() = report;
  const auto& listed = Serve<v1::ListReportsRequest>("ListReports", reports);
  EXPECT_EQ(Run({"reports", "list", "--open"}), kExitOk);
  EXPECT_TRUE(listed.open());
  EXPECT_THAT(out_, HasSubstr("Sarcasm…"));
}

TEST_F(ThanksByCommand, TellStewardsInTheStatusWhatTheyHaveToAffirm) {
  v1::Status status;
  status.add_roles(v1::ROLE_STEWARD);
  fake_.On<v1::GetStatusRequest, v1::Status>("AdminService/GetStatus", [&](const v1::GetStatusRequest&) { return status; });
  v1::ListBehavioursResponse behaviours;
  behaviours.add_behaviours()->set_expired(true);
  behaviours.add_behaviours()->mutable_expire_time()->set_seconds(absl::ToUnixSeconds(absl::Now()) + 86'400);
  behaviours.add_behaviours()->mutable_expire_time()->set_seconds(absl::ToUnixSeconds(absl::Now()) + 86'400 * 60);
  Serve<v1::ListBehavioursRequest>("ListBehaviours", behaviours);
  EXPECT_EQ(Run({"status"}), kExitOk);
  EXPECT_THAT(out_, HasSubstr("1 behaviour has expired: comity behaviours list"));
  EXPECT_THAT(out_, HasSubstr("1 behaviour expires within 14 days"));
  status.clear_roles();
  EXPECT_EQ(Run({"status"}), kExitOk);
  EXPECT_THAT(out_, Not(HasSubstr("expire")));
}

TEST_F(ThanksByCommand, InviteAndLetThemselvesBeDismissedAndTurnedOff) {
  v1::ListInvitationsResponse invitations;
  Serve<v1::ListInvitationsRequest>("ListInvitations", invitations);
  EXPECT_EQ(Run({"invitations", "list"}), kExitOk);
  EXPECT_THAT(out_, HasSubstr("Nothing to thank for"));
  invitations.add_invitations()->set_deed("deeds/d1");
  Serve<v1::ListInvitationsRequest>("ListInvitations", invitations);
  EXPECT_EQ(Run({"invitations", "list"}), kExitOk);
  EXPECT_THAT(out_, HasSubstr("comity thank DEED"));
  const auto& dismissed = Serve<v1::DismissInvitationRequest>("DismissInvitation", v1::DismissInvitationResponse());
  EXPECT_EQ(Run({"invitations", "dismiss", "d1"}), kExitOk);
  EXPECT_EQ(dismissed.deed(), "deeds/d1");

  v1::RecognitionPreference preference;
  preference.set_visibility(v1::VISIBILITY_PRIVATE);
  Serve<v1::GetRecognitionPreferenceRequest>("GetRecognitionPreference", preference);
  EXPECT_EQ(Run({"me", "thanks"}), kExitOk);
  EXPECT_THAT(out_, HasSubstr("Only you, others thanked with you"));
  const auto& set = Serve<v1::SetRecognitionPreferenceRequest>("SetRecognitionPreference", preference);
  EXPECT_EQ(Run({"me", "thanks", "--invitations", "no"}), kExitOk);
  EXPECT_EQ(set.preference().visibility(), v1::VISIBILITY_PRIVATE) << "what was not said stays";
  EXPECT_TRUE(set.preference().no_invitations());
  EXPECT_EQ(Run({"me", "thanks", "--visibility", "withdrawn"}), kExitUsage);
}

TEST_F(ThanksByCommand, AreForBehavioursAndProgrammesThatStewardsPublish) {
  v1::Behaviour behaviour;
  behaviour.set_name("behaviours/curious-feedback");
  behaviour.set_criteria_version(2);
  behaviour.set_expired(true);
  behaviour.mutable_expire_time()->set_seconds(86'400);
  v1::ListBehavioursResponse behaviours;
  *behaviours.add_behaviours() = behaviour;
  Serve<v1::ListBehavioursRequest>("ListBehaviours", behaviours);
  EXPECT_EQ(Run({"behaviours", "list"}), kExitOk);
  EXPECT_THAT(out_, HasSubstr("expired 1970-01-02"));
  const auto& update = Serve<v1::UpdateBehaviourRequest>("UpdateBehaviour", behaviour);
  EXPECT_EQ(Run({"behaviours", "update", "curious-feedback", "--criteria", "Asked first.", "--lifetime", "30"}), kExitOk);
  EXPECT_THAT(update.update_mask().paths(), ElementsAre("criteria", "lifetime_days"));
  EXPECT_EQ(update.behaviour().lifetime_days(), 30);
  EXPECT_EQ(Run({"behaviours", "update", "curious-feedback"}), kExitUsage);
  EXPECT_EQ(Run({"behaviours", "update", "curious-feedback", "--lifetime", "long"}), kExitUsage);
  EXPECT_EQ(Run({"behaviours", "create", "x", "--title", "t", "--criteria", "c"}), kExitUsage) << "without a root";
  const auto& affirm = Serve<v1::AffirmBehaviourRequest>("AffirmBehaviour", behaviour);
  EXPECT_EQ(Run({"behaviours", "affirm", "curious-feedback"}), kExitOk);
  EXPECT_EQ(affirm.name(), "behaviours/curious-feedback");

  v1::Programme programme;
  programme.set_name("programmes/handovers");
  programme.set_review_due(true);
  const auto& create = Serve<v1::CreateProgrammeRequest>("CreateProgramme", programme);
  EXPECT_EQ(Run({"programmes", "create", "handovers", "--owner", "ana", "--purpose", "Fewer surprises", "--review", "2027-03-01", "--team",
                 "payments"}),
            kExitOk);
  EXPECT_EQ(create.programme().owner(), "people/ana");
  EXPECT_THAT(create.programme().audience(), ElementsAre("teams/payments"));
  EXPECT_THAT(out_, HasSubstr("somebody who was erased")) << "an owner who is not named any more";
  const auto& review = Serve<v1::UpdateProgrammeRequest>("UpdateProgramme", programme);
  EXPECT_EQ(Run({"programmes", "update", "handovers", "--review", "2027-06-01"}), kExitOk);
  EXPECT_THAT(review.update_mask().paths(), ElementsAre("review_date"));
  v1::ListProgrammesResponse programmes;
  *programmes.add_programmes() = programme;
  Serve<v1::ListProgrammesRequest>("ListProgrammes", programmes);
  EXPECT_EQ(Run({"programmes", "list"}), kExitOk);
  EXPECT_THAT(out_, HasSubstr(", due"));
}

}  // namespace
}  // namespace comity::cli
