// The wiki's own page before the real door of a real deployment: what each member is shown, what they may say, and what happens while
// Comity is away.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "comity/v1/deed.pb.h"
#include "tests/live/mediawiki_wiki.h"
#include "tests/live/suite_token.h"

namespace comity::testing {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

constexpr const char* kPage = "/index.php?title=Special:Comity/Alpha/Runbook";
constexpr const char* kYes = "Yes, that was help";
constexpr const char* kNotForMe = "Not for me";
constexpr const char* kPutRight = "Put it right";
constexpr const char* kThank = "Say thanks";
constexpr const char* kNothing = "Comity holds nothing about this page that you may see.";

// Ana of alpha made Alpha/Runbook, and Bob of beta improved it.
class MediaWikiBeforeTheDoor : public MediaWiki {
 protected:
  void SetUp() override {
    MediaWiki::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    SetUpDeployment(/*hooks=*/true, /*polls=*/false);
    Connect();
    WriteFile(dir_ / "door.token", SuiteToken(*deployment_, "wiki") + "\n");
    WriteFile(dir_ / "wiki/comity.php",
              absl::StrCat("<?php\n$wgComityApiUrl = '", deployment_->http_url(), "';\n$wgComityApiTokenFile = '", dir_ / "door.token",
                           "';\n$wgComityInstance = 'wiki.acme.example';\n$wgComityApiTimeout = 30;\n"));
    StartWiki(HookUrl());
    As("Ana").Save("Alpha/Runbook", "Restart the exporter.");
    As("Bob").Save("Alpha/Runbook", "Restart the exporter. Check the disk first.");
    ASSERT_TRUE(AwaitEvents(2)) << ReadFile(deployment_->log());
  }

