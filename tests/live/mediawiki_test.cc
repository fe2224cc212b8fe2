// MediaWiki as Debian ships it, with real processes of ours: by the poll alone, by the extension inside the wiki alone, by both together,
// through restarts of both sides.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/live/mediawiki_wiki.h"

namespace comity::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

TEST_F(MediaWiki, ByThePollAloneTellsEveryEditorOnceAndCreditsWhoHelpedAnotherTeam) {
  SetUpDeployment(/*hooks=*/false, /*polls=*/true);
  StartWiki();
  As("Ana").Save("Alpha/Runbook", "Restart the exporter.");
  As("Bob").Save("Alpha/Runbook", "Restart the exporter. Check the disk first.");
  As("Abe").Save("Alpha/Runbook", "Restart the exporter. Check the disk first!", {{"minor", "1"}});
  As("Robo").Save("Alpha/Runbook", "Restart the exporter. Check the disk first!!", {{"bot", "1"}});
  Visitor(url(), "").Save("Alpha/Runbook", "Anybody.");
  As("Bea").Save("Plan", "Of the own team.");
  Connect();
  ASSERT_TRUE(AwaitEvents(6)) << ReadFile(deployment_->log());
  EXPECT_THAT(Told(), UnorderedElementsAre("Alpha/Runbook by Ana INTERNAL SAME_TEAM", "Alpha/Runbook by Bob COUNTED",
                                           "Alpha/Runbook by Abe NOT_COUNTED MINOR", "Alpha/Runbook by Robo NOT_COUNTED BOT",
                                           "Alpha/Runbook by nobody NOT_COUNTED NO_ACTOR", "Plan by Bea INTERNAL SAME_TEAM"));
  EXPECT_THAT(Deeds(), UnorderedElementsAre("Alpha/Runbook for alpha by bob"));

  // Both sides begin again half-way; what happened meanwhile comes too, and nothing twice.
  wiki_->Kill();
  deployment_->KillConnect();
  Connect();
  StartWiki();
  As("Ana").Save("Plan", "Of another team.");
  As("Bob").Save("Alpha/Second", "A page [[Category:Payments]]");
  As("Abe").Do({{"action", "rollback"}, {"title", "Plan"}, {"user", "Ana"}, {"summary", "marmalade"}}, "rollback");
  ASSERT_TRUE(AwaitEvents(10)) << ReadFile(deployment_->log());
  EXPECT_THAT(Deeds(),
              UnorderedElementsAre("Alpha/Runbook for alpha by bob", "Plan for beta by ana taken back", "Alpha/Second for alpha by bob"));
  EXPECT_EQ(Told().size(), 10u);
  EXPECT_EQ(Faults(), "");
}

TEST_F(MediaWiki, ByTheExtensionAloneTellsWhatARevertTookBackWhicheverEditItWas) {
  SetUpDeployment(/*hooks=*/true, /*polls=*/false);
  Connect();
  StartWiki(HookUrl());
  const std::string first = "Restart the exporter.\n\nBelow.\n";
  As("Ana").Save("Alpha/Runbook", first);
  const std::string helped = As("Bob").Save("Alpha/Runbook", "Check the disk.\n\n" + first);
  As("Bea").Save("Alpha/Runbook", "Check the disk.\n\n" + first + "\nThe end.\n");
  ASSERT_TRUE(AwaitEvents(3)) << ReadFile(deployment_->log());
  EXPECT_THAT(Deeds(), UnorderedElementsAre("Alpha/Runbook for alpha by bob", "Alpha/Runbook for alpha by bea"));
  // An undo of an edit that is not the last: polling could not say of which.
  As("Ana").Do({{"action", "edit"}, {"title", "Alpha/Runbook"}, {"undo", helped}});
  ASSERT_TRUE(AwaitEvents(5)) << ReadFile(deployment_->log());
  EXPECT_THAT(Deeds(), UnorderedElementsAre("Alpha/Runbook for alpha by bob taken back", "Alpha/Runbook for alpha by bea"));
  // A rollback takes back all edits of one person in a row.
  As("Ana").Save("Alpha/Other", "Begin.");
  As("Bob").Save("Alpha/Other", "Begin. One.");
  As("Bob").Save("Alpha/Other", "Begin. One. Two.");
  ASSERT_TRUE(AwaitEvents(8)) << ReadFile(deployment_->log());
  As("Abe").Do({{"action", "rollback"}, {"title", "Alpha/Other"}, {"user", "Bob"}, {"summary", "marmalade"}}, "rollback");
  ASSERT_TRUE(AwaitEvents(11)) << ReadFile(deployment_->log());
  EXPECT_THAT(Told(), Not(Contains(HasSubstr("Alpha/Other by Bob COUNTED")))) << ::testing::PrintToString(Told());
  for (const std::string& deed : Deeds()) EXPECT_FALSE(deed == "Alpha/Other for alpha by bob") << deed;
  EXPECT_EQ(Waiting(), "0");
  EXPECT_EQ(Faults(), "");
}

