// DokuWiki as Debian ships it, with real processes of ours: by the poll alone, by the plugin inside the wiki and the poll together, and
// through restarts of both sides.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>
#include <filesystem>
#include <memory>
#include <set>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "comity/v1/deed.pb.h"
#include "comity/v1/event.pb.h"
#include "service/net/http.h"
#include "tests/support/deployment.h"

namespace comity::testing {
namespace {

using std::chrono::milliseconds;
using ::testing::UnorderedElementsAre;

constexpr milliseconds kPatience{120'000};
constexpr const char* kSecret = "whsec_YSBzZWNyZXQgb2YgdGhlIGxpdmUgdGVzdHMgYWxvbmU=";

class DokuWiki : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists("/usr/share/dokuwiki/doku.php") || !std::filesystem::exists("/usr/bin/php")) {
      GTEST_SKIP() << "needs Debian's dokuwiki and php-cli; as root: apt-get install --no-install-recommends $(grep -v '^#' "
                      "tests/packages-live.txt)";
    }
    deployment_ = std::make_unique<Deployment>();
    std::string people = "people:\n", memberships = "memberships:\n";
    for (const auto& [login, team] :
         {std::pair("ana", "alpha"), std::pair("abe", "alpha"), std::pair("bob", "beta"), std::pair("bea", "beta")}) {
      absl::StrAppend(&people, "  - {id: ", login, ", name: ", login, ", accounts: [\"dokuwiki:wiki.acme.example:", login, "\"]}\n");
      absl::StrAppend(&memberships, "  - {person: ", login, ", team: ", team, "}\n");
    }
    ASSERT_TRUE(deployment_->Apply(people + "teams:\n  - {id: alpha, name: Alpha}\n  - {id: beta, name: Beta}\n" + memberships +
                                   "ownership:\n  - {match: \"dokuwiki:wiki.acme.example:namespace:alpha\", team: alpha}\n"
                                   "  - {match: \"dokuwiki:wiki.acme.example:namespace::\", team: beta}\n"));
    ASSERT_TRUE(deployment_->AddSource("wiki", "dokuwiki", "wiki.acme.example"));
    WriteFile(deployment_->dir() / "wiki.secret", kSecret);
    WriteFile(deployment_->dir() / "wiki-read.token", "reader:reader-secret");
  }

