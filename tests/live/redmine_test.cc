// Redmine as Debian ships it, with Comity's plugin inside and real processes of ours: by the poll alone, by the plugin alone, by both, and
// through restarts of both sides.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "comity/v1/deed.pb.h"
#include "comity/v1/event.pb.h"
#include "service/net/http.h"
#include "tests/live/redmine_site.h"
#include "tests/support/deployment.h"

namespace comity::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

constexpr milliseconds kPatience{180'000};
constexpr milliseconds kLongestSave{15'000};  // on a busy machine; half of what a delivery would wait

class Redmine : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string missing = RedmineSite::Missing(); !missing.empty()) GTEST_SKIP() << missing;
    site_ = RedmineSite::Shared();
    // Its own, also where the site is kept for the next run.
    project_ = absl::StrCat("project-", steady_clock::now().time_since_epoch().count());
    site_->AddProject(project_);
    site_->Settings({});
  }
  void TearDown() override {
    if (site_ != nullptr) site_->Settings({});  // nothing is left that could be told to the next test's deployment
  }

  void Deploy(bool poll, bool plugin) {
    deployment_ = std::make_unique<Deployment>();
    std::string people = "people:\n", memberships = "memberships:\n";
    for (const auto& [login, team] :
         {std::pair("ana", "alpha"), std::pair("abe", "alpha"), std::pair("bob", "beta"), std::pair("bea", "beta")}) {
      absl::StrAppend(&people, "  - {id: ", login, ", name: ", login, ", accounts: [\"redmine:redmine.acme.example:", site_->IdOf(login),
                      "\"]}\n");
      absl::StrAppend(&memberships, "  - {person: ", login, ", team: ", team, "}\n");
    }
    ASSERT_TRUE(
        deployment_->Apply(absl::StrCat(people, "teams:\n  - {id: alpha, name: Alpha}\n  - {id: beta, name: Beta}\n", memberships,
                                        "ownership:\n  - {match: \"redmine:redmine.acme.example:project:", project_,
                                        "\", team: alpha}\nbots: [\"redmine:redmine.acme.example:", site_->IdOf("robot"), "\"]\n")));
    ASSERT_TRUE(deployment_->AddSource("redmine", "redmine", "redmine.acme.example"));
    WriteFile(deployment_->dir() / "redmine.secret", RedmineSite::kSecret);
    WriteFile(deployment_->dir() / "redmine-read.token", RedmineSite::KeyOf("reader"));
    std::string yaml = "  - id: redmine\n    suite: redmine\n    instance: redmine.acme.example\n    token_file: redmine.token\n";
    absl::StrAppend(&yaml, "    config: {address: \"", site_->url(), "\"", poll ? ", projects: \"" + project_ + "\"" : "", "}\n");
    if (plugin) yaml += "    secret_files: [redmine.secret]\n";
    if (poll) yaml += "    poll: {read_token_file: redmine-read.token, every: 1s, back_fill: 1h}\n";
    deployment_->Configure(yaml);
    if (plugin) site_->Settings({{"url", deployment_->HookUrl("redmine")}, {"projects", project_}});
  }
  void Connect() {
    deployment_->StartConnect();
    ASSERT_LT(deployment_->AwaitConnect(kPatience), kPatience) << ReadFile(deployment_->log());
  }
  std::vector<v1::Event> Events() const {
    v1::ListEventsRequest request;
    request.set_page_size(1000);
    v1::ListEventsResponse page;
    EXPECT_TRUE(deployment_->Steward()->Call("/comity.v1.EventService/ListEvents", request, &page).ok());
    return {page.events().begin(), page.events().end()};
  }
  std::string Named(std::string text) const {
    for (const auto& [name, issue] : issues_) text = absl::StrReplaceAll(text, {{"#" + issue, name}});
    for (const std::string login : {"ana", "abe", "bob", "bea", "carla", "robot"}) {
      if (text == site_->IdOf(login)) return login;
    }
    return text;
  }
  // `first RESOLVED by bob COUNTED`, of all but what only opens or comments.
  std::multiset<std::string> Told() const {
    std::multiset<std::string> told;
    for (const v1::Event& event : Events()) {
      EXPECT_EQ(event.DebugString().find("marmalade"), std::string::npos);
      const std::string kind = v1::FactKind_Name(event.fact().kind()).substr(10);
      told.insert(absl::StrCat(Named(event.fact().subject().key()), " ", kind, " by ", Named(event.fact().actor().id()), " ",
                               v1::Event::Outcome_Name(event.outcome()).substr(8), event.reason().empty() ? "" : " ", event.reason()));
    }
    return told;
  }
  // Until each of this many events has been told, by so many ways.
  bool Await(size_t events, int ways = 1) {
    return WaitUntil(
        [&] {
          size_t enough = 0;
          for (const v1::Event& event : Events()) enough += event.observation_count() >= ways;
          return enough >= events;
        },
        kPatience);
  }
  std::multiset<std::string> Deeds() const {
    std::multiset<std::string> deeds;
    v1::ListDeedsResponse page;
    EXPECT_TRUE(deployment_->Steward()->Call("/comity.v1.DeedService/ListDeeds", v1::ListDeedsRequest(), &page).ok());
    for (const v1::Deed& deed : page.deeds()) {
      std::string text = absl::StrCat(Named(deed.subject()), " for ", deed.helped_team().substr(6));
      for (const v1::Deed::Helper& helper : deed.helpers()) {
        text += helper.person().empty() ? " held" : " by " + helper.person().substr(7);
      }
      deeds.insert(text + (deed.state() == v1::Deed::STATE_REVERSED ? " taken back" : ""));
    }
    return deeds;
  }

  // What people of two teams do with issues in a day: by the API, by forms, in bulk.
  void Story() {
    const auto open = [&](const std::string& name) { issues_[name] = site_->Open("ana", project_); };
    for (const std::string name : {"solved", "reopened", "original", "double", "bulk-1", "bulk-2", "carlas", "robots"}) open(name);
    site_->Change("bob", issues_["solved"], R"("status_id":3,"notes":"Done, with marmalade.")");
    site_->Change("ana", issues_["solved"], R"("status_id":5)");
    site_->Change("bob", issues_["solved"], R"("notes":"Between us: marmalade.","private_notes":true)");
    Browser bea(*site_);
    ASSERT_TRUE(bea.LogIn("bea"));
    bea.Get("/issues/" + issues_["reopened"]);
    EXPECT_EQ(bea.Post("/issues/" + issues_["reopened"], {{"_method", "patch"}, {"issue[status_id]", "3"}}).status, 302);
    site_->Change("abe", issues_["reopened"], R"("status_id":4)");
    site_->Call("ana", "POST", "/issues/" + issues_["double"] + "/relations.json",
                absl::StrCat(R"({"relation":{"issue_to_id":)", issues_["original"], R"(,"relation_type":"duplicates"}})"));
    site_->Change("bob", issues_["original"], R"("status_id":5)");
    EXPECT_EQ(
        bea.Post("/issues/bulk_update", {{"ids[]", issues_["bulk-1"]}, {"ids[]", issues_["bulk-2"]}, {"issue[status_id]", "3"}}).status,
        302);
    site_->Change("carla", issues_["carlas"], R"("status_id":3)");
    site_->Change("robot", issues_["robots"], R"("status_id":3)");
  }
  void ExpectTheStory() {
    const std::multiset<std::string> told = Told();
    EXPECT_THAT(told, IsSupersetOf({"solved COMMENTED by bob CONTEXT", "solved RESOLVED by bob COUNTED", "bulk-1 RESOLVED by bea COUNTED",
                                    "bulk-2 RESOLVED by bea COUNTED", "original RESOLVED by bob COUNTED"}));
    EXPECT_EQ(told.count("solved COMMENTED by bob CONTEXT"), 1u) << "the private note is not told";
    EXPECT_THAT(Deeds(), IsSupersetOf({"solved for alpha by bob", "reopened for alpha by bea taken back", "original for alpha by bob",
                                       "bulk-1 for alpha by bea", "bulk-2 for alpha by bea"}));
    EXPECT_THAT(Deeds(), Not(Contains(HasSubstr("double")))) << "closed along with its original";
    EXPECT_THAT(Deeds(), Not(Contains(HasSubstr("robots"))));
    for (const std::string& event : told) EXPECT_THAT(event, Not(HasSubstr("RESOLVED by ana"))) << "closing is not solving";
  }
  // 8 openings, 8 endings with the double's, a note, a reopening.
  static constexpr size_t kStory = 18;

  RedmineSite* site_ = nullptr;
  std::string project_;
  std::map<std::string, std::string> issues_;  // numbers by name
  std::unique_ptr<Deployment> deployment_;
};

