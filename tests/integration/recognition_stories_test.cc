// Recognition from a deed to thanks, by the numbers of the requirements, on the real use cases and a real store.
//
// Left out of the rows, for want of their calls: R3 leaders' own reports; R4 follow-through suggestions; R5 shares of thanks with behaviour
// and evidence; R15 endorsement by leaders; R16 nudges sent out, and the median of the time to thanks; R20 examples; R22 a public page of
// the process; R23 other channels than API and CLI; R26 stories; R58 ratings by participants; R59 rings, inflation and staleness reports.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "service/app/admin_app.h"
#include "service/app/deed_app.h"
#include "service/app/erasure.h"
#include "service/app/recognition_app.h"
#include "service/base/error.h"
#include "tests/integration/ingest_world.h"

namespace comity::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class Thanks : public ::testing::Test {
 protected:
  // Carl's ticket, resolved by pia: its deed.
  std::string HelpedCarl(const std::string& issue = "1", int at = 60) {
    world_.Help(issue, "carl", "pia", at);
    return world_.Why(issue).deeds(0).deed();
  }
  static v1::CreateRecognitionRequest Request(const std::string& deed, const std::vector<std::string>& to = {}) {
    v1::CreateRecognitionRequest request;
    request.set_behaviour("behaviours/responded-to-need");
    request.set_saw("She looked at our logs although the queue was full. marmalade");
    request.set_deed(deed);
    for (const std::string& person : to) request.add_recipients("people/" + person);
    return request;
  }
  absl::StatusOr<v1::Recognition> Thank(const std::string& by, const v1::CreateRecognitionRequest& request) {
    return app_.CreateRecognition(world_.Member(by), request);
  }
  absl::StatusOr<v1::Recognition> Get(const app::Caller& caller, const std::string& name) {
    v1::GetRecognitionRequest request;
    request.set_name(name);
    return app_.GetRecognition(caller, request);
  }
  absl::StatusOr<v1::Recognition> Consent(const std::string& by, const std::string& name, v1::Visibility visibility) {
    v1::SetConsentRequest request;
    request.set_name(name);
    request.set_visibility(visibility);
    return app_.SetConsent(world_.Member(by), request);
  }
  std::vector<std::string> InvitationsOf(const std::string& person) {
    const auto response = app_.ListInvitations(world_.Member(person), {});
    EXPECT_TRUE(response.ok()) << response.status();
    std::vector<std::string> deeds;
    for (const v1::Invitation& invitation : response->invitations()) deeds.push_back(invitation.deed());
    return deeds;
  }
  size_t Listed(const app::Caller& caller) { return static_cast<size_t>(app_.ListRecognitions(caller, {})->recognitions_size()); }
  size_t ReadsOf(const std::string& person) {
    return world_.store->BeginRead().value()->admin().ListReads(world_.person(person), INT64_MAX, 100).value().size();
  }
  static std::string ReasonOf(const absl::Status& status) { return DetailsOf(status).reason; }
  template <typename Value>
  static std::string ReasonOf(const absl::StatusOr<Value>& value) {
    return ReasonOf(value.status());
  }

  World world_;
  app::RecognitionApp app_{*world_.context};
};

TEST_F(Thanks, R5R21NameBehaviourVersionWhatWasSeenAndEvidence) {
  const std::string deed = HelpedCarl();
  v1::CreateRecognitionRequest request = Request(deed);
  request.add_evidence("https://github.com/acme/billing/issues/1");
  request.add_evidence(deed);
  const auto thanks = Thank("carl", request);
  ASSERT_TRUE(thanks.ok()) << thanks.status();
  EXPECT_EQ(thanks->author(), "people/carl");
  EXPECT_EQ(thanks->recipients(0).person(), "people/pia");
  EXPECT_EQ(thanks->criteria_version(), 1);
  EXPECT_THAT(thanks->evidence(), ElementsAre("https://github.com/acme/billing/issues/1", deed));
  EXPECT_EQ(thanks->deed(), deed);
  EXPECT_EQ(thanks->thanked_after().seconds(), 2 * 3600);  // R16: measured
  EXPECT_THAT(thanks->labels(), IsEmpty());
  request.clear_behaviour();
  request.set_saw("Good job");
  EXPECT_THAT(Thank("carl", request)->labels(),
              ElementsAre(v1::Recognition::LABEL_OUTCOME_ONLY, v1::Recognition::LABEL_BRIEF, v1::Recognition::LABEL_REPEATED));
}

