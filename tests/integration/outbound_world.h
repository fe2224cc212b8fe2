// Outbound webhooks in the world of ingest_world.h: an endpoint that leads to a receiver of the test's own, and a sender to be started.
#ifndef COMITY_TESTS_INTEGRATION_OUTBOUND_WORLD_H_
#define COMITY_TESTS_INTEGRATION_OUTBOUND_WORLD_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "plugins/sdk/signatures.h"
#include "service/app/endpoint_app.h"
#include "service/app/endpoint_secret.h"
#include "service/app/sender.h"
#include "tests/integration/policy_world.h"
#include "tests/support/webhook_receiver.h"

namespace comity::testing {

class OutboundTest : public ::testing::Test {
 protected:
  OutboundTest() {
    world_.context->endpoint_secrets = &secrets_;
    world_.context->outbound_private = true;
  }

  static app::Caller Admin() {
    return {.token_id = "admin", .roles = {v1::ROLE_ADMIN}, .person = {}, .sources = {}, .scope = v1::SCOPE_ORGANISATION};
  }
  static std::vector<v1::MessageType> AllTypes() {
    return {v1::MESSAGE_TYPE_DEED_COUNTED, v1::MESSAGE_TYPE_DEED_CHANGED, v1::MESSAGE_TYPE_DEED_REVERSED,
            v1::MESSAGE_TYPE_RECOGNITION_OPENED, v1::MESSAGE_TYPE_POLICY_ACTIVATED};
  }
  v1::CreateEndpointRequest Request(const std::string& id) const {
    v1::CreateEndpointRequest request;
    request.set_endpoint_id(id);
    request.mutable_endpoint()->set_url(receiver_.url());
    for (const v1::MessageType type : AllTypes()) request.mutable_endpoint()->add_types(type);
    return request;
  }
  // An endpoint told of everything; its secret.
  std::string Create(const std::string& id, const std::vector<std::string>& teams = {}) {
    v1::CreateEndpointRequest request = Request(id);
    for (const std::string& team : teams) request.mutable_endpoint()->add_teams("teams/" + team);
    const auto made = app_.CreateEndpoint(Admin(), request);
    EXPECT_TRUE(made.ok()) << made.status();
    return made.ok() ? made->secret() : "";
  }
  v1::Endpoint Get(const std::string& id) {
    v1::GetEndpointRequest request;
    request.set_name("endpoints/" + id);
    const auto endpoint = app_.GetEndpoint(Admin(), request);
    EXPECT_TRUE(endpoint.ok()) << endpoint.status();
    return endpoint.ok() ? *endpoint : v1::Endpoint();
  }
  std::vector<v1::Delivery> Deliveries(const std::string& id) {
    v1::ListDeliveriesRequest request;
    request.set_endpoint(id);
    const auto listed = app_.ListDeliveries(Admin(), request);
    EXPECT_TRUE(listed.ok()) << listed.status();
    if (!listed.ok()) return {};
    return {listed->deliveries().begin(), listed->deliveries().end()};
  }
  // `deed.counted` … of all that waits for it or was sent to it, oldest first.
  std::vector<std::string> Told(const std::string& id) {
    std::vector<std::string> types;
    for (const v1::Delivery& delivery : Deliveries(id)) {
      const size_t begin = sizeof "{\"type\":\"" - 1;
      types.insert(types.begin(), delivery.body().substr(begin, delivery.body().find('"', begin) - begin));
    }
    return types;
  }
  absl::StatusOr<v1::Endpoint> SetPaused(const std::string& id, bool paused) {
    v1::UpdateEndpointRequest request;
    request.mutable_endpoint()->set_name(id);
    request.mutable_endpoint()->set_paused(paused);
    request.mutable_update_mask()->add_paths("paused");
    return app_.UpdateEndpoint(Admin(), request);
  }
  absl::StatusOr<v1::Delivery> Ping(const std::string& id) {
    v1::TestEndpointRequest request;
    request.set_name(id);
    return app_.TestEndpoint(Admin(), request);
  }

  // Runs from now on; `outbound_private` as the service's option.
  void StartSender(bool outbound_private = true) {
    sender_ = std::make_unique<app::Sender>(*world_.context, secrets_, outbound_private);
    world_.context->sender = sender_.get();
  }
  void StopSender() {
    world_.context->sender = nullptr;
    sender_.reset();
  }
  // Polls until the endpoint is as wanted.
  template <typename Condition>
  bool Await(const std::string& id, Condition condition) {
    return WaitUntil(
        [&] {
          if (sender_ != nullptr) sender_->Wake();
          return condition(Get(id));
        },
        std::chrono::seconds(10));
  }
  bool AwaitNothingWaits(const std::string& id) {
    return Await(id, [](const v1::Endpoint& endpoint) { return endpoint.health().waiting_count() == 0; });
  }
  // What an implementation of Standard Webhooks of somebody else's makes of it.
  static bool IsSignedWith(const std::string& secret, const WebhookReceiver::Message& message) {
    const auto signature = sdk::StandardWebhooks::Sign(secret, message.id, message.timestamp, message.body);
    return signature.has_value() && (" " + message.signatures + " ").find(" " + *signature + " ") != std::string::npos;
  }
  static std::string ReasonFor(const absl::Status& status) { return DetailsOf(status).reason; }

  PolicyWorld world_;
  app::EndpointSecrets secrets_{std::string(32, 'k')}, other_secrets_{std::string(32, 'o')};
  WebhookReceiver receiver_;
  app::EndpointApp app_{*world_.context};
  std::unique_ptr<app::Sender> sender_;  // goes first
};

}  // namespace comity::testing

#endif  // COMITY_TESTS_INTEGRATION_OUTBOUND_WORLD_H_
