// Outbound webhooks while comityd dies: what was told is told again with its id, and nothing is told of what did not happen.
#include <gmock/gmock.h>

#include <set>

#include "comity/v1/endpoint.pb.h"
#include "tests/kill/kill_support.h"
#include "tests/support/deployment.h"
#include "tests/support/webhook_receiver.h"

namespace comity::testing {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class AnOutboundWebhook : public ::testing::Test {
 protected:
  AnOutboundWebhook() {
    Restart();
    v1::CreateEndpointRequest request;
    request.set_endpoint_id("chat");
    request.mutable_endpoint()->set_url(receiver.url());
    request.mutable_endpoint()->add_types(v1::MESSAGE_TYPE_DEED_COUNTED);
    v1::CreateEndpointResponse made;
    const absl::Status created = deployment.Steward()->Call("/comity.v1.EndpointService/CreateEndpoint", request, &made);
    EXPECT_TRUE(created.ok()) << created;
  }
  void Restart(const std::string& failpoints = "") {
    deployment.KillService();
    std::vector<std::string> environment;
    if (!failpoints.empty()) environment.push_back("COMITY_FAILPOINTS=" + failpoints);
    deployment.StartService(environment, {"--outbound-private", "true"});
    EXPECT_LT(deployment.AwaitService(milliseconds(20'000)), milliseconds(20'000));
  }
  absl::Status Ping() {
    v1::TestEndpointRequest request;
    request.set_name("endpoints/chat");
    v1::Delivery delivery;
    return deployment.StewardOfOneAttempt(milliseconds(10'000))->Call("/comity.v1.EndpointService/TestEndpoint", request, &delivery);
  }
  bool AwaitDeath() {
    return WaitUntil([&] { return !deployment.service().Running(); }, milliseconds(20'000));
  }
  v1::Endpoint Endpoint() {
    v1::GetEndpointRequest request;
    request.set_name("endpoints/chat");
    v1::Endpoint endpoint;
    const absl::Status read = deployment.Steward()->Call("/comity.v1.EndpointService/GetEndpoint", request, &endpoint);
    EXPECT_TRUE(read.ok()) << read;
    return endpoint;
  }
  bool AwaitNothingWaits() {
    return WaitUntil([&] { return Endpoint().health().waiting_count() == 0; }, milliseconds(20'000));
  }

  WebhookReceiver receiver;
  Deployment deployment;
};

TEST_F(AnOutboundWebhook, IsToldAgainWithTheSameIdWhenTheServiceDiesBeforeItHasNotedTheAnswer) {
  Restart("service.outbound.sent=crash@1");
  (void)Ping();  // it may die before it answers
  ASSERT_TRUE(AwaitDeath());
  ASSERT_TRUE(receiver.AwaitMessages(1));
  Restart();
  ASSERT_TRUE(receiver.AwaitMessages(2));
  ASSERT_TRUE(AwaitNothingWaits());
  const auto messages = receiver.Messages();
  ASSERT_THAT(messages, SizeIs(2));
  EXPECT_EQ(messages[0].id, messages[1].id);
  EXPECT_EQ(messages[0].body, messages[1].body);
}

TEST_F(AnOutboundWebhook, IsToldAfterTheNextStartWhenTheServiceDiesBeforeItSends) {
  Restart("service.outbound.send=crash@1");
  (void)Ping();  // as above
  ASSERT_TRUE(AwaitDeath());
  EXPECT_THAT(receiver.Messages(), SizeIs(0));
  Restart();
  ASSERT_TRUE(receiver.AwaitMessages(1));
  ASSERT_TRUE(AwaitNothingWaits());
}

TEST_F(AnOutboundWebhook, IsToldOfADeedOnceItIsStoredAndNotBefore) {
  Restart("service.outbound.queue=crash@1");
  const auto cut = deployment.ConnectorOfOneAttempt(milliseconds(10'000))->Push(TicketBatch(1, 1));
  EXPECT_FALSE(cut.ok());
  ASSERT_TRUE(AwaitDeath());
  Restart();
  EXPECT_EQ(Endpoint().health().waiting_count(), 0);
  ASSERT_TRUE(deployment.Connector()->Push(TicketBatch(1, 1)).ok());
  ASSERT_TRUE(receiver.AwaitMessages(1));
  ASSERT_TRUE(AwaitNothingWaits());
  const auto messages = receiver.Messages();
  ASSERT_THAT(messages, SizeIs(1));
  EXPECT_THAT(messages.front().body, HasSubstr("deed.counted"));
}

TEST_F(AnOutboundWebhook, HoldsUpTheEndOfTheServiceForAMomentOnly) {
  receiver.Answer(nullptr);  // holds it
  const absl::Status pinged = Ping();
  ASSERT_TRUE(pinged.ok()) << pinged;
  ASSERT_TRUE(receiver.AwaitMessages(1));
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(deployment.service().Terminate(), 0) << ReadFile(deployment.log());
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(9)) << "an attempt may last ten";
  receiver.AnswerStatus(204);
  Restart();
  ASSERT_TRUE(receiver.AwaitMessages(2));
  ASSERT_TRUE(AwaitNothingWaits());
  EXPECT_EQ(receiver.Messages()[0].id, receiver.Messages()[1].id);
}

}  // namespace
}  // namespace comity::testing
