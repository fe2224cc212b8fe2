// The wiki's own page about what was made of an edit, before the real door of a real deployment: what each member is shown, what they may
// say, and what happens while Comity is away.
#include <gmock/gmock.h>

#include <filesystem>
#include <map>

#include "absl/strings/match.h"
#include "plugins/sdk/walk.h"
#include "tests/live/dokuwiki_wiki.h"
#include "tests/live/suite_token.h"

namespace comity::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;
using Fields = std::vector<std::pair<std::string, std::string>>;

constexpr char kPage[] = "/doku.php?id=alpha:runbook&do=comity";
constexpr char kYes[] = "Yes, that was help", kNotForMe[] = "Not for me", kThank[] = "Say thanks",
               kNothing[] = "Comity holds nothing about this page that you may see.";

// Ana of alpha made alpha:runbook, and Bob of beta improved it.
class DokuWikiPage : public DokuWiki {
 protected:
  void SetUp() override {
    DokuWiki::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    Configure(/*hooks=*/true);
    Connect();
    WriteFile(dir_ / "door.token", SuiteToken(*deployment_, "wiki") + "\n");
    StartWiki(/*plugin=*/true, {"COMITY_DOOR=" + deployment_->http_url(), "COMITY_DOOR_TOKEN_FILE=" + (dir_ / "door.token")});
    Save("ana", "alpha:runbook", "Restart the exporter.");
    Save("bob", "alpha:runbook", "Restart the exporter. Check the disk first.");
    Tasks();
    ASSERT_TRUE(Await(2)) << ReadFile(deployment_->log());
  }