TEST_F(Thanks, R16AreLabelledWhenTheSameWordsGoToMany) {
  EXPECT_THAT(Thank("carl", Request("", {"pia"}))->labels(), IsEmpty());
  EXPECT_THAT(Thank("carl", Request("", {"paul"}))->labels(), ElementsAre(v1::Recognition::LABEL_SAME_WORDS));
}

TEST_F(Thanks, R45R46GoFromTheHelpedSideAloneToWhoeverHelped) {
  const std::string deed = HelpedCarl();
  EXPECT_EQ(ReasonOf(Thank("sam", Request(deed))), "DEED_NOT_FOUND");
  EXPECT_EQ(ReasonOf(Thank("pia", Request(deed))), "NOT_HELPED_SIDE");
  EXPECT_EQ(ReasonOf(Thank("paul", Request(deed))), "NOT_HELPED_SIDE");
  // A member of the helped team thanks a helper whose name they do not see, and learns nothing by naming one.
  EXPECT_EQ(ReasonOf(Thank("cleo", Request(deed, {"pia"}))), "FIELD_INVALID");
  EXPECT_EQ(ReasonOf(Thank("cleo", Request(deed, {"paul"}))), "FIELD_INVALID");
  const auto unseen = Thank("cleo", Request(deed));
  ASSERT_TRUE(unseen.ok()) << unseen.status();
  EXPECT_EQ(unseen->recipients(0).person(), "");
  EXPECT_EQ(Get(world_.Member("pia"), unseen->name())->recipients(0).person(), "people/pia");
}

TEST_F(Thanks, R46AreOfferedWithTheReasonsOfADeedToItsHelpedSideUntilTheyThank) {
  const std::string deed = HelpedCarl();
  app::DeedApp deeds(*world_.context);
  const auto offered = [&](const app::Caller& caller) {
    v1::ExplainDeedRequest request;
    request.set_name(deed);
    const auto explained = deeds.ExplainDeed(caller, request);
    EXPECT_TRUE(explained.ok()) << explained.status();
    const auto& remedies = explained->explanation().remedies();
    return std::count(remedies.begin(), remedies.end(), "comity thank " + deed + " --saw TEXT  # if you want to thank for it");
  };
  EXPECT_EQ(offered(world_.Member("carl")), 1);
  EXPECT_EQ(offered(world_.Member("cleo")), 1) << "of the team helped";
  EXPECT_EQ(offered(world_.Member("pia")), 0);
  EXPECT_EQ(offered(world_.Member("paul")), 0) << "of the helper's team";
  ASSERT_TRUE(Thank("carl", Request(deed)).ok());
  EXPECT_EQ(offered(world_.Member("carl")), 0);
  EXPECT_EQ(offered(world_.Member("cleo")), 1);
}

TEST_F(Thanks, AreListedForADeedToThoseWhoMaySeeBoth) {
  const std::string deed = HelpedCarl(), other = HelpedCarl("2", 70);
  const std::string name = Thank("carl", Request(deed))->name();
  ASSERT_TRUE(Thank("carl", Request(other)).ok());
  const auto listed = [&](const std::string& person, v1::ListRecognitionsRequest::Which which) {
    v1::ListRecognitionsRequest request;
    request.set_deed(deed);
    request.set_which(which);
    const auto response = app_.ListRecognitions(world_.Member(person), request);
    if (!response.ok()) return std::vector<std::string>{ReasonOf(response)};
    std::vector<std::string> names;
    for (const v1::Recognition& thanks : response->recognitions()) names.push_back(thanks.name());
    return names;
  };
  EXPECT_THAT(listed("carl", v1::ListRecognitionsRequest::WHICH_GIVEN), ElementsAre(name));
  EXPECT_THAT(listed("carl", v1::ListRecognitionsRequest::WHICH_RECEIVED), IsEmpty());
  EXPECT_THAT(listed("pia", v1::ListRecognitionsRequest::WHICH_UNSPECIFIED), ElementsAre(name));
  EXPECT_THAT(listed("cleo", v1::ListRecognitionsRequest::WHICH_UNSPECIFIED), IsEmpty()) << "pia said nothing of who may see it";
  EXPECT_THAT(listed("sam", v1::ListRecognitionsRequest::WHICH_UNSPECIFIED), ElementsAre("DEED_NOT_FOUND"));
}

