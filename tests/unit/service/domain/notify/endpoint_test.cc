#include "service/domain/notify/endpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "service/domain/notify/webhook_url.h"

namespace comity::domain {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;

const absl::Time kNow = absl::FromUnixSeconds(1'788'350'400);
constexpr DeliveryFailure kUnreachable{FailureReason::kUnreachable, 0};
DeliveryFailure Status(int32_t http_status) { return {FailureReason::kStatus, http_status}; }

Endpoint Failing(const DeliveryFailure& failure, absl::Time now) {
  Endpoint endpoint;
  endpoint.id = "chat";
  NoteFailed(endpoint.id, failure, absl::ZeroDuration(), now, endpoint.health);
  return endpoint;
}

TEST(AnEndpointThatFails, RestsLongerEachTimeAndAnHourAtMost) {
  Endpoint endpoint;
  endpoint.id = "chat";
  absl::Time now = kNow;
  absl::Duration before = absl::ZeroDuration();
  for (int failure = 1; failure <= 20; ++failure) {
    ASSERT_TRUE(MayBeSentTo(endpoint, now)) << failure;
    NoteFailed(endpoint.id, kUnreachable, absl::ZeroDuration(), now, endpoint.health);
    const absl::Duration pause = endpoint.health.next_attempt - now;
    EXPECT_GE(pause, absl::Seconds(4.5));
    EXPECT_LE(pause, kLongestPause * 1.11);
    if (failure <= 6) {
      EXPECT_GT(pause, before);
    }
    EXPECT_FALSE(MayBeSentTo(endpoint, now + pause - absl::Seconds(1))) << failure;
    before = pause;
    now += pause;
  }
  EXPECT_EQ(endpoint.health.consecutive_failures, 20);
  EXPECT_EQ(endpoint.health.failing_since, kNow);
  NoteTaken(now, endpoint.health);
  EXPECT_EQ(endpoint.health.consecutive_failures, 0);
  EXPECT_EQ(endpoint.health.last_success, now);
  EXPECT_EQ(endpoint.health.failure, kUnreachable) << "what was last is kept";
  EXPECT_TRUE(MayBeSentTo(endpoint, now));
}

TEST(AnEndpointThatFails, RestsNoLongerThanAnyRestWhenTheClockIsPutBack) {
  const Endpoint endpoint = Failing(kUnreachable, kNow);
  EXPECT_FALSE(MayBeSentTo(endpoint, kNow));
  EXPECT_TRUE(MayBeSentTo(endpoint, kNow - absl::Hours(24)));
}

TEST(AnEndpointThatFails, IsLeftAloneForAsLongAsItAsksButNotForever) {
  Endpoint endpoint;
  NoteFailed("chat", Status(503), ParseRetryAfter("120"), kNow, endpoint.health);
  EXPECT_EQ(endpoint.health.next_attempt, kNow + absl::Minutes(2));
  EXPECT_EQ(ParseRetryAfter("86400"), kLongestPause);
  for (const char* text : {"", "-1", "soon", "12 ", "Wed, 21 Oct 2026 07:28:00 GMT", "99999999999999999999"}) {
    EXPECT_EQ(ParseRetryAfter(text), absl::ZeroDuration()) << text;
  }
}

TEST(AnEndpointThatFails, IsDisabledAfterFiveDaysAndNotByAClockThatJumps) {
  Endpoint endpoint = Failing(kUnreachable, kNow);
  NoteFailed("chat", kUnreachable, absl::ZeroDuration(), kNow + absl::Hours(24 * 3650), endpoint.health);
  EXPECT_EQ(endpoint.health.disabled, DisabledReason::kNone);
  endpoint = Failing(kUnreachable, kNow);
  for (int hour = 1; hour < 24 * 5; ++hour) {
    NoteFailed("chat", kUnreachable, absl::ZeroDuration(), kNow + absl::Hours(hour), endpoint.health);
    ASSERT_EQ(endpoint.health.disabled, DisabledReason::kNone) << hour;
  }
  NoteFailed("chat", kUnreachable, absl::ZeroDuration(), kNow + kFailingDisables, endpoint.health);
  EXPECT_EQ(endpoint.health.disabled, DisabledReason::kFailing);
  EXPECT_FALSE(MayBeSentTo(endpoint, kNow + absl::Hours(24 * 30)));
  ForgetFailures(endpoint.health);
  EXPECT_TRUE(MayBeSentTo(endpoint, kNow + absl::Hours(24 * 30)));
}

TEST(AnEndpointThatFails, IsDisabledAtOnceWhenItWantsNoMore) {
  EXPECT_EQ(Failing(Status(410), kNow).health.disabled, DisabledReason::kGone);
}

TEST(AnEndpointThatFails, DoesNotRestForWhatIsAboutOneMessage) {
  for (const int32_t http_status : {400, 413, 415, 422}) {
    const Endpoint endpoint = Failing(Status(http_status), kNow);
    EXPECT_EQ(BlameFor(Status(http_status)), Blame::kMessage) << http_status;
    EXPECT_TRUE(MayBeSentTo(endpoint, kNow)) << http_status;
    EXPECT_EQ(endpoint.health.consecutive_failures, 1);
  }
  for (const int32_t http_status : {301, 302, 401, 403, 404, 408, 429, 500, 502, 503, 504}) {
    EXPECT_EQ(BlameFor(Status(http_status)), Blame::kEndpoint) << http_status;
  }
  EXPECT_EQ(BlameFor({FailureReason::kTimeout, 0}), Blame::kEndpoint);
}

TEST(AMessageThatIsRefused, IsTriedTenTimesOverThreeDaysEachAtItsOwnTime) {
  DeliveryUid uid;
  uid.bytes[3] = 1;
  absl::Duration all = absl::ZeroDuration();
  for (int32_t refusals = 1; refusals < kMaxRefusals; ++refusals) {
    const auto wait = RetryAfter(refusals, uid);
    ASSERT_TRUE(wait.has_value()) << refusals;
    EXPECT_EQ(*wait, *RetryAfter(refusals, uid)) << "the same whenever it is asked for";
    all += *wait;
  }
  EXPECT_GT(all, absl::Hours(66));
  EXPECT_LT(all, absl::Hours(86));
  EXPECT_FALSE(RetryAfter(kMaxRefusals, uid).has_value());
  DeliveryUid other;
  other.bytes[3] = 2;
  EXPECT_NE(*RetryAfter(5, uid), *RetryAfter(5, other));
}

SecretSeed Seed(uint8_t number) {
  SecretSeed seed;
  seed.bytes[0] = number;
  return seed;
}

TEST(ASecretThatWasRotated, SignsForADayBesideTheNewOne) {
  Endpoint endpoint;
  RotateSecret(Seed(1), kNow, false, endpoint);
  EXPECT_EQ(SigningSecrets(endpoint, kNow), 1u);
  RotateSecret(Seed(2), kNow + absl::Hours(1), true, endpoint);
  EXPECT_EQ(endpoint.secrets.front(), (EndpointSecret{Seed(2), kNow + absl::Hours(1)}));
  EXPECT_EQ(SigningSecrets(endpoint, kNow + absl::Hours(24)), 2u);
  EXPECT_EQ(SigningSecrets(endpoint, kNow + absl::Hours(25)), 1u);
}

TEST(ASecretThatWasRotated, SignsForItsDayAlsoWhenTheNextOneIsRotatedAtOnce) {
  Endpoint endpoint;
  RotateSecret(Seed(1), kNow, false, endpoint);
  RotateSecret(Seed(2), kNow + absl::Hours(1), true, endpoint);  // whose answer was lost
  RotateSecret(Seed(3), kNow + absl::Hours(2), true, endpoint);
  ASSERT_EQ(SigningSecrets(endpoint, kNow + absl::Hours(3)), 3u);
  EXPECT_EQ(endpoint.secrets.back().seed, Seed(1));
  EXPECT_EQ(SigningSecrets(endpoint, kNow + absl::Hours(25)), 2u);
  EXPECT_EQ(SigningSecrets(endpoint, kNow + absl::Hours(26)), 1u);
  for (uint8_t number = 4; number < 20; ++number) RotateSecret(Seed(number), kNow + absl::Hours(3), true, endpoint);
  EXPECT_EQ(endpoint.secrets.size(), kMaxSecrets);
  RotateSecret(Seed(21), kNow + absl::Hours(4), false, endpoint);
  EXPECT_EQ(endpoint.secrets.size(), 1u) << "those of another key sign nothing";
}

TEST(AnEndpointThatFails, RestsShortlyAtFirstHoweverManyMessagesItRefusedBefore) {
  Endpoint endpoint;
  for (int refusal = 0; refusal < 20; ++refusal) NoteFailed("chat", Status(422), absl::ZeroDuration(), kNow, endpoint.health);
  NoteFailed("chat", Status(503), absl::ZeroDuration(), kNow, endpoint.health);
  EXPECT_LT(endpoint.health.next_attempt, kNow + absl::Seconds(6));
}

TEST(AnEndpointThatFails, IsDisabledAfterFiveDaysOfRefusingEverything) {
  Endpoint endpoint;
  for (int hour = 0; hour <= 24 * 5; hour += 6) {
    ASSERT_EQ(endpoint.health.disabled, DisabledReason::kNone) << hour;
    NoteFailed("chat", Status(400), absl::ZeroDuration(), kNow + absl::Hours(hour), endpoint.health);
  }
  EXPECT_EQ(endpoint.health.disabled, DisabledReason::kFailing) << "as with a secret that it does not have";
}

TEST(AnAddress, IsHttpsWithAHostAndNothingThatHidesOne) {
  for (const char* url :
       {"https://hooks.acme.example", "https://hooks.acme.example:8443/in?key=1", "https://[2001:db8::1]/x", "https://10.0.0.1/x"}) {
    EXPECT_THAT(WebhookUrlFault(url, false), IsEmpty()) << url;
  }
  for (const std::string& url :
       {std::string(), std::string("http://hooks.acme.example"), std::string("ftp://acme.example"), std::string("https://"),
        std::string("https:///path"), std::string("https://a@acme.example/"), std::string("https://acme.example#x"),
        std::string("https://acme.example:0/"), std::string("https://acme.example:65536/"), std::string("https://acme.example:/"),
        std::string("https://acme .example/"), std::string("https://acme.example/\n"), std::string("https://äcme.example/"),
        std::string("https://[::1/"), std::string("https://[::1]x/"), std::string("http://127.0.0.1/"),
        "https://acme.example/" + std::string(2048, 'a')}) {
    EXPECT_THAT(WebhookUrlFault(url, false), Not(IsEmpty())) << url;
  }
}

TEST(AnAddress, MayBePlainOnLoopbackWhereThatIsConfigured) {
  for (const char* url : {"http://127.0.0.1:8080/in", "http://localhost/", "http://[::1]:1/"}) {
    EXPECT_THAT(WebhookUrlFault(url, true), IsEmpty()) << url;
  }
  for (const char* url : {"http://acme.example/", "http://10.0.0.1/", "http://localhost.acme.example/"}) {
    EXPECT_THAT(WebhookUrlFault(url, true), Not(IsEmpty())) << url;
  }
}

}  // namespace
}  // namespace comity::domain
