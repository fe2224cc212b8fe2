// Outbound webhooks by the command line.
#include <gmock/gmock.h>

#include "comity/v1/endpoint.pb.h"
#include "service/base/error.h"
#include "service/base/secret_file.h"
#include "tests/unit/clients/cli/command_line.h"

namespace comity::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class EndpointsByCommand : public CommandLine {
 protected:
  static v1::Endpoint Chat() {
    v1::Endpoint endpoint;
    endpoint.set_name("endpoints/chat");
    endpoint.set_url("https://hooks.acme.example/in");
    endpoint.add_types(v1::MESSAGE_TYPE_DEED_COUNTED);
    endpoint.add_types(v1::MESSAGE_TYPE_POLICY_ACTIVATED);
    endpoint.add_teams("teams/payments");
    return endpoint;
  }
  // Answers `method` with `response`, and keeps the last request.
  template <typename Request, typename Response>
  Request& Serve(const std::string& method, const Response& response) {
    auto last = std::make_shared<Request>();
    kept_.push_back(last);
    fake_.On<Request, Response>("EndpointService/" + method, [last, response](const Request& request) {
      *last = request;
      return response;
    });
    return *last;
  }
  std::vector<std::shared_ptr<void>> kept_;
};

TEST_F(EndpointsByCommand, AreAddedWithTheirSecretInAFileAndNowhereElse) {
  v1::CreateEndpointResponse made;
  *made.mutable_endpoint() = Chat();
  made.set_secret("whsec_marmalade");
  const auto& sent = Serve<v1::CreateEndpointRequest>("CreateEndpoint", made);
  const std::string file = folder_ + "/secret";
  EXPECT_EQ(Run({"endpoints", "create", "chat", "--url", "https://hooks.acme.example/in", "--type", "deed-counted", "--type",
                 "policy-activated", "--team", "payments", "--out", file}),
            kExitOk);
  EXPECT_EQ(sent.endpoint_id(), "chat");
  EXPECT_EQ(sent.endpoint().url(), "https://hooks.acme.example/in");
  EXPECT_THAT(sent.endpoint().types(), ElementsAre(v1::MESSAGE_TYPE_DEED_COUNTED, v1::MESSAGE_TYPE_POLICY_ACTIVATED));
  EXPECT_THAT(sent.endpoint().teams(), ElementsAre("teams/payments"));
  EXPECT_EQ(ReadSecretFile(file).value_or(""), "whsec_marmalade");
  EXPECT_THAT(out_, HasSubstr("comity endpoints test chat"));
  EXPECT_THAT(out_ + err_, Not(HasSubstr("marmalade")));
  EXPECT_EQ(Run({"endpoints", "create", "chat", "--url", "https://hooks.acme.example/in", "--type", "deed-counted", "--out", file}),
            kExitRefused)
      << "nothing is overwritten";
  EXPECT_EQ(ReadSecretFile(file).value_or(""), "whsec_marmalade");
  EXPECT_EQ(Run({"endpoints", "create", "chat", "--url", "https://x.example", "--type", "endpoint-ping", "--out", folder_ + "/s2"}),
            kExitUsage);
  EXPECT_EQ(Run({"endpoints", "create", "chat", "--url", "https://x.example", "--type", "deed-counted", "--output=json", "--out",
                 folder_ + "/s3"}),
            kExitOk);
  EXPECT_THAT(out_, Not(HasSubstr("marmalade")));
  EXPECT_EQ(ReadSecretFile(folder_ + "/s3").value_or(""), "whsec_marmalade");
}

TEST_F(EndpointsByCommand, LeaveNoFileBehindWhenTheyAreRefused) {
  fake_.On<v1::CreateEndpointRequest, v1::CreateEndpointResponse>(
      "EndpointService/CreateEndpoint", [](const v1::CreateEndpointRequest&) -> absl::StatusOr<v1::CreateEndpointResponse> {
        return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kEndpointsFull, "there are no more than 20 endpoints; delete one");
      });
  const std::string file = folder_ + "/secret";
  EXPECT_EQ(Run({"endpoints", "create", "chat", "--url", "https://hooks.acme.example/in", "--type", "deed-counted", "--out", file}),
            kExitRefused);
  EXPECT_FALSE(std::filesystem::exists(file));
}

