// Sending to outbound webhooks: at least once with one id, signed, with rests, over restarts, and nowhere else than allowed.
#include <atomic>
#include <set>

#include "tests/integration/outbound_world.h"

namespace comity::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class WhatIsSent : public OutboundTest {
 protected:
  void Rest(absl::Duration duration) {
    world_.clock.Advance(duration);
    sender_->Wake();
  }
};

TEST_F(WhatIsSent, IsSignedAndComesOnceToEachEndpoint) {
  const std::string first = Create("chat"), second = Create("wiki");
  StartSender();
  world_.Help("1", "carl", "pia");
  ASSERT_TRUE(AwaitNothingWaits("chat"));
  ASSERT_TRUE(AwaitNothingWaits("wiki"));
  const auto messages = receiver_.Messages();
  ASSERT_THAT(messages, SizeIs(2));
  std::set<std::string> ids;
  for (const WebhookReceiver::Message& message : messages) {
    ids.insert(message.id);
    EXPECT_EQ(message.timestamp, std::to_string(absl::ToUnixSeconds(world_.clock.Now())));
    EXPECT_TRUE(IsSignedWith(first, message) != IsSignedWith(second, message)) << "each with its own secret";
    EXPECT_THAT(message.body, HasSubstr("deed.counted"));
  }
  EXPECT_THAT(ids, SizeIs(2));
  const v1::Delivery delivery = Deliveries("chat").front();
  EXPECT_EQ(delivery.state(), v1::Delivery::STATE_DELIVERED);
  EXPECT_EQ(delivery.attempt_count(), 1);
  EXPECT_TRUE(ids.contains("msg_" + delivery.name().substr(sizeof "deliveries/" - 1)));
  EXPECT_TRUE(Get("chat").health().has_last_success_time());
}

TEST_F(WhatIsSent, ComesAgainWithItsIdAfterAFailureAndItsEndpointRestsUntilThen) {
  Create("chat");
  receiver_.AnswerStatus(503);
  StartSender();
  world_.Help("1", "carl", "pia");
  world_.Help("2", "carl", "pia");
  ASSERT_TRUE(Await("chat", [](const v1::Endpoint& endpoint) { return endpoint.health().consecutive_failure_count() == 1; }));
  EXPECT_THAT(receiver_.Messages(), SizeIs(1)) << "the other waits for the endpoint too";
  v1::Endpoint endpoint = Get("chat");
  EXPECT_EQ(endpoint.health().last_failure().reason(), v1::Failure::REASON_STATUS);
  EXPECT_EQ(endpoint.health().last_failure().http_status(), 503);
  EXPECT_TRUE(endpoint.health().has_next_attempt_time());
  EXPECT_EQ(endpoint.health().waiting_count(), 2);
  receiver_.AnswerStatus(200);
  Rest(absl::Seconds(6));
  ASSERT_TRUE(AwaitNothingWaits("chat"));
  const auto messages = receiver_.Messages();
  ASSERT_THAT(messages, SizeIs(3));
  EXPECT_EQ(messages[0].id, messages[1].id);
  EXPECT_EQ(messages[0].body, messages[1].body);
  EXPECT_NE(messages[0].timestamp, messages[1].timestamp);
  EXPECT_NE(messages[0].signatures, messages[1].signatures);
  EXPECT_EQ(Get("chat").health().consecutive_failure_count(), 0);
}

TEST_F(WhatIsSent, WaitsForTheNextStartAndGoesOnThere) {
  Create("chat");
  world_.Help("1", "carl", "pia");
  StartSender();
  ASSERT_TRUE(AwaitNothingWaits("chat"));
  StopSender();
  world_.Help("2", "carl", "pia");
  EXPECT_EQ(Get("chat").health().waiting_count(), 1);
  StartSender();
  ASSERT_TRUE(AwaitNothingWaits("chat"));
  EXPECT_THAT(receiver_.Messages(), SizeIs(2));
}