TEST_F(Thanks, AreNeverGivenByAScriptNorToOneself) {
  app::Caller nobody = world_.Member("carl");
  nobody.person = {};
  EXPECT_EQ(ReasonOf(app_.CreateRecognition(nobody, Request("", {"pia"}))), "ROLE_REQUIRED");
  EXPECT_EQ(ReasonOf(Thank("carl", Request("", {"pia", "carl"}))), "SELF_RECOGNITION");
  EXPECT_EQ(ReasonOf(Thank("carl", Request("", {"nobody"}))), "PERSON_NOT_FOUND");
  EXPECT_EQ(ReasonOf(Thank("carl", Request(""))), "FIELD_INVALID");
}

TEST_F(Thanks, AreWrittenOnceForOneRequestId) {
  v1::CreateRecognitionRequest request = Request("", {"pia"});
  request.set_request_id("once");
  const std::string first = Thank("carl", request)->name();
  EXPECT_EQ(Thank("carl", request)->name(), first);
  EXPECT_EQ(Listed(world_.Member("carl")), 1u);
  request.set_saw("something else");
  EXPECT_EQ(ReasonOf(Thank("carl", request)), "REQUEST_ID_REUSED");
}

TEST_F(Thanks, R15TheRecipientsWordWinsWheneverTheyGiveIt) {
  const std::string name = Thank("carl", Request("", {"pia"}))->name();
  const app::Caller team = world_.Member("paul"), other = world_.Member("sam");
  const auto seen = [&](const app::Caller& caller) { return Get(caller, name).ok(); };
  EXPECT_FALSE(seen(team) || seen(other) || seen(world_.Steward()));  // PRIVATE unless they chose otherwise
  EXPECT_EQ(ReasonOf(Consent("carl", name, v1::VISIBILITY_ORGANISATION)), "NOT_A_RECIPIENT");
  ASSERT_TRUE(Consent("pia", name, v1::VISIBILITY_TEAM).ok());
  EXPECT_TRUE(seen(team) && !seen(other));
  ASSERT_TRUE(Consent("pia", name, v1::VISIBILITY_ORGANISATION).ok());
  EXPECT_TRUE(seen(team) && seen(other) && seen(world_.Steward()));
  EXPECT_EQ(Listed(other), 1u);
  ASSERT_TRUE(Consent("pia", name, v1::VISIBILITY_WITHDRAWN).ok());
  EXPECT_FALSE(seen(team) || seen(other));
  EXPECT_EQ(Get(world_.Member("carl"), name)->recipients(0).person(), "");
  v1::SetRecognitionPreferenceRequest prefer;
  prefer.mutable_preference()->set_visibility(v1::VISIBILITY_ORGANISATION);
  ASSERT_TRUE(app_.SetRecognitionPreference(world_.Member("pia"), prefer).ok());
  EXPECT_TRUE(Get(other, Thank("carl", Request("", {"pia"}))->name()).ok());
  world_.Write(
      [&](store::Transaction& t) { return world_.judging->AppendConsentEntries(t, world_.person("pia"), true, world_.clock.Now()); });
  EXPECT_EQ(Listed(other), 0u);  // opting out closes all of it at once
}

