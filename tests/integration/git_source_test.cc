// The git source on real processes: trailers in a repository become deeds, a revert takes them back, and a restart goes on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "comity/v1/deed.pb.h"
#include "tests/support/clone_maker.h"
#include "tests/support/deployment.h"

namespace comity::testing {
namespace {

using ::testing::IsSupersetOf;
using ::testing::UnorderedElementsAre;

constexpr std::chrono::milliseconds kPatience{60'000};

class GitSource : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(RunProgram({"git", "init", "-q", "-b", "main", work_}), 0);
    WriteFile(work_ + "/.mailmap", "Bea Lind <bea@acme.example> <bea@home.example>\n");
    Commit("ana", "Begin", absl::Hours(50));
    ASSERT_TRUE(deployment_.Apply(
        "people:\n  - {id: ana, name: Ana, accounts: [\"git:acme:ana@acme.example\"]}\n"
        "  - {id: bea, name: Bea, accounts: [\"git:acme:bea@acme.example\"]}\n"
        "  - {id: cem, name: Cem, accounts: [\"git:acme:cem@acme.example\"]}\n"
        "teams:\n  - {id: pay, name: Pay}\n  - {id: web, name: Web}\n"
        "memberships:\n  - {person: ana, team: pay}\n  - {person: bea, team: web}\n  - {person: cem, team: web}\n"
        "ownership:\n  - {match: \"git:acme:path:billing/web*\", team: web}\n  - {match: \"git:acme:repo:billing\", team: pay}\n"));
    ASSERT_TRUE(deployment_.AddSource("git-acme", "git", "acme"));
    deployment_.Configure(absl::StrCat(
        "  - id: git-acme\n    suite: git\n    instance: acme\n    token_file: git-acme.token\n    config: {repositories: \"billing=",
        work_, "\"}\n    poll: {every: 1s, back_fill: 30d}\n"));
  }
  void Connect() {
    deployment_.KillConnect();
    deployment_.StartConnect();
    deployment_.AwaitConnect(std::chrono::milliseconds(10'000));
  }
  // The commit's id.
  std::string Commit(const std::string& who, const std::string& message, absl::Duration ago, const std::string& folder = "pay") {
    std::filesystem::create_directories(work_ + "/" + folder);
    WriteFile(work_ + "/" + folder + "/" + std::to_string(++made_), "x");
    const std::string date = "@" + std::to_string(absl::ToUnixSeconds(absl::Now() - ago)) + " +0000";
    EXPECT_EQ(RunProgram({"git", "-C", work_, "add", "-A"}), 0);
    EXPECT_EQ(RunProgram({"env", "GIT_COMMITTER_DATE=" + date, "GIT_AUTHOR_DATE=" + date, "git", "-C", work_, "-c", "user.name=" + who,
                          "-c", "user.email=" + who + "@acme.example", "commit", "-q", "-m", message}),
              0);
    const std::string answer = dir_ / std::to_string(made_);
    EXPECT_EQ(RunProgram({"git", "-C", work_, "rev-parse", "HEAD"}, answer), 0);
    return ReadFile(answer).substr(0, 40);
  }
  // `ASSISTED pay by bea`, with ` taken back` where it was.
  std::multiset<std::string> Deeds() const {
    std::multiset<std::string> deeds;
    v1::ListDeedsRequest request;
    v1::ListDeedsResponse page;
    EXPECT_TRUE(deployment_.Steward()->Call("/comity.v1.DeedService/ListDeeds", request, &page).ok());
    for (const v1::Deed& deed : page.deeds()) {
      std::string text = v1::Deed::Kind_Name(deed.kind()).substr(5) + " for " + deed.helped_team().substr(6);
      for (const v1::Deed::Helper& helper : deed.helpers()) text += " by " + helper.person().substr(7);
      deeds.insert(text + (deed.state() == v1::Deed::STATE_REVERSED ? " taken back" : ""));
    }
    return deeds;
  }
  bool AwaitDeeds(size_t count) {
    return WaitUntil([&] { return Deeds().size() >= count; }, kPatience);
  }

  Deployment deployment_;
  TempDir dir_;
  const std::string work_ = dir_ / "work";
  int made_ = 0;
};

TEST_F(GitSource, CreditsWhatTrailersSayAndTakesBackWhatIsReverted) {
  const std::string first =
      Commit("ana", "Round half up\n\nReviewed-by: B <bea@home.example>\nTested-by: Cem <cem@acme.example>", absl::Hours(40));
  Commit("bea", "Keep the cart\n\nReported-by: Ana <ana@acme.example>", absl::Hours(30));
  Commit("cem", "Within a team\n\nReviewed-by: Bea <bea@acme.example>", absl::Hours(29), "web");
  Commit("ana", "Alone\n\nReviewed-by: Ana <ana@acme.example>", absl::Hours(28));
  Connect();
  ASSERT_TRUE(AwaitDeeds(3)) << ReadFile(deployment_.log());
  EXPECT_THAT(Deeds(), UnorderedElementsAre("REVIEWED for pay by bea", "ASSISTED for pay by cem", "RESOLVED for pay by bea"));

  Connect();  // a restart
  Commit("ana", "More\n\nCo-authored-by: Bea <bea@acme.example>", absl::Hours(10));
  ASSERT_TRUE(AwaitDeeds(4));
  EXPECT_THAT(Deeds(), IsSupersetOf({"ASSISTED for pay by bea"}));
  Commit("ana", "Revert \"Round half up\"\n\nThis reverts commit " + first + ".", absl::Hours(1));
  ASSERT_TRUE(WaitUntil([&] { return Deeds().contains("REVIEWED for pay by bea taken back"); }, kPatience))
      << ::testing::PrintToString(Deeds()) << ReadFile(deployment_.log());
  EXPECT_THAT(Deeds(), UnorderedElementsAre("REVIEWED for pay by bea taken back", "ASSISTED for pay by cem taken back",
                                            "RESOLVED for pay by bea", "ASSISTED for pay by bea"));
}

}  // namespace
}  // namespace comity::testing
