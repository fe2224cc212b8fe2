#include "plugins/host/cursor_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plugins/host/files.h"
#include "tests/support/process.h"

namespace comity::host {
namespace {

const Progress kProgress{absl::FromUnixSeconds(1'788'343'200), {{"7001", "1 2"}, {"7002", "three"}}};

TEST(CursorFile, ReadsBackWhatItWrote) {
  const auto progress = DecodeProgress(EncodeProgress(kProgress));
  ASSERT_TRUE(progress.ok());
  EXPECT_EQ(progress->begin, kProgress.begin);
  EXPECT_EQ(progress->cursors, kProgress.cursors);
}

TEST(CursorFile, NoticesEveryChangedAndMissingByte) {
  const std::string good = EncodeProgress(kProgress);
  for (size_t i = 0; i < good.size(); ++i) {
    std::string changed = good;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(DecodeProgress(changed).ok()) << i;
    EXPECT_FALSE(DecodeProgress(good.substr(0, i)).ok()) << i;
  }
  EXPECT_FALSE(DecodeProgress(good + good).ok());
}

TEST(CursorFile, KeepsWhereItBeganFromTheFirstStart) {
  const comity::testing::TempDir dir;
  const auto first = OpenProgress(dir / "cursors", "acme", absl::FromUnixSeconds(100));
  ASSERT_TRUE(first.ok()) << first.status().ToString();
  const auto second = OpenProgress(dir / "cursors", "acme", absl::FromUnixSeconds(900));
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(second->begin, absl::FromUnixSeconds(100)) << "a crash before the first cursor loses nothing";
}

TEST(CursorFile, SetsADamagedOneAside) {
  const comity::testing::TempDir dir;
  const std::string cursors = dir / "cursors";
  ASSERT_TRUE(OpenProgress(cursors, "acme", absl::FromUnixSeconds(100)).ok());
  ASSERT_TRUE(SaveProgress(cursors, "acme", kProgress).ok());
  comity::testing::WriteFile(cursors + "/acme", EncodeProgress(kProgress).substr(0, 50));
  const auto opened = OpenProgress(cursors, "acme", absl::FromUnixSeconds(900));
  ASSERT_TRUE(opened.ok());
  EXPECT_EQ(opened->begin, absl::FromUnixSeconds(900));
  EXPECT_TRUE(opened->cursors.empty());
  EXPECT_THAT(*ListDir(cursors), ::testing::Contains("acme.damaged"));
}

}  // namespace
}  // namespace comity::host
