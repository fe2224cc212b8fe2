// Git repositories as an API: real repositories, made by the test.
#include "plugins/host/git_api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "plugins/host/git_commits.h"
#include "plugins/sdk/json.h"
#include "tests/support/clone_maker.h"
#include "tests/support/process.h"

namespace comity::host {
namespace {

using comity::testing::CloneMaker;
using comity::testing::CommitSpec;
using comity::testing::RunProgram;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr int64_t kTime = 1'788'343'200;

class GitApiTest : public ::testing::Test {
 protected:
  // Ana's on `main`, each on the one before, unless it says otherwise.
  int Commit(const std::string& message, std::vector<int> parents = {}, const std::string& file = "", const std::string& content = "x",
             const std::string& name = "Ana") {
    CommitSpec commit{name, name + "@acme.example", kTime + static_cast<int64_t>(made_), message, {}, std::move(parents)};
    commit.files = {{file.empty() ? "web/cart/f" + std::to_string(made_) : file, content}};
    if (commit.parents.empty() && last_ > 0) commit.parents = {last_};
    ++made_;
    return last_ = maker_->Commit(commit);
  }
  void Finish() {
    maker_->Finish(last_);
    maker_.reset();
  }

  absl::StatusOr<net::Response> Get(const std::string& path) const { return api_.Get(path, {}, nullptr); }
  std::string Newest() const {
    const auto answer = Get("/billing");
    EXPECT_TRUE(answer.ok()) << answer.status();
    if (!answer.ok()) return "";
    const auto document = sdk::JsonDocument::Parse(answer->body);
    return document.ok() ? std::string(document->root().At("/head").Text()) : "";
  }
  // The answer's commits; kept in `document_`.
  sdk::Json Commits(const std::string& more = "") {
    const auto answer = Get("/billing/commits?head=" + Newest() + more);
    EXPECT_TRUE(answer.ok()) << answer.status();
    auto document = sdk::JsonDocument::Parse(answer.ok() ? answer->body : "{}");
    EXPECT_TRUE(document.ok()) << document.status();
    document_.emplace(*std::move(document));
    return document_->root();
  }