  // What the page itself says, without the wiki around it.
  std::string Shown(const std::string& name) {
    const std::string html = As(name).Ask(kPage).body;
    const size_t begin = html.find("id=\"mw-content-text\""), end = html.find("id=\"catlinks\"");
    EXPECT_TRUE(begin < end && end != std::string::npos) << html;
    return begin < end && end != std::string::npos ? html.substr(begin, end - begin) : "";
  }
  // As a member who presses a button of their own page, or forges one. Gives what the wiki answers.
  net::Response Press(const std::string& name, const std::string& verb, const Fields& more = {}) {
    return As(name).Ask(kPage, Encoded(Form(name, verb, more)));
  }
  Fields Form(const std::string& name, const std::string& verb, const Fields& more) {
    const v1::Deed deed = Deed();
    const std::string shown = Shown(name), token = FieldOf(shown, "wpEditToken");
    Fields form = {{"deed", deed.name()}, {"etag", FieldOf(shown, "etag")}, {"once", FieldOf(shown, "once")}, {"verb", verb}};
    form.emplace_back("wpEditToken", token.empty() ? EditToken(name) : token);
    form.insert(form.end(), more.begin(), more.end());
    return form;
  }
  void ExpectDone(const net::Response& answer) {
    EXPECT_EQ(answer.status, 302) << answer.body;
    EXPECT_THAT(std::string(net::FindHeader(answer.headers, "location")), HasSubstr("done=1"));
  }
  std::string EditToken(const std::string& name) {
    return Visitor::Text(As(name).Api({{"action", "query"}, {"meta", "tokens"}}), "/query/tokens/csrftoken");
  }
  // All that the wiki and Comity have logged.
  std::string Logged() const {
    std::string logged = ReadFile(dir_ / "wiki.log") + ReadFile(deployment_->log());
    for (const char* file : {"wiki/comity.log", "wiki/errors.log"}) {
      if (std::filesystem::exists(dir_ / file)) logged += ReadFile(dir_ / file);
    }
    return logged;
  }
  // As who oversees sees it.
  v1::Deed Deed() const {
    v1::ListDeedsResponse page;
    EXPECT_TRUE(deployment_->Steward()->Call("/comity.v1.DeedService/ListDeeds", v1::ListDeedsRequest(), &page).ok());
    EXPECT_EQ(page.deeds_size(), 1);
    return page.deeds_size() == 1 ? page.deeds(0) : v1::Deed();
  }
};

TEST_F(MediaWikiBeforeTheDoor, EachMemberSeesWhatIsTheirsToSeeAndAStrangerNothing) {
  EXPECT_THAT(Shown("Bob"), AllOf(HasSubstr("Bob (Beta) improved"), HasSubstr("Alpha"), HasSubstr("Why?"), HasSubstr("policies/1"),
                                  HasSubstr("events/"), HasSubstr(kNotForMe), HasSubstr(kPutRight), Not(HasSubstr(kYes))));
  // Of the team helped, and of the helper's: without names, and without buttons that would be refused.
  for (const char* mate : {"Ana", "Bea"}) {
    EXPECT_THAT(Shown(mate), AllOf(HasSubstr("A member of Beta improved"), Not(HasSubstr("Bob")), Not(HasSubstr("people/")),
                                   Not(HasSubstr(kYes)), Not(HasSubstr(kPutRight)), Not(HasSubstr("bob"))))
        << mate;
  }
  EXPECT_THAT(Shown("Bea"), Not(HasSubstr("<form")));
  // Of another team; a machine; nobody whom Comity knows.
  for (const char* stranger : {"Dia", "Admin"}) {
    EXPECT_THAT(Shown(stranger), AllOf(HasSubstr(kNothing), Not(HasSubstr("Beta")), Not(HasSubstr("<form")))) << stranger;
  }
  EXPECT_THAT(As("").Ask(kPage).body, Not(HasSubstr("improved")));
  // Nor is anything told of a page that Comity does not know.
  As("Dia").Save("Talk:Alpha/Runbook", "Talk is not read.");
  EXPECT_THAT(As("Bob").Ask("/index.php?title=Special:Comity/Talk:Alpha/Runbook").body, HasSubstr(kNothing));
  EXPECT_EQ(Press("Dia", "confirm").status, 200);
  EXPECT_THAT(Press("Dia", "confirm").body, HasSubstr("no such deed among those of your side"));
  EXPECT_THAT(Press("Ana", "confirm").body, HasSubstr("where nobody asked, a lead of the helped team"));
  EXPECT_THAT(Press("Ana", "decline").body, HasSubstr("only a helper of this deed can do that"));
  EXPECT_EQ(Deed().state(), v1::Deed::STATE_PROVISIONAL);
  EXPECT_EQ(Faults(), "");
}

TEST_F(MediaWikiBeforeTheDoor, ThoseConcernedPutItRightAndALeadOfTheTeamHelpedSaysYes) {
  ASSERT_NE(LeadToken(*deployment_, "abe"), "");
  ASSERT_TRUE(WaitUntil([&] { return Shown("Abe").find(kYes) != std::string::npos; }, kWikiPatience)) << Shown("Abe");
  EXPECT_THAT(Shown("Abe"), AllOf(Not(HasSubstr("Bob")), Not(HasSubstr(kNotForMe))));
  EXPECT_THAT(Shown("Ana"), Not(HasSubstr(kYes))) << "of the same team, but no lead";
  ExpectDone(Press("Abe", "confirm"));
  EXPECT_EQ(Deed().state(), v1::Deed::STATE_CONFIRMED);
  EXPECT_THAT(Shown("Abe"), Not(HasSubstr(kYes))) << "said once";
  const std::vector<v1::AuditRecord> calls = Calls(*deployment_, "DeedService/ConfirmDeed");
  ASSERT_THAT(calls, SizeIs(1));
  EXPECT_EQ(calls[0].person(), "people/abe");
  EXPECT_THAT(calls[0].token(), StartsWith("tokens/"));

  // Bob says that Bea did half of it; she is asked first.
  EXPECT_THAT(Shown("Bob"), HasSubstr("bob 100"));
  EXPECT_THAT(Press("Bob", "correct", {{"shares", "bob 50\nbea 40"}, {"because", "Bea found it"}}).body,
              HasSubstr("the shares do not fit: shares must together be exactly 100 %"));
  ExpectDone(Press("Bob", "correct", {{"shares", "bob 50\nbea 50"}, {"because", "Bea found it"}}));
  EXPECT_THAT(Shown("Bea"), AllOf(HasSubstr("Yes, that was me"), HasSubstr("if the 50 % that a correction gives you are yours"),
                                  HasSubstr(kNotForMe), HasSubstr("Bob (Beta) improved"), Not(HasSubstr(kPutRight))));
  EXPECT_THAT(Shown("Ana"), Not(HasSubstr("Yes, that was me")));
  ExpectDone(Press("Bea", "accept"));
  EXPECT_EQ(Deed().state(), v1::Deed::STATE_CORRECTED);
  EXPECT_THAT(Deeds(), UnorderedElementsAre(AllOf(StartsWith("Alpha/Runbook for alpha by "), HasSubstr(" by bea"), HasSubstr(" by bob"))));
  EXPECT_THAT(Shown("Bea"), AllOf(HasSubstr(kNotForMe), HasSubstr(kPutRight), HasSubstr("bea 50"), HasSubstr("bob 50")));
  ExpectDone(Press("Bob", "decline"));
  const v1::Deed declined = Deed();
  for (const v1::Deed::Helper& helper : declined.helpers()) EXPECT_EQ(helper.declined(), helper.person() == "people/bob");
  EXPECT_THAT(Shown("Bob"), AllOf(Not(HasSubstr(kNotForMe)), Not(HasSubstr(kPutRight))));

  // What was shown is what is answered.
  EXPECT_THAT(Press("Bea", "correct", {{"shares", "bea 50"}, {"because", "Mine"}, {"etag", "\"1\""}}).body,
              HasSubstr("the deed has changed"));
  EXPECT_EQ(Faults(), "");
}

TEST_F(MediaWikiBeforeTheDoor, TheHelpedSideThanksWhoeverHelpedInTheirOwnWords) {
  ASSERT_TRUE(AddBehaviour(*deployment_, "asks-first", "Asked <before> acting"));
  EXPECT_THAT(Shown("Ana"), AllOf(HasSubstr(kThank), HasSubstr("None of these"), HasSubstr("Asked &lt;before"),
                                  HasSubstr("they alone decide who else may"), Not(HasSubstr("Bob"))));
  for (const char* other : {"Bob", "Bea", "Dia", "Admin"}) EXPECT_THAT(Shown(other), Not(HasSubstr(kThank))) << other;
  EXPECT_THAT(Press("Bea", "thank", {{"saw", "marmalade"}}).body, HasSubstr("members of the helped team, can thank for a deed"));

  // What is refused is written still.
  const std::string words = "marmalade <b>of</b> oranges, $1 %s";
  const Fields forged = {{"deed", Deed().name()}, {"verb", "thank"}, {"saw", words}};
  EXPECT_THAT(As("Ana").Ask(kPage, Encoded(forged)).body, AllOf(HasSubstr("session hijacking"), HasSubstr("marmalade &lt;b>of")));
  EXPECT_THAT(As("").Ask(kPage, Encoded(forged)).body, AllOf(HasSubstr("What you wrote"), HasSubstr("oranges"), Not(HasSubstr("improved"))))
      << "whose session is over";
  EXPECT_THAT(Press("Ana", "thank", {{"saw", " \r\n"}}).body, HasSubstr("Say what you saw"));
  const Fields much = Form("Ana", "thank", {{"behaviour", "behaviours/asks-first"}, {"saw", words + std::string(1000, 'x')}});
  const std::string again = As("Ana").Ask(kPage, Encoded(much)).body;
  EXPECT_THAT(again, AllOf(HasSubstr("Say what you saw"), HasSubstr("oranges, $1 %s" + std::string(1000, 'x') + "</textarea>"),
                           HasSubstr("<details open"), ContainsRegex("<option[^>]*selected[^>]*>Asked &lt;before")));
  EXPECT_EQ(FieldOf(again, "once"), much[2].second) << "what may have been done all the same is not done twice";
  EXPECT_THAT(Press("Ana", "thank", {{"behaviour", "behaviours/none-such"}, {"saw", words}}).body,
              AllOf(HasSubstr("no such behaviour"), HasSubstr("oranges")));
  EXPECT_THAT(Calls(*deployment_, "RecognitionService/CreateRecognition"), IsEmpty());

  ExpectDone(Press("Ana", "thank", {{"behaviour", "behaviours/asks-first"}, {"saw", words + "\r\nand lemons"}}));
  for (const char* reader : {"Ana", "Bob"}) {
    EXPECT_THAT(Shown(reader), AllOf(HasSubstr("ana · Asked &lt;before&gt; acting · "), HasSubstr("marmalade &lt;b&gt;of"),
                                     HasSubstr("$1 %s<br />\nand lemons"), Not(HasSubstr(kThank))))
        << reader;
  }
  EXPECT_THAT(Shown("Ana"), AllOf(Not(HasSubstr("Bob")), Not(HasSubstr("bob")))) << "nor do thanks tell whom they reached";
  EXPECT_THAT(Shown("Bea"), AllOf(Not(HasSubstr("marmalade")), Not(HasSubstr(kThank))));
  EXPECT_THAT(Shown("Abe"), AllOf(Not(HasSubstr("marmalade")), HasSubstr(kThank))) << "of the helped team, and has thanked for nothing";

  // Sent while Comity was away: Abe has his words before him, and can send them again.
  const Fields abes = Form("Abe", "thank", {{"saw", "marmalade from Abe"}});
  deployment_->KillService();
  EXPECT_THAT(As("Abe").Ask(kPage, Encoded(abes)).body,
              AllOf(HasSubstr("What you wrote"), HasSubstr("marmalade from Abe"), HasSubstr("not known")));
  deployment_->StartService();
  ASSERT_LT(deployment_->AwaitService(kWikiPatience), kWikiPatience);
  ExpectDone(As("Abe").Ask(kPage, Encoded(abes)));
  ExpectDone(As("Abe").Ask(kPage, Encoded(abes)));
  EXPECT_THAT(Shown("Bob"), AllOf(HasSubstr("marmalade from Abe"), HasSubstr("and lemons")));
  EXPECT_EQ(Shown("Bob").find("from Abe"), Shown("Bob").rfind("from Abe")) << "once";
  EXPECT_THAT(Logged(), AllOf(HasSubstr("nothing readable"), Not(HasSubstr("marmalade"))));
  EXPECT_EQ(Faults(), "");
}

TEST_F(MediaWikiBeforeTheDoor, SaysSoWhileComityIsAwayAndTheWikiGoesOn) {
  deployment_->KillService();
  EXPECT_THAT(Shown("Bob"), AllOf(HasSubstr("Comity does not answer just now"), Not(HasSubstr("<form"))));
  EXPECT_NE(As("Bob").Save("Alpha/Second", "Saved all the same."), "");
  EXPECT_THAT(As("").Ask("/index.php?title=Alpha/Second").body, HasSubstr("Saved all the same."));
  deployment_->StartService();
  ASSERT_LT(deployment_->AwaitService(kWikiPatience), kWikiPatience);
  EXPECT_THAT(Shown("Bob"), HasSubstr("Bob (Beta) improved"));
  // A token that Comity does not know is the wiki's fault, not the member's.
  WriteFile(dir_ / "door.token", "cmt_no_token_of_this_service\n");
  EXPECT_THAT(Shown("Bob"), AllOf(HasSubstr("Comity does not answer just now"), Not(HasSubstr("<form"))));
  EXPECT_THAT(ReadFile(dir_ / "wiki/comity.log"), HasSubstr("does not know the token"));
  WriteFile(dir_ / "door.token", SuiteToken(*deployment_, "wiki"));
  EXPECT_THAT(Shown("Bob"), HasSubstr("Bob (Beta) improved"));
  EXPECT_EQ(Faults(), "");
}

}  // namespace
}  // namespace comity::testing
