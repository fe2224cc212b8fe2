// The wiki's own page about what was made of an edit, before the real door of a real deployment: what each member is shown, what they may
// say, and what happens while Comity is away.
#include <gmock/gmock.h>

#include <map>

#include "absl/strings/match.h"
#include "plugins/sdk/walk.h"
#include "tests/live/dokuwiki_wiki.h"
#include "tests/live/suite_token.h"

namespace comity::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;
using Fields = std::vector<std::pair<std::string, std::string>>;

constexpr char kPage[] = "/doku.php?id=alpha:runbook&do=comity";
constexpr char kYes[] = "Yes, that was help", kNotForMe[] = "Not for me",
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
    const std::string shown = Shown(login), whole = Ask(login, "/doku.php?id=alpha:runbook&do=edit").body;
    Fields form = {{"id", "alpha:runbook"}, {"do", "comity"}, {"deed", Deed().name()}, {"once", FieldOf(shown, "once")}, {"verb", verb}};
    form.emplace_back("sectok", FieldOf(whole, "sectok"));
    form.insert(form.end(), more.begin(), more.end());
    return Ask(login, kPage, form);
  }
  static void ExpectDone(const net::Response& answer) {
    EXPECT_EQ(answer.status, 302) << answer.body;
    EXPECT_THAT(std::string(net::FindHeader(answer.headers, "Location")), HasSubstr("done=1"));
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

TEST_F(DokuWikiPage, SaysSoWhileComityIsAwayAndTheWikiGoesOn) {
  deployment_->KillService();
  EXPECT_THAT(Shown("bob"), AllOf(HasSubstr("Comity does not answer just now"), Not(HasSubstr("<form"))));
  EXPECT_EQ(Ask("bob", "/doku.php?id=alpha:runbook").status, 200);
  Save("bob", "alpha:second", "Saved all the same.");
}

}  // namespace
}  // namespace comity::testing