TEST_F(EndpointsByCommand, AreShownWithWhatIsWrongAndWhatToDo) {
  v1::Endpoint endpoint = Chat();
  endpoint.set_disabled(v1::Endpoint::DISABLED_FAILING);
  auto& health = *endpoint.mutable_health();
  health.set_consecutive_failure_count(130);
  health.set_waiting_count(7);
  health.set_missed_count(1);
  health.mutable_missed_since_time()->set_seconds(86'400);
  health.mutable_last_failure()->set_reason(v1::Failure::REASON_STATUS);
  health.mutable_last_failure()->set_http_status(503);
  Serve<v1::GetEndpointRequest>("GetEndpoint", endpoint);
  EXPECT_EQ(Run({"endpoints", "show", "chat"}), kExitOk);
  for (const char* text : {"disabled: failing", "deed counted, policy activated", "payments", "130 times", "it answered 503", "7 messages",
                           "1 message since 1970-01-02", "comity endpoints resume chat"}) {
    EXPECT_THAT(out_, HasSubstr(text));
  }
  v1::ListEndpointsResponse listed;
  *listed.add_endpoints() = endpoint;
  *listed.add_endpoints() = Chat();
  Serve<v1::ListEndpointsRequest>("ListEndpoints", listed);
  EXPECT_EQ(Run({"endpoints", "list"}), kExitOk);
  EXPECT_THAT(out_, HasSubstr("not tried yet"));
}

TEST_F(EndpointsByCommand, AreChangedWhereThatIsSaid) {
  const auto& sent = Serve<v1::UpdateEndpointRequest>("UpdateEndpoint", Chat());
  EXPECT_EQ(Run({"endpoints", "update", "endpoints/chat", "--url", "https://other.acme.example", "--no-teams"}), kExitOk);
  EXPECT_EQ(sent.endpoint().name(), "endpoints/chat");
  EXPECT_THAT(sent.update_mask().paths(), ElementsAre("url", "teams"));
  EXPECT_THAT(sent.endpoint().teams(), IsEmpty());
  EXPECT_EQ(Run({"endpoints", "update", "chat"}), kExitUsage);
  EXPECT_EQ(Run({"endpoints", "update", "chat", "--team", "a", "--no-teams"}), kExitUsage);
  EXPECT_EQ(Run({"endpoints", "pause", "chat"}), kExitOk);
  EXPECT_TRUE(sent.endpoint().paused());
  EXPECT_THAT(sent.update_mask().paths(), ElementsAre("paused"));
  EXPECT_EQ(Run({"endpoints", "resume", "chat"}), kExitOk);
  EXPECT_FALSE(sent.endpoint().paused());
}

TEST_F(EndpointsByCommand, ArePingedRotatedReplayedAndDeleted) {
  v1::Delivery delivery;
  delivery.set_name("deliveries/d1");
  delivery.set_endpoint("endpoints/chat");
  delivery.set_type(v1::MESSAGE_TYPE_ENDPOINT_PING);
  delivery.set_state(v1::Delivery::STATE_DELIVERED);
  delivery.set_attempt_count(2);
  delivery.mutable_failure()->set_reason(v1::Failure::REASON_TIMEOUT);
  Serve<v1::TestEndpointRequest>("TestEndpoint", delivery);
  EXPECT_EQ(Run({"endpoints", "test", "chat"}), kExitOk);
  EXPECT_THAT(out_, HasSubstr("comity endpoints deliveries chat --limit 1"));
  v1::ListDeliveriesResponse listed;
  *listed.add_deliveries() = delivery;
  const auto& list = Serve<v1::ListDeliveriesRequest>("ListDeliveries", listed);
  EXPECT_EQ(Run({"endpoints", "deliveries", "chat"}), kExitOk);
  EXPECT_EQ(list.endpoint(), "endpoints/chat");
  for (const char* text : {"d1", "endpoint ping", "delivered", "no answer in 10 seconds"}) EXPECT_THAT(out_, HasSubstr(text));
  const auto& replay = Serve<v1::ReplayDeliveryRequest>("ReplayDelivery", delivery);
  EXPECT_EQ(Run({"endpoints", "replay", "d1"}), kExitOk);
  EXPECT_EQ(replay.name(), "deliveries/d1");
  v1::RotateEndpointSecretResponse rotated;
  *rotated.mutable_endpoint() = Chat();
  rotated.set_secret("whsec_marmalade");
  Serve<v1::RotateEndpointSecretRequest>("RotateEndpointSecret", rotated);
  EXPECT_EQ(Run({"endpoints", "rotate", "chat", "--out", folder_ + "/new"}), kExitOk);
  EXPECT_EQ(ReadSecretFile(folder_ + "/new").value_or(""), "whsec_marmalade");
  EXPECT_THAT(out_ + err_, Not(HasSubstr("marmalade")));
  const auto& drop = Serve<v1::DeleteEndpointRequest>("DeleteEndpoint", v1::DeleteEndpointResponse());
  EXPECT_EQ(Run({"endpoints", "delete", "chat"}), kExitOk);
  EXPECT_EQ(drop.name(), "endpoints/chat");
}

}  // namespace
}  // namespace comity::cli
