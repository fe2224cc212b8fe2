// A DokuWiki as Debian ships it, on loopback, with a deployment of real processes of ours: people of two teams.
#ifndef COMITY_TESTS_LIVE_DOKUWIKI_WIKI_H_
#define COMITY_TESTS_LIVE_DOKUWIKI_WIKI_H_

#include <gtest/gtest.h>

#include <ctime>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "comity/v1/deed.pb.h"
#include "comity/v1/event.pb.h"
#include "service/net/http.h"
#include "tests/support/deployment.h"

namespace comity::testing {

inline constexpr std::chrono::milliseconds kWikiPatience{120'000};
inline constexpr char kWikiSecret[] = "whsec_YSBzZWNyZXQgb2YgdGhlIGxpdmUgdGVzdHMgYWxvbmU=";

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
    WriteFile(deployment_->dir() / "wiki.secret", kWikiSecret);
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
    ASSERT_LT(deployment_->AwaitConnect(kWikiPatience), kWikiPatience) << ReadFile(deployment_->log());
  }
  // `environment` = more `NAME=VALUE`s for dokuwiki.sh.
  void StartWiki(bool plugin = false, const std::vector<std::string>& environment = {}) {
    std::vector<std::string> command = {"/usr/bin/env"};
    command.insert(command.end(), environment.begin(), environment.end());
    if (plugin) {
      command.insert(command.end(), {"COMITY_URL=" + deployment_->HookUrl("wiki"), std::string("COMITY_SECRET=") + kWikiSecret});
    }
    command.insert(command.end(), {COMITY_SOURCE_DIR "/tests/live/dokuwiki.sh", "up", dir_ / "wiki", std::to_string(port_)});
    wiki_ = std::make_unique<Process>(std::move(command), dir_ / "wiki.log");
    ASSERT_TRUE(WaitUntil([&] { return net::Fetch("GET", url() + "/doku.php", {}, "", {}).ok(); }, kWikiPatience))
        << ReadFile(dir_ / "wiki.log");
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

  // A save, and then a second of its own for the next: revisions are seconds.
  void Save(const std::string& login, const std::string& page, const std::string& text, bool minor = false) {
    SaveNow(login, page, text, minor);
    const time_t saved = time(nullptr);
    WaitUntil([&] { return time(nullptr) > saved; }, std::chrono::milliseconds(2000));
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
    return WaitUntil([&] { return Events().size() >= events; }, kWikiPatience);
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
        kWikiPatience);
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

}  // namespace comity::testing

#endif  // COMITY_TESTS_LIVE_DOKUWIKI_WIKI_H_
