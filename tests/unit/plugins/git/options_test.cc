#include "plugins/git/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plugins/git/git.h"

namespace comity::git_connector {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::vector<std::string> FaultsOf(std::string_view repositories, std::string_view branch = "") {
  std::vector<std::string> faults;
  ReadRepositories(repositories, branch, &faults);
  return faults;
}

TEST(GitRepositories, AreNamedByTheirLastPartOrAsTheConfigurationSays) {
  std::vector<std::string> faults;
  const auto read = ReadRepositories(
      "/srv/git/billing.git, https://git.acme.example/web/ ,docs=ssh://git@host/handbook.git, /srv/cart/.git", "main", &faults);
  EXPECT_THAT(faults, IsEmpty());
  std::vector<std::string> names;
  for (const sdk::GitRepository& repository : read) {
    names.push_back(repository.name);
    EXPECT_EQ(repository.branch, "main");
  }
  EXPECT_THAT(names, ElementsAre("billing", "web", "docs", "cart"));
  EXPECT_TRUE(read[0].is_local());
  EXPECT_FALSE(read[1].is_local());
}

TEST(GitRepositories, WithTheSameNameTwiceAreAFaultWithItsRemedy) {
  EXPECT_THAT(FaultsOf("/a/billing.git, /b/billing"), ElementsAre(HasSubstr("NAME=")));
}

TEST(GitRepositories, LeadNowhereElse) {
  for (const char* wrong : {"../billing", "billing", "http://git.example/billing", "ext::sh -c true", "file:///etc", "https://",
                            "https://user:secret@git.example/billing", "ssh://user:secret@host/billing", "ssh://-oProxyCommand=x/billing",
                            "/srv/git/ .git", "/srv/git/..", "/"}) {
    EXPECT_EQ(FaultsOf(wrong).size(), 1u) << wrong;
  }
  EXPECT_THAT(FaultsOf("https://user:secret@git.example/billing"), ElementsAre(Not(HasSubstr("secret"))));
  EXPECT_THAT(FaultsOf("https://git.example/a, https://elsewhere.example/b"), ElementsAre(HasSubstr("a source for each")));
  for (const char* fine : {"http://127.0.0.1:8080/billing", "ssh://git@host:2222/billing.git", "https://git.example:8443/a/b"}) {
    EXPECT_THAT(FaultsOf(fine), IsEmpty()) << fine;
  }
}

TEST(GitRepositories, AreReadOnABranchThatIsNoOptionAndNoRange) {
  for (const char* wrong : {"--upload-pack=sh", "a..b", "main:other", "ma in", "/main", "*"}) {
    EXPECT_THAT(FaultsOf("/srv/git/billing", wrong), ElementsAre(HasSubstr("branch"))) << wrong;
  }
  EXPECT_THAT(FaultsOf("/srv/git/billing", "release/2026.11"), IsEmpty());
}

TEST(GitConnector, SaysWhatIsWrongWithItsSource) {
  const auto connector = MakeConnector();
  sdk::Source source{"git-acme", "git", "acme", {}, {}, true};
  EXPECT_THAT(connector->Check(source), ElementsAre(HasSubstr("config.repositories is missing")));
  source.config = {{"repositories", "/srv/git/billing.git"}, {"commit_url", "https://git.acme.example/billing"}};
  EXPECT_THAT(connector->Check(source), ElementsAre(HasSubstr("{commit}")));
  source.config = {{"repositories", "/srv/git/billing.git"}};
  EXPECT_THAT(connector->Check(source), IsEmpty());
  EXPECT_EQ(connector->Polled(source), "trailers and reverts of billing");
  source.secrets = {"a secret"};
  EXPECT_THAT(connector->Check(source), ElementsAre(HasSubstr("no hooks")));
  source.secrets.clear();
  source.polls = false;
  EXPECT_THAT(connector->Check(source), ElementsAre(HasSubstr("poll is missing")));
}

}  // namespace
}  // namespace comity::git_connector