TEST_F(MediaWiki, ByTheExtensionAndThePollTogetherTellsEachChangeOnce) {
  SetUpDeployment(/*hooks=*/true, /*polls=*/true);
  Connect();
  StartWiki(HookUrl());
  As("Ana").Save("Runbook", "Restart the exporter. [[Category:Payments]]");
  As("Bob").Save("Runbook", "Restart the exporter. Check the disk first. [[Category:Payments]]");
  As("Abe").Save("Runbook", "Restart the exporter. Check the disk first! [[Category:Payments]]", {{"minor", "1"}});
  As("Robo").Save("Runbook", "Restart the exporter. Check the disk first!! [[Category:Payments]]", {{"bot", "1"}});
  Visitor(url(), "").Save("Runbook", "Anybody. [[Category:Payments]]");
  ASSERT_TRUE(AwaitSeenTwice(5)) << ::testing::PrintToString(Told()) << ReadFile(deployment_->log());
  EXPECT_THAT(Told(),
              UnorderedElementsAre("Runbook by Ana INTERNAL SAME_TEAM", "Runbook by Bob COUNTED", "Runbook by Abe NOT_COUNTED MINOR",
                                   "Runbook by Robo NOT_COUNTED BOT", "Runbook by nobody NOT_COUNTED NO_ACTOR"));
  for (const v1::Event& event : Events()) {
    EXPECT_EQ(event.fact().author().login(), "Ana") << "who created the page";
    ASSERT_EQ(event.fact().places_size(), 2) << event.fact().ShortDebugString();
    EXPECT_EQ(event.fact().places(0).value(), "Payments") << "its category, which was new with the save";
  }
  EXPECT_THAT(Deeds(), UnorderedElementsAre("Runbook for alpha by bob"));

  As("Abe").Do({{"action", "move"}, {"from", "Runbook"}, {"to", "Help:Runbook"}, {"reason", "marmalade"}});
  As("Ana").Save("Gone", "Soon.");
  ASSERT_TRUE(AwaitSeenTwice(7)) << ::testing::PrintToString(Told()) << ReadFile(deployment_->log());
  As("Abe").Do({{"action", "delete"}, {"title", "Gone"}, {"reason", "marmalade"}});
  As("Abe").Do({{"action", "undelete"}, {"title", "Gone"}, {"reason", "marmalade"}});
  ASSERT_TRUE(AwaitSeenTwice(8)) << ::testing::PrintToString(Told()) << ReadFile(deployment_->log());
  std::multiset<std::string> told;
  for (const std::string& one : Told()) {
    if (absl::StrContains(one, "MOVED") || absl::StrContains(one, "DELETED")) told.insert(one.substr(0, one.find(" by ") + 7));
  }
  EXPECT_THAT(told, UnorderedElementsAre("Help:Runbook MOVED by Abe", "Gone DELETED by Abe"));
  EXPECT_EQ(Events().size(), 8u) << "a restoration is no event of its own";
  EXPECT_EQ(Waiting(), "0");
  EXPECT_EQ(Faults(), "");
}

