// "Help between teams" on an issue's page of Redmine, before the real door of a real deployment: what each member is shown, what they may
// say, and what happens while Comity is away.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "comity/v1/recognition.pb.h"
#include "tests/live/redmine_with_comity.h"
#include "tests/live/suite_token.h"

namespace comity::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

constexpr const char* kYes = "Yes, that is how it was";
constexpr const char* kNotMine = "Not my part";
constexpr const char* kPutRight = "Put it right";
constexpr const char* kThanksForm = "/thank\" ";
constexpr const char* kForm = "action=\"/comity/issues/";

// Ana of alpha asked, and Bob of beta resolved it.
class RedmineBeforeTheDoor : public RedmineWithComity {
 protected:
  void SetUp() override {
    RedmineWithComity::SetUp();
    if (IsSkipped() || HasFailure()) return;
    Deploy(/*poll=*/false, /*plugin=*/true);
    Connect();
    site_->WriteSecret("comity.token", SuiteToken(*deployment_, "redmine"));
    site_->Settings(
        {{"url", deployment_->HookUrl("redmine")}, {"projects", project_}, {"door", deployment_->http_url()}, {"timeout", "20"}});
    issues_["asked"] = site_->Open("ana", project_);
    site_->Change("bob", issues_["asked"], R"("status_id":3,"notes":"Done, with marmalade.")");
    ASSERT_TRUE(Await(3)) << ::testing::PrintToString(Told()) << ReadFile(deployment_->log());
    page_ = "/comity/issues/" + issues_["asked"];
  }
  void TearDown() override {
    if (site_ != nullptr) site_->WriteSecret("comity.token", RedmineSite::kToken);
    RedmineWithComity::TearDown();
  }

  Browser& As(const std::string& login) {
    std::unique_ptr<Browser>& browser = browsers_[login];
    if (browser == nullptr) {
      browser = std::make_unique<Browser>(*site_);
      EXPECT_TRUE(browser->LogIn(login)) << login;
    }
    return *browser;
  }
  // What the page itself says, without Redmine around it.
  std::string Shown(const std::string& login) {
    const std::string html = As(login).Get(page_).body;
    const size_t begin = html.find("id=\"content\""), end = html.find("id=\"footer\"");
    EXPECT_TRUE(begin < end && end != std::string::npos) << html;
    return begin < end && end != std::string::npos ? html.substr(begin, end - begin) : "";
  }
  // As a member who presses a button of their own page, or forges one; gives what they are shown then.
  std::string Press(const std::string& login, const std::string& verb, Browser::Fields fields = {}) {
    const std::string shown = Shown(login);
    fields.insert(fields.begin(), {{"request_id", absl::StrCat(login, "-", verb, "-", ++presses_)}});
    EXPECT_EQ(As(login).Post(absl::StrCat(page_, "/", Deed().name().substr(6), "/", verb), fields).status, 302);
    return Shown(login);
  }
  // As a member who fills in the form for thanks, or forges one; gives the page they end on.
  net::Response Thank(const std::string& login, const std::string& saw, const std::string& request_id = "r") {
    As(login).Get(page_);
    const net::Response sent =
        As(login).Post(ThankPath(), {{"request_id", request_id}, {"behaviour", "behaviours/asks-first"}, {"saw", saw}});
    return sent.status == 302 ? As(login).Get(page_) : sent;
  }
  std::string ThankPath() const { return absl::StrCat(page_, "/", Deed().name().substr(6), "/thank"); }
  void AddBehaviour(const std::string& id, const std::string& title) const {
    v1::CreateBehaviourRequest request;
    request.set_behaviour_id(id);
    request.mutable_behaviour()->set_root(v1::Behaviour::ROOT_LISTEN);
    request.mutable_behaviour()->set_title(title);
    request.mutable_behaviour()->set_criteria("Asked what was needed before doing anything.");
    v1::Behaviour made;
    ASSERT_TRUE(deployment_->Steward()->Call("/comity.v1.RecognitionService/CreateBehaviour", request, &made).ok());
  }
  // As who oversees sees it.
  v1::Deed Deed() const {
    v1::ListDeedsResponse page;
    EXPECT_TRUE(deployment_->Steward()->Call("/comity.v1.DeedService/ListDeeds", v1::ListDeedsRequest(), &page).ok());
    EXPECT_EQ(page.deeds_size(), 1);
    return page.deeds_size() == 1 ? page.deeds(0) : v1::Deed();
  }
  static Browser::Fields Half() {
    return {{"because", "Bea found it"},
            {"shares[0][person]", "bob"},
            {"shares[0][percent]", "50"},
            {"shares[1][person]", "bea"},
            {"shares[1][percent]", "50"}};
  }

