#include "clients/cpp/retry.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "clients/cpp/status.h"
#include "comity/v1/deed.pb.h"
#include "service/base/error.h"

namespace comity::client {
namespace {

using std::chrono::milliseconds;

// A clock that only sleeping moves.
class Retries : public testing::Test {
 protected:
  Retries() {
    policy_.now = [this] { return now_; };
    policy_.sleep = [this](milliseconds delay) {
      now_ += delay;
      sleeps_.push_back(delay);
    };
  }
  absl::Status Run(std::vector<absl::Status> answers) {
    return RunWithRetries(policy_, [this, answers](milliseconds) { return answers[std::min(attempts_++, answers.size() - 1)]; });
  }
  RetryPolicy policy_;
  std::chrono::steady_clock::time_point now_;
  std::vector<milliseconds> sleeps_;
  size_t attempts_ = 0;
};

TEST_F(Retries, EndWithTheFirstAnswerThatIsNotUnavailable) {
  EXPECT_TRUE(Run({absl::UnavailableError("away"), absl::UnavailableError("away"), absl::OkStatus()}).ok());
  EXPECT_EQ(attempts_, 3u);
}

TEST_F(Retries, DoNotRepeatOtherErrors) {
  EXPECT_EQ(Run({absl::ResourceExhaustedError("full")}).code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(attempts_, 1u);
}

TEST_F(Retries, ComeAgainToAnOverloadedServiceWhenItSaysAndNotEarlier) {
  const absl::Status overloaded =
      Error(absl::StatusCode::kResourceExhausted, ErrorReason::kOverloaded, "too much waits", {}, {{kRetryAfterMs, "500"}});
  EXPECT_TRUE(Run({overloaded, overloaded, absl::OkStatus()}).ok());
  ASSERT_EQ(sleeps_.size(), 2u);
  for (const milliseconds sleep : sleeps_) {
    EXPECT_GE(sleep, milliseconds(500));
    EXPECT_LE(sleep, milliseconds(600));
  }
}

TEST_F(Retries, WaitFiveSecondsAtTheMostWhateverAServiceSays) {
  const absl::Status overloaded =
      Error(absl::StatusCode::kResourceExhausted, ErrorReason::kOverloaded, "too much waits", {}, {{kRetryAfterMs, "999999999999"}});
  EXPECT_TRUE(Run({overloaded, absl::OkStatus()}).ok());
  EXPECT_LE(sleeps_.at(0), milliseconds(6000));
}

TEST_F(Retries, GiveUpAfterFourAttempts) {
  EXPECT_TRUE(absl::IsUnavailable(Run({absl::UnavailableError("away")})));
  EXPECT_EQ(attempts_, 4u);
  EXPECT_EQ(sleeps_.size(), 3u);
}

TEST_F(Retries, NeverOutlastTheDeadline) {
  policy_.deadline = milliseconds(250);
  policy_.max_attempts = 100;
  EXPECT_TRUE(absl::IsUnavailable(Run({absl::UnavailableError("away")})));
  EXPECT_LT(now_.time_since_epoch(), milliseconds(250));
}

TEST(RetryDelays, DoubleFromATenthToFiveSecondsWithAFifthOfJitter) {
  EXPECT_EQ(RetryDelay(1, 0.5), milliseconds(100));
  EXPECT_EQ(RetryDelay(2, 0.5), milliseconds(200));
  EXPECT_EQ(RetryDelay(4, 0.5), milliseconds(800));
  EXPECT_EQ(RetryDelay(50, 0.5), milliseconds(5000));
  EXPECT_EQ(RetryDelay(1, 0), milliseconds(80));
  EXPECT_LE(RetryDelay(1, 0.999), milliseconds(120));
}

TEST(RequestIds, AreFilledOnceAndOnlyWhereTheCallerLeftThemEmpty) {
  v1::ConfirmDeedRequest request;
  request.set_name("deeds/1");
  std::set<std::string> ids;
  for (int i = 0; i < 100; ++i) {
    const auto filled = WithRequestId(request);
    ASSERT_NE(filled, nullptr);
    ids.insert(static_cast<const v1::ConfirmDeedRequest&>(*filled).request_id());
    EXPECT_EQ(static_cast<const v1::ConfirmDeedRequest&>(*filled).name(), "deeds/1");
  }
  EXPECT_EQ(ids.size(), 100u);
  EXPECT_EQ(ids.begin()->size(), 32u);
  request.set_request_id("mine");
  EXPECT_EQ(WithRequestId(request), nullptr);
  EXPECT_EQ(WithRequestId(v1::GetDeedRequest()), nullptr);
}

}  // namespace
}  // namespace comity::client
