#include "clients/cli/names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clients/cli/verb.h"

namespace comity::cli {
namespace {

using testing::ElementsAre;

std::vector<int32_t> Parts(const std::vector<Share>& shares) {
  std::vector<int32_t> parts;
  for (const Share& share : shares) parts.push_back(share.share_ppm);
  return parts;
}

TEST(ResourceNames, AreTheSameWithAndWithoutTheirCollection) {
  EXPECT_EQ(FullName("people", "ana"), "people/ana");
  EXPECT_EQ(FullName("people", "people/ana"), "people/ana");
  EXPECT_EQ(FullName("people", ""), "");
  EXPECT_EQ(BareName("people/ana"), "ana");
  EXPECT_EQ(BareName("accounts/github:github.com:1"), "github:github.com:1");
}

TEST(Shares, AreReadFromPercentagesWithUpToFourDecimals) {
  const auto shares = ReadShares({"ana=70,people/ben=29.9999", "cem=0.0001%"});
  ASSERT_TRUE(shares.ok());
  EXPECT_THAT(Parts(*shares), ElementsAre(700'000, 299'999, 1));
  EXPECT_EQ((*shares)[1].person, "people/ben");
}

class ShareRefused : public testing::TestWithParam<const char*> {};
TEST_P(ShareRefused, AsAUsageError) {
  const auto shares = ReadShares({GetParam()});
  EXPECT_TRUE(IsUsageError(shares.status())) << shares.status();
}
INSTANTIATE_TEST_SUITE_P(All, ShareRefused,
                         testing::Values("", "ana", "ana=", "=50", "ana=x", "ana=0", "ana=-5", "ana=100.0001", "ana=1.00001", "ana=1.",
                                         "ana=.5", "ana=1e1", "ana=1000", "ana=99999999999", "ana=50,ana=50", "ana=50,people/ana=50",
                                         "ana=50,"));

TEST(Shares, ThatAreMeantAsAWholeAddUpToItExactlyByLargestRemainder) {
  auto thirds = *ReadShares({"a=33.33,b=33.33,c=33.33"});
  EXPECT_TRUE(FitShares(1'000'000, thirds));
  EXPECT_THAT(Parts(thirds), ElementsAre(333'334, 333'333, 333'333));
  auto exact = *ReadShares({"a=70,b=30"});
  EXPECT_TRUE(FitShares(1'000'000, exact));
  EXPECT_THAT(Parts(exact), ElementsAre(700'000, 300'000));
}

TEST(Shares, ThatAreNoWholeStayAsTheyWereSaid) {
  auto part = *ReadShares({"a=30"});
  EXPECT_FALSE(FitShares(1'000'000, part));
  EXPECT_THAT(Parts(part), ElementsAre(300'000));
  auto third = *ReadShares({"a=33.33"});
  EXPECT_TRUE(FitShares(333'333, third));
  EXPECT_THAT(Parts(third), ElementsAre(333'333));
}

TEST(Shares, AlwaysSumToTheWholeWhateverTheirNumber) {
  for (int people = 1; people <= 50; ++people) {
    std::vector<Share> shares;
    for (int i = 0; i < people; ++i) shares.push_back({"people/" + std::to_string(i), 1'000'000 / people});
    ASSERT_TRUE(FitShares(1'000'000, shares)) << people;
    int64_t sum = 0;
    for (const Share& share : shares) sum += share.share_ppm;
    EXPECT_EQ(sum, 1'000'000) << people;
  }
}

TEST(Times, AreDaysInstantsOrHowLongAgo) {
  EXPECT_EQ(ReadTime("1970-01-02", 0)->seconds(), 86'400);
  EXPECT_EQ(ReadTime("1970-01-01T01:00:00Z", 0)->seconds(), 3'600);
  EXPECT_EQ(ReadTime("7d", 1'000'000)->seconds(), 1'000'000 - 7 * 86'400);
  EXPECT_EQ(ReadTime("12h", 1'000'000)->seconds(), 1'000'000 - 12 * 3'600);
  for (const char* wrong : {"", "d", "yesterday", "2026-13-01", "-1d", "7 d"})
    EXPECT_TRUE(IsUsageError(ReadTime(wrong, 0).status())) << wrong;
}

}  // namespace
}  // namespace comity::cli
