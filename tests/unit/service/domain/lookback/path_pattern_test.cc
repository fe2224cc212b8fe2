#include "service/domain/lookback/path_pattern.h"

#include <gtest/gtest.h>

namespace comity::domain::lookback {
namespace {

bool Matches(const std::optional<PathPattern>& pattern, std::string_view path) {
  std::vector<std::string_view> parts;
  SplitPath(path, parts);
  return pattern.has_value() && pattern->Matches(parts);
}
bool Owns(const char* pattern, const char* path) { return Matches(PathPattern::OfCodeowners(pattern), path); }
bool Holds(const char* pattern, const char* path) { return Matches(PathPattern::OfMaintainers(pattern), path); }

TEST(CodeownersPattern, OfAStarOwnsEverything) {
  EXPECT_TRUE(Owns("*", "a"));
  EXPECT_TRUE(Owns("*", "a/b/c.md"));
}

TEST(CodeownersPattern, WithoutASlashMatchesAtAnyDepth) {
  EXPECT_TRUE(Owns("*.js", "web/cart/app.js"));
  EXPECT_TRUE(Owns("*.js", "app.js"));
  EXPECT_FALSE(Owns("*.js", "app.json"));
  EXPECT_TRUE(Owns("apps/", "x/apps/deep/file"));
  EXPECT_FALSE(Owns("apps/", "x/apps"));
}

TEST(CodeownersPattern, WithASlashStartsAtTheTop) {
  EXPECT_TRUE(Owns("/docs/", "docs/a/b.md"));
  EXPECT_FALSE(Owns("/docs/", "web/docs/a.md"));
  EXPECT_TRUE(Owns("build/logs", "build/logs/x"));
  EXPECT_FALSE(Owns("build/logs", "a/build/logs/x"));
}

TEST(CodeownersPattern, OfAFoldersStarOwnsOnlyWhatLiesDirectlyThere) {
  EXPECT_TRUE(Owns("docs/*", "docs/start.md"));
  EXPECT_FALSE(Owns("docs/*", "docs/deep/start.md"));
  EXPECT_TRUE(Owns("/docs/**", "docs/deep/start.md"));
  EXPECT_FALSE(Owns("/docs/**", "docs"));
  EXPECT_TRUE(Owns("/docs/*/", "docs/deep/start.md"));
}

TEST(CodeownersPattern, WithTwoStarsSkipsAnyFolders) {
  EXPECT_TRUE(Owns("**/logs", "logs/x"));
  EXPECT_TRUE(Owns("**/logs", "a/b/logs/x"));
  EXPECT_TRUE(Owns("a/**/z", "a/z"));
  EXPECT_TRUE(Owns("a/**/z", "a/b/c/z"));
  EXPECT_FALSE(Owns("a/**/z", "b/z"));
}

TEST(CodeownersPattern, TakesCapitalsAndEscapesAsTheyAre) {
  EXPECT_FALSE(Owns("/Docs/", "docs/a"));
  EXPECT_TRUE(Owns("/my\\ docs/", "my docs/a"));
  EXPECT_TRUE(Owns("/a\\*b", "a*b"));
  EXPECT_FALSE(Owns("/a\\*b", "axb"));
}

TEST(CodeownersPattern, ThatCanMatchNothingIsNone) {
  EXPECT_FALSE(PathPattern::OfCodeowners("").has_value());
  EXPECT_FALSE(PathPattern::OfCodeowners("/").has_value());
  EXPECT_FALSE(PathPattern::OfCodeowners("!docs/").has_value());
  EXPECT_FALSE(PathPattern::OfCodeowners(std::string(kMaxPatternBytes + 1, 'a')).has_value());
}

TEST(MaintainersPattern, WithASlashAtTheEndHoldsEverythingBelow) {
  EXPECT_TRUE(Holds("drivers/net/", "drivers/net/wireless/a.c"));
  EXPECT_FALSE(Holds("drivers/net/", "drivers/netfilter/a.c"));
  EXPECT_FALSE(Holds("net/", "drivers/net/a.c"));
}

TEST(MaintainersPattern, WithAStarReachesNoDeeper) {
  EXPECT_TRUE(Holds("drivers/net/*", "drivers/net/a.c"));
  EXPECT_FALSE(Holds("drivers/net/*", "drivers/net/wireless/a.c"));
  EXPECT_TRUE(Holds("*/net/*", "any/net/a.c"));
  EXPECT_TRUE(Holds("fs/ext?.c", "fs/ext4.c"));
}

TEST(MaintainersPattern, OfOneFileOrFolderHoldsItAndWhatIsBelow) {
  EXPECT_TRUE(Holds("kernel/fork.c", "kernel/fork.c"));
  EXPECT_TRUE(Holds("Documentation/rust", "Documentation/rust/intro.rst"));
}

TEST(PathPatternTest, TakesNoLongerThanItsLengthAllows) {
  std::string stars;
  for (int i = 0; i < 250; ++i) stars += "*a*/";
  const auto pattern = PathPattern::OfCodeowners(stars);
  std::string path;
  for (int i = 0; i < 500; ++i) path += std::string(20, 'a') + "/";
  EXPECT_TRUE(Matches(pattern, path + "end"));
  EXPECT_FALSE(Matches(PathPattern::OfCodeowners("/" + std::string(400, '*') + "b"), std::string(4000, 'a')));
}

TEST(PathPatternTest, SaysWhereItsFolderIs) {
  EXPECT_EQ(PathPattern::OfCodeowners("/src/parser/*.cc")->folder(), "src/parser");
  EXPECT_EQ(PathPattern::OfCodeowners("*.js")->folder(), "");
}

}  // namespace
}  // namespace comity::domain::lookback
