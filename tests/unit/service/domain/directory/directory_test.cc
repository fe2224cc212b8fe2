#include "service/domain/directory/directory.h"

#include <gmock/gmock.h>

#include <chrono>

namespace comity::domain {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

PersonUid P(char c) { return *PersonUid::FromBytes(std::string(16, c)); }
TeamUid T(char c) { return *TeamUid::FromBytes(std::string(16, c)); }
absl::CivilDay D(int day) { return absl::CivilDay(2026, 9, 1) + day; }

struct GlobCase {
  const char *glob, *text;
  bool matches;
};
class Glob : public testing::TestWithParam<GlobCase> {};
TEST_P(Glob, MatchesAsDescribed) { EXPECT_EQ(GlobMatches(GetParam().glob, GetParam().text), GetParam().matches); }
INSTANTIATE_TEST_SUITE_P(All, Glob,
                         testing::ValuesIn<GlobCase>({{"acme/billing", "acme/billing", true},
                                                      {"acme/billing", "ACME/Billing", true},
                                                      {"acme/billing", "acme/billings", false},
                                                      {"acme/billing", "acme", false},
                                                      {"acme/*", "acme/billing", true},
                                                      {"acme/*", "acme/", true},
                                                      {"acme/*", "acme/a/b", false},
                                                      {"acme/b*g", "acme/billing", true},
                                                      {"acme/**", "acme/a/b", true},
                                                      {"**", "anything/at/all", true},
                                                      {"**", "", true},
                                                      {"**/docs", "docs", true},
                                                      {"**/docs", "a/b/docs", true},
                                                      {"**/docs", "a/mydocs", false},
                                                      {"a/**/z", "a/z", true},
                                                      {"a/**/z", "a/b/c/z", true},
                                                      {"a/**/z", "a/bz", false},
                                                      {"a?c", "abc", true},
                                                      {"a?c", "a/c", false},
                                                      {"a?c", "ac", false},
                                                      {"*", "", true},
                                                      {"", "", true},
                                                      {"", "a", false}}));

TEST(Glob, TakesBoundedTimeWhateverTheStars) {
  std::string glob;
  for (int i = 0; i < 200; ++i) glob += "*a";
  const auto start = std::chrono::steady_clock::now();
  EXPECT_FALSE(GlobMatches(glob + "b", std::string(2000, 'a')));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST(AccountName, KeepsFurtherColonsInItsId) {
  EXPECT_EQ(AccountName::Parse("github:github.com:a:b"), (AccountName{"github", "github.com", "a:b"}));
  EXPECT_EQ(AccountName::Parse("github:github.com:1")->ToText(), "github:github.com:1");
  for (const char* bad : {"", "a", "a:b", "a:b:", "a::c", ":b:c", "accounts/github:b:c", "GitHub:b:c", "a\nb:b:c", "a:b c:d", "a:b\nc:d"}) {
    EXPECT_EQ(AccountName::Parse(bad), std::nullopt) << bad;
  }
}

DirectoryRows Rows() {
  DirectoryRows rows;
  rows.people = {{P('p'), "pia", "Pia", false, false}};
  rows.teams = {{T('a'), "alpha", "Alpha", {}, "", {}}, {T('b'), "beta", "Beta", {}, "", {}}, {T('e'), "ended", "Ended", {}, "", D(5)}};
  return rows;
}

TEST(Directory, KnowsTeamsByDayHalfOpen) {
  DirectoryRows rows = Rows();
  rows.memberships = {{P('p'), T('a'), {D(0), D(10)}, false}, {P('p'), T('b'), {D(10), D(20)}, false}};
  const Directory directory(rows);
  EXPECT_THAT(directory.TeamsOf(P('p'), D(-1)), IsEmpty());
  EXPECT_THAT(directory.TeamsOf(P('p'), D(9)), ElementsAre(T('a')));
  EXPECT_THAT(directory.TeamsOf(P('p'), D(10)), ElementsAre(T('b')));
  EXPECT_THAT(directory.TeamsOf(P('p'), D(20)), IsEmpty());
  EXPECT_THAT(directory.TeamsOf(P('x'), D(0)), IsEmpty());
}

TEST(Directory, PutsThePrimaryTeamFirstThenTheEarliestThenById) {
  DirectoryRows rows = Rows();
  rows.memberships = {{P('p'), T('b'), {D(0), D(90)}, false}, {P('p'), T('a'), {D(0), D(90)}, false}};
  EXPECT_THAT(Directory(rows).TeamsOf(P('p'), D(3)), ElementsAre(T('a'), T('b')));
  rows.memberships[0].days.start = D(-1);
  EXPECT_THAT(Directory(rows).TeamsOf(P('p'), D(3)), ElementsAre(T('b'), T('a')));
  rows.memberships[1].primary = true;
  EXPECT_THAT(Directory(rows).TeamsOf(P('p'), D(3)), ElementsAre(T('a'), T('b')));
}

TEST(Directory, ForgetsATeamFromTheDayItEnded) {
  DirectoryRows rows = Rows();
  rows.memberships = {{P('p'), T('e'), {}, false}};
  const Directory directory(rows);
  EXPECT_THAT(directory.TeamsOf(P('p'), D(4)), ElementsAre(T('e')));
  EXPECT_THAT(directory.TeamsOf(P('p'), D(5)), IsEmpty());
}

TEST(Directory, GivesAThingToTheFirstRuleInForce) {
  DirectoryRows rows = Rows();
  rows.ownership = {{1, "github:github.com:repo:acme/billing", T('a'), {D(0), D(10)}},
                    {2, "github:github.com:repo:acme/*", T('b'), {}},
                    {3, "github:github.com:label:urgent", T('a'), {}}};
  const Directory directory(rows);
  const std::vector<PlaceName> billing = {{"repo", "Acme/Billing"}};
  EXPECT_EQ(directory.OwnerOf("github", "github.com", billing, D(1)), T('a'));
  EXPECT_EQ(directory.OwnerOf("github", "github.com", billing, D(10)), T('b'));
  EXPECT_EQ(directory.OwnerOf("github", "ghe", billing, D(1)), TeamUid{});
  EXPECT_EQ(directory.OwnerOf("github", "github.com", {{"label", "urgent"}, {"repo", "acme/x"}}, D(1)), T('b'));
  EXPECT_EQ(directory.OwnerOf("github", "github.com", {{"repo", "other/x"}}, D(1)), TeamUid{});
  EXPECT_EQ(directory.OwnerOf("github", "github.com", {}, D(1)), TeamUid{});
}

}  // namespace
}  // namespace comity::domain
