// A deployment of real processes around the Redmine of this run, with people of its teams in the directory.
#ifndef COMITY_TESTS_LIVE_REDMINE_WITH_COMITY_H_
#define COMITY_TESTS_LIVE_REDMINE_WITH_COMITY_H_

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "comity/v1/deed.pb.h"
#include "comity/v1/event.pb.h"
#include "tests/live/redmine_site.h"
#include "tests/support/deployment.h"

namespace comity::testing {

inline constexpr std::chrono::milliseconds kRedminePatience{180'000};

// People: Ana and Abe of team alpha, which owns the test's project; Bob and Bea of team beta; Dia of team gamma; Carla is nobody's account,
// Robot a machine.
class RedmineWithComity : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string missing = RedmineSite::Missing(); !missing.empty()) GTEST_SKIP() << missing;
    site_ = RedmineSite::Shared();
    // Its own, also where the site is kept for the next run.
    project_ = absl::StrCat("project-", std::chrono::steady_clock::now().time_since_epoch().count());
    site_->AddProject(project_);
    site_->Settings({});
  }
  void TearDown() override {
    if (site_ != nullptr) site_->Settings({});  // nothing is left that could be told to the next test's deployment
  }

  void Deploy(bool poll, bool plugin) {
    deployment_ = std::make_unique<Deployment>();
    std::string people = "people:\n", memberships = "memberships:\n";
    for (const auto& [login, team] : {std::pair("ana", "alpha"), std::pair("abe", "alpha"), std::pair("bob", "beta"),
                                      std::pair("bea", "beta"), std::pair("dia", "gamma")}) {
      absl::StrAppend(&people, "  - {id: ", login, ", name: ", login, ", accounts: [\"redmine:redmine.acme.example:", site_->IdOf(login),
                      "\"]}\n");
      absl::StrAppend(&memberships, "  - {person: ", login, ", team: ", team, "}\n");
    }
    ASSERT_TRUE(deployment_->Apply(
        absl::StrCat(people, "teams:\n  - {id: alpha, name: Alpha}\n  - {id: beta, name: Beta}\n  - {id: gamma, name: Gamma}\n",
                     memberships, "ownership:\n  - {match: \"redmine:redmine.acme.example:project:", project_,
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
    ASSERT_LT(deployment_->AwaitConnect(kRedminePatience), kRedminePatience) << ReadFile(deployment_->log());
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
        kRedminePatience);
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

  RedmineSite* site_ = nullptr;
  std::string project_;
  std::map<std::string, std::string> issues_;  // numbers by name
  std::unique_ptr<Deployment> deployment_;
};

}  // namespace comity::testing

#endif  // COMITY_TESTS_LIVE_REDMINE_WITH_COMITY_H_
