#include "plugins/host/rate_gate.h"

#include <gtest/gtest.h>

namespace comity::host {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'788'343'200);  // 2026-09-02T10:00:00Z

struct RateCase {
  std::string name;
  net::Response response;
  bool refused;
  absl::Duration pause;
};
class RateAnswers : public ::testing::TestWithParam<RateCase> {};

TEST_P(RateAnswers, AreRead) {
  const RateAnswer answer = ReadRate(GetParam().response, kNow);
  EXPECT_EQ(answer.refused, GetParam().refused);
  EXPECT_EQ(answer.pause, GetParam().pause);
}
INSTANTIATE_TEST_SUITE_P(
    All, RateAnswers,
    ::testing::ValuesIn<RateCase>({
        {"NothingSaid", {200, {}, ""}, false, absl::ZeroDuration()},
        {"SomeLeft", {200, {{"X-RateLimit-Remaining", "7"}}, ""}, false, absl::ZeroDuration()},
        {"TheLastOne", {200, {{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", "1788343260"}}, ""}, false, absl::Seconds(61)},
        {"UsedUp", {403, {{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", "1788343320"}}, ""}, true, absl::Seconds(121)},
        {"UsedUpAsOthersWriteIt", {429, {{"RateLimit-Remaining", "0"}, {"RateLimit-Reset", "30"}}, ""}, true, absl::Seconds(31)},
        {"Seconds", {429, {{"Retry-After", "17"}}, ""}, true, absl::Seconds(17)},
        {"ADate", {503, {{"Retry-After", "Wed, 02 Sep 2026 10:02:00 GMT"}}, ""}, true, absl::Minutes(2)},
        {"ADateThatIsOver", {403, {{"Retry-After", "Wed, 02 Sep 2026 09:00:00 GMT"}}, ""}, true, absl::Seconds(1)},
        {"TenYears", {429, {{"Retry-After", "315360000"}}, ""}, true, absl::Hours(1)},
        {"MoreThanNumbersHold", {429, {{"Retry-After", "99999999999999999999999"}}, ""}, true, absl::Minutes(1)},
        {"Nonsense", {429, {{"Retry-After", "soon"}, {"X-RateLimit-Reset", "-1"}}, ""}, true, absl::Minutes(1)},
        {"SaidInWords", {403, {}, "{\"message\":\"You have exceeded a secondary rate limit\"}"}, true, absl::Minutes(1)},
        {"SaidByACodeOfGraphQl", {400, {}, R"({"errors":[{"extensions":{"code":"RATELIMITED"}}]})"}, true, absl::Minutes(1)},
        {"ABadRequest", {400, {}, R"({"errors":[{"extensions":{"code":"INPUT_ERROR"}}]})"}, false, absl::ZeroDuration()},
        {"NotAllowedAtAll", {403, {}, "{\"message\":\"Resource not accessible\"}"}, false, absl::ZeroDuration()},
        {"Broken", {500, {}, ""}, false, absl::ZeroDuration()},
    }),
    [](const auto& one) { return one.param.name; });

TEST(RateGate, PausesLongerWithEachRefusalAndNotAfterAnAnswer) {
  RateGate gate;
  const RateGate::SteadyTime start{};
  const net::Response refusal{429, {{"Retry-After", "10"}}, ""}, fine{200, {}, ""};
  EXPECT_EQ(gate.Learn(refusal, kNow, start).pause, absl::Seconds(10));
  EXPECT_EQ(gate.Learn(refusal, kNow, start).pause, absl::Seconds(20));
  EXPECT_EQ(gate.Learn(refusal, kNow, start).pause, absl::Seconds(40));
  EXPECT_EQ(gate.open_from(), start + std::chrono::seconds(40));
  EXPECT_EQ(gate.Learn(fine, kNow, start).pause, absl::ZeroDuration());
  EXPECT_EQ(gate.Learn(refusal, kNow, start).pause, absl::Seconds(10));
  for (int i = 0; i < 50; ++i) EXPECT_LE(gate.Learn(refusal, kNow, start).pause, absl::Hours(1));
}

}  // namespace
}  // namespace comity::host