  // As this login, in its session; empty: nobody's.
  net::Response Ask(const std::string& login, const std::string& path, const Fields& form = {}) {
    net::Headers headers;
    if (!login.empty()) headers.emplace_back("Authorization", "Basic " + absl::Base64Escape(login + ":" + login + "-secret"));
    if (!sessions_[login].empty()) headers.emplace_back("Cookie", sessions_[login]);
    std::string body;
    for (const auto& [name, value] : form) absl::StrAppend(&body, body.empty() ? "" : "&", name, "=", sdk::UrlEncoded(value));
    if (!form.empty()) headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    const auto answer = net::Fetch(form.empty() ? "GET" : "POST", url() + path, headers, body, {std::chrono::seconds(60)});
    EXPECT_TRUE(answer.ok()) << answer.status();
    if (!answer.ok()) return {0, {}, ""};
    for (const auto& [name, value] : answer->headers) {
      if (absl::EqualsIgnoreCase(name, "Set-Cookie") && value.find("DokuWiki=") == 0) sessions_[login] = value.substr(0, value.find(';'));
    }
    return *answer;
  }
  // What the page itself says, without the wiki around it.
  std::string Shown(const std::string& login) {
    const std::string html = Ask(login, kPage).body;
    const size_t begin = html.find("<!-- wikipage start -->"), end = html.find("<!-- wikipage stop -->");
    EXPECT_TRUE(begin < end && end != std::string::npos) << html;
    return begin < end && end != std::string::npos ? html.substr(begin, end - begin) : "";
  }
  static std::string FieldOf(const std::string& html, const std::string& name) {
    const size_t at = html.find("name=\"" + name + "\" value=\"");
    const size_t begin = at + name.size() + 15;
    return at == std::string::npos ? "" : html.substr(begin, html.find('"', begin) - begin);
  }
  // As a member who presses a button of their own page, or forges one with the token of their session.
  net::Response Press(const std::string& login, const std::string& verb, const Fields& more = {}) {
    return Ask(login, kPage, Form(login, verb, more));
  }
  Fields Form(const std::string& login, const std::string& verb, const Fields& more) {
    const std::string shown = Shown(login), whole = Ask(login, "/doku.php?id=alpha:runbook&do=edit").body;
    Fields form = {{"id", "alpha:runbook"}, {"do", "comity"}, {"deed", Deed().name()}, {"once", FieldOf(shown, "once")}, {"verb", verb}};
    form.emplace_back("sectok", FieldOf(whole, "sectok"));
    form.insert(form.end(), more.begin(), more.end());
    return form;
  }
  static void ExpectDone(const net::Response& answer) {
    EXPECT_EQ(answer.status, 302) << answer.body;
    EXPECT_THAT(std::string(net::FindHeader(answer.headers, "Location")), HasSubstr("done=1"));
  }
  // All that the wiki and Comity have logged.
  std::string Logged() const {
    std::string logged = ReadFile(dir_ / "wiki.log") + ReadFile(deployment_->log());
    for (const auto& file : std::filesystem::recursive_directory_iterator(dir_ / "wiki/data/log")) {
      if (file.is_regular_file()) logged += ReadFile(file.path());
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

  std::map<std::string, std::string> sessions_;
};

TEST_F(DokuWikiPage, ShowsEachMemberWhatIsTheirsToSeeAndAStrangerNothing) {
  EXPECT_THAT(Ask("bob", "/doku.php?id=alpha:runbook").body, HasSubstr("Why in Comity?")) << "a link beside the page";
  EXPECT_THAT(Ask("", "/doku.php?id=alpha:runbook").body, Not(HasSubstr("Why in Comity?")));
  EXPECT_THAT(Shown("bob"), AllOf(HasSubstr("Bob (Beta) improved"), HasSubstr("Alpha"), HasSubstr("Why?"), HasSubstr("events/"),
                                  HasSubstr(kNotForMe), HasSubstr("bob 100"), Not(HasSubstr(kYes))));
  for (const char* mate : {"ana", "bea"}) {
    EXPECT_THAT(Shown(mate), AllOf(HasSubstr("A member of Beta improved"), Not(HasSubstr("Bob")), Not(HasSubstr("people/")))) << mate;
  }
  EXPECT_THAT(Shown("reader"), AllOf(HasSubstr(kNothing), Not(HasSubstr("Beta")), Not(HasSubstr("<form")))) << "an account of nobody";
  EXPECT_THAT(Ask("", kPage).body, Not(HasSubstr("improved")));
  EXPECT_THAT(Ask("bob", "/doku.php?id=alpha:nowhere&do=comity").body, HasSubstr("There is no such page"));
  // What they may not say is refused, whatever is sent.
  EXPECT_THAT(Press("reader", "decline").body, HasSubstr("class=\"error\""));
  EXPECT_THAT(Press("ana", "decline").body, HasSubstr("only a helper of this deed can do that"));
  EXPECT_EQ(Deed().state(), v1::Deed::STATE_PROVISIONAL);
}

TEST_F(DokuWikiPage, LetsThoseConcernedPutItRight) {
  Fields form = {{"id", "alpha:runbook"}, {"do", "comity"}, {"deed", Deed().name()}, {"verb", "decline"}};
  EXPECT_THAT(Ask("bob", kPage, form).body, HasSubstr("not from this session")) << "another site's form";
  EXPECT_THAT(Press("bob", "correct", {{"shares", "somebody else, perhaps"}, {"because", "Bea found it"}}).body,
              HasSubstr("Say whose it was"));
  EXPECT_THAT(Press("bob", "correct", {{"shares", "bob 50\nbea 40"}, {"because", "Bea found it"}}).body,
              HasSubstr("the shares do not fit"));
  EXPECT_EQ(Deed().state(), v1::Deed::STATE_PROVISIONAL);
  // Bob says that Bea did half of it; she is asked first.
  ExpectDone(Press("bob", "correct", {{"shares", "bob 50\nbea 50"}, {"because", "Bea found it"}}));
  EXPECT_THAT(Shown("bea"), HasSubstr("Yes, that was me"));
  EXPECT_THAT(Shown("ana"), Not(HasSubstr("Yes, that was me")));
  ExpectDone(Press("bea", "accept"));
  EXPECT_THAT(Deeds(), UnorderedElementsAre(
                           AllOf(StartsWith("PAGE_IMPROVED of alpha:runbook for alpha by "), HasSubstr(" by bea"), HasSubstr(" by bob"))));
  ExpectDone(Press("bob", "decline"));
  const v1::Deed declined = Deed();
  for (const v1::Deed::Helper& helper : declined.helpers()) EXPECT_EQ(helper.declined(), helper.person() == "people/bob");
  const std::vector<v1::AuditRecord> calls = Calls(*deployment_, "DeedService/DeclineDeed");
  ASSERT_THAT(calls, SizeIs(1));
  EXPECT_EQ(calls[0].person(), "people/bob");
}

TEST_F(DokuWikiPage, LetsTheHelpedSideThankWhoeverHelpedInTheirOwnWords) {
  ASSERT_TRUE(AddBehaviour(*deployment_, "asks-first", "Asked <before> acting"));
  EXPECT_THAT(Shown("ana"), AllOf(HasSubstr(kThank), HasSubstr("None of these"), HasSubstr("Asked &lt;before&gt; acting"),
                                  HasSubstr("they alone decide who else may"), Not(HasSubstr("Bob"))));
  for (const char* other : {"bob", "bea", "reader"}) EXPECT_THAT(Shown(other), Not(HasSubstr(kThank))) << other;
  EXPECT_THAT(Press("bea", "thank", {{"saw", "marmalade"}}).body, HasSubstr("members of the helped team, can thank for a deed"));

  // What is refused is written still.
  const std::string words = "marmalade <b>of</b> oranges, 100%s";
  const Fields forged = {{"id", "alpha:runbook"}, {"do", "comity"}, {"deed", Deed().name()}, {"verb", "thank"}, {"saw", words}};
  EXPECT_THAT(Ask("ana", kPage, forged).body, AllOf(HasSubstr("not from this session"), HasSubstr("marmalade &lt;b&gt;of")));
  EXPECT_THAT(Ask("", kPage, forged).body, AllOf(HasSubstr("What you wrote"), HasSubstr("oranges"), Not(HasSubstr("improved"))))
      << "whose session is over";
  EXPECT_THAT(Press("ana", "thank", {{"saw", " \r\n"}}).body, HasSubstr("Say what you saw"));
  const Fields much = Form("ana", "thank", {{"behaviour", "behaviours/asks-first"}, {"saw", words + std::string(1000, 'x')}});
  const std::string again = Ask("ana", kPage, much).body;
  EXPECT_THAT(again, AllOf(HasSubstr("Say what you saw"), HasSubstr("oranges, 100%s" + std::string(1000, 'x') + "</textarea>"),
                           HasSubstr("<details open"), HasSubstr("value=\"behaviours/asks-first\" selected")));
  EXPECT_EQ(FieldOf(again, "once"), much[3].second) << "what may have been done all the same is not done twice";
  EXPECT_THAT(Press("ana", "thank", {{"saw", words + "\x01"}}).body, AllOf(HasSubstr("the thanks are not sound"), HasSubstr("oranges")));
  EXPECT_THAT(Press("ana", "thank", {{"behaviour", "behaviours/none-such"}, {"saw", words}}).body,
              AllOf(HasSubstr("no such behaviour"), HasSubstr("oranges")));
  EXPECT_THAT(Calls(*deployment_, "RecognitionService/CreateRecognition"), IsEmpty());

  ExpectDone(Press("ana", "thank", {{"behaviour", "behaviours/asks-first"}, {"saw", words + "\r\nand lemons"}}));
  for (const char* reader : {"ana", "bob"}) {
    EXPECT_THAT(Shown(reader), AllOf(HasSubstr("ana · Asked &lt;before&gt; acting · 20"), HasSubstr("marmalade &lt;b&gt;of"),
                                     HasSubstr("100%s<br />\nand lemons"), Not(HasSubstr(kThank))))
        << reader;
  }
  EXPECT_THAT(Shown("ana"), AllOf(Not(HasSubstr("Bob")), Not(HasSubstr("bob")))) << "nor do thanks tell whom they reached";
  EXPECT_THAT(Shown("bea"), AllOf(Not(HasSubstr("marmalade")), Not(HasSubstr(kThank))));
  EXPECT_THAT(Shown("abe"), AllOf(Not(HasSubstr("marmalade")), HasSubstr(kThank))) << "of the helped team, and has thanked for nothing";

  // Sent while Comity was away: Abe has his words before him, and can send them again.
  const Fields abes = Form("abe", "thank", {{"saw", "marmalade from Abe"}});
  deployment_->KillService();
  EXPECT_THAT(Ask("abe", kPage, abes).body, AllOf(HasSubstr("What you wrote"), HasSubstr("marmalade from Abe"), HasSubstr("not known")));
  deployment_->StartService();
  ASSERT_LT(deployment_->AwaitService(kWikiPatience), kWikiPatience);
  ExpectDone(Ask("abe", kPage, abes));
  ExpectDone(Ask("abe", kPage, abes));
  EXPECT_THAT(Shown("bob"), AllOf(HasSubstr("marmalade from Abe"), HasSubstr("and lemons")));
  EXPECT_EQ(Shown("bob").find("from Abe"), Shown("bob").rfind("from Abe")) << "once";
  EXPECT_THAT(Logged(), AllOf(HasSubstr("the door gives no readable answer"), Not(HasSubstr("marmalade"))));
}

TEST_F(DokuWikiPage, SaysSoWhileComityIsAwayAndTheWikiGoesOn) {
  deployment_->KillService();
  EXPECT_THAT(Shown("bob"), AllOf(HasSubstr("Comity does not answer just now"), Not(HasSubstr("<form"))));
  EXPECT_EQ(Ask("bob", "/doku.php?id=alpha:runbook").status, 200);
  Save("bob", "alpha:second", "Saved all the same.");
}

}  // namespace
}  // namespace comity::testing