  std::string page_;
  std::map<std::string, std::unique_ptr<Browser>> browsers_;
  int presses_ = 0;
};

TEST_F(RedmineBeforeTheDoor, EachMemberSeesWhatIsTheirsToSeeAndAStrangerNothing) {
  EXPECT_THAT(Shown("ana"), AllOf(HasSubstr("Bob (Beta) resolved #" + issues_["asked"]), HasSubstr("policies/1"), HasSubstr("events/"),
                                  HasSubstr(kYes), HasSubstr(kPutRight), Not(HasSubstr(kNotMine)), Not(HasSubstr("marmalade"))));
  EXPECT_THAT(Shown("bob"), AllOf(HasSubstr("Bob (Beta) resolved #"), HasSubstr(kNotMine), HasSubstr(kPutRight), Not(HasSubstr(kYes))));
  for (const char* mate : {"abe", "bea"}) {
    EXPECT_THAT(Shown(mate), AllOf(HasSubstr("A member of Beta resolved #"), Not(HasSubstr("bob")), Not(HasSubstr("people/")),
                                   Not(HasSubstr("ana")), Not(HasSubstr(kYes)), Not(HasSubstr(kPutRight)), Not(HasSubstr(kNotMine))))
        << mate;
  }
  EXPECT_THAT(Shown("bea"), Not(HasSubstr(kForm)));
  // Of another team, and one whose account Comity does not know.
  for (const char* stranger : {"dia", "carla"}) {
    EXPECT_THAT(Shown(stranger), AllOf(HasSubstr("Comity holds nothing about this issue that you may see."), Not(HasSubstr("Beta")),
                                       Not(HasSubstr("bob")), Not(HasSubstr(kForm))))
        << stranger;
  }
  EXPECT_THAT(Press("dia", "confirm"), HasSubstr("no such deed among those of your side"));
  EXPECT_THAT(Press("abe", "confirm"), HasSubstr("only who asked can confirm it"));
  EXPECT_THAT(Press("bea", "decline"), HasSubstr("only a helper of this deed can do that"));
  EXPECT_EQ(Deed().state(), v1::Deed::STATE_PROVISIONAL);
}

TEST_F(RedmineBeforeTheDoor, ThoseConcernedPutItRight) {
  EXPECT_THAT(Press("ana", "confirm"), AllOf(HasSubstr("Confirmed."), Not(HasSubstr(kYes)), HasSubstr(kPutRight)));
  EXPECT_EQ(Deed().state(), v1::Deed::STATE_CONFIRMED);
  const std::vector<v1::AuditRecord> calls = Calls(*deployment_, "DeedService/ConfirmDeed");
  ASSERT_THAT(calls, SizeIs(1));
  EXPECT_EQ(calls[0].person(), "people/ana");
  EXPECT_NE(calls[0].token(), "");
  Browser::Fields too_little = Half();
  too_little.back().second = "40";
  EXPECT_THAT(Press("bob", "correct", too_little), HasSubstr("the shares do not fit: shares must together be exactly 100 %"));
  EXPECT_THAT(Press("bob", "correct", Half()), HasSubstr("those newly named are asked first"));
  EXPECT_THAT(Shown("bea"),
              AllOf(HasSubstr("I accept"), HasSubstr(kNotMine), HasSubstr("Bob (Beta) resolved #"), Not(HasSubstr(kPutRight))));
  EXPECT_THAT(Press("bea", "accept"), HasSubstr("Accepted."));
  EXPECT_EQ(Deed().state(), v1::Deed::STATE_CORRECTED);
  EXPECT_THAT(Deeds(), UnorderedElementsAre(AllOf(StartsWith("asked for alpha by "), HasSubstr(" by bea"), HasSubstr(" by bob"))));
  EXPECT_THAT(Shown("ana"), HasSubstr("Because: Bea found it"));
  EXPECT_THAT(Press("bob", "decline"), AllOf(HasSubstr("Declined."), Not(HasSubstr(kNotMine)), Not(HasSubstr(kPutRight))));
  Browser::Fields stale = Half();
  stale.emplace_back("etag", "\"1\"");
  EXPECT_THAT(Press("ana", "correct", stale), HasSubstr("the deed has changed"));
}

