#include "service/app/directory_apply.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace comity::app {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

// The first bytes of the hint's hash: the same in every run, different for different hints.
class HintUids : public domain::UidSource {
 public:
  std::array<uint8_t, 16> Next(std::string_view hint) override {
    return domain::Hasher("test").Add(hint).Finish<domain::PersonUid>().bytes;
  }
};

constexpr char kStart[] = R"(
people:
  - {id: ana, name: Ana, accounts: ["x:y:1"]}
  - {id: ben, name: Ben, accounts: ["x:y:2"]}
bots: ["x:y:9"]
teams:
  - {id: acme}
  - {id: payments, parent: acme}
  - {id: support, parent: acme}
memberships:
  - {person: ana, team: payments, start: 2026-01-01}
  - {person: ben, team: support, start: 2026-01-01, end: 2026-06-01}
ownership:
  - {match: "x:y:repo:acme/billing", team: payments}
  - {match: "x:y:repo:acme/*", team: acme}
)";

class DirectoryDifferences : public testing::Test {
 protected:
  DirectoryDifferences() { Apply(kStart); }

  DirectoryDifference Diff(std::string_view document, bool prune = false) {
    const auto file = ParseDirectoryFile(document, rows_, prune);
    EXPECT_TRUE(file.ok()) << file.status()
                           << (DetailsOf(file.status()).faults.empty() ? "" : DetailsOf(file.status()).faults[0].description);
    return DiffDirectory(*file, rows_, absl::CivilDay(2026, 9, 2), prune, uids_);
  }
  DirectoryDifference Apply(std::string_view document, bool prune = false) {
    DirectoryDifference difference = Diff(document, prune);
    rows_ = difference.after;
    return difference;
  }
  static std::vector<std::string> Words(const DirectoryDifference& difference) {
    std::vector<std::string> words;
    for (const auto& change : difference.changes) {
      words.push_back(
          absl::StrCat(v1::DirectoryChange::Action_Name(change.action()).substr(7), " ", change.target(), ": ", change.summary()));
    }
    return words;
  }
  static std::string With(std::string text, const std::string& from, const std::string& to) {
    EXPECT_NE(text.find(from), std::string::npos) << from;
    return text.replace(text.find(from), from.size(), to);
  }
  std::vector<std::string> AffectedAccounts(const DirectoryDifference& difference) {
    std::vector<std::string> words;
    for (const auto& [uid, days] : difference.affected_accounts) {
      for (const auto& account : difference.after.accounts) {
        if (account.uid == uid)
          words.push_back(absl::StrCat(account.name.id, " ", days.open_start() ? "" : domain::IsoDay(days.start), "..",
                                       days.open_end() ? "" : domain::IsoDay(days.end)));
      }
    }
    return words;
  }
  HintUids uids_;
  domain::DirectoryRows rows_;
};

TEST_F(DirectoryDifferences, AreNoneWhenTheSameFileIsAppliedAgain) {
  const DirectoryDifference again = Diff(kStart);
  EXPECT_THAT(Words(again), IsEmpty());
  EXPECT_THAT(again.people, IsEmpty());
  EXPECT_THAT(again.accounts, IsEmpty());
  EXPECT_THAT(again.memberships, IsEmpty());
  EXPECT_FALSE(again.ownership_changed);
  EXPECT_THAT(again.affected_accounts, IsEmpty());
  EXPECT_EQ(again.after.people, rows_.people);
}

TEST_F(DirectoryDifferences, TakeTheFilesMembershipsForThePersonsWholeHistory) {
  const auto moved =
      Apply(With(kStart, "{person: ana, team: payments, start: 2026-01-01}", "{person: ana, team: support, start: 2026-03-01}"));
  EXPECT_THAT(Words(moved), ElementsAre("ADD people/ana in teams/support: from 2026-03-01",
                                        "DELETE people/ana in teams/payments: no longer from 2026-01-01"));
  EXPECT_THAT(AffectedAccounts(moved), ElementsAre("1 2026-01-01.."));
  EXPECT_EQ(moved.cause, domain::ReasonCode::kMembershipCorrected);
  EXPECT_EQ(moved.memberships.size(), 1u);
}

TEST_F(DirectoryDifferences, EndWhomTheFileNoLongerNamesTodayAndKeepWhatWas) {
  std::string without = With(kStart, "  - {id: ana, name: Ana, accounts: [\"x:y:1\"]}\n", "");
  without = With(without, "  - {person: ana, team: payments, start: 2026-01-01}\n", "");
  const auto ended = Apply(without);
  EXPECT_THAT(Words(ended), ElementsAre("END people/ana: is no longer in the file: former from today",
                                        "ADD people/ana in teams/payments: from 2026-01-01 until 2026-09-02",
                                        "END people/ana in teams/payments: no longer from 2026-01-01"));
  EXPECT_THAT(Words(Diff(without)), IsEmpty());
  const domain::Directory directory(rows_);
  EXPECT_EQ(directory.PersonOf(rows_.accounts[0].uid), directory.FindPersonById("ana")->uid);
}