TEST_F(WhatIsSent, IsMadeAgainWhenItsAnswerDidNotComeBeforeTheEnd) {
  Create("chat");
  receiver_.Answer(nullptr);  // holds it
  world_.Help("1", "carl", "pia");
  StartSender();
  ASSERT_TRUE(receiver_.AwaitMessages(1));
  sender_->Stop(absl::Milliseconds(20));
  StopSender();
  EXPECT_EQ(Get("chat").health().consecutive_failure_count(), 0) << "nothing was wrong with the endpoint";
  EXPECT_EQ(Get("chat").health().waiting_count(), 1);
  receiver_.AnswerStatus(204);
  StartSender();
  ASSERT_TRUE(AwaitNothingWaits("chat"));
  const auto messages = receiver_.Messages();
  ASSERT_THAT(messages, SizeIs(2));
  EXPECT_EQ(messages[0].id, messages[1].id);
}

TEST_F(WhatIsSent, LeavesAMessageBehindThatItsEndpointRefusesAndGoesOnWithTheOthers) {
  Create("chat");
  const auto refuse_first = [](const WebhookReceiver::Message& message) {
    return net::Response{message.body.find("endpoint.ping") != std::string::npos ? 200 : 422, {}, ""};
  };
  receiver_.Answer(refuse_first);
  StartSender();
  world_.Help("1", "carl", "pia");
  ASSERT_TRUE(Await("chat", [&](const v1::Endpoint&) { return Deliveries("chat").front().attempt_count() == 1; }));
  ASSERT_TRUE(Ping("chat").ok());
  ASSERT_TRUE(Await("chat", [](const v1::Endpoint& endpoint) { return endpoint.health().waiting_count() == 1; }));
  EXPECT_EQ(Deliveries("chat").front().state(), v1::Delivery::STATE_DELIVERED);
  for (int attempt = 2; attempt <= 10; ++attempt) {
    world_.clock.Advance(absl::Hours(27));  // the longest rest, and a tenth
    ASSERT_TRUE(Await("chat", [&](const v1::Endpoint&) { return Deliveries("chat").back().attempt_count() == attempt; })) << attempt;
  }
  EXPECT_EQ(Deliveries("chat").back().state(), v1::Delivery::STATE_REFUSED);
  EXPECT_EQ(Deliveries("chat").back().failure().http_status(), 422);
  EXPECT_EQ(Get("chat").health().waiting_count(), 0);
  StopSender();
  StartSender();  // looks at what is old when it starts
  ASSERT_TRUE(Ping("chat").ok());
  ASSERT_TRUE(AwaitNothingWaits("chat"));
  v1::ReplayDeliveryRequest replay;
  replay.set_name(Deliveries("chat").back().name());
  EXPECT_EQ(Deliveries("chat").back().state(), v1::Delivery::STATE_REFUSED) << "three days from when it was given up";
  EXPECT_TRUE(app_.ReplayDelivery(Admin(), replay).ok());
}

TEST_F(WhatIsSent, IsSentOnceThoughTheStoreDoesNotTakeWhatCameOfItForAWhile) {
  Create("chat");
  Create("wiki");
  world_.Help("1", "carl", "pia");
  std::atomic<int> refused{0};
  const auto fill_the_disk = [&](const WebhookReceiver::Message&) {
    world_.store->Set({.commit = [&] {
      ++refused;
      return absl::ResourceExhaustedError("the disk is full");
    }});
    return net::Response{204, {}, ""};
  };
  receiver_.Answer(fill_the_disk);
  StartSender();
  ASSERT_TRUE(receiver_.AwaitMessages(1));
  const auto tried_again = [&] {
    sender_->Wake();
    return refused >= 3;
  };
  ASSERT_TRUE(WaitUntil(tried_again, std::chrono::seconds(10)));
  EXPECT_THAT(receiver_.Messages(), SizeIs(1)) << "nothing is sent while that is not noted";
  receiver_.AnswerStatus(204);
  world_.store->Set({});
  ASSERT_TRUE(AwaitNothingWaits("chat"));
  ASSERT_TRUE(AwaitNothingWaits("wiki"));
  EXPECT_THAT(receiver_.Messages(), SizeIs(2));
}