TEST_F(RedmineBeforeTheDoor, TheHelpedSideThanksInItsOwnWordsWhichNoLogHas) {
  AddBehaviour("asks-first", "Asks first");
  const size_t logged = site_->RequestLog().size();
  for (const char* helped : {"ana", "abe"}) EXPECT_THAT(Shown(helped), AllOf(HasSubstr(kThanksForm), HasSubstr("Asks first"))) << helped;
  for (const char* other : {"bob", "bea", "dia", "carla"}) EXPECT_THAT(Shown(other), Not(HasSubstr(kThanksForm))) << other;
  EXPECT_THAT(Thank("dia", "marmalade").body, HasSubstr("no such deed among those of your side"));
  EXPECT_THAT(Thank("bea", "marmalade").body, HasSubstr("who asked, and members of the helped team, can thank for a deed"));
  for (const std::string& saw : {std::string(" \r\n "), "marmalade " + std::string(1000, 'm')}) {
    const net::Response fault = Thank("ana", saw);
    EXPECT_EQ(fault.status, 422);
    EXPECT_THAT(fault.body, AllOf(HasSubstr("the thanks are not sound: saw write what you saw, in 1 to 1000 characters"),
                                  HasSubstr("selected=\"selected\" value=\"behaviours/asks-first\""),
                                  HasSubstr(saw[0] == ' ' ? "</textarea>" : saw + "</textarea>")));
  }
  EXPECT_EQ(As("ana").Post(ThankPath(), {{"saw", "marmalade"}}, /*with_token=*/false).status, 422);
  browsers_.erase("ana");  // whom Redmine has signed out
  EXPECT_THAT(Shown("ana"), AllOf(HasSubstr(kThanksForm), Not(HasSubstr("marmalade")))) << "nothing of all this was taken";

  const std::string saw = "marmalade: asked back\r\nalthough it was late. " + std::string(950, 'm');
  EXPECT_THAT(Thank("ana", saw, "once").body, AllOf(HasSubstr("Thanked."), HasSubstr("ana, "), HasSubstr(", Asks first"),
                                                    HasSubstr("late. mmm"), Not(HasSubstr(kThanksForm))));
  const std::string twice = Thank("ana", saw, "once").body;
  EXPECT_EQ(twice.find("marmalade"), twice.rfind("marmalade")) << "sent twice, and there once";
  EXPECT_THAT(Shown("bob"), AllOf(HasSubstr("marmalade: asked back"), HasSubstr("ana, "), Not(HasSubstr(kThanksForm))));
  EXPECT_THAT(Shown("bea"), AllOf(HasSubstr("A member of Beta resolved #"), Not(HasSubstr("marmalade"))));
  EXPECT_THAT(Shown("abe"), AllOf(HasSubstr(kThanksForm), Not(HasSubstr("marmalade"))));

  Browser::Fields half = Half();
  half[0].second = "marmalade";
  Press("bob", "correct", half);
  const std::string log = site_->RequestLog().substr(logged);
  EXPECT_THAT(log, AllOf(HasSubstr("/thank\""), HasSubstr(R"("saw"=>"[FILTERED]")"), HasSubstr(R"("because"=>"[FILTERED]")"),
                         HasSubstr(R"("shares"=>"[FILTERED]")"), HasSubstr(R"("behaviour"=>"behaviours/asks-first")")));
  for (const std::string& written : {log, site_->log(), ReadFile(deployment_->log())}) {
    EXPECT_THAT(written, Not(HasSubstr("marmalade")));
    EXPECT_THAT(written, Not(HasSubstr("mmmmmmmm")));
  }
}

TEST_F(RedmineBeforeTheDoor, SaysSoWhileComityIsAwayAndIssuesGoOn) {
  As("ana");
  deployment_->KillService();
  EXPECT_EQ(As("ana").Get(page_).status, 503);
  EXPECT_THAT(Shown("ana"), AllOf(HasSubstr("Comity cannot be reached"), Not(HasSubstr(kForm))));
  site_->Change("ana", issues_["asked"], R"("status_id":5)");
  EXPECT_EQ(As("ana").Get("/issues/" + issues_["asked"]).status, 200);
  deployment_->StartService();
  ASSERT_LT(deployment_->AwaitService(kRedminePatience), kRedminePatience);
  EXPECT_THAT(Shown("ana"), HasSubstr("Bob (Beta) resolved #"));
}

}  // namespace
}  // namespace comity::testing
