#include "service/app/page_token.h"

#include <gtest/gtest.h>

#include "service/base/error.h"

namespace comity::app {
namespace {

const std::string kKey(32, 'k');

TEST(PageToken, GivesItsCursorBackForTheSameListAlone) {
  const std::string token = MakePageToken(kKey, "ListDeeds a", "20260902 xyz");
  EXPECT_EQ(ReadPageToken(kKey, "ListDeeds a", token).value(), "20260902 xyz");
  EXPECT_EQ(ReadPageToken(kKey, "ListDeeds a", "").value(), "");
  EXPECT_EQ(DetailsOf(ReadPageToken(kKey, "ListDeeds b", token).status()).reason, "PAGE_TOKEN_INVALID");
  EXPECT_FALSE(ReadPageToken(std::string(32, 'x'), "ListDeeds a", token).ok());
}

TEST(PageToken, RefusesEveryChangedCharacter) {
  const std::string token = MakePageToken(kKey, "f", "cursor");
  for (size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == '0' ? '1' : '0';
    EXPECT_FALSE(ReadPageToken(kKey, "f", changed).ok()) << i;
  }
  EXPECT_FALSE(ReadPageToken(kKey, "f", "no token").ok());
  EXPECT_FALSE(ReadPageToken(kKey, "f", std::string(10000, '0')).ok());
}

TEST(PageSize, IsAHundredUnlessSaidAndAThousandAtMost) {
  EXPECT_EQ(PageSize(0).value(), 100);
  EXPECT_EQ(PageSize(7).value(), 7);
  EXPECT_EQ(PageSize(5000).value(), 1000);
  EXPECT_EQ(PageSize(-1).status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace comity::app