TEST_F(Thanks, R59CriteriaExpireUnlessSomebodyAffirmsThem) {
  ASSERT_TRUE(Thank("carl", Request("", {"pia"})).ok());
  world_.clock.Advance(absl::Hours(24 * 90));
  EXPECT_EQ(ReasonOf(Thank("carl", Request("", {"pia"}))), "CRITERIA_EXPIRED");
  v1::AffirmBehaviourRequest affirm;
  affirm.set_name("behaviours/responded-to-need");
  EXPECT_FALSE(app_.AffirmBehaviour(world_.Steward(), affirm)->expired());
  EXPECT_TRUE(Thank("carl", Request("", {"pia"})).ok());
}

TEST_F(Thanks, R4R20R21BehavioursAreVersionedAndReadable) {
  const auto all = app_.ListBehaviours(world_.Member("sam"), {});
  EXPECT_EQ(all->behaviours_size(), 8);
  v1::UpdateBehaviourRequest update;
  update.mutable_behaviour()->set_name("behaviours/shared-context");
  update.mutable_behaviour()->set_criteria("Handed it on with reasons.");
  update.mutable_update_mask()->add_paths("criteria");
  update.mutable_behaviour()->set_etag("stale");
  EXPECT_EQ(ReasonOf(app_.UpdateBehaviour(world_.Steward(), update)), "ETAG_STALE");
  update.mutable_behaviour()->clear_etag();
  EXPECT_EQ(app_.UpdateBehaviour(world_.Steward(), update)->criteria_version(), 2);
  v1::ListBehaviourVersionsRequest versions;
  versions.set_name("shared-context");
  versions.set_page_size(1);
  const auto first = app_.ListBehaviourVersions(world_.Member("sam"), versions);
  ASSERT_THAT(first->versions(), SizeIs(1));
  versions.set_page_token(first->next_page_token());
  const auto second = app_.ListBehaviourVersions(world_.Member("sam"), versions);
  EXPECT_EQ(second->versions(0).criteria(), "Handed it on with reasons.");
  EXPECT_EQ(second->versions(0).title(), first->versions(0).title());
  EXPECT_EQ(second->next_page_token(), "");
}

TEST_F(Thanks, R3R58AProgrammeHasAnOwnerAPurposeAndADayOfReview) {
  v1::CreateProgrammeRequest create;
  create.set_programme_id("kind-handovers");
  create.mutable_programme()->set_review_date("2026-09-02");
  const auto refused = app_.CreateProgramme(world_.Steward(), create);
  EXPECT_THAT(DetailsOf(refused.status()).faults, SizeIs(3));  // owner, purpose, a review that is not ahead
  create.mutable_programme()->set_owner("people/pia");
  create.mutable_programme()->set_purpose("Fewer surprises");
  create.mutable_programme()->add_behaviours("shared-context");
  create.mutable_programme()->add_audience("teams/payments");
  create.mutable_programme()->set_review_date("2026-12-01");
  const auto made = app_.CreateProgramme(world_.Steward(), create);
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_FALSE(made->review_due());
  world_.clock.Advance(absl::Hours(24 * 91));
  const auto listed = app_.ListProgrammes(world_.Member("sam"), {});
  ASSERT_THAT(listed->programmes(), SizeIs(1));
  EXPECT_TRUE(listed->programmes(0).review_due());
  EXPECT_EQ(listed->programmes(0).owner(), "people/pia");
  v1::UpdateProgrammeRequest review;
  review.mutable_programme()->set_name("programmes/kind-handovers");
  review.mutable_programme()->set_review_date("2027-03-01");
  review.mutable_update_mask()->add_paths("review_date");
  EXPECT_FALSE(app_.UpdateProgramme(world_.Steward(), review)->review_due());
}

TEST_F(Thanks, R16TheAskerIsInvitedOnceAndOnlyForFreshHelp) {
  const std::string deed = HelpedCarl();
  HelpedCarl("2", -24 * 60);  // known a day too late
  EXPECT_THAT(InvitationsOf("carl"), ElementsAre(deed));
  EXPECT_THAT(InvitationsOf("carl"), ElementsAre(deed));
  EXPECT_THAT(InvitationsOf("cleo"), IsEmpty());
  EXPECT_THAT(InvitationsOf("pia"), IsEmpty());
  ASSERT_TRUE(Thank("carl", Request(deed)).ok());
  EXPECT_THAT(InvitationsOf("carl"), IsEmpty());
}