TEST_F(WhatIsSent, EndsAtOnceWhereAnEndpointIsGoneUntilSomebodyEnablesIt) {
  Create("chat");
  receiver_.AnswerStatus(410);
  StartSender();
  world_.Help("1", "carl", "pia");
  ASSERT_TRUE(Await("chat", [](const v1::Endpoint& endpoint) { return endpoint.disabled() == v1::Endpoint::DISABLED_GONE; }));
  EXPECT_EQ(DetailsOf(Ping("chat").status()).reason, "ENDPOINT_PAUSED");
  world_.Help("2", "carl", "pia");
  receiver_.AnswerStatus(200);
  EXPECT_EQ(Get("chat").health().waiting_count(), 2) << "what happens meanwhile is kept";
  const auto enabled = SetPaused("chat", false);
  ASSERT_TRUE(enabled.ok()) << enabled.status();
  EXPECT_EQ(enabled->disabled(), v1::Endpoint::DISABLED_UNSPECIFIED);
  ASSERT_TRUE(AwaitNothingWaits("chat"));
  EXPECT_THAT(receiver_.Messages(), SizeIs(3));
}

TEST_F(WhatIsSent, WaitsWhileItsEndpointIsPaused) {
  Create("chat");
  ASSERT_TRUE(SetPaused("chat", true).ok());
  StartSender();
  world_.Help("1", "carl", "pia");
  Create("wiki");
  world_.Help("2", "carl", "pia");
  ASSERT_TRUE(AwaitNothingWaits("wiki"));
  EXPECT_EQ(Get("chat").health().waiting_count(), 2);
  ASSERT_TRUE(SetPaused("chat", false).ok());
  ASSERT_TRUE(AwaitNothingWaits("chat"));
}

TEST_F(WhatIsSent, FollowsNoRedirectAndTakesNoAnswerThatIsTooLarge) {
  Create("chat");
  receiver_.AnswerStatus(302, {{"Location", receiver_.url()}});
  StartSender();
  ASSERT_TRUE(Ping("chat").ok());
  ASSERT_TRUE(Await("chat", [](const v1::Endpoint& endpoint) { return endpoint.health().consecutive_failure_count() == 1; }));
  EXPECT_THAT(receiver_.Messages(), SizeIs(1));
  receiver_.Answer([](const WebhookReceiver::Message&) { return net::Response{200, {}, std::string(64 * 1024 + 1, 'x')}; });
  Rest(absl::Seconds(6));
  ASSERT_TRUE(Await("chat", [](const v1::Endpoint& endpoint) { return endpoint.health().consecutive_failure_count() == 2; }));
  EXPECT_EQ(Get("chat").health().last_failure().reason(), v1::Failure::REASON_ANSWER_TOO_LARGE);
}

TEST_F(WhatIsSent, GoesToNoPrivateAddressUnlessThatIsConfigured) {
  Create("chat");
  StartSender(/*outbound_private=*/false);
  ASSERT_TRUE(Ping("chat").ok());
  ASSERT_TRUE(Await("chat", [](const v1::Endpoint& endpoint) { return endpoint.health().consecutive_failure_count() == 1; }));
  EXPECT_EQ(Get("chat").health().last_failure().reason(), v1::Failure::REASON_ADDRESS_REFUSED);
  EXPECT_THAT(receiver_.Messages(), IsEmpty());
}

TEST_F(WhatIsSent, IsSignedWithBothSecretsForADayAfterARotation) {
  const std::string old = Create("chat");
  StartSender();
  v1::RotateEndpointSecretRequest rotate;
  rotate.set_name("chat");
  const auto rotated = app_.RotateEndpointSecret(Admin(), rotate);
  ASSERT_TRUE(rotated.ok()) << rotated.status();
  EXPECT_NE(rotated->secret(), old);
  ASSERT_TRUE(Ping("chat").ok());
  ASSERT_TRUE(AwaitNothingWaits("chat"));
  world_.clock.Advance(absl::Hours(24));
  ASSERT_TRUE(Ping("chat").ok());
  ASSERT_TRUE(AwaitNothingWaits("chat"));
  const auto messages = receiver_.Messages();
  ASSERT_THAT(messages, SizeIs(2));
  for (const WebhookReceiver::Message& message : messages) EXPECT_TRUE(IsSignedWith(rotated->secret(), message));
  EXPECT_TRUE(IsSignedWith(old, messages[0]));
  EXPECT_FALSE(IsSignedWith(old, messages[1]));
}

