// Request Tracker as Debian ships it, with real processes of ours: by the poll alone, by the extension inside it alone and then both, and
// through outages of both sides.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <sstream>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "comity/v1/deed.pb.h"
#include "comity/v1/event.pb.h"
#include "service/net/http.h"
#include "tests/support/deployment.h"

namespace comity::testing {
namespace {

using std::chrono::milliseconds;
using ::testing::Contains;

constexpr milliseconds kPatience{180'000};
constexpr const char* kSecret = "whsec_YSBzZWNyZXQgb2YgdGhlIGxpdmUgdGVzdHMgYWxvbmU=";
constexpr const char* kScript = COMITY_SOURCE_DIR "/tests/live/rt.sh";
constexpr int kNotInstalled = 77;

class RequestTracker : public ::testing::Test {
 protected:
  // One database for all, made once: it takes a minute.
  static void SetUpTestSuite() {
    if (std::getenv("COMITY_LIVE_MORE") == nullptr) return;
    template_ = new TempDir();
    Process prepare({kScript, "prepare", *template_ / "rt"}, *template_ / "log");
    prepared_ = prepare.Wait();
    std::istringstream people(ReadFile(*template_ / "rt/people"));
    for (std::string login, number; people >> login >> number;) Numbers()[login] = number;
  }
  static void TearDownTestSuite() {
    delete template_;
    template_ = nullptr;
  }
  static std::map<std::string, std::string>& Numbers() {
    static std::map<std::string, std::string> numbers;
    return numbers;
  }

  void SetUp() override {
    if (std::getenv("COMITY_LIVE_MORE") == nullptr) GTEST_SKIP() << "only with COMITY_LIVE_MORE=1 (tests/run --live)";
    if (prepared_ == kNotInstalled) GTEST_SKIP() << "request-tracker5 is not installed (tests/packages-live-more.txt)";
    ASSERT_EQ(prepared_, 0) << ReadFile(*template_ / "log");
    std::filesystem::create_directories(dir_ / "rt/var");
    std::filesystem::copy_file(*template_ / "rt/var/rt.sqlite", dir_ / "rt/var/rt.sqlite");
    deployment_ = std::make_unique<Deployment>();
    std::string people = "people:\n", memberships = "memberships:\n";
    for (const auto& [login, team] :
         {std::pair("ana", "alpha"), std::pair("abe", "alpha"), std::pair("bob", "beta"), std::pair("bea", "beta")}) {
      absl::StrAppend(&people, "  - {id: ", login, ", name: ", login, ", accounts: [\"rt:rt.acme.example:", Numbers()[login], "\"]}\n");
      absl::StrAppend(&memberships, "  - {person: ", login, ", team: ", team, "}\n");
    }
    ASSERT_TRUE(deployment_->Apply(people + "teams:\n  - {id: alpha, name: Alpha}\n  - {id: beta, name: Beta}\n" + memberships +
                                   "ownership:\n  - {match: \"rt:rt.acme.example:queue:Alpha desk\", team: alpha}\n"
                                   "  - {match: \"rt:rt.acme.example:queue:Beta desk\", team: beta}\n"));
    ASSERT_TRUE(deployment_->AddSource("desk", "rt", "rt.acme.example"));
    WriteFile(deployment_->dir() / "rt.secret", kSecret);
    WriteFile(deployment_->dir() / "rt-read.token", ReadFile(*template_ / "rt/reader.token"));
    configuration_ = ReadFile(deployment_->dir() / "connect.yaml");
  }

  // Comity anew, with what it is told how.
  void Connect(bool hooks, bool poll) {
    WriteFile(deployment_->dir() / "connect.yaml", configuration_);
    deployment_->Configure(
        absl::StrCat("  - id: desk\n    suite: rt\n    instance: rt.acme.example\n    token_file: desk.token\n    config: {address: \"",
                     url(), "\"}\n", hooks ? "    secret_files: [rt.secret]\n" : "",
                     poll ? "    poll: {read_token_file: rt-read.token, every: 1s, back_fill: 1h}\n" : ""));
    deployment_->StartConnect();
    ASSERT_LT(deployment_->AwaitConnect(kPatience), kPatience) << ReadFile(deployment_->log());
  }
  void StartRt(const std::string& comity = "") {
    std::vector<std::string> command = {"/usr/bin/env"};
    if (!comity.empty()) command.insert(command.end(), {"COMITY_URL=" + comity, std::string("COMITY_SECRET=") + kSecret});
    command.insert(command.end(), {kScript, "up", dir_ / "rt", std::to_string(port_)});
    rt_ = std::make_unique<Process>(std::move(command), dir_ / "rt.log");
    ASSERT_TRUE(WaitUntil([&] { return net::Fetch("GET", url() + "/REST/2.0/rt", {}, "", {}).ok(); }, kPatience))
        << ReadFile(dir_ / "rt.log");
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

  // By REST2, as a person. Texts that must not leave RT are of marmalade.
  std::string Do(const std::string& login, const std::string& method, const std::string& path, const std::string& json) {
    const net::Headers headers = {{"Content-Type", "application/json"},
                                  {"Authorization", "Basic " + absl::Base64Escape(login + ":" + login + "-secret")}};
    const auto answer = net::Fetch(method, url() + "/REST/2.0" + path, headers, json, {std::chrono::seconds(60)});
    EXPECT_TRUE(answer.ok() && answer->status < 300) << path << " " << (answer.ok() ? answer->body : "no answer");
    return answer.ok() ? answer->body : "";
  }
  std::string Open(const std::string& login, const std::string& queue) {
    const std::string answer = Do(login, "POST", "/ticket",
                                  absl::StrCat(R"({"Queue":")", queue, R"(","Subject":"The export stops","Requestor":")", login,
                                               R"(@acme.example","Content":"marmalade","ContentType":"text/plain"})"));
    const size_t at = answer.find(R"("id":")") + 6;
    return answer.substr(at, answer.find('"', at) - at);
  }
  void Write(const std::string& login, const std::string& id, const std::string& how) {
    Do(login, "POST", "/ticket/" + id + "/" + how, R"({"Content":"marmalade","ContentType":"text/plain"})");
  }
  void Set(const std::string& login, const std::string& id, const std::string& status) {
    Do(login, "PUT", "/ticket/" + id, R"({"Status":")" + status + "\"}");
  }
  // As a browser does.
  void SetInBrowser(const std::string& login, const std::string& id, const std::string& status) {
    const net::Headers headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Referer", url() + "/"}};
    const auto answer =
        net::Fetch("POST", url() + "/Ticket/Display.html", headers,
                   absl::StrCat("user=", login, "&pass=", login, "-secret&id=", id, "&Status=", status), {std::chrono::seconds(60)});
    ASSERT_TRUE(answer.ok() && answer->status < 400) << (answer.ok() ? answer->body : "no answer");
  }
  size_t Waiting() const {
    size_t count = 0;
    const std::string folder = dir_ / "rt/var/comity-outbox";
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
  // `#1 RESOLVED by bob COUNTED`.
  std::multiset<std::string> Told() const {
    std::multiset<std::string> told;
    for (const v1::Event& event : Events()) {
      EXPECT_EQ(event.DebugString().find("marmalade"), std::string::npos);
      told.insert(absl::StrCat(event.fact().subject().key(), " ", v1::FactKind_Name(event.fact().kind()).substr(10), " by ",
                               event.fact().has_actor() ? event.fact().actor().login() : "nobody", " ",
                               v1::Event::Outcome_Name(event.outcome()).substr(8), event.reason().empty() ? "" : " ", event.reason()));
    }
    return told;
  }
  bool AwaitTold(const std::string& beginning) {
    return WaitUntil(
        [&] {
          for (const std::string& told : Told()) {
            if (told.starts_with(beginning)) return true;
          }
          return false;
        },
        kPatience);
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
  std::string Story() const { return absl::StrCat(::testing::PrintToString(Told()), ::testing::PrintToString(Deeds())); }

  static TempDir* template_;
  static int prepared_;
  TempDir dir_;
  const int port_ = FreePort();
  std::string configuration_;
  std::unique_ptr<Deployment> deployment_;
  std::unique_ptr<Process> rt_;
};
TempDir* RequestTracker::template_ = nullptr;
int RequestTracker::prepared_ = -1;

TEST_F(RequestTracker, ByThePollAloneCreditsWhoSolvedAnotherTeamsTicketUntilItIsOpenedAgain) {
  StartRt();
  const std::string first = Open("ana", "Alpha desk"), second = Open("bob", "Beta desk");
  Set("bob", first, "resolved");
  SetInBrowser("abe", second, "resolved");
  Connect(/*hooks=*/false, /*poll=*/true);
  ASSERT_TRUE(AwaitTold("#" + first + " RESOLVED by bob")) << Story();
  ASSERT_TRUE(AwaitTold("#" + second + " RESOLVED by abe")) << Story();
  EXPECT_THAT(Deeds(), ::testing::UnorderedElementsAre(absl::StrCat("RESOLVED of #", first, " for alpha by bob"),
                                                       absl::StrCat("RESOLVED of #", second, " for beta by abe")));
  // Ana is not content; both sides begin anew meanwhile.
  rt_->Kill();
  deployment_->KillConnect();
  StartRt();
  Write("ana", first, "correspond");
  Connect(/*hooks=*/false, /*poll=*/true);
  ASSERT_TRUE(AwaitTold("#" + first + " REOPENED by nobody")) << Story();
  EXPECT_THAT(Deeds(), Contains(absl::StrCat("RESOLVED of #", first, " for alpha by bob taken back")));
}

TEST_F(RequestTracker, ByTheExtensionAloneAndThenByBothTellsEachTransactionOnce) {
  StartRt(deployment_->HookUrl("desk"));
  Connect(/*hooks=*/true, /*poll=*/false);
  const std::string help = Open("ana", "Alpha desk"), thanks = Open("ana", "Alpha desk"), refused = Open("ana", "Alpha desk"),
                    thrown = Open("ana", "Alpha desk"), strange = Open("ana", "Alpha desk"), twin = Open("abe", "Alpha desk");
  Write("bob", help, "comment");  // private
  SetInBrowser("bob", help, "resolved");
  // Closing is not solving: Bob solves, Ana's thanks open it again, and she closes it.
  Set("bob", thanks, "resolved");
  Write("ana", thanks, "correspond");
  Set("ana", thanks, "resolved");
  Set("bob", refused, "rejected");
  Set("bob", thrown, "deleted");
  Set("carla", strange, "resolved");  // whose account is nobody's
  Do("bea", "PUT", "/ticket/" + twin, R"({"MergeInto":)" + help + "}");
  ASSERT_TRUE(AwaitTold("#" + strange + " RESOLVED by carla")) << Story() << ReadFile(dir_ / "rt.log");
  ASSERT_TRUE(WaitUntil([&] { return Waiting() == 0; }, kPatience)) << ReadFile(dir_ / "rt.log");
  ASSERT_TRUE(AwaitTold("#" + thanks + " RESOLVED by ana")) << Story();
  for (const v1::Event& event : Events()) EXPECT_EQ(event.fact().assurance(), v1::ASSURANCE_SIGNED);
  const std::multiset<std::string> told = Told();
  const auto of = [](const std::string& ticket, const std::string& text) { return absl::StrCat("#", ticket, " ", text); };
  EXPECT_THAT(
      told, ::testing::UnorderedElementsAre(
                of(help, "OPENED by ana CONTEXT CONTEXT"), of(help, "RESOLVED by bob COUNTED"), of(thanks, "OPENED by ana CONTEXT CONTEXT"),
                of(thanks, "RESOLVED by bob NOT_COUNTED REOPENED"), of(thanks, "COMMENTED by ana CONTEXT CONTEXT"),
                of(thanks, "REOPENED by nobody UNDO REOPENED"), of(thanks, "RESOLVED by ana NOT_COUNTED SELF"),
                of(refused, "OPENED by ana CONTEXT CONTEXT"), of(refused, "RESOLVED by bob NOT_COUNTED WONT_DO"),
                of(thrown, "OPENED by ana CONTEXT CONTEXT"), of(thrown, "RESOLVED by bob NOT_COUNTED CANCELLED"),
                of(strange, "OPENED by ana CONTEXT CONTEXT"), of(strange, "RESOLVED by carla PARKED UNKNOWN_ACCOUNT"),
                of(twin, "OPENED by abe CONTEXT CONTEXT"), of(twin, "MOVED by bea CONTEXT CONTEXT")));
  const auto deeds = Deeds();
  EXPECT_THAT(deeds, ::testing::UnorderedElementsAre("RESOLVED of " + of(help, "for alpha by bob"),
                                                     "RESOLVED of " + of(thanks, "for alpha by bob taken back")));

  // Now the poll reads the same from the beginning; a ticket of later shows that it has.
  Connect(/*hooks=*/false, /*poll=*/true);
  const std::string later = Open("bob", "Beta desk");
  ASSERT_TRUE(AwaitTold("#" + later + " OPENED by bob")) << Story();
  std::multiset<std::string> since = Told();
  EXPECT_EQ(std::erase_if(since, [&](const std::string& one) { return one.starts_with(of(later, "")); }), 1u);
  EXPECT_EQ(since, told);
  EXPECT_EQ(Deeds(), deeds);
}

TEST_F(RequestTracker, KeepsEventsWhileComityIsAwayAndSlowsNoUpdate) {
  Connect(/*hooks=*/true, /*poll=*/false);
  deployment_->KillConnect();
  StartRt(deployment_->HookUrl("desk"));
  const std::string id = Open("ana", "Alpha desk");
  Set("bob", id, "resolved");
  EXPECT_EQ(Waiting(), 2u) << "tried in vain, and kept";
  rt_->Kill();
  StartRt(deployment_->HookUrl("desk"));
  EXPECT_EQ(Waiting(), 2u);
  Connect(/*hooks=*/true, /*poll=*/false);
  ASSERT_TRUE(WaitUntil(
      [&] {
        Process cron({kScript, "deliver", dir_ / "rt"}, dir_ / "rt.log");
        return cron.Wait() == 0 && Waiting() == 0;
      },
      kPatience))
      << ReadFile(dir_ / "rt.log");
  ASSERT_TRUE(AwaitTold("#" + id + " RESOLVED by bob")) << Story();
  EXPECT_THAT(Deeds(), ::testing::ElementsAre(absl::StrCat("RESOLVED of #", id, " for alpha by bob")));

  // An address where nothing ever answers: no update waits for it.
  const auto timed = [&](const std::string& status) {
    const auto begin = std::chrono::steady_clock::now();
    Set("abe", id, status);
    return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begin);
  };
  timed("open"), timed("stalled");     // now RT is warm
  milliseconds first = timed("open");  // one after the other: in a call's list their order would be the compiler's
  const milliseconds usual = std::max(first, timed("stalled"));
  ASSERT_TRUE(WaitUntil([&] { return Waiting() == 0; }, kPatience)) << ReadFile(dir_ / "rt.log");
  rt_->Kill();
  std::string settings = ReadFile(dir_ / "rt/etc/RT_SiteConfig.d/70-comity.pm");
  settings.replace(settings.find("http://127.0.0.1"), 16, "https://198.51.100.1");  // RFC 5737: nobody's
  settings.insert(settings.find("1;\n"), "Set($ComityTimeout, 30);\n");
  WriteFile(dir_ / "rt/etc/RT_SiteConfig.d/70-comity.pm", settings);
  StartRt(deployment_->HookUrl("desk"));
  timed("open"), timed("stalled");
  first = timed("open");
  const milliseconds dead = std::max(first, timed("stalled"));
  EXPECT_LT(dead, usual * 3 + milliseconds(5000)) << "with " << usual.count() << " ms where it answers";
  EXPECT_EQ(Waiting(), 4u);
}

}  // namespace
}  // namespace comity::testing