TEST_F(Thanks, R16NobodyIsAskedMoreThanFiveTimesInSevenDays) {
  for (int i = 1; i <= 7; ++i) HelpedCarl(std::to_string(i), 60 + i);
  const std::vector<std::string> asked = InvitationsOf("carl");
  EXPECT_THAT(asked, SizeIs(5));
  v1::DismissInvitationRequest dismiss;
  dismiss.set_deed(asked[0]);
  EXPECT_TRUE(app_.DismissInvitation(world_.Member("carl"), dismiss).ok());
  EXPECT_EQ(ReasonOf(app_.DismissInvitation(world_.Member("carl"), dismiss)), "INVITATION_NOT_FOUND");
  EXPECT_THAT(InvitationsOf("carl"), SizeIs(4));  // no other comes in its place
  ASSERT_TRUE(Thank("carl", Request(asked[1])).ok());
  EXPECT_THAT(InvitationsOf("carl"), SizeIs(3));
  const auto asks = world_.store->BeginRead().value()->recognition().AsksOf(world_.person("carl")).value();
  EXPECT_THAT(asks, SizeIs(5));  // dismissed and answered look alike
  world_.clock.Advance(absl::Hours(24 * 7));
  EXPECT_THAT(InvitationsOf("carl"), IsEmpty());
}

TEST_F(Thanks, CanBeCommentedReportedTakenDownAndWithdrawn) {
  const std::string name = Thank("carl", Request("", {"pia"}))->name();
  v1::CreateCommentRequest comment;
  comment.set_name(name);
  comment.set_text("Glad to. marmalade");
  EXPECT_EQ(ReasonOf(app_.CreateComment(world_.Member("sam"), comment)), "RECOGNITION_NOT_FOUND");
  ASSERT_THAT(app_.CreateComment(world_.Member("carl"), comment)->comments(), SizeIs(1));
  v1::DeleteCommentRequest remove;
  remove.set_name(name);
  remove.set_comment(Get(world_.Member("pia"), name)->comments(0).name());
  EXPECT_THAT(app_.DeleteComment(world_.Member("pia"), remove)->comments(), IsEmpty());

  v1::ReportRecognitionRequest report;
  report.set_name(name);
  report.set_because("This is sarcasm");
  const auto reported = app_.ReportRecognition(world_.Member("pia"), report);
  ASSERT_TRUE(reported.ok()) << reported.status();
  EXPECT_TRUE(Get(world_.Steward(), name).ok());
  EXPECT_THAT(app_.ListReports(world_.Member("carl"), {})->reports(), IsEmpty());  // who reported is for stewards alone
  EXPECT_THAT(app_.ListReports(world_.Steward(), {})->reports(), SizeIs(1));
  v1::ResolveReportRequest resolve;
  resolve.set_name(reported->name());
  resolve.set_decision(v1::Report::DECISION_TAKEN_DOWN);
  resolve.set_because("It hurt");
  ASSERT_TRUE(app_.ResolveReport(world_.Steward(), resolve).ok());
  EXPECT_EQ(ReasonOf(Get(world_.Member("pia"), name)), "RECOGNITION_NOT_FOUND");
  EXPECT_EQ(Get(world_.Member("carl"), name)->because(), "It hurt");

  v1::WithdrawRecognitionRequest withdraw;
  withdraw.set_name(name);
  ASSERT_TRUE(app_.WithdrawRecognition(world_.Member("carl"), withdraw).ok());
  EXPECT_EQ(ReasonOf(Get(world_.Member("carl"), name)), "RECOGNITION_NOT_FOUND");
  EXPECT_THAT(app_.ListReports(world_.Steward(), {})->reports(), SizeIs(1));
}

