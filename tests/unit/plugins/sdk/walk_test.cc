#include "plugins/sdk/walk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace comity::sdk {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(WalkCursor, ComesBackFromItsText) {
  const WalkCursor cursor{absl::FromUnixMicros(1'788'340'000'000'000), absl::FromUnixMicros(1'788'340'000'000'001)};
  EXPECT_EQ(cursor.ToText(), "1788340000000000 1788340000000001");
  const auto again = WalkCursor::Parse(cursor.ToText());
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->complete, cursor.complete);
  EXPECT_EQ(again->position, cursor.position);
}

TEST(WalkCursor, RefusesWhatItDoesNotWrite) {
  for (const char* text :
       {"", " ", "1", "1 ", " 1", "2 1", "1  2", "1 2 ", "-1 2", "01 2", "1 2x", "1 99999999999999999999", "a b", "1\t2"}) {
    EXPECT_FALSE(WalkCursor::Parse(text).has_value()) << text;
  }
}

TEST(WalkCursor, StartsAtTheBeginningWhereThereIsNoneOrADamagedOne) {
  Poll poll;
  poll.begin = absl::FromUnixSeconds(1'788'000'000);
  poll.overlap = absl::Minutes(5);
  poll.cursors["damaged"] = "2 1";
  poll.cursors["sound"] = "1788340000000000 1788350000000000";
  EXPECT_EQ(WalkCursor::Of(poll, "none").position, poll.begin);
  EXPECT_EQ(WalkCursor::Of(poll, "damaged").complete, poll.begin);
  EXPECT_EQ(WalkCursor::Of(poll, "none").Since(poll), poll.begin) << "never before the source's beginning";
  const WalkCursor sound = WalkCursor::Of(poll, "sound");
  EXPECT_EQ(sound.Since(poll), absl::FromUnixSeconds(1'788'349'700));
  EXPECT_EQ(sound.Floor(poll), absl::FromUnixSeconds(1'788'339'700));
}

TEST(SplitList, TrimsAndNamesEachOnce) {
  EXPECT_THAT(SplitList(" a/b, c ,a/b,, d"), ElementsAre("a/b", "c", "d"));
  EXPECT_THAT(SplitList("  "), IsEmpty());
}

TEST(UrlEncoded, LeavesOnlyUnreservedCharactersAsTheyAre) {
  EXPECT_EQ(UrlEncoded("acme/billing A_1.~-"), "acme%2Fbilling%20A_1.~-");
  EXPECT_EQ(UrlEncoded("\xc3\xbc&\n"), "%C3%BC%26%0A");
}

TEST(IsPathName, RefusesWhatLeadsElsewhere) {
  for (const char* good : {"a", "x.y-z_1"}) EXPECT_TRUE(IsPathName(good)) << good;
  for (const char* bad : {"", ".", "..", "a/b", "a b", "a?b", "a#"}) EXPECT_FALSE(IsPathName(bad)) << bad;
}

}  // namespace
}  // namespace comity::sdk