  void Configure(bool hooks) {
    deployment_->Configure(absl::StrCat("  - id: wiki\n    suite: dokuwiki\n    instance: wiki.acme.example\n    token_file: wiki.token\n",
                                        hooks ? "    secret_files: [wiki.secret]\n" : "",
                                        "    poll: {read_token_file: wiki-read.token, every: 1s, back_fill: 1h, api_base: \"", url(),
                                        "\"}\n"));
  }
  void Connect() {
    deployment_->StartConnect();
    ASSERT_LT(deployment_->AwaitConnect(kPatience), kPatience) << ReadFile(deployment_->log());
  }
  void StartWiki(bool plugin = false) {
    std::vector<std::string> command = {"/usr/bin/env"};
    if (plugin) {
      command.insert(command.end(), {"COMITY_URL=" + deployment_->HookUrl("wiki"), std::string("COMITY_SECRET=") + kSecret});
    }
    command.insert(command.end(), {COMITY_SOURCE_DIR "/tests/live/dokuwiki.sh", "up", dir_ / "wiki", std::to_string(port_)});
    wiki_ = std::make_unique<Process>(std::move(command), dir_ / "wiki.log");
    ASSERT_TRUE(WaitUntil([&] { return net::Fetch("GET", url() + "/doku.php", {}, "", {}).ok(); }, kPatience))
        << ReadFile(dir_ / "wiki.log");
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

  // A save, and then a second of its own for the next: revisions are seconds.
  void Save(const std::string& login, const std::string& page, const std::string& text, bool minor = false) {
    SaveNow(login, page, text, minor);
    const time_t saved = time(nullptr);
    WaitUntil([&] { return time(nullptr) > saved; }, milliseconds(2000));
  }
  void SaveNow(const std::string& login, const std::string& page, const std::string& text, bool minor = false) {
    const std::string call = absl::StrCat("<methodCall><methodName>wiki.putPage</methodName><params><param><value><string>", page,
                                          "</string></value></param><param><value><string>", text,
                                          "</string></value></param><param><value><struct><member><name>sum</name><value><string>a summary "
                                          "of marmalade</string></value></member>"
                                          "<member><name>minor</name><value><boolean>",
                                          minor ? 1 : 0, "</boolean></value></member></struct></value></param></params></methodCall>");
    const net::Headers headers = {{"Content-Type", "text/xml"},
                                  {"Authorization", "Basic " + absl::Base64Escape(login + ":" + login + "-secret")}};
    const auto answer = net::Fetch("POST", url() + "/lib/exe/xmlrpc.php", headers, call, {});
    ASSERT_TRUE(answer.ok() && answer->body.find("<boolean>1</boolean>") != std::string::npos)
        << (answer.ok() ? answer->body : "no answer");
  }
  // An old version saved again: in a browser alone, so by the wiki's own code here.
  void Restore(const std::string& login, const std::string& page, const std::string& revision, const std::string& text) {
    const std::string code = absl::StrCat("require '", dir_ / "wiki/app/inc/init.php", "'; $_SERVER['REMOTE_USER'] = '", login,
                                          "'; $REV = ", revision, "; saveWikiText('", page, "', '", text, "', 'marmalade restored');");
    Process php({"/usr/bin/php", "-d", "error_reporting=8191", "-r", code}, dir_ / "wiki.log");
    ASSERT_EQ(php.Wait(), 0) << ReadFile(dir_ / "wiki.log");
  }
  // What the wiki does with each page that somebody looks at.
  void Tasks() { (void)net::Fetch("GET", url() + "/lib/exe/taskrunner.php?id=start", {}, "", {std::chrono::seconds(20)}); }
  size_t Waiting() const {
    size_t count = 0;
    const std::string folder = dir_ / "wiki/data/meta/_comity";
    if (!std::filesystem::exists(folder)) return 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) count += entry.path().extension() == ".json";
    return count;
  }

  std::vector<v1::Event> Events() const {
    v1::ListEventsRequest request;
    request.set_page_size(1000);
    v1::ListEventsResponse page;
    EXPECT_TRUE(deployment_->Steward()->Call("/comity.v1.EventService/ListEvents", request, &page).ok());
    return {page.events().begin(), page.events().end()};
  }
  // `alpha:runbook by bob COUNTED`.
  std::multiset<std::string> Told() const {
    std::multiset<std::string> told;
    for (const v1::Event& event : Events()) {
      EXPECT_EQ(event.DebugString().find("marmalade"), std::string::npos);
      told.insert(absl::StrCat(event.fact().subject().key(), " by ", event.fact().actor().login(), " ",
                               v1::Event::Outcome_Name(event.outcome()).substr(8), event.reason().empty() ? "" : " ", event.reason()));
    }
    return told;
  }
  bool Await(size_t events) {
    return WaitUntil([&] { return Events().size() >= events; }, kPatience);
  }
  // How many of them both the plugin and the poll have told.
  bool AwaitSeenTwice(size_t events) {
    return WaitUntil(
        [&] {
          if (Waiting() > 0) Tasks();  // tried again: on a busy machine a delivery may time out
          size_t twice = 0;
          for (const v1::Event& event : Events()) twice += event.observation_count() >= 2;
          return twice >= events;
        },
        kPatience);
  }
  std::string SeenHowOften() const {
    std::string text = "\n";
    for (const v1::Event& event : Events()) {
      absl::StrAppend(&text, v1::FactKind_Name(event.fact().kind()), " of ", event.fact().revision(), " by ", event.fact().actor().login(),
                      " seen ", event.observation_count(), ", ", v1::Assurance_Name(event.fact().assurance()), "\n");
    }
    return text;
  }
  std::multiset<std::string> Deeds() const {
    std::multiset<std::string> deeds;
    v1::ListDeedsResponse page;
    EXPECT_TRUE(deployment_->Steward()->Call("/comity.v1.DeedService/ListDeeds", v1::ListDeedsRequest(), &page).ok());
    for (const v1::Deed& deed : page.deeds()) {
      std::string text =
          absl::StrCat(v1::Deed::Kind_Name(deed.kind()).substr(5), " of ", deed.subject(), " for ", deed.helped_team().substr(6));
      for (const v1::Deed::Helper& helper : deed.helpers()) text += " by " + helper.person().substr(7);
      deeds.insert(text + (deed.state() == v1::Deed::STATE_REVERSED ? " taken back" : ""));
    }
    return deeds;
  }