  comity::testing::TempDir dir_;
  std::unique_ptr<CloneMaker> maker_ = std::make_unique<CloneMaker>(dir_ / "billing.git", true);
  int last_ = 0;
  size_t made_ = 0;
  GitApi api_{dir_ / "copies",
              {{"billing", dir_ / "billing.git", ""}, {"gone", dir_ / "gone.git", ""}, {"other", dir_ / "billing.git", "next"}}};
  std::optional<sdk::JsonDocument> document_;
};

TEST_F(GitApiTest, TellsOfCommitsThatSpeakOfHelpAndOfNoOthers) {
  Commit("Nobody helped\n");
  Commit(
      "Round totals half up\n\nLong words that stay here.\n\nReviewed-by: Bea Lind <bea@acme.example>\n"
      "Tested-by: nobody we could know\nco-authored-by: ci-bot <ci-bot@acme.example>\n");
  Finish();
  const sdk::Json root = Commits();
  ASSERT_EQ(root.At("/commits").Items(10).size(), 1u);
  EXPECT_FALSE(root.At("/next").exists());
  const sdk::Json commit = root.At("/commits/0");
  EXPECT_EQ(commit.At("/id").Text(), Newest());
  EXPECT_EQ(commit.At("/subject").Text(), "Round totals half up");
  EXPECT_EQ(commit.At("/time").Integer(), kTime + 1);
  EXPECT_EQ(commit.At("/folder").Text(), "web/cart");
  EXPECT_EQ(commit.At("/author/email").Text(), "ana@acme.example");
  ASSERT_EQ(commit.At("/trailers").Items(10).size(), 2u);
  EXPECT_EQ(commit.At("/trailers/0/key").Text(), "Reviewed-by");
  EXPECT_EQ(commit.At("/trailers/0/person/email").Text(), "bea@acme.example");
  EXPECT_FALSE(commit.At("/trailers/0/person/bot").IsTrue());
  EXPECT_TRUE(commit.At("/trailers/1/person/bot").IsTrue());
  EXPECT_THAT(root.ToText(), Not(HasSubstr("Long words")));
}

TEST_F(GitApiTest, KnowsPeopleByTheMailmapOfTheNewestCommit) {
  Commit("One\n\nReviewed-by: B. <bea@home.example>\n");
  Commit("A mailmap\n", {}, ".mailmap", "Bea Lind <bea@acme.example> <bea@home.example>\nAna <ana@new.example> <ana@acme.example>\n");
  Finish();
  const sdk::Json commit = Commits().At("/commits/0");
  EXPECT_EQ(commit.At("/trailers/0/person/email").Text(), "bea@acme.example");
  EXPECT_EQ(commit.At("/trailers/0/person/name").Text(), "Bea Lind");
  EXPECT_EQ(commit.At("/author/email").Text(), "ana@new.example");
}

TEST_F(GitApiTest, SaysOfAMergeWhoWroteMostOfWhatItBrought) {
  const int base = Commit("Base\n");
  const int first = Commit("One\n", {base}, "pay/a", "1", "Cem");
  const int second = Commit("Two\n", {first}, "pay/b", "1", "Cem");
  const int third = Commit("Three\n", {second}, "lib/c", "1", "Dee");
  Commit("Merge branch 'pay'\n\nReviewed-by: Bea <bea@acme.example>\n", {base, third}, "m");
  Finish();
  const sdk::Json merge = Commits().At("/commits/0");
  EXPECT_EQ(merge.At("/author/email").Text(), "cem@acme.example");
  EXPECT_EQ(merge.At("/folder").Text(), "pay");
}

TEST_F(GitApiTest, LeavesOutOfAMergeWhatItsCommitsSayThemselves) {
  const int base = Commit("Base\n");
  const int branch = Commit("One\n\nReviewed-by: Bea <bea@acme.example>\n", {base});
  Commit("Merge\n\nreviewed-by: B. <BEA@acme.example>\nTested-by: Bea <bea@acme.example>\n", {base, branch}, "m");
  Finish();
  const sdk::Json merge = Commits().At("/commits/0");
  ASSERT_EQ(merge.At("/trailers").Items(10).size(), 1u);
  EXPECT_EQ(merge.At("/trailers/0/key").Text(), "Tested-by");
}

TEST_F(GitApiTest, ReadsPatchesOnceHoweverOftenTheyAreRebased) {
  const int base = Commit("Base\n");
  Commit("One\n\nReviewed-by: Bea <bea@acme.example>\n", {base});
  Finish();
  const std::string before = Newest(), more = dir_ / "more";
  ASSERT_EQ(RunProgram({"git", "clone", "-q", dir_ / "billing.git", more}), 0);
  for (const std::vector<std::string>& step :
       std::vector<std::vector<std::string>>{{"commit", "-q", "--amend", "--no-edit", "--date=now"},
                                             {"commit", "-q", "--allow-empty", "-m", "Two\n\nTested-by: B <b@x>"},
                                             {"push", "-q", "--force", "origin", "HEAD:main"}}) {
    std::vector<std::string> command = {"git", "-C", more, "-c", "user.name=Ana", "-c", "user.email=ana@acme.example"};
    command.insert(command.end(), step.begin(), step.end());
    ASSERT_EQ(RunProgram(command), 0);
  }
  ASSERT_NE(Newest(), before);
  const sdk::Json root = Commits("&after=" + before);
  ASSERT_EQ(root.At("/commits").Items(10).size(), 1u);
  EXPECT_EQ(root.At("/commits/0/subject").Text(), "Two");
}

TEST_F(GitApiTest, IsNotStoppedByOneCommitWithAnOldDate) {
  Commit("One\n\nReviewed-by: Bea <bea@acme.example>\n");
  Finish();
  const std::string more = dir_ / "more";
  ASSERT_EQ(RunProgram({"git", "clone", "-q", dir_ / "billing.git", more}), 0);
  ASSERT_EQ(RunProgram({"env", "GIT_COMMITTER_DATE=@1000000000 +0000", "git", "-C", more, "-c", "user.name=Ana", "-c", "user.email=ana@x",
                        "commit", "-q", "--allow-empty", "-m", "From another century"}),
            0);
  ASSERT_EQ(RunProgram({"git", "-C", more, "push", "-q", "origin", "HEAD:main"}), 0);
  EXPECT_EQ(Commits("&since=" + std::to_string(kTime - 100)).At("/commits").Items(10).size(), 1u);
}

TEST_F(GitApiTest, SaysWhatARevertTakesBackWithWhatAMergeBrought) {
  const int base = Commit("Base\n");
  const int branch = Commit("One\n", {base});
  Commit("Merge\n", {base, branch}, "m");
  Finish();
  const std::string merge = Newest();
  const std::string more = dir_ / "more";
  ASSERT_EQ(RunProgram({"git", "clone", "-q", dir_ / "billing.git", more}), 0);
  ASSERT_EQ(
      RunProgram({"git", "-C", more, "-c", "user.name=Bea", "-c", "user.email=bea@acme.example", "revert", "--no-edit", "-m", "1", merge}),
      0);
  ASSERT_EQ(RunProgram({"git", "-C", more, "push", "-q", "origin", "HEAD:main"}), 0);
  const auto reverts = Commits().At("/commits/0/reverts").Items(10);
  ASSERT_EQ(reverts.size(), 2u);
  EXPECT_EQ(reverts[0].Text(), merge);
}

TEST_F(GitApiTest, GivesWhatIsNewPageByPage) {
  for (size_t i = 0; i < kCommitsAPage + 5; ++i) Commit(std::to_string(i) + "\n\nReviewed-by: Bea <bea@acme.example>\n");
  Finish();
  const sdk::Json first = Commits();
  EXPECT_EQ(first.At("/commits").Items(5000).size(), kCommitsAPage);
  EXPECT_EQ(first.At("/next").Integer(), static_cast<int64_t>(kCommitsAPage));
  const std::string eldest(Commits("&skip=" + std::to_string(kCommitsAPage)).At("/commits/4/id").Text());
  EXPECT_FALSE(document_->root().At("/next").exists());
  EXPECT_EQ(Commits("&skip=" + std::to_string(kCommitsAPage) + "&after=" + eldest).At("/commits").Items(10).size(), 4u);
  EXPECT_EQ(Commits("&since=" + std::to_string(kTime + static_cast<int64_t>(kCommitsAPage))).At("/commits").Items(100).size(), 5u);
}

TEST_F(GitApiTest, SaysWhatIsNotThere) {
  Commit("One\n");
  Finish();
  EXPECT_EQ(Get("/billing/commits?head=" + std::string(40, 'a'))->status, 404);
  EXPECT_EQ(Get("/billing/commits?head=" + Newest() + "&after=" + std::string(40, 'b'))->status, 404);
  EXPECT_TRUE(absl::IsNotFound(Get("/other").status())) << Get("/other").status();
  EXPECT_THAT(std::string(Get("/other").status().message()), HasSubstr("branch next"));
  EXPECT_TRUE(absl::IsUnavailable(Get("/gone").status())) << Get("/gone").status();
}

TEST_F(GitApiTest, TakesNoPathOfAnotherForm) {
  Commit("One\n");
  Finish();
  for (const char* path : {"/", "", "/unknown", "/billing/../other", "/billing/commits", "/billing/commits?head=--all",
                           "/billing/commits?head=HEAD", "/billing/commits?skip=1", "/billing/commits?head=a&x=y"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(Get(path).status())) << path << " " << Get(path).status();
  }
}

TEST_F(GitApiTest, GivesUpWhenItIsCancelled) {
  Commit("One\n");
  Finish();
  const std::atomic<bool> cancelled{true};
  EXPECT_TRUE(absl::IsCancelled(api_.Get("/billing", {}, &cancelled).status()));
}

// A repository behind HTTP, as any web server serves one.
class GitApiCopies : public GitApiTest {
 protected:
  void Serve() {
    ASSERT_EQ(RunProgram({"git", "-C", dir_ / "billing.git", "update-server-info"}), 0);
    auto server = net::Server::Start({}, [this](const net::Request& request, const net::Responder& respond) {
      const std::string token(net::FindHeader(request.headers, "Authorization"));
      if (token != "Basic Z2l0OnNlc2FtZQ==") return respond({401, {{"WWW-Authenticate", "Basic realm=\"git\""}}, ""});  // git:sesame
      std::ifstream file(dir_ / request.path.substr(1), std::ios::binary);
      if (!file) return respond({404, {}, ""});
      respond({200, {}, std::string(std::istreambuf_iterator<char>(file), {})});
    });
    ASSERT_TRUE(server.ok());
    server_ = *std::move(server);
    far_ = std::make_unique<GitApi>(
        dir_ / "copies",
        std::vector<sdk::GitRepository>{{"billing", "http://127.0.0.1:" + std::to_string(server_->port()) + "/billing.git", ""}});
  }
  std::unique_ptr<net::Server> server_;
  std::unique_ptr<GitApi> far_;
};

TEST_F(GitApiCopies, AreMadeWithTheTokenAndBroughtUpToDate) {
  Commit("One\n\nReviewed-by: Bea <bea@acme.example>\n");
  Finish();
  Serve();
  const auto refused = far_->Get("/billing", {}, nullptr);
  EXPECT_TRUE(absl::IsNotFound(refused.status())) << refused.status();
  const auto head = far_->Get("/billing", {{"Authorization", "sesame"}}, nullptr);
  ASSERT_TRUE(head.ok()) << head.status();
  EXPECT_THAT(head->body, HasSubstr(Newest()));
  const auto commits = far_->Get("/billing/commits?head=" + Newest(), {{"Authorization", "sesame"}}, nullptr);
  ASSERT_TRUE(commits.ok()) << commits.status();
  EXPECT_THAT(commits->body, HasSubstr("bea@acme.example"));
  for (const auto& entry : std::filesystem::recursive_directory_iterator(dir_ / "copies")) {
    if (!entry.is_regular_file()) continue;
    EXPECT_THAT(comity::testing::ReadFile(entry.path()), Not(HasSubstr("sesame"))) << entry.path();
  }
}

TEST(MainFolder, IsTheDeepestThatHoldsMoreThanHalf) {
  EXPECT_EQ(MainFolder({"web/cart/a", "web/cart/b", "docs/c"}), "web/cart");
  EXPECT_EQ(MainFolder({"web/cart/a", "web/till/b"}), "web");
  EXPECT_EQ(MainFolder({"web/a", "docs/b"}), "");
  EXPECT_EQ(MainFolder({"README"}), "");
  EXPECT_EQ(MainFolder({}), "");
}

}  // namespace
}  // namespace comity::host
