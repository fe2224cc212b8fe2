// DokuWiki as Debian ships it, with real processes of ours: by the poll alone, by the plugin inside the wiki and the poll together, and
// through restarts of both sides.
#include <gmock/gmock.h>

#include "tests/live/dokuwiki_wiki.h"

namespace comity::testing {
namespace {

using ::testing::UnorderedElementsAre;

TEST_F(DokuWiki, ByThePollAloneTellsEveryEditorOnceAndCreditsWhoHelpedAnotherTeam) {
  StartWiki();
  Configure(/*hooks=*/false);
  // All before the first look: the wiki's list of changes names Abe alone.
  Save("ana", "alpha:runbook", "Restart the exporter.");
  Save("bob", "alpha:runbook", "Restart the exporter. Check the disk first.");
  Save("abe", "alpha:runbook", "Restart the exporter. Check the disk first!", /*minor=*/true);
  Save("bea", "plan", "Of the own team.");
  Connect();
  ASSERT_TRUE(Await(4)) << ReadFile(deployment_->log());
  const std::multiset<std::string> told = Told();
  EXPECT_THAT(told, UnorderedElementsAre("alpha:runbook by ana INTERNAL SAME_TEAM", "alpha:runbook by bob COUNTED",
                                         "alpha:runbook by abe NOT_COUNTED MINOR", "plan by bea INTERNAL SAME_TEAM"));
  EXPECT_THAT(Deeds(), UnorderedElementsAre("PAGE_IMPROVED of alpha:runbook for alpha by bob"));

  // Both sides begin again half-way; what happened meanwhile comes too, and nothing twice.
  wiki_->Kill();
  deployment_->KillConnect();
  Connect();
  StartWiki();
  Save("ana", "plan", "Of another team.");
  ASSERT_TRUE(Await(5)) << ReadFile(deployment_->log());
  EXPECT_THAT(Deeds(), UnorderedElementsAre("PAGE_IMPROVED of alpha:runbook for alpha by bob", "PAGE_IMPROVED of plan for beta by ana"));
  EXPECT_EQ(Told().size(), 5u);
}

TEST_F(DokuWiki, ByThePluginAndThePollTogetherTellsEachSaveOnce) {
  Configure(/*hooks=*/true);
  Connect();
  StartWiki(/*plugin=*/true);
  Save("ana", "alpha:runbook", "Restart the exporter.");
  Save("bob", "alpha:runbook", "Restart the exporter. Check the disk first.");
  EXPECT_EQ(Waiting(), 2u) << "nothing is sent while a page is saved";
  Tasks();
  ASSERT_TRUE(AwaitSeenTwice(2)) << ReadFile(deployment_->log());
  EXPECT_THAT(Told(), UnorderedElementsAre("alpha:runbook by ana INTERNAL SAME_TEAM", "alpha:runbook by bob COUNTED"));
  for (const v1::Event& event : Events()) {
    EXPECT_EQ(event.fact().author().login(), "ana") << "who created the page";
    EXPECT_EQ(event.fact().assurance(), v1::ASSURANCE_POLLED);
  }
  EXPECT_THAT(Deeds(), UnorderedElementsAre("PAGE_IMPROVED of alpha:runbook for alpha by bob"));

  // The first of the two: events of one day come in no order of time.
  std::set<std::string> revisions;
  for (const v1::Event& event : Events()) revisions.insert(event.fact().revision());
  Restore("abe", "alpha:runbook", *revisions.begin(), "Restart the exporter.");
  Tasks();
  ASSERT_TRUE(AwaitSeenTwice(4)) << ::testing::PrintToString(Told()) << SeenHowOften() << ReadFile(deployment_->log());
  EXPECT_THAT(Told(), UnorderedElementsAre("alpha:runbook by ana INTERNAL SAME_TEAM", "alpha:runbook by bob NOT_COUNTED PAGE_REVERTED",
                                           "alpha:runbook by abe NOT_COUNTED REVERT", "alpha:runbook by abe UNDO PAGE_REVERTED"));
  EXPECT_THAT(Deeds(), UnorderedElementsAre("PAGE_IMPROVED of alpha:runbook for alpha by bob taken back"));
}

TEST_F(DokuWiki, KeepsEventsInTheWikiWhileComityIsAwayAndDelaysNoSave) {
  Configure(/*hooks=*/true);
  StartWiki(/*plugin=*/true);  // comity-connect is not there yet
  Save("ana", "alpha:runbook", "Restart the exporter.");
  Save("bob", "alpha:runbook", "Restart the exporter. Check the disk first.");
  Tasks();
  EXPECT_EQ(Waiting(), 2u) << "tried in vain, and kept";
  wiki_->Kill();
  StartWiki(/*plugin=*/true);
  Connect();
  ASSERT_TRUE(WaitUntil(
      [&] {
        Tasks();
        return Waiting() == 0;
      },
      kWikiPatience))
      << ReadFile(deployment_->log());
  ASSERT_TRUE(AwaitSeenTwice(2)) << ReadFile(deployment_->log());
  deployment_->KillConnect();
  Save("bea", "alpha:faq", "Ask the exporter.");
  Connect();
  Tasks();
  ASSERT_TRUE(AwaitSeenTwice(3)) << ReadFile(deployment_->log());
  EXPECT_THAT(Told(),
              UnorderedElementsAre("alpha:runbook by ana INTERNAL SAME_TEAM", "alpha:runbook by bob COUNTED", "alpha:faq by bea COUNTED"));
  EXPECT_THAT(Deeds(),
              UnorderedElementsAre("PAGE_IMPROVED of alpha:runbook for alpha by bob", "PAGE_IMPROVED of alpha:faq for alpha by bea"));
}

TEST_F(DokuWiki, TellsBothOfTwoPeopleWhoSaveInOneSecondByThePluginAndOneForAYesByThePoll) {
  Configure(/*hooks=*/true);
  StartWiki(/*plugin=*/true);
  Connect();
  // Straight into one second; if the clock ticks between them, again with another page.
  std::string page;
  for (int i = 0; i < 20 && page.empty(); ++i) {
    const std::string name = "alpha:minutes" + std::to_string(i);
    Save("ana", name, "Begin.");
    const time_t begin = time(nullptr);
    SaveNow("bob", name, "Begin. Bob was there.");
    SaveNow("bea", name, "Begin. Bob was there. Bea too.");
    if (time(nullptr) == begin) page = name;
  }
  ASSERT_FALSE(page.empty());
  const auto of_page = [&] {
    std::multiset<std::string> editors;
    for (const v1::Event& event : Events()) {
      if (event.fact().subject().key() == page) editors.insert(event.fact().actor().login() + (event.fact().tentative() ? "?" : ""));
    }
    return editors;
  };
  ASSERT_TRUE(WaitUntil(
      [&] {
        Tasks();
        return of_page() == std::multiset<std::string>{"ana", "bob", "bea?"};
      },
      kWikiPatience))
      << ::testing::PrintToString(of_page()) << ReadFile(deployment_->log());
}

}  // namespace
}  // namespace comity::testing
