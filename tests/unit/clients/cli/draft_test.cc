#include "clients/cli/draft.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "absl/strings/str_cat.h"
#include "clients/cli/draft_github.h"
#include "service/app/directory_file.h"
#include "service/base/mutex.h"

namespace comity::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

app::DirectoryFile Reread(const Draft& draft) {
  const std::string text = WriteDraft(draft);
  auto file = app::ParseDirectoryFile(text, {}, false);
  EXPECT_TRUE(file.ok()) << file.status() << "\n" << text;
  return file.ok() ? *std::move(file) : app::DirectoryFile();
}

TEST(Drafts, AreDirectoryFilesWhateverIsInThem) {
  Draft draft;
  draft.notes = {"first line\npeople: [{id: evil}]"};
  draft.people.push_back({"ana", "Ana \"the\" \\ Alves\n- x", {{"x:y:1\"", "login # ana\n  - y"}}});
  draft.teams = {{"a", "A: {b}", "", "help"}, {"b", "", "a", ""}};
  draft.memberships = {{"ana", "b", "2026-01-01", "2026-02-01", true}};
  draft.ownership = {{"x:y:repo:acme/*", "a", "by CODEOWNERS"}, {"x:y:repo:acme/z", "", "nobody"}};
  const app::DirectoryFile file = Reread(draft);
  ASSERT_EQ(file.people.size(), 1u);
  EXPECT_EQ(file.people[0].name, "Ana \"the\" \\ Alves?- x");
  ASSERT_EQ(file.ownership.size(), 1u);
  EXPECT_THAT(WriteDraft(draft), HasSubstr("#  - {match: \"x:y:repo:acme/z\", team: WHOSE}  # nobody"));
}

TEST(Drafts, AreDirectoryFilesAlsoWhenEmpty) { EXPECT_TRUE(Reread(Draft()).people.empty()); }

TEST(DraftIds, AreUniqueAndOfTheFormTheDirectoryWants) {
  Slugs slugs;
  EXPECT_EQ(slugs.Of("1", "Ana Alves"), "ana-alves");
  EXPECT_EQ(slugs.Of("2", "ana_alves"), "ana-alves-2");
  EXPECT_EQ(slugs.Of("1", "renamed"), "ana-alves");
  EXPECT_EQ(slugs.Of("3", "猫"), "somebody");
  EXPECT_LE(slugs.Of("4", std::string(100, 'x')).size(), 63u);
  EXPECT_EQ(slugs.Find("5"), "");
}

TEST(TableDrafts, MakePeopleTeamsAndMemberships) {
  const auto draft = DraftFromCsv(
      "person,name,team,account,start,primary,parent\r\n"
      "ana,\"Alves, \"\"Ana\"\"\",Payments,github:github.com:1 desk:d:a,2026-01-01,yes,Acme\r\n"
      "ana,,Checkout,github:github.com:1,,,\r\n"
      "Ben,,Payments,,,,\r\n");
  ASSERT_TRUE(draft.ok()) << draft.status();
  const app::DirectoryFile file = Reread(*draft);
  ASSERT_EQ(file.people.size(), 2u);
  EXPECT_EQ(file.people[0].name, "Alves, \"Ana\"");
  EXPECT_EQ(file.people[0].accounts.size(), 2u);
  EXPECT_EQ(file.people[1].id, "ben");
  ASSERT_EQ(file.teams.size(), 3u);
  EXPECT_EQ(file.teams[0].parent, "acme");
  ASSERT_EQ(file.memberships.size(), 3u);
  EXPECT_TRUE(file.memberships[0].primary);
}

TEST(TableDrafts, TellEveryFaultWithItsLine) {
  const auto draft = DraftFromCsv("person,tema,account\nana,x,nonsense\n,y,\n");
  const auto faults = DetailsOf(draft.status()).faults;
  ASSERT_EQ(faults.size(), 3u);
  EXPECT_EQ(faults[0].field, "line 1");
  EXPECT_THAT(faults[1].description, HasSubstr("suite:instance:id"));
  EXPECT_EQ(faults[2].field, "line 3");
  EXPECT_FALSE(DraftFromCsv("").ok());
  EXPECT_FALSE(DraftFromCsv("person\n\"ana").ok());
}

TEST(CodeOwnersFiles, GiveTheWholeRepositoryToTheLastPatternThatMeansIt) {
  const CodeOwners owners =
      ReadCodeOwners("# who\n* @acme/all\n/docs/ @acme/docs\n*   @acme/payments @ana # since May\n\n[Section]\n*.js @bo\n");
  EXPECT_THAT(owners.owners, ElementsAre("@acme/payments", "@ana"));
  EXPECT_EQ(owners.part_count, 2);
}

TEST(LinkHeaders, NameTheNextPage) {
  EXPECT_EQ(NextLink("<https://a/x?page=1>; rel=\"prev\", <https://a/x?page=3>; rel=\"next\", <https://a/x?page=9>; rel=\"last\""),
            "https://a/x?page=3");
  EXPECT_EQ(NextLink("<https://a/x?page=1>; rel=\"prev\""), "");
  EXPECT_EQ(NextLink("rubbish <"), "");
  EXPECT_EQ(NextLink(""), "");
}

