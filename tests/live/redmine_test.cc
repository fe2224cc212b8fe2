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
#include "absl/time/clock.h"
#include "comity/v1/deed.pb.h"
#include "comity/v1/event.pb.h"
#include "service/net/http.h"
#include "tests/live/redmine_with_comity.h"

namespace comity::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

constexpr milliseconds kLongestSave{15'000};  // on a busy machine; half of what a delivery would wait

class Redmine : public RedmineWithComity {
 protected:
  // Redmine's times are of whole seconds: what follows in the same one, came neither before nor after.
  static void AwaitNextSecond() {
    const absl::Time next = absl::FromUnixSeconds(absl::ToUnixSeconds(absl::Now()) + 1);
    ASSERT_TRUE(WaitUntil([&] { return absl::Now() >= next; }, kRedminePatience));
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
    AwaitNextSecond();
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
    EXPECT_THAT(told,
                IsSupersetOf({"solved COMMENTED by bob CONTEXT EVIDENCE_OF_RESOLUTION", "solved RESOLVED by bob COUNTED",
                              "bulk-1 RESOLVED by bea COUNTED", "bulk-2 RESOLVED by bea COUNTED", "original RESOLVED by bob COUNTED"}));
    EXPECT_EQ(told.count("solved COMMENTED by bob CONTEXT EVIDENCE_OF_RESOLUTION"), 1u) << "the private note is not told";
    EXPECT_THAT(Deeds(), IsSupersetOf({"solved for alpha by bob", "reopened for alpha by bea taken back", "original for alpha by bob",
                                       "bulk-1 for alpha by bea", "bulk-2 for alpha by bea"}));
    EXPECT_THAT(Deeds(), Not(Contains(HasSubstr("double")))) << "closed along with its original";
    EXPECT_THAT(Deeds(), Not(Contains(HasSubstr("robots"))));
    for (const std::string& event : told) EXPECT_THAT(event, Not(HasSubstr("RESOLVED by ana"))) << "closing is not solving";
  }
  // 8 openings, 8 endings with the double's, a note, a reopening.
  static constexpr size_t kStory = 18;
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
    AwaitNextSecond();
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
  AwaitNextSecond();
  site_->Change("ana", issues_["first"], R"("status_id":4)");
  AwaitNextSecond();
  site_->Change("bea", issues_["first"], R"("status_id":3)");
  deployment_->StartService();
  ASSERT_LT(deployment_->AwaitService(kRedminePatience), kRedminePatience);
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
      kRedminePatience))
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