TEST_F(DirectoryDifferences, DeletePeopleAndTeamsOnlyWhenPruning) {
  const std::string without = R"(
people: [{id: ben, name: Ben, accounts: ["x:y:2"]}]
bots: ["x:y:9"]
teams: [{id: acme}, {id: support, parent: acme}]
memberships: [{person: ben, team: support, start: 2026-01-01, end: 2026-06-01}]
ownership: [{match: "x:y:repo:acme/*", team: acme}]
)";
  const auto pruned = Apply(without, true);
  EXPECT_EQ(pruned.deleted_people.size(), 1u);
  EXPECT_EQ(pruned.deleted_teams.size(), 1u);
  EXPECT_EQ(rows_.people.size(), 1u);
  EXPECT_EQ(rows_.teams.size(), 2u);
  EXPECT_EQ(rows_.memberships.size(), 1u);
  EXPECT_THAT(AffectedAccounts(pruned), testing::Contains("1 .."));
  EXPECT_THAT(Words(Diff(without, true)), IsEmpty());
}

TEST_F(DirectoryDifferences, EndATeamAndBringItBack) {
  const std::string without = With(With(kStart, "  - {id: support, parent: acme}\n", ""), "team: support, start: 2026-01-01, end",
                                   "team: support, start: 2026-01-01, end");
  EXPECT_THAT(Words(Apply(without)), ElementsAre("END teams/support: is no longer in the file: ended today"));
  EXPECT_THAT(Words(Apply(without)), IsEmpty());
  EXPECT_THAT(Words(Apply(kStart)), ElementsAre("CHANGE teams/support: exists again"));
}

TEST_F(DirectoryDifferences, UnlinkOnlyAccountsThatAFileLinked) {
  for (domain::AccountRow& account : rows_.accounts) {
    if (account.name.id == "2") account.linked_by_file = false;
  }
  const auto unlinked = Apply(With(With(kStart, ", accounts: [\"x:y:1\"]", ""), ", accounts: [\"x:y:2\"]", ""));
  EXPECT_THAT(Words(unlinked), ElementsAre("END accounts/x:y:1: is no longer people/ana"));
  EXPECT_THAT(AffectedAccounts(unlinked), ElementsAre("1 .."));
}

TEST_F(DirectoryDifferences, MoveAnAccountFromOneEntryToAnother) {
  const auto moved = Apply(With(With(kStart, ", accounts: [\"x:y:1\"]", ""), "[\"x:y:2\"]", "[\"x:y:2\", \"x:y:1\"]"));
  EXPECT_THAT(Words(moved), ElementsAre("CHANGE accounts/x:y:1: is people/ben"));
  EXPECT_EQ(moved.cause, domain::ReasonCode::kAccountLinked);
}

TEST_F(DirectoryDifferences, NameBotsAndTakeThatBack) {
  const auto bots = Apply(With(kStart, "[\"x:y:9\"]", "[\"x:y:8\"]"));
  EXPECT_THAT(Words(bots), ElementsAre("ADD accounts/x:y:8: is a bot", "END accounts/x:y:9: is no longer named a bot"));
  EXPECT_THAT(AffectedAccounts(bots), UnorderedElementsAre("8 ..", "9 .."));
}

TEST_F(DirectoryDifferences, ConcernOnlyPlacesThatTheChangedRulesMatch) {
  const auto owned = Diff(With(kStart, "acme/billing\", team: payments", "acme/billing\", team: support"));
  EXPECT_THAT(owned.affected_matches, ElementsAre("x:y:repo:acme/billing"));
  EXPECT_EQ(owned.cause, domain::ReasonCode::kOwnershipChanged);
  EXPECT_THAT(owned.affected_accounts, IsEmpty());
}

TEST_F(DirectoryDifferences, ConcernEveryRuleThatChangedItsPlaceInTheOrder) {
  std::string swapped = With(kStart, "acme/billing\", team: payments", "TEMPORARY\", team: payments");
  swapped = With(swapped, "acme/*\", team: acme", "acme/billing\", team: payments");
  swapped = With(swapped, "TEMPORARY\", team: payments", "acme/*\", team: acme");
  const auto moved = Diff(swapped);
  EXPECT_THAT(moved.affected_matches, ElementsAre("x:y:repo:acme/*", "x:y:repo:acme/billing"));
  EXPECT_THAT(Words(moved), ElementsAre("CHANGE x:y:repo:acme/*: has another place among the rules",
                                        "CHANGE x:y:repo:acme/billing: has another place among the rules"));
}

TEST_F(DirectoryDifferences, KeepUidsAndOptOutOfPeopleWhoseNameChanges) {
  const domain::PersonUid uid = domain::Directory(rows_).FindPersonById("ana")->uid;
  for (domain::PersonRow& person : rows_.people) person.opted_out = person.id == "ana";
  EXPECT_THAT(Words(Apply(With(kStart, "name: Ana", "name: Ana Alves"))), ElementsAre("CHANGE people/ana: is called Ana Alves"));
  const domain::Directory directory(rows_);
  EXPECT_EQ(directory.FindPersonById("ana")->uid, uid);
  EXPECT_TRUE(directory.FindPersonById("ana")->opted_out);
}

TEST(OwnershipRules, MatchPlacesOfTheirSuiteInstanceAndKindOnly) {
  EXPECT_TRUE(MatchesPlace("github:github.com:repo:acme/*", "github", "github.com", {"repo", "acme/billing"}));
  EXPECT_FALSE(MatchesPlace("github:github.com:repo:acme/*", "gitlab", "github.com", {"repo", "acme/billing"}));
  EXPECT_FALSE(MatchesPlace("github:github.com:repo:acme/*", "github", "github.com", {"label", "acme/billing"}));
  EXPECT_FALSE(MatchesPlace("github:github.com:repo", "github", "github.com", {"repo", "x"}));
}

}  // namespace
}  // namespace comity::app