  TempDir dir_;
  const int port_ = FreePort();
  std::unique_ptr<Deployment> deployment_;
  std::unique_ptr<Process> wiki_;
};

TEST_F(DokuWiki, ByThePollAloneTellsEveryEditorOnceAndCreditsWhoHelpedAnotherTeam) {
  StartWiki();
  Configure(/*hooks=*/false);
  // All before the first look: the wiki's list of changes names Abe alone.
  Save("ana", "alpha:runbook", "Restart the exporter.");
  Save("bob", "alpha:runbook", "Restart the exporter. Check the disk first.");
  Save("abe", "alpha:runbook", "Restart the exporter. Check the disk first!", /*minor=*/true);
  Save("bea", "plan", "Of the own team.");
  Connect();
  ASSERT_TRUE(Await(4)) << ReadFile(deployment_->log());
  const std::multiset<std::string> told = Told();
  EXPECT_THAT(told, UnorderedElementsAre("alpha:runbook by ana INTERNAL SAME_TEAM", "alpha:runbook by bob COUNTED",
                                         "alpha:runbook by abe NOT_COUNTED MINOR", "plan by bea INTERNAL SAME_TEAM"));
  EXPECT_THAT(Deeds(), UnorderedElementsAre("PAGE_IMPROVED of alpha:runbook for alpha by bob"));

  // Both sides begin again half-way; what happened meanwhile comes too, and nothing twice.
  wiki_->Kill();
  deployment_->KillConnect();
  Connect();
  StartWiki();
  Save("ana", "plan", "Of another team.");
  ASSERT_TRUE(Await(5)) << ReadFile(deployment_->log());
  EXPECT_THAT(Deeds(), UnorderedElementsAre("PAGE_IMPROVED of alpha:runbook for alpha by bob", "PAGE_IMPROVED of plan for beta by ana"));
  EXPECT_EQ(Told().size(), 5u);
}

TEST_F(DokuWiki, ByThePluginAndThePollTogetherTellsEachSaveOnce) {
  Configure(/*hooks=*/true);
  Connect();
  StartWiki(/*plugin=*/true);
  Save("ana", "alpha:runbook", "Restart the exporter.");
  Save("bob", "alpha:runbook", "Restart the exporter. Check the disk first.");
  EXPECT_EQ(Waiting(), 2u) << "nothing is sent while a page is saved";
  Tasks();
  ASSERT_TRUE(AwaitSeenTwice(2)) << ReadFile(deployment_->log());
  EXPECT_THAT(Told(), UnorderedElementsAre("alpha:runbook by ana INTERNAL SAME_TEAM", "alpha:runbook by bob COUNTED"));
  for (const v1::Event& event : Events()) {
    EXPECT_EQ(event.fact().author().login(), "ana") << "who created the page";
    EXPECT_EQ(event.fact().assurance(), v1::ASSURANCE_POLLED);
  }
  EXPECT_THAT(Deeds(), UnorderedElementsAre("PAGE_IMPROVED of alpha:runbook for alpha by bob"));

  // The first of the two: events of one day come in no order of time.
  std::set<std::string> revisions;
  for (const v1::Event& event : Events()) revisions.insert(event.fact().revision());
  Restore("abe", "alpha:runbook", *revisions.begin(), "Restart the exporter.");
  Tasks();
  ASSERT_TRUE(AwaitSeenTwice(4)) << ::testing::PrintToString(Told()) << SeenHowOften() << ReadFile(deployment_->log());
  EXPECT_THAT(Told(), UnorderedElementsAre("alpha:runbook by ana INTERNAL SAME_TEAM", "alpha:runbook by bob NOT_COUNTED PAGE_REVERTED",
                                           "alpha:runbook by abe NOT_COUNTED REVERT", "alpha:runbook by abe UNDO PAGE_REVERTED"));
  EXPECT_THAT(Deeds(), UnorderedElementsAre("PAGE_IMPROVED of alpha:runbook for alpha by bob taken back"));
}