TEST_F(Thanks, R15GoNoFurtherThanTheirAuthorWantsEither) {
  v1::CreateRecognitionRequest request = Request("", {"pia"});
  request.set_visibility(v1::VISIBILITY_TEAM);
  const std::string name = Thank("carl", request)->name();
  ASSERT_TRUE(Consent("pia", name, v1::VISIBILITY_ORGANISATION).ok());
  EXPECT_TRUE(Get(world_.Member("paul"), name).ok());
  EXPECT_FALSE(Get(world_.Member("sam"), name).ok());
  EXPECT_EQ(Get(world_.Member("carl"), name)->reach(), v1::VISIBILITY_TEAM) << "who wrote it knows how far it goes";
  EXPECT_EQ(Get(world_.Member("paul"), name)->reach(), v1::VISIBILITY_UNSPECIFIED);
  request.set_visibility(v1::VISIBILITY_WITHDRAWN);
  EXPECT_EQ(ReasonOf(Thank("carl", request)), "FIELD_INVALID");
}

TEST_F(Thanks, OfSeveralGoNoFurtherOnceOneOfThemWasErased) {
  const std::string name = Thank("carl", Request("", {"pia", "sam"}))->name();
  ASSERT_TRUE(Consent("pia", name, v1::VISIBILITY_ORGANISATION).ok());
  EXPECT_FALSE(Get(world_.Member("cleo"), name).ok()) << "sam said nothing";
  ASSERT_TRUE(app::ErasePerson(*world_.context, "sam").ok());
  EXPECT_FALSE(Get(world_.Member("cleo"), name).ok()) << "and can say nothing any more";
  EXPECT_EQ(Listed(world_.Member("cleo")), 0u);
  EXPECT_EQ(Get(world_.Member("pia"), name)->reach(), v1::VISIBILITY_PRIVATE);
}

TEST_F(Thanks, DoNotTellByACommentWhomTheyDoNotTell) {
  const std::string deed = HelpedCarl();
  const std::string name = Thank("cleo", Request(deed))->name();  // cleo does not see that it was pia
  v1::CreateCommentRequest comment;
  comment.set_name(name);
  comment.set_text("You are welcome");
  EXPECT_EQ(app_.CreateComment(world_.Member("pia"), comment)->comments(0).author(), "people/pia");
  EXPECT_EQ(Get(world_.Member("cleo"), name)->comments(0).author(), "");
  EXPECT_EQ(Get(world_.Member("cleo"), name)->comments(0).text(), "You are welcome");
}

TEST_F(Thanks, LetEverybodyTakeTheirOwnWordsBackWhateverElseHappened) {
  const std::string name = Thank("carl", Request("", {"pia"}))->name();
  ASSERT_TRUE(Consent("pia", name, v1::VISIBILITY_TEAM).ok());
  v1::CreateCommentRequest comment;
  comment.set_name(name);
  comment.set_text("Seconded. marmalade");
  v1::DeleteCommentRequest remove;
  remove.set_name(name);
  remove.set_comment(app_.CreateComment(world_.Member("paul"), comment)->comments(0).name());
  ASSERT_TRUE(Consent("pia", name, v1::VISIBILITY_PRIVATE).ok());
  EXPECT_EQ(ReasonOf(app_.DeleteComment(world_.Member("sam"), remove)), "RECOGNITION_NOT_FOUND");
  const auto removed = app_.DeleteComment(world_.Member("paul"), remove);
  ASSERT_TRUE(removed.ok()) << removed.status();
  EXPECT_EQ(removed->saw(), "") << "what they may not see any more is not in the answer";
  EXPECT_THAT(Get(world_.Member("pia"), name)->comments(), IsEmpty());
}

TEST_F(Thanks, ShowNothingThatIsGoneWhenACallIsRepeated) {
  v1::CreateRecognitionRequest request = Request("", {"pia"});
  request.set_request_id("once");
  const std::string name = Thank("carl", request)->name();
  v1::WithdrawRecognitionRequest withdraw;
  withdraw.set_name(name);
  ASSERT_TRUE(app_.WithdrawRecognition(world_.Member("carl"), withdraw).ok());
  const auto repeated = Thank("carl", request);
  ASSERT_TRUE(repeated.ok()) << repeated.status();
  EXPECT_EQ(repeated->name(), name);
  EXPECT_EQ(repeated->saw(), "");
}