TEST_F(WhatIsSent, IsSignedWithTheSecretThatItsReceiverHasThoughTheOneAfterItWasLost) {
  const std::string had = Create("chat");
  StartSender();
  v1::RotateEndpointSecretRequest rotate;
  rotate.set_name("chat");
  rotate.set_request_id("one");
  ASSERT_TRUE(app_.RotateEndpointSecret(Admin(), rotate).ok());  // its answer is lost
  EXPECT_EQ(DetailsOf(app_.RotateEndpointSecret(Admin(), rotate).status()).reason, "REQUEST_ID_REUSED");
  rotate.set_request_id("another");
  ASSERT_TRUE(app_.RotateEndpointSecret(Admin(), rotate).ok());
  ASSERT_TRUE(Ping("chat").ok());
  ASSERT_TRUE(AwaitNothingWaits("chat"));
  EXPECT_TRUE(IsSignedWith(had, receiver_.Messages().front()));
}

TEST_F(WhatIsSent, IsNothingThatReceiversCouldNotCheckWhenTheKeyOfSecretsIsAnother) {
  Create("chat");
  world_.Help("1", "carl", "pia");
  world_.context->endpoint_secrets = &other_secrets_;
  sender_ = std::make_unique<app::Sender>(*world_.context, other_secrets_, true);
  ASSERT_TRUE(Await("chat", [](const v1::Endpoint& endpoint) { return endpoint.disabled() == v1::Endpoint::DISABLED_SECRET_LOST; }));
  EXPECT_THAT(receiver_.Messages(), IsEmpty());
  v1::RotateEndpointSecretRequest rotate;
  rotate.set_name("chat");
  const auto rotated = app_.RotateEndpointSecret(Admin(), rotate);
  ASSERT_TRUE(rotated.ok()) << rotated.status();
  ASSERT_TRUE(AwaitNothingWaits("chat"));
  EXPECT_TRUE(IsSignedWith(rotated->secret(), receiver_.Messages().front()));
}

TEST_F(WhatIsSent, IsSentOnceMoreWithItsIdAndBodyWhenSomebodyAsks) {
  Create("chat");
  StartSender();
  world_.Help("1", "carl", "pia");
  ASSERT_TRUE(AwaitNothingWaits("chat"));
  v1::ReplayDeliveryRequest replay;
  replay.set_name(Deliveries("chat").front().name());
  const auto again = app_.ReplayDelivery(Admin(), replay);
  ASSERT_TRUE(again.ok()) << again.status();
  ASSERT_TRUE(receiver_.AwaitMessages(2));
  ASSERT_TRUE(AwaitNothingWaits("chat"));
  const auto messages = receiver_.Messages();
  EXPECT_EQ(messages[0].id, messages[1].id);
  EXPECT_EQ(messages[0].body, messages[1].body);
  EXPECT_EQ(Deliveries("chat").front().attempt_count(), 2);
}

TEST_F(WhatIsSent, IsForgottenAfterThreeDaysAndCountedAsMissedAfterSevenIfItWaited) {
  Create("chat");
  Create("paused");
  ASSERT_TRUE(SetPaused("paused", true).ok());
  StartSender();
  world_.Help("1", "carl", "pia");
  ASSERT_TRUE(AwaitNothingWaits("chat"));
  StopSender();
  world_.clock.Advance(absl::Hours(24 * 3 + 1));
  StartSender();  // looks at what is old when it starts
  ASSERT_TRUE(WaitUntil([&] { return Deliveries("chat").empty(); }, std::chrono::seconds(10)));
  EXPECT_THAT(Told("paused"), ElementsAre("deed.counted"));
  StopSender();
  world_.clock.Advance(absl::Hours(24 * 4));
  StartSender();
  ASSERT_TRUE(WaitUntil([&] { return Get("paused").health().missed_count() == 1; }, std::chrono::seconds(10)));
  EXPECT_THAT(Told("paused"), IsEmpty());
  EXPECT_EQ(Get("paused").health().waiting_count(), 0);
  EXPECT_TRUE(Get("paused").health().has_missed_since_time());
}

}  // namespace
}  // namespace comity::testing
