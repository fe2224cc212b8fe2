// `comity lookback`, the real program on real git repositories.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/clone_maker.h"
#include "tests/support/process.h"

namespace comity::test {
namespace {

using testing::CloneMaker;
using testing::CommitSpec;
using ::testing::HasSubstr;
using ::testing::Not;

class LookbackCommand : public ::testing::Test {
 protected:
  // The exit code; what it printed is in out_ and err_.
  int Run(const std::vector<std::string>& arguments, const std::string& before = "") {
    std::string line = "cd '" + folder_.path() + "'; " + before + " exec '" COMITY_BIN_DIR "/comity' lookback";
    for (const std::string& argument : arguments) line += " '" + argument + "'";
    const int code = testing::RunProgram({"/bin/sh", "-c", line + " >out 2>err"});
    out_ = testing::ReadFile(folder_ / "out");
    err_ = testing::ReadFile(folder_ / "err");
    return code;
  }
  static CommitSpec By(const std::string& who, int day, const std::string& file, const std::string& trailers = "") {
    CommitSpec commit{who, who + "@acme.example", 1'600'000'000 + day * 86'400, "Change\n\nBecause.\n\n" + trailers, {}, {}};
    if (!file.empty()) commit.files.emplace_back(file, "day " + std::to_string(day) + " by " + who + "\n");
    return commit;
  }
  // Six people at home in pay, six in web; those of pay review for web, and `pay0` merges for it.
  void MakeSmallClone(const std::string& name, bool bare = false, const std::string& hostile = "") {
    CloneMaker maker(folder_ / name, bare);
    CommitSpec begin = By("lead", 0, "README.md");
    begin.files.emplace_back(".github/CODEOWNERS", "/pay/ @acme/payments\n/web/ @acme/storefront\n");
    begin.files.emplace_back(".mailmap", "Pay Zero <pay0@acme.example> <old@elsewhere.example>\n");
    int tip = maker.Commit(begin);
    const auto add = [&](CommitSpec commit) {
      commit.parents = {tip};
      tip = maker.Commit(commit);
    };
    for (int i = 0; i < 6; ++i) {
      add(By("pay" + std::to_string(i), 1, "pay/a"));
      add(By("web" + std::to_string(i), 1, "web/a"));
    }
    for (int i = 0; i < 6; ++i) {
      const std::string reviewer = i == 0 ? "Old <OLD@elsewhere.example>" : "Pay <pay" + std::to_string(i) + "@acme.example>";
      add(By("web" + std::to_string(i), 5, "web/a", "Reviewed-by: " + reviewer + "\nReported-by: Robot <ci-bot@acme.example>\n"));
    }
    CommitSpec topic = By("web0", 6, "web/b");
    topic.parents = {tip};
    CommitSpec merge = By("pay0", 7, "");
    merge.parents = {tip, maker.Commit(topic)};
    merge.files = topic.files;
    tip = maker.Commit(merge);
    if (!hostile.empty()) add(By("web1", 8, "web/" + std::string("c"), hostile));
    maker.Finish(tip);
  }
  const testing::TempDir folder_;
  std::string out_, err_;
};

TEST_F(LookbackCommand, ShowsWhichAreaHelpedWhichWithoutAnybodysName) {
  MakeSmallClone("clone");
  ASSERT_EQ(Run({"clone"}), 0) << err_;
  EXPECT_THAT(out_, HasSubstr("payments    storefront  -            6 people, 6 times  few"));
  EXPECT_THAT(out_, HasSubstr("4 areas from .github/CODEOWNERS"));
  EXPECT_THAT(out_, HasSubstr("somebody at home in payments reviewed a change by somebody at home in"));
  EXPECT_THAT(out_, HasSubstr("What this cannot know"));
  EXPECT_THAT(out_, Not(HasSubstr("@")));
  EXPECT_THAT(out_, Not(HasSubstr("pay0")));
}

TEST_F(LookbackCommand, ShowsTheCallersOwnDeedsThroughTheMailmap) {
  MakeSmallClone("clone");
  ASSERT_EQ(Run({"clone", "--me", "old@elsewhere.example"}), 0) << err_;
  EXPECT_THAT(out_, HasSubstr("You are at home in payments."));
  EXPECT_THAT(out_, HasSubstr("You helped 1 person in 1 other area."));
  EXPECT_THAT(out_, HasSubstr("reviewed  storefront  stepped in for"));
  ASSERT_EQ(Run({"clone", "--me", "nobody@acme.example"}), 0);
  EXPECT_THAT(out_, HasSubstr("Nothing here is by nobody@acme.example"));
}

TEST_F(LookbackCommand, GivesTheSameTwiceAndFromABareClone) {
  MakeSmallClone("clone");
  MakeSmallClone("bare.git", true);
  ASSERT_EQ(Run({"clone", "--output=json", "--svg", "one.svg"}), 0) << err_;
  const std::string first = out_;
  ASSERT_EQ(Run({"clone", "--output=json", "--svg", "two.svg"}), 0);
  EXPECT_EQ(out_, first);
  EXPECT_EQ(testing::ReadFile(folder_ / "one.svg"), testing::ReadFile(folder_ / "two.svg"));
  EXPECT_THAT(testing::ReadFile(folder_ / "one.svg"), HasSubstr("payments stepped in for storefront: 6 people helped by 6, 6 times"));
  ASSERT_EQ(Run({"bare.git", "--output=json"}), 0) << err_;
  EXPECT_THAT(out_, HasSubstr("\"bare\": true"));
  EXPECT_THAT(out_, HasSubstr(first.substr(first.find("\"pairs\""), first.find("\"cannotKnow\"") - first.find("\"pairs\""))));
}

TEST_F(LookbackCommand, SaysThatACloneIsShallow) {
  MakeSmallClone("clone");
  ASSERT_EQ(testing::RunProgram({"git", "clone", "-q", "--depth=3", "file://" + (folder_ / "clone"), folder_ / "shallow"}), 0);
  ASSERT_EQ(Run({"shallow"}), 0) << err_;
  EXPECT_THAT(out_, HasSubstr("This clone is shallow"));
}

TEST_F(LookbackCommand, LetsNothingHostileReachTheTerminal) {
  MakeSmallClone("clone", false,
                 "Reviewed-by: \x1b[31mRed\x07 <pay1@acme.example>\nReviewed-by: \xff\xfe <pay2@acme.example>\nTested-by: " +
                     std::string(200'000, 'x') + "\n\n" + std::string(2'000'000, 'y') + "\nHelped-by: Pay <pay3@acme.example>\n");
  ASSERT_EQ(Run({"clone", "--me=pay1@acme.example\x1b"}), 2);
  EXPECT_THAT(err_, Not(HasSubstr("\x1b")));
  ASSERT_EQ(Run({"clone", "--svg", "out.svg", "--me", "pay3@acme.example"}), 0) << err_;
  for (const std::string& text : {out_, err_, testing::ReadFile(folder_ / "out.svg")}) {
    EXPECT_THAT(text, Not(HasSubstr("\x1b")));
    EXPECT_THAT(text, Not(HasSubstr("\xff")));
  }
}

TEST_F(LookbackCommand, RunsNoProgramThatTheClonesConfigurationNames) {
  MakeSmallClone("clone");
  const std::string trap = folder_ / "trap.sh", mark = folder_ / "ran";
  testing::WriteFile(trap, "#!/bin/sh\ntouch '" + mark + "'\n", 0700);
  for (const char* key : {"core.fsmonitor", "core.pager", "diff.external", "gpg.program", "core.sshCommand", "core.editor"}) {
    ASSERT_EQ(testing::RunProgram({"git", "-C", folder_ / "clone", "config", key, trap}), 0);
  }
  ASSERT_EQ(testing::RunProgram({"git", "-C", folder_ / "clone", "config", "log.showSignature", "true"}), 0);
  ASSERT_EQ(Run({"clone"}), 0) << err_;
  EXPECT_FALSE(std::filesystem::exists(mark));
}

TEST_F(LookbackCommand, GoesByThePathItIsGivenAndNotByWhatAHookLeftInTheEnvironment) {
  MakeSmallClone("clone");
  std::filesystem::create_directory(folder_ / "empty");
  EXPECT_EQ(Run({"empty"}, "export GIT_DIR=../clone/.git;"), 1);
  EXPECT_EQ(Run({"clone/web"}), 1);  // fast-import left no working tree
  std::filesystem::rename(folder_ / "clone", folder_ / "-clone");
  EXPECT_EQ(Run({"--", "-clone"}), 0) << err_;
}

TEST_F(LookbackCommand, SaysPlainlyWhatItCannotReadAndWhatToDo) {
  EXPECT_EQ(Run({"."}), 1);
  EXPECT_THAT(err_, HasSubstr("is not in a git clone"));
  EXPECT_EQ(Run({"missing"}), 1);
  EXPECT_THAT(err_, HasSubstr("there is no folder missing"));
  ASSERT_EQ(testing::RunProgram({"git", "init", "-q", folder_ / "unborn"}), 0);
  EXPECT_EQ(Run({"unborn"}), 1);
  EXPECT_THAT(err_, HasSubstr("has no commit"));
  EXPECT_EQ(Run({"unborn"}, "PATH=/nowhere;"), 1);
  EXPECT_THAT(err_, HasSubstr("apt-get install git"));
  EXPECT_EQ(Run({".", "--min-people=1"}), 2);
  EXPECT_THAT(err_, HasSubstr("one person's"));
  EXPECT_EQ(Run({".", "--since=yesterday"}), 2);
  EXPECT_THAT(err_, HasSubstr("2026-01-31"));
  MakeSmallClone("clone");
  EXPECT_EQ(Run({"clone", "--svg", "no/such/folder.svg"}), 1);
  EXPECT_THAT(err_, HasSubstr("no/such/folder.svg cannot be written"));
}

TEST_F(LookbackCommand, CountsFromADayOn) {
  MakeSmallClone("clone");
  ASSERT_EQ(Run({"clone", "--since=2020-09-20", "--output=json"}), 0) << err_;  // day 7: the merge alone
  EXPECT_THAT(out_, HasSubstr("\"commits\": 1,"));
  EXPECT_THAT(out_, HasSubstr("\"helperArea\": \"payments\""));
}

}  // namespace
}  // namespace comity::test
