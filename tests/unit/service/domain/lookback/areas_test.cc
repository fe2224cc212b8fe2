#include "service/domain/lookback/areas.h"

#include <gtest/gtest.h>

namespace comity::domain::lookback {
namespace {

std::string AreaIn(Areas& areas, std::string_view path) { return areas.name(areas.AreaOf(path)); }

TEST(AreasTest, AreTopLevelFoldersWithoutAnOwnershipFile) {
  Areas areas;
  EXPECT_EQ(AreaIn(areas, "web/cart/app.js"), "web/");
  EXPECT_EQ(AreaIn(areas, "README.md"), "(top level)");
  EXPECT_EQ(areas.AreaOf("web/other.js"), areas.AreaOf("web/cart/app.js"));
}

TEST(AreasTest, GoByTheLastLineOfCodeownersThatMatches) {
  Areas areas(ParseCodeowners("*  @acme/platform\n/web/ @acme/web\n/web/cart/ @acme/checkout # comment\n*.md @acme/writers\n"));
  EXPECT_EQ(AreaIn(areas, "lib/a.c"), "platform");
  EXPECT_EQ(AreaIn(areas, "web/a.js"), "web");
  EXPECT_EQ(AreaIn(areas, "web/cart/a.js"), "checkout");
  EXPECT_EQ(AreaIn(areas, "web/cart/a.md"), "writers");
}

TEST(AreasTest, AreNeverNamedAfterAPerson) {
  Areas areas(ParseCodeowners("* @ana\n/src/parser/ @ben carl@acme.example\n/src/*.cc @dora\n"));
  EXPECT_EQ(AreaIn(areas, "docs/a.md"), "docs/");
  EXPECT_EQ(AreaIn(areas, "src/parser/a.cc"), "src/parser/");
  EXPECT_EQ(AreaIn(areas, "src/a.cc"), "src/");
  for (const std::string& name : areas.names()) EXPECT_EQ(name.find('@'), std::string::npos) << name;
}

TEST(AreasTest, AreNamedByTheFirstTeamAndItsOrganisationWhereThereAreSeveral) {
  Areas one(ParseCodeowners("/a/ @ana @acme/payments @acme/web\n"));
  EXPECT_EQ(AreaIn(one, "a/x"), "payments");
  Areas two(ParseCodeowners("/a/ @acme/payments\n/b/ @other/payments\n"));
  EXPECT_EQ(AreaIn(two, "a/x"), "acme/payments");
  EXPECT_EQ(AreaIn(two, "b/x"), "other/payments");
}

TEST(AreasTest, KnowGitLabsSectionsAndTheirDefaultOwners) {
  Areas areas(ParseCodeowners("[Documentation][2] @acme/writers\ndocs/\n^[Database]\ndb/ @acme/db\nREADME.md\n"));
  EXPECT_EQ(AreaIn(areas, "docs/a"), "writers");
  EXPECT_EQ(AreaIn(areas, "db/a"), "db");
  EXPECT_EQ(AreaIn(areas, "README.md"), "(top level)");
}

TEST(AreasTest, AreTopLevelFoldersWhereALineTakesTheOwnerAway) {
  Areas areas(ParseCodeowners("/web/ @acme/web\n/web/generated/\n"));
  EXPECT_EQ(AreaIn(areas, "web/generated/a"), "web/");
}

TEST(AreasTest, GoByTheDeepestLineOfMaintainers) {
  Areas areas(
      ParseMaintainers("List of maintainers\n====\n\n\tM: *Mail* patches to\n\nNETWORKING\nM:\tAna "
                       "<a@x>\nF:\tnet/\nF:\tdrivers/net/\nX:\tdrivers/net/wireless/\n\n"
                       "WIRELESS DRIVERS\nM:\tBen <b@x>\nF:\tdrivers/net/wireless/\n\nTHE REST\nM:\tLin <l@x>\nF:\t*\nF:\t*/\n"));
  EXPECT_EQ(AreaIn(areas, "net/core/dev.c"), "NETWORKING");
  EXPECT_EQ(AreaIn(areas, "drivers/net/tun.c"), "NETWORKING");
  EXPECT_EQ(AreaIn(areas, "drivers/net/wireless/ath/a.c"), "WIRELESS DRIVERS");
  EXPECT_EQ(AreaIn(areas, "kernel/fork.c"), "THE REST");
  EXPECT_EQ(AreaIn(areas, "Makefile"), "THE REST");
}

TEST(AreasTest, HonourExceptionsOfASection) {
  Areas areas(ParseMaintainers("NET\nM:\tx\nF:\tnet/\nX:\tnet/wireless/\n"));
  EXPECT_EQ(AreaIn(areas, "net/a.c"), "NET");
  EXPECT_EQ(AreaIn(areas, "net/wireless/a.c"), "net/");
}

TEST(AreasTest, NeverNameAMaintainer) {
  Areas areas(ParseMaintainers("NET\nM:\tAna Person <ana@x.example>\nF:\tnet/\n"));
  areas.AreaOf("net/a");
  for (const std::string& name : areas.names()) EXPECT_EQ(name.find("Ana"), std::string::npos);
}

TEST(AreasTest, StayBoundedWhateverTheFileHolds) {
  std::string text;
  for (size_t i = 0; i < kMaxRules + 10; ++i) text += "/x" + std::to_string(i) + "*/ @acme/t\n";
  AreaRules rules = ParseCodeowners(text);
  EXPECT_EQ(rules.rules.size(), kMaxRules);
  EXPECT_EQ(rules.skipped_lines, 10u);
  Areas areas(std::move(rules));
  EXPECT_EQ(areas.left_out(), kMaxRules - kMaxTriedRules);
  for (size_t i = 0; i < kMaxAreas + 10; ++i) areas.AreaOf("folder" + std::to_string(i) + "/a");
  EXPECT_LE(areas.names().size(), kMaxAreas + 1);
  EXPECT_EQ(AreaIn(areas, "one-more/a"), "(other)");
}

}  // namespace
}  // namespace comity::domain::lookback
