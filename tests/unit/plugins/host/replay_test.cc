// I3: a delivery that somebody recorded and sends again. Outside of the signed time's window it is refused, inside it is known.
#include <gtest/gtest.h>

#include <random>

#include "plugins/host/delivery.h"
#include "plugins/host/delivery_index.h"
#include "plugins/sdk/signatures.h"
#include "tests/support/figures.h"
#include "tests/support/process.h"

namespace comity::host {
namespace {

using comity::testing::Figure;
using comity::testing::Report;

constexpr char kSecret[] = "whsec_MDEyMzQ1Njc4OWFiY2RlZg==";

TEST(I3Replay, OfASignedDeliveryPassesOnlyFromAMinuteAheadToFiveMinutesOld) {
  const sdk::Source source{"hooks", "generic", "example.org", {kSecret}, {}};
  const absl::Time signed_at = absl::FromUnixSeconds(1'790'000'000);
  const std::string stamp = std::to_string(absl::ToUnixSeconds(signed_at)), body = "{\"a\":1}";
  const net::Headers headers = {{"webhook-id", "msg_1"},
                                {"webhook-timestamp", stamp},
                                {"webhook-signature", *sdk::StandardWebhooks::Sign(kSecret, "msg_1", stamp, body)}};
  const sdk::Request request{"POST", "/in/hooks", "", &headers, body};
  const auto verify = [&](absl::Duration age) { return sdk::StandardWebhooks::Verify(request, source, signed_at + age); };
  for (const auto& [seconds, expected] : std::initializer_list<std::pair<int, sdk::Auth>>{
           {-61, sdk::Auth::kStale}, {-60, sdk::Auth::kOk}, {0, sdk::Auth::kOk}, {300, sdk::Auth::kOk}, {301, sdk::Auth::kStale}}) {
    EXPECT_EQ(verify(absl::Seconds(seconds)), expected) << seconds;
  }
  std::mt19937_64 random(3);
  const int64_t deliveries = Figure("I3");
  int64_t passed = 0;
  for (int64_t i = 0; i < deliveries; ++i) {
    // Near the window's edges half of the time, years away else.
    const auto span = i % 2 == 0 ? int64_t{1000} : int64_t{10} * 365 * 86'400;
    const absl::Duration age = absl::Milliseconds(static_cast<int64_t>(random() % static_cast<uint64_t>(span * 2000)) - span * 1000);
    const bool inside = age >= -absl::Seconds(60) && age <= absl::Seconds(300);
    ASSERT_EQ(verify(age), inside ? sdk::Auth::kOk : sdk::Auth::kStale) << age;
    passed += inside ? 1 : 0;
  }
  Report("I3", std::to_string(deliveries) + " replays with a moved clock: " + std::to_string(passed) +
                   " inside of -60 s to +300 s passed, all others refused");
}

// Suites that sign no time, as GitHub, rest on the delivery's id alone, and it is known for 30 days, also after a restart (GitHub lets
// deliveries of three days be sent again); after that the store knows the fact itself, for ever.
TEST(I3Replay, OfADeliveryIsKnownForThirtyDaysWhateverIsRestarted) {
  const comity::testing::TempDir dir;
  const absl::Time start = absl::FromUnixSeconds(1'790'000'000);
  const DeliveryKey recorded{'r', 'e', 'c'};
  (*DeliveryIndex::Open(dir / "deliveries", 1000, start))->Add({recorded}, start);
  for (const int day : {0, 1, 3, 7, 14, 29}) {
    const absl::Time now = start + absl::Hours(24 * day);
    const auto index = *DeliveryIndex::Open(dir / "deliveries", 1000, now);
    EXPECT_TRUE(index->Contains(recorded)) << "forgotten on day " << day;
    index->Add({{static_cast<char>(day)}}, now);
  }
  Report("I3", "a delivery is known for 30 days over restarts");
}

}  // namespace
}  // namespace comity::host