// As much of GitHub as a draft asks for, over HTTP.
class GithubDrafts : public testing::Test {
 protected:
  GithubDrafts() {
    net::ServerOptions options;
    server_ = *net::Server::Start(options, [this](net::Request request, net::Responder respond) { respond(Answer(request)); });
    github_.api_base = absl::StrCat("http://127.0.0.1:", server_->port());
    github_.token = "github-token";
    github_.sleep = [this](std::chrono::seconds seconds) { slept_ += seconds.count(); };
    github_.say = [](const std::string&) {};
    github_.now_seconds = [] { return int64_t{1000}; };
    pages_["/orgs/acme/members?per_page=100"] = R"([{"login":"ana-a","id":101,"type":"User"}])";
    pages_["/orgs/acme/members?page=2"] = R"([{"login":"Ben","id":102,"type":"User"},{"login":"helper[bot]","id":103,"type":"Bot"}])";
    pages_["/orgs/acme/teams?per_page=100"] =
        R"([{"slug":"eng","name":"Engineering","parent":null},{"slug":"payments","name":"Payments","parent":{"slug":"eng"}}])";
    pages_["/orgs/acme/teams/eng/members?per_page=100"] = "[]";
    pages_["/orgs/acme/teams/payments/members?per_page=100"] =
        R"([{"login":"ana-a","id":101,"type":"User"},{"login":"cem","id":104,"type":"User"}])";
    pages_["/orgs/acme/repos?per_page=100"] =
        R"([{"name":"billing"},{"name":"old","archived":true},{"name":"cart","archived":false},{"name":"../x"}])";
    pages_["/repos/acme/billing/contents/CODEOWNERS"] = "* @acme/payments\n/docs @acme/eng\n";
  }

  net::Response Answer(const net::Request& request) {
    MutexLock lock(mutex_);
    const std::string path = request.path + (request.query.empty() ? "" : "?" + request.query);
    authorization_ = std::string(net::FindHeader(request.headers, "Authorization"));
    if (limited_ > 0) {
      --limited_;
      return {403, {{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", reset_}}, "{}"};
    }
    const auto found = pages_.find(path);
    if (found == pages_.end()) return {404, {}, "{}"};
    net::Response response{200, {}, found->second};
    if (path == "/orgs/acme/members?per_page=100")
      response.headers.emplace_back(
          "Link", absl::StrCat("<", next_origin_.empty() ? github_.api_base : next_origin_, "/orgs/acme/members?page=2>; rel=\"next\""));
    return response;
  }
  absl::StatusOr<Draft> Collect() {
    const auto api = GithubApi::Create(github_);
    if (!api.ok()) return api.status();
    return DraftFromGithub(*api, "acme", "github.com");
  }

  GithubOptions github_;
  Mutex mutex_;
  std::map<std::string, std::string> pages_;
  std::string authorization_, reset_ = "1030", next_origin_;
  int limited_ = 0;
  int64_t slept_ = 0;
  std::unique_ptr<net::Server> server_;  // last: its thread uses the rest
};

TEST_F(GithubDrafts, HaveMembersByNumberTeamsAndOwnersOfRepositories) {
  const auto draft = Collect();
  ASSERT_TRUE(draft.ok()) << draft.status();
  EXPECT_EQ(authorization_, "Bearer github-token");
  const app::DirectoryFile file = Reread(*draft);
  ASSERT_EQ(file.people.size(), 3u);
  EXPECT_EQ(file.people[0].id, "ana-a");
  EXPECT_EQ(file.people[0].accounts[0].name.ToText(), "github:github.com:101");
  EXPECT_EQ(file.people[1].id, "ben");
  EXPECT_EQ(file.people[2].id, "cem");
  ASSERT_EQ(file.teams.size(), 2u);
  EXPECT_EQ(file.teams[1].parent, "eng");
  ASSERT_EQ(file.memberships.size(), 2u);
  ASSERT_EQ(file.ownership.size(), 1u);
  EXPECT_EQ(file.ownership[0].match, "github:github.com:repo:acme/billing");
  EXPECT_EQ(file.ownership[0].team, "payments");
  EXPECT_THAT(WriteDraft(*draft), HasSubstr("#  - {match: \"github:github.com:repo:acme/cart\", team: WHOSE}"));
  EXPECT_THAT(WriteDraft(*draft), Not(HasSubstr("acme/old")));
}

TEST_F(GithubDrafts, WaitForARateLimitThatEndsSoon) {
  limited_ = 2;
  EXPECT_TRUE(Collect().ok());
  EXPECT_EQ(slept_, 62);
}

TEST_F(GithubDrafts, SayUntilWhenALongRateLimitLasts) {
  limited_ = 1;
  reset_ = "9000";
  const auto draft = Collect();
  EXPECT_TRUE(absl::IsUnavailable(draft.status()));
  EXPECT_THAT(std::string(draft.status().message()), HasSubstr("02:30:01 UTC"));
  EXPECT_EQ(slept_, 0);
}

TEST_F(GithubDrafts, DoNotCarryTheTokenToAnotherAddress) {
  next_origin_ = "http://127.0.0.1:1";
  EXPECT_EQ(Collect().status().code(), absl::StatusCode::kFailedPrecondition);
  github_.api_base = "http://github.example";
  EXPECT_EQ(Collect().status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(GithubDrafts, RefuseAnswersThatAreNoLists) {
  pages_["/orgs/acme/teams?per_page=100"] = "{\"message\":\"surprise\"}";
  EXPECT_EQ(Collect().status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST(GithubInstances, AreNamedByTheirHost) {
  EXPECT_EQ(GithubInstance("https://api.github.com"), "github.com");
  EXPECT_EQ(GithubInstance("https://git.example:8443/api/v3"), "git.example");
}

}  // namespace
}  // namespace comity::cli