TEST_F(MediaWiki, KeepsChangesInTheWikiWhileComityIsAway) {
  SetUpDeployment(/*hooks=*/true, /*polls=*/false);
  StartWiki(HookUrl());  // comity-connect is not there yet
  As("Ana").Save("Alpha/Runbook", "Restart the exporter.");
  As("Bob").Save("Alpha/Runbook", "Restart the exporter. Check the disk first.");
  Look();
  EXPECT_EQ(Waiting(), "2") << "tried in vain, and kept";
  wiki_->Kill();
  StartWiki(HookUrl());
  Connect();
  ASSERT_TRUE(WaitUntil(
      [&] {
        Look();
        return Waiting() == "0";
      },
      kWikiPatience))
      << ReadFile(dir_ / "wiki/comity.log");
  ASSERT_TRUE(AwaitEvents(2)) << ReadFile(deployment_->log());
  deployment_->KillConnect();
  As("Bea").Save("Alpha/FAQ", "Ask the exporter.");
  Connect();
  ASSERT_TRUE(WaitUntil(
      [&] {
        Look();
        return Events().size() >= 3;
      },
      kWikiPatience))
      << ReadFile(dir_ / "wiki/comity.log");
  EXPECT_THAT(Told(),
              UnorderedElementsAre("Alpha/Runbook by Ana INTERNAL SAME_TEAM", "Alpha/Runbook by Bob COUNTED", "Alpha/FAQ by Bea COUNTED"));
  EXPECT_THAT(Deeds(), UnorderedElementsAre("Alpha/Runbook for alpha by bob", "Alpha/FAQ for alpha by bea"));
  EXPECT_EQ(Faults(), "");
}

TEST_F(MediaWiki, DropsTheOldestChangeWhereTooManyWait) {
  WriteFile(dir_ / "wiki/comity.php", "<?php\n$wgComityKeep = 2;\n");
  StartWiki("http://127.0.0.1:" + std::to_string(FreePort()) + "/in/wiki");
  for (const char* text : {"One.", "Two.", "Three.", "Four."}) As("Bob").Save("Alpha/Runbook", text);
  EXPECT_EQ(Waiting(), "2");
  EXPECT_THAT(ReadFile(dir_ / "wiki/comity.log"), HasSubstr("too many changes wait"));
  EXPECT_EQ(Faults(), "");
}

// A socket that takes connections and says nothing: whoever waited for it would wait for a minute.
TEST_F(MediaWiki, ASaveWaitsForNoAddressThatNeverAnswers) {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  ASSERT_EQ(listen(listener, 5), 0);
  socklen_t size = sizeof(address);
  ASSERT_EQ(getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size), 0);
  WriteFile(dir_ / "wiki/comity.php", "<?php\n$wgComityTimeout = 60;\n");
  StartWiki(absl::StrCat("http://127.0.0.1:", ntohs(address.sin_port), "/in/wiki"));
  Visitor bob(url(), "Bob");
  const std::string token = Visitor::Text(bob.Api({{"action", "query"}, {"meta", "tokens"}}), "/query/tokens/csrftoken");
  const auto measured = [&](const char* what, auto act) {
    const auto start = steady_clock::now();
    act();
    const auto took = std::chrono::duration_cast<milliseconds>(steady_clock::now() - start);
    EXPECT_LT(took, milliseconds(20'000)) << what;
    RecordProperty(what, static_cast<int>(took.count()));
  };
  measured("save_ms", [&] {
    EXPECT_THAT(bob.Api({{"action", "edit"}, {"title", "Alpha/Runbook"}, {"text", "Restart the exporter."}, {"token", token}}),
                HasSubstr("Success"));
  });
  measured("view_ms", [&] { Look(); });  // which begins to deliver when the page is there
  close(listener);
  EXPECT_EQ(Waiting(), "1");
}

TEST_F(MediaWiki, ASaveStandsWhereTheOutboxsTableIsMissing) {
  StartWiki("http://127.0.0.1:" + std::to_string(FreePort()) + "/in/wiki");
  Process php(
      {"/usr/bin/php", "-r", absl::StrCat("(new PDO('sqlite:", dir_ / "wiki/data/wiki.sqlite", "'))->exec('DROP TABLE comity_outbox');")},
      dir_ / "wiki.log");
  ASSERT_EQ(php.Wait(), 0);
  EXPECT_NE(As("Bob").Save("Alpha/Runbook", "Restart the exporter."), "");
  EXPECT_THAT(As("").Ask("/index.php?title=Alpha/Runbook").body, HasSubstr("Restart the exporter."));
  EXPECT_THAT(ReadFile(dir_ / "wiki/errors.log"), HasSubstr("comity_outbox"));
}

}  // namespace
}  // namespace comity::testing
