#include "service/base/percent.h"

#include <gtest/gtest.h>

namespace comity {
namespace {

TEST(Percentages, ShowAsManyDecimalsAsTheyNeed) {
  EXPECT_EQ(Percent(1'000'000), "100 %");
  EXPECT_EQ(Percent(333'334), "33.3334 %");
  EXPECT_EQ(Percent(705'000), "70.5 %");
  EXPECT_EQ(Percent(1), "0.0001 %");
  EXPECT_EQ(Percent(0), "0 %");
}

}  // namespace
}  // namespace comity