TEST_F(Redmine, ByThePollAloneCreditsWhoSolvedAndNotWhoClosed) {
  Deploy(/*poll=*/true, /*plugin=*/false);
  Story();
  Connect();
  ASSERT_TRUE(Await(kStory)) << ::testing::PrintToString(Told()) << ReadFile(deployment_->log());
  ExpectTheStory();
}

TEST_F(Redmine, ByThePluginAloneTellsTheSameAndWikiPagesToo) {
  Deploy(/*poll=*/false, /*plugin=*/true);
  Connect();
  Story();
  for (const auto& [login, text] :
       {std::pair("ana", "Restart it."), std::pair("bob", "Restart it. Look at the disk."), std::pair("abe", "Restart it.")}) {
    site_->Call(login, "PUT", "/projects/" + project_ + "/wiki/Runbook.json",
                absl::StrCat(R"({"wiki_page":{"text":")", text, R"( marmalade","comments":"marmalade"}})"));
  }
  ASSERT_TRUE(Await(kStory + 4)) << ::testing::PrintToString(Told()) << ReadFile(deployment_->log());
  ExpectTheStory();
  const std::string page = project_ + "/Runbook";
  EXPECT_THAT(Told(), IsSupersetOf({page + " PAGE_EDITED by ana INTERNAL SAME_TEAM", page + " PAGE_EDITED by bob NOT_COUNTED PAGE_REVERTED",
                                    page + " REVERTED by abe UNDO PAGE_REVERTED"}));
}