TEST_F(Thanks, OfADeedThatGetsAnotherNameStayItsThanks) {
  // A ticket that moved goes on under the smaller of both ids, here that of the smaller number.
  const std::string issue = "1000", target = "10";
  const std::string deed = HelpedCarl(issue, 60), name = Thank("carl", Request(deed))->name();
  v1::Fact moved = World::Reopened(issue, "paul", 90);
  moved.set_kind(v1::FACT_KIND_MOVED);
  v1::Link& link = *moved.add_links();
  link.set_kind(v1::LINK_KIND_MOVED_TO);
  link.set_target_kind(v1::SUBJECT_KIND_ISSUE);
  link.set_target_id(target);
  world_.Ingest({moved, World::Commented(target, "paul", 95)});
  const std::string now = world_.Why(issue).deeds(0).deed();
  ASSERT_NE(now, deed);
  EXPECT_EQ(Get(world_.Member("carl"), name)->deed(), now);
  EXPECT_THAT(InvitationsOf("carl"), Not(::testing::Contains(now))) << "for which thanks were given";
}

TEST_F(Thanks, ThatWereReportedAreKeptForTheAnswerWhenTheirAuthorTakesThemBack) {
  const std::string name = Thank("carl", Request("", {"pia"}))->name();
  v1::ReportRecognitionRequest report;
  report.set_name(name);
  report.set_because("This is sarcasm");
  const auto reported = app_.ReportRecognition(world_.Member("pia"), report);
  ASSERT_TRUE(reported.ok()) << reported.status();
  report.set_because("Once more");
  EXPECT_EQ(app_.ReportRecognition(world_.Member("pia"), report)->name(), reported->name()) << "one's report waits once";
  EXPECT_EQ(ReadsOf("pia"), 0u);
  EXPECT_EQ(app_.ListReports(world_.Steward(), {})->reports(0).reporter(), "people/pia");
  EXPECT_EQ(ReadsOf("pia"), 1u) << "who reported finds that a steward read it";
  app::Caller carl = world_.Steward();
  carl.person = world_.person("carl");
  EXPECT_EQ(app_.ListReports(carl, {})->reports(0).reporter(), "") << "a steward whose own thanks they are";

  v1::WithdrawRecognitionRequest withdraw;
  withdraw.set_name(name);
  ASSERT_TRUE(app_.WithdrawRecognition(world_.Member("carl"), withdraw).ok());
  for (const char* person : {"carl", "pia"}) EXPECT_EQ(ReasonOf(Get(world_.Member(person), name)), "RECOGNITION_NOT_FOUND") << person;
  EXPECT_THAT(Get(world_.Steward(), name)->saw(), HasSubstr("marmalade"));
  v1::ResolveReportRequest resolve;
  resolve.set_name(reported->name());
  resolve.set_decision(v1::Report::DECISION_KEPT);
  resolve.set_because("Not unkind");
  EXPECT_EQ(ReasonOf(app_.ResolveReport(carl, resolve)), "ROLE_REQUIRED") << "nobody decides in their own case";
  ASSERT_TRUE(app_.ResolveReport(world_.Steward(), resolve).ok());
  EXPECT_EQ(ReasonOf(Get(world_.Steward(), name)), "RECOGNITION_NOT_FOUND") << "answered: nothing is left";
}

