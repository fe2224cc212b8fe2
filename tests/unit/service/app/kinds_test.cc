// The domain numbers and names its kinds as the API does; conversions are casts.
#include <gtest/gtest.h>

#include "comity/v1/deed.pb.h"
#include "comity/v1/event.pb.h"
#include "service/domain/deeds/policy.h"

namespace comity::app {
namespace {

TEST(KindsOfFacts, AreThoseOfTheApi) {
  for (int number = 0; number < v1::FactKind_ARRAYSIZE; ++number) {
    EXPECT_EQ("FACT_KIND_" + std::string(domain::FactKindName(static_cast<domain::FactKind>(number))), v1::FactKind_Name(number));
  }
  EXPECT_EQ(domain::FactKindName(static_cast<domain::FactKind>(v1::FactKind_ARRAYSIZE)), "");
}

TEST(KindsOfDeeds, AreThoseOfTheApi) {
  EXPECT_EQ(static_cast<size_t>(v1::Deed::Kind_ARRAYSIZE), domain::kDeedKindPlaces);
  for (size_t i = 0; i < domain::kDeedKinds.size(); ++i) {
    const domain::DeedKind kind = domain::kDeedKinds[i];
    EXPECT_EQ(static_cast<size_t>(kind), i + 1);
    EXPECT_EQ("KIND_" + std::string(domain::DeedKindName(kind)), v1::Deed::Kind_Name(static_cast<int>(kind)));
  }
}

}  // namespace
}  // namespace comity::app