TEST_F(DokuWiki, KeepsEventsInTheWikiWhileComityIsAwayAndDelaysNoSave) {
  Configure(/*hooks=*/true);
  StartWiki(/*plugin=*/true);  // comity-connect is not there yet
  Save("ana", "alpha:runbook", "Restart the exporter.");
  Save("bob", "alpha:runbook", "Restart the exporter. Check the disk first.");
  Tasks();
  EXPECT_EQ(Waiting(), 2u) << "tried in vain, and kept";
  wiki_->Kill();
  StartWiki(/*plugin=*/true);
  Connect();
  ASSERT_TRUE(WaitUntil(
      [&] {
        Tasks();
        return Waiting() == 0;
      },
      kPatience))
      << ReadFile(deployment_->log());
  ASSERT_TRUE(AwaitSeenTwice(2)) << ReadFile(deployment_->log());
  deployment_->KillConnect();
  Save("bea", "alpha:faq", "Ask the exporter.");
  Connect();
  Tasks();
  ASSERT_TRUE(AwaitSeenTwice(3)) << ReadFile(deployment_->log());
  EXPECT_THAT(Told(),
              UnorderedElementsAre("alpha:runbook by ana INTERNAL SAME_TEAM", "alpha:runbook by bob COUNTED", "alpha:faq by bea COUNTED"));
  EXPECT_THAT(Deeds(),
              UnorderedElementsAre("PAGE_IMPROVED of alpha:runbook for alpha by bob", "PAGE_IMPROVED of alpha:faq for alpha by bea"));
}

TEST_F(DokuWiki, TellsBothOfTwoPeopleWhoSaveInOneSecondByThePluginAndOneForAYesByThePoll) {
  Configure(/*hooks=*/true);
  StartWiki(/*plugin=*/true);
  Connect();
  // Straight into one second; if the clock ticks between them, again with another page.
  std::string page;
  for (int i = 0; i < 20 && page.empty(); ++i) {
    const std::string name = "alpha:minutes" + std::to_string(i);
    Save("ana", name, "Begin.");
    const time_t begin = time(nullptr);
    SaveNow("bob", name, "Begin. Bob was there.");
    SaveNow("bea", name, "Begin. Bob was there. Bea too.");
    if (time(nullptr) == begin) page = name;
  }
  ASSERT_FALSE(page.empty());
  const auto of_page = [&] {
    std::multiset<std::string> editors;
    for (const v1::Event& event : Events()) {
      if (event.fact().subject().key() == page) editors.insert(event.fact().actor().login() + (event.fact().tentative() ? "?" : ""));
    }
    return editors;
  };
  ASSERT_TRUE(WaitUntil(
      [&] {
        Tasks();
        return of_page() == std::multiset<std::string>{"ana", "bob", "bea?"};
      },
      kPatience))
      << ::testing::PrintToString(of_page()) << ReadFile(deployment_->log());
}

}  // namespace
}  // namespace comity::testing