TEST_F(Redmine, ByBothTellsEachActOnce) {
  Deploy(/*poll=*/true, /*plugin=*/true);
  Connect();
  Story();
  ASSERT_TRUE(Await(kStory, /*ways=*/2)) << ::testing::PrintToString(Told()) << ReadFile(deployment_->log());
  EXPECT_EQ(Events().size(), kStory) << ::testing::PrintToString(Told());
  ExpectTheStory();
}

TEST_F(Redmine, KeepsEventsThroughItsOwnRestartWhileComityIsAway) {
  Deploy(/*poll=*/true, /*plugin=*/true);
  issues_["first"] = site_->Open("ana", project_);  // comity-connect is not there
  site_->Change("bob", issues_["first"], R"("status_id":3)");
  site_->Kill();
  ASSERT_TRUE(site_->Start()) << site_->log();
  Connect();
  ASSERT_TRUE(Await(2, /*ways=*/2)) << ::testing::PrintToString(Told()) << ReadFile(deployment_->log());
  deployment_->KillConnect();
  deployment_->KillService();
  site_->Change("ana", issues_["first"], R"("status_id":4)");
  site_->Change("bea", issues_["first"], R"("status_id":3)");
  deployment_->StartService();
  ASSERT_LT(deployment_->AwaitService(kPatience), kPatience);
  Connect();
  ASSERT_TRUE(Await(4, /*ways=*/2)) << ::testing::PrintToString(Told()) << ReadFile(deployment_->log());
  EXPECT_EQ(Events().size(), 4u);
  EXPECT_THAT(Deeds(), UnorderedElementsAre("first for alpha by bea")) << "taken up again, and solved by another";
}

TEST_F(Redmine, SavesAsQuicklyWhereNobodyAnswersItsDeliveries) {
  std::vector<net::Responder> kept;
  std::mutex mutex;
  const auto silent = net::Server::Start({}, [&](net::Request, net::Responder respond) {
    const std::lock_guard lock(mutex);
    kept.push_back(std::move(respond));
  });
  ASSERT_TRUE(silent.ok());
  site_->Settings(
      {{"url", absl::StrCat("http://127.0.0.1:", (*silent)->port(), "/in/redmine")}, {"projects", project_}, {"timeout", "30"}});
  const std::string issue = site_->Open("ana", project_);
  ASSERT_TRUE(WaitUntil(
      [&] {
        const std::lock_guard lock(mutex);
        return !kept.empty();
      },
      kPatience))
      << "it is being delivered";
  for (const char* status : {"2", "4", "3"}) {
    const auto start = steady_clock::now();
    site_->Change("bob", issue, absl::StrCat("\"status_id\":", status));
    EXPECT_LT(steady_clock::now() - start, kLongestSave);
  }
  const std::lock_guard lock(mutex);
  for (const net::Responder& respond : kept) respond({204, {}, ""});
  kept.clear();
}

}  // namespace
}  // namespace comity::testing