TEST_F(Thanks, StandAgainOnlyWhenNoAnswerTakesThemDownAnyMore) {
  const std::string name = Thank("carl", Request("", {"pia", "paul"}))->name();
  v1::ResolveReportRequest resolve;
  resolve.set_because("It hurt");
  std::vector<v1::Report> reports;
  for (const char* person : {"pia", "paul"}) {
    v1::ReportRecognitionRequest report;
    report.set_name(name);
    report.set_because("This is sarcasm");
    reports.push_back(*app_.ReportRecognition(world_.Member(person), report));
  }
  const auto answer = [&](const v1::Report& report, v1::Report::Decision decision) {
    resolve.set_name(report.name());
    resolve.set_decision(decision);
    return app_.ResolveReport(world_.Steward(), resolve);
  };
  const v1::Report first = *answer(reports[0], v1::Report::DECISION_TAKEN_DOWN);
  ASSERT_TRUE(answer(reports[1], v1::Report::DECISION_KEPT).ok());
  EXPECT_FALSE(Get(world_.Member("pia"), name).ok());
  ASSERT_TRUE(Consent("pia", name, v1::VISIBILITY_WITHDRAWN).ok()) << "one's word can be given at any time";
  resolve.set_etag(reports[0].etag());
  EXPECT_EQ(ReasonOf(answer(reports[0], v1::Report::DECISION_KEPT)), "ETAG_STALE");
  resolve.set_etag(first.etag());
  ASSERT_TRUE(answer(reports[0], v1::Report::DECISION_KEPT).ok());
  EXPECT_TRUE(Get(world_.Member("paul"), name).ok());
  EXPECT_EQ(Get(world_.Member("paul"), name)->reach(), v1::VISIBILITY_PRIVATE);
}

TEST_F(Thanks, ThatOthersMayNotSeeCostTheirListNothing) {
  for (int i = 0; i < 450; ++i) ASSERT_TRUE(Thank("carl", Request("", {"pia"})).ok());
  const std::string open = Thank("carl", Request("", {"paul"}))->name();
  ASSERT_TRUE(Consent("paul", open, v1::VISIBILITY_ORGANISATION).ok());
  for (int i = 0; i < 250; ++i) ASSERT_TRUE(Thank("carl", Request("", {"pia"})).ok());
  const auto others = app_.ListRecognitions(world_.Member("sam"), {});
  EXPECT_THAT(others->recognitions(), SizeIs(1));
  EXPECT_EQ(others->next_page_token(), "");
  v1::ListRecognitionsRequest request;
  request.set_page_size(300);
  size_t own = 0;
  std::set<std::string> names;
  do {
    const auto page = app_.ListRecognitions(world_.Member("carl"), request);
    ASSERT_TRUE(page.ok()) << page.status();
    own += static_cast<size_t>(page->recognitions_size());
    for (const v1::Recognition& recognition : page->recognitions()) names.insert(recognition.name());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(own, 701u);
  EXPECT_EQ(names.size(), own) << "each once, over all pages";
}

TEST_F(Thanks, OfSomebodyWhoWasErasedAreGoneAndOthersNameThemNoMore) {
  v1::CreateRecognitionRequest both = Request("", {"pia", "paul"});
  both.set_saw("sam told us that pia and paul stayed on");
  const std::string shared = Thank("carl", both)->name();
  const std::string alone = Thank("carl", Request("", {"sam"}))->name();
  const std::string given = Thank("sam", Request("", {"pia"}))->name();
  ASSERT_TRUE(app::ErasePerson(*world_.context, "sam").ok());
  world_.WaitForJobs();
  EXPECT_FALSE(Get(world_.Member("carl"), alone).ok());
  EXPECT_FALSE(Get(world_.Member("pia"), given).ok());
  EXPECT_THAT(Get(world_.Member("carl"), shared)->saw(), Not(HasSubstr("sam")));
}

TEST_F(Thanks, AreInTheExportOfThoseTheyAreAbout) {
  ASSERT_TRUE(Thank("carl", Request("", {"pia"})).ok());
  InvitationsOf("carl");
  app::AdminApp admin(*world_.context);
  const auto exported = [&](const std::string& person) {
    std::string all;
    v1::ExportPersonRequest request;
    do {
      app::Caller caller = world_.Member(person);
      caller.scope = v1::SCOPE_SELF;
      const auto page = admin.ExportPerson(caller, request);
      EXPECT_TRUE(page.ok()) << page.status();
      if (!page.ok()) return all;
      for (const auto& part : page->parts()) all += part.DebugString();
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return all;
  };
  EXPECT_THAT(exported("carl"), HasSubstr("thanks you gave"));
  EXPECT_THAT(exported("pia"), HasSubstr("She looked at our logs"));
  EXPECT_THAT(exported("sam"), Not(HasSubstr("marmalade")));
}

}  // namespace
}  // namespace comity::testing
