#include "service/domain/lookback/lookback.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "service/domain/lookback/homes.h"
#include "service/git/contact.h"
#include "tests/unit/service/git/printed_log.h"

namespace comity::domain::lookback {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr int64_t kDay = 86'400;

TEST(Homes, AreTheAreaOfMostChangesInTheYearBefore) {
  const std::vector<Change> changes = {{100, 1}, {101, 2}, {102, 2}, {103, 1}, {103, 1}};
  EXPECT_THAT(HomesOn(changes, {103, 104}), ElementsAre(HomeSpan{2, 103, 103}, HomeSpan{1, 104, 104}));
}

TEST(Homes, AreUnknownBeforeTheFirstChangeAndAYearAfterTheLast) {
  EXPECT_THAT(HomesOn({{100, 1}}, {99, 100}), IsEmpty());
  EXPECT_THAT(HomesOn({{100, 1}}, {101, 465, 466}), ElementsAre(HomeSpan{1, 101, 465}));
}

TEST(Homes, OfEqualsAreWhereTheLastChangeWas) {
  EXPECT_THAT(HomesOn({{100, 1}, {101, 2}}, {102}), ElementsAre(HomeSpan{2, 102, 102}));
  EXPECT_THAT(HomesOn({{100, 2}, {101, 1}}, {102}), ElementsAre(HomeSpan{1, 102, 102}));
}

// A history told from the oldest commit on; each is made on the one before unless it says otherwise.
class Lookback : public testing::Test {
 protected:
  // Day of the year 2020, who (`ana` = ana@x), the one file it touches, trailers.
  int Commit(int day, const std::string& who, const std::string& file, const std::string& trailers = "", std::vector<int> parents = {}) {
    const int id = static_cast<int>(told_.size()) + 1;
    if (parents.empty() && id > 1) parents = {id - 1};
    git::Printed commit{.id = id,
                        .parents = std::move(parents),
                        .time = (18'262 + day) * kDay + id,
                        .name = who,
                        .email = who + "@x",
                        .trailers = trailers};
    if (!file.empty()) commit.files = {file};
    told_.push_back(std::move(commit));
    return id;
  }
  // Everybody is at home somewhere: pay*, web* and lib* by their names.
  void SettleIn(int people = 6) {
    for (int i = 0; i < people; ++i) {
      for (const char* home : {"pay", "web", "lib"}) Commit(1, home + std::to_string(i), std::string(home) + "/f");
    }
  }
  Report Look(Options options = {}, const std::string& codeowners = "") {
    areas_ = std::make_unique<Areas>(ParseCodeowners(codeowners));
    history_ = std::make_unique<History>(*areas_, std::vector<std::string>{});
    git::GitLogParser parser([this](const git::LogCommit& commit) { history_->Add(commit); });
    for (auto commit = told_.rbegin(); commit != told_.rend(); ++commit) EXPECT_TRUE(parser.Feed(commit->Text()).ok());
    EXPECT_TRUE(parser.Finish().ok());
    for (size_t i = 0; i < history_->contacts().size(); ++i) {
      const auto contact = git::ParseContact(history_->contacts()[i]);
      history_->Resolve(i, contact->name, contact->email);
    }
    if (!me_.empty()) options.me = history_->Find(me_);
    return lookback::Look(*history_, *areas_, options);
  }
  // `pay/>web/ helped with 5/6/7`: people helped, helpers, times; or `few`.
  std::vector<std::string> Told(const Report& report) const {
    static constexpr const char* kWords[] = {"helped with", "stepped in for", "merged for"};
    std::vector<std::string> told;
    for (const Pair& pair : report.pairs) {
      for (size_t i = 0; i < kColumns; ++i) {
        const Tally& tally = pair.columns[i];
        if (!tally.any) continue;
        const std::string numbers =
            tally.shown ? std::to_string(tally.people_helped) + "/" + std::to_string(tally.helpers) + "/" + std::to_string(tally.times)
                        : "few";
        told.push_back(areas_->name(pair.helper) + ">" + areas_->name(pair.helped) + " " + kWords[i] + " " + numbers);
      }
    }
    return told;
  }
  static std::string By(const char* key, const std::string& who) { return std::string(key) + ": " + who + " <" + who + "@x>\n"; }

  std::vector<git::Printed> told_;
  std::string me_;
  std::unique_ptr<Areas> areas_;
  std::unique_ptr<History> history_;
};

constexpr Options kTwo{.min_people = 2};

TEST_F(Lookback, CountsAReviewForAnotherHome) {
  SettleIn();
  for (int i = 0; i < 5; ++i) Commit(10, "web" + std::to_string(i), "web/f", By("Reviewed-by", "pay" + std::to_string(i)));
  EXPECT_THAT(Told(Look()), ElementsAre("pay/>web/ stepped in for 5/5/5"));
}

TEST_F(Lookback, TellsHelpedWithFromSteppedInByWhoseThingItIs) {
  SettleIn();
  for (int i = 0; i < 5; ++i) Commit(10, "web" + std::to_string(i), "pay/f", By("Reviewed-by", "pay" + std::to_string(i)));
  EXPECT_THAT(Told(Look()), ElementsAre("pay/>web/ helped with 5/5/5"));
}

TEST_F(Lookback, TakesWhoReportsForTheAskerAndWhoFixesForTheHelper) {
  SettleIn();
  for (int i = 0; i < 5; ++i) Commit(10, "web" + std::to_string(i), "web/f", By("Reported-by", "pay" + std::to_string(i)));
  EXPECT_THAT(Told(Look()), ElementsAre("web/>pay/ helped with 5/5/5"));
}

TEST_F(Lookback, ReadsEveryTrailerOfHelpInAnyCase) {
  SettleIn();
  for (int i = 0; i < 5; ++i) {
    const std::string who = "pay" + std::to_string(i);
    Commit(10, "web" + std::to_string(i), "web/f",
           By("tested-by", who) + By("HELPED-BY", who) + By("Mentored-by", who) + By("Co-authored-by", who) + By("Reviewed-by", who) +
               By("Acked-by", who));
  }
  EXPECT_THAT(Told(Look()), ElementsAre("pay/>web/ stepped in for 5/5/25"));
}

TEST_F(Lookback, GivesNoNumberThatSpeaksOfFewerThanFivePeopleOnASide) {
  SettleIn();
  for (int i = 0; i < 6; ++i) Commit(10, "web" + std::to_string(i % 4), "web/f", By("Reviewed-by", "pay" + std::to_string(i)));
  for (int i = 0; i < 6; ++i) Commit(11, "lib" + std::to_string(i), "lib/f", By("Reviewed-by", "pay0"));
  const Report report = Look();
  EXPECT_THAT(Told(report), ElementsAre("pay/>lib/ stepped in for few", "pay/>web/ stepped in for few"));
  for (const Pair& pair : report.pairs) {
    for (const Tally& tally : pair.columns) EXPECT_EQ(tally.times + tally.helpers + tally.people_helped, 0);
  }
  EXPECT_FALSE(report.samples_named);
  EXPECT_THAT(Told(Look(kTwo)), ElementsAre("pay/>lib/ stepped in for few", "pay/>web/ stepped in for 4/6/6"));
}

TEST_F(Lookback, IsNotImpressedByARingThatRepeatsItself) {
  SettleIn();
  for (int round = 0; round < 50; ++round) {
    for (int i = 0; i < 5; ++i) Commit(10 + round, "web" + std::to_string(i), "web/f", By("Reviewed-by", "pay" + std::to_string(i)));
  }
  EXPECT_THAT(Told(Look()), ElementsAre("pay/>web/ stepped in for 5/5/250"));
}

TEST_F(Lookback, CountsHelpWithinOneAreaWithoutCredit) {
  SettleIn();
  Commit(10, "web0", "web/f", By("Reviewed-by", "web1"));
  const Report report = Look(kTwo);
  EXPECT_THAT(Told(report), IsEmpty());
  EXPECT_EQ(report.left.internal, 1);
}

TEST_F(Lookback, HelpsTheOwnerWhereAuthorAndReviewerShareAHome) {
  SettleIn();
  Commit(10, "web0", "pay/f", By("Reviewed-by", "web1"));
  const Report report = Look(kTwo);
  ASSERT_EQ(report.samples.size(), 1u);
  EXPECT_FALSE(report.samples[0].among_owners);
  EXPECT_EQ(areas_->name(report.samples[0].helped), "pay/");
}

TEST_F(Lookback, CreditsNoMachineAndNobodyForThemselves) {
  SettleIn();
  Commit(10, "web0", "pay/f", By("Reviewed-by", "web0") + "Tested-by: kernel test robot <lkp@x>\n");
  const Report report = Look(kTwo);
  EXPECT_THAT(Told(report), IsEmpty());
  EXPECT_EQ(report.left.self, 1);
  EXPECT_EQ(report.left.bots, 1);
}

TEST_F(Lookback, GuessesNoHome) {
  SettleIn();
  Commit(10, "web0", "web/f", By("Reviewed-by", "stranger") + By("Reported-by", "customer"));
  Commit(10, "new", "web/f", By("Reviewed-by", "pay0"));
  const Report report = Look(kTwo);
  EXPECT_THAT(Told(report), IsEmpty());
  EXPECT_EQ(report.left.home_unknown, 3);
}

TEST_F(Lookback, MovesHomeWithAPersonsChanges) {
  SettleIn();
  for (int day = 2; day < 8; ++day) Commit(day, "pay0", "lib/f");
  Commit(10, "web0", "web/f", By("Reviewed-by", "pay0"));
  const Report report = Look(kTwo);
  ASSERT_EQ(report.samples.size(), 1u);
  EXPECT_EQ(areas_->name(report.samples[0].helper), "lib/");
}

TEST_F(Lookback, TakesBackWhatWasRevertedWithinThreeDays) {
  SettleIn();
  const int soon = Commit(10, "web0", "web/f", By("Reviewed-by", "pay0"));
  const int late = Commit(10, "web1", "web/f", By("Reviewed-by", "pay1"));
  Commit(12, "web0", "web/f");
  told_.back().body = "This reverts commit " + git::HexId(soon) + ".\n";
  Commit(20, "web0", "web/f");
  told_.back().body = "This reverts commit " + git::HexId(late) + ".\n";
  const Report report = Look(kTwo);
  EXPECT_EQ(report.left.taken_back, 1);
  EXPECT_THAT(Told(report), ElementsAre("pay/>web/ stepped in for few"));
}

TEST_F(Lookback, KeepsMergesApart) {
  SettleIn();
  for (int i = 0; i < 5; ++i) {
    const int base = static_cast<int>(told_.size());
    const int topic = Commit(10, "web" + std::to_string(i), "web/f", "", {base});
    Commit(11, "pay" + std::to_string(i), "", "", {base, topic});
  }
  const Report report = Look();
  EXPECT_THAT(Told(report), ElementsAre("pay/>web/ merged for 5/5/5"));
  EXPECT_EQ(report.kinds[static_cast<size_t>(HelpKind::kMerged)].times, 5);
}

TEST_F(Lookback, ReadsAMergesTrailersAsOfWhatItBrought) {
  SettleIn();
  for (int i = 0; i < 5; ++i) {
    const int base = static_cast<int>(told_.size());
    const int topic = Commit(10, "web" + std::to_string(i), "web/f", "", {base});
    Commit(11, "lib0", "", By("Reviewed-by", "pay" + std::to_string(i)), {base, topic});
  }
  EXPECT_THAT(Told(Look()), ElementsAre("lib/>web/ merged for few", "pay/>web/ stepped in for 5/5/5"));
}

TEST_F(Lookback, FindsTheInnermostMergeOfEachCommit) {
  Commit(1, "a", "x/f");                             // 1
  const int topic = Commit(2, "b", "x/f", "", {1});  // 2
  Commit(3, "c", "x/f", "", {1});                    // 3
  const int inner = Commit(4, "c", "", "", {3, topic});
  Commit(5, "a", "x/f", "", {1});  // 5
  const int outer = Commit(6, "d", "", "", {5, inner});
  Look();
  const Merges merges = FindMerges(*history_);
  const auto index = [&](int id) { return static_cast<lookback::Commit>(told_.size()) - static_cast<lookback::Commit>(id); };
  EXPECT_EQ(merges.brought_by[index(topic)], index(inner));
  EXPECT_EQ(merges.brought_by[index(3)], index(outer));
  EXPECT_EQ(merges.brought_by[index(5)], kNoCommit);
}

TEST_F(Lookback, ShowsTheCallerTheirOwnDeedsAndNobodyElses) {
  SettleIn();
  me_ = "PAY0@x";
  Commit(10, "web0", "web/f", By("Reviewed-by", "pay0"));
  Commit(11, "web1", "web/f", By("Tested-by", "pay0"));
  Commit(12, "pay0", "pay/f", By("Reviewed-by", "lib0"));
  const Report report = Look();
  ASSERT_TRUE(report.mine.has_value());
  ASSERT_EQ(report.mine->given.size(), 2u);
  EXPECT_EQ(report.mine->given[0].kind, HelpKind::kReviewed);
  EXPECT_EQ(report.mine->people_helped, 2);
  EXPECT_EQ(report.mine->areas_helped, 1);
  EXPECT_EQ(report.mine->people_who_helped_me, 1);
  EXPECT_EQ(areas_->name(*report.mine->home), "pay/");
}

TEST_F(Lookback, CountsFromADayOnButKnowsHomesFromBefore) {
  SettleIn();
  Commit(10, "web0", "web/f", By("Reviewed-by", "pay0"));
  Commit(20, "web1", "web/f", By("Reviewed-by", "pay1"));
  me_ = "pay1@x";
  const Report report = Look({.since = (18'262 + 15) * kDay});
  EXPECT_EQ(report.mine->given.size(), 1u);
  EXPECT_EQ(report.samples.size(), 1u);
}

TEST_F(Lookback, GivesAtMostThreeSamplesOfDifferentKinds) {
  SettleIn();
  for (int i = 0; i < 5; ++i) {
    const std::string who = "pay" + std::to_string(i);
    Commit(10 + i, "web" + std::to_string(i), "web/f",
           By("Reviewed-by", who) + By("Tested-by", who) + By("Helped-by", who) + By("Reviewed-by", "lib" + std::to_string(i)));
  }
  const Report report = Look();
  ASSERT_EQ(report.samples.size(), 3u);
  EXPECT_TRUE(report.samples_named);
  EXPECT_NE(report.samples[0].kind, report.samples[1].kind);
  EXPECT_NE(report.samples[1].kind, report.samples[2].kind);
}

TEST_F(Lookback, AreasThatHelpAMachinesOwnerAreToldInTimesAlone) {
  SettleIn();
  for (int i = 0; i < 6; ++i) Commit(10, "renovate[bot]", "web/f", By("Reviewed-by", "pay" + std::to_string(i)));
  EXPECT_THAT(Told(Look()), ElementsAre("pay/>web/ stepped in for 0/6/6"));
}

TEST_F(Lookback, SurvivesHistoriesWithoutDatesParentsOrFiles) {
  Commit(1, "", "web/f");
  Commit(2, "web0", "", By("Reviewed-by", "pay0"), {99});
  told_.back().time = -1;
  Commit(3, "web0", "web/f", "Reviewed-by: nobody at all\nReviewed-by\n");
  EXPECT_THAT(Told(Look()), IsEmpty());
  EXPECT_EQ(history_->nameless_trailers(), 1);
  EXPECT_EQ(history_->undated_commits(), 1);
}

}  // namespace
}  // namespace comity::domain::lookback
