// Administering outbound webhooks: what is refused, what is shown, what a repeat does.
#include "tests/integration/outbound_world.h"

namespace comity::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

class EndpointAdministration : public OutboundTest {
 protected:
  template <typename Value>
  static std::vector<std::string> FieldsOf(const absl::StatusOr<Value>& value) {
    std::vector<std::string> fields;
    for (const FieldFault& fault : DetailsOf(value.status()).faults) fields.push_back(fault.field);
    return fields;
  }
  absl::StatusOr<v1::Endpoint> Update(const v1::Endpoint& endpoint, const std::vector<std::string>& paths) {
    v1::UpdateEndpointRequest request;
    *request.mutable_endpoint() = endpoint;
    for (const std::string& path : paths) request.mutable_update_mask()->add_paths(path);
    return app_.UpdateEndpoint(Admin(), request);
  }
};

TEST_F(EndpointAdministration, ShowsASecretOnceAndKeepsNone) {
  v1::CreateEndpointRequest request = Request("chat");
  request.set_request_id("r1");
  const auto made = app_.CreateEndpoint(Admin(), request);
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_THAT(made->secret(), StartsWith("whsec_"));
  EXPECT_TRUE(sdk::StandardWebhooks::KeyOf(made->secret()).has_value());
  EXPECT_THAT(made->endpoint().DebugString(), Not(HasSubstr("whsec_")));
  EXPECT_EQ(made->endpoint().name(), "endpoints/chat");
  const auto again = app_.CreateEndpoint(Admin(), request);
  EXPECT_EQ(ReasonFor(again.status()), "REQUEST_ID_REUSED");
  EXPECT_THAT(again.status().ToString(), Not(HasSubstr(made->secret())));
  // Neither in clear nor as bytes: the key lies outside of the store.
  const std::string key = *sdk::StandardWebhooks::KeyOf(made->secret());
  for (const char* file : {"comity.db", "comity.db-wal"}) {
    const std::string bytes = ReadFile(world_.folder / file);
    EXPECT_EQ(bytes.find(key), std::string::npos) << file;
    EXPECT_EQ(bytes.find(made->secret()), std::string::npos) << file;
  }
  EXPECT_NE(Create("wiki"), made->secret());
}

TEST_F(EndpointAdministration, SaysEveryFaultByItsField) {
  v1::CreateEndpointRequest request;
  request.set_endpoint_id("Not an id");
  EXPECT_THAT(FieldsOf(app_.CreateEndpoint(Admin(), request)), ElementsAre("endpoint_id", "endpoint.url", "endpoint.types"));
  request.set_endpoint_id("chat");
  request.mutable_endpoint()->set_url("ftp://acme.example/");
  request.mutable_endpoint()->add_teams("teams/none");
  const auto refused = app_.CreateEndpoint(Admin(), request);
  EXPECT_EQ(ReasonFor(refused.status()), "FIELD_INVALID");
  EXPECT_THAT(FieldsOf(refused), ElementsAre("endpoint.url", "endpoint.types", "endpoint.teams[0]"));
  for (const std::vector<int>& types :
       std::vector<std::vector<int>>{{0}, {6}, {99}, {-1}, {1, 1}}) {  // unspecified, pings, unknown ones, one twice
    request = Request("chat");
    request.mutable_endpoint()->clear_types();
    for (const int type : types) request.mutable_endpoint()->add_types(static_cast<v1::MessageType>(type));
    EXPECT_THAT(FieldsOf(app_.CreateEndpoint(Admin(), request)), ElementsAre("endpoint.types"));
  }
  request = Request("chat");
  for (int team = 0; team < 101; ++team) request.mutable_endpoint()->add_teams("teams/payments");
  EXPECT_THAT(FieldsOf(app_.CreateEndpoint(Admin(), request)), ElementsAre("endpoint.teams"));
  world_.context->outbound_private = false;
  EXPECT_THAT(FieldsOf(app_.CreateEndpoint(Admin(), Request("chat"))), ElementsAre("endpoint.url")) << "plain, and loopback";
  EXPECT_THAT(app_.ListEndpoints(Admin(), {})->endpoints(), IsEmpty());
}

TEST_F(EndpointAdministration, HasRoomForTwenty) {
  for (int i = 0; i < 20; ++i) Create("chat-" + std::to_string(i));
  EXPECT_EQ(ReasonFor(app_.CreateEndpoint(Admin(), Request("chat-3")).status()), "ENDPOINT_EXISTS");
  EXPECT_EQ(ReasonFor(app_.CreateEndpoint(Admin(), Request("one-more")).status()), "ENDPOINTS_FULL");
  v1::ListEndpointsRequest list;
  list.set_page_size(15);
  const auto first = app_.ListEndpoints(Admin(), list);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_THAT(first->endpoints(), SizeIs(15));
  list.set_page_token(first->next_page_token());
  const auto rest = app_.ListEndpoints(Admin(), list);
  ASSERT_TRUE(rest.ok()) << rest.status();
  EXPECT_THAT(rest->endpoints(), SizeIs(5));
  EXPECT_THAT(rest->next_page_token(), IsEmpty());
  list.set_page_token("made up");
  EXPECT_EQ(ReasonFor(app_.ListEndpoints(Admin(), list).status()), "PAGE_TOKEN_INVALID");
}

TEST_F(EndpointAdministration, ChangesWhatTheMaskNamesAndNothingElse) {
  Create("chat", {"payments"});
  v1::Endpoint endpoint = Get("chat");
  const std::string etag = endpoint.etag();
  endpoint.set_url("https://hooks.acme.example/in");
  endpoint.clear_types();
  endpoint.clear_teams();
  const auto changed = Update(endpoint, {"url"});
  ASSERT_TRUE(changed.ok()) << changed.status();
  EXPECT_EQ(changed->url(), "https://hooks.acme.example/in");
  EXPECT_THAT(changed->teams(), ElementsAre("teams/payments"));
  EXPECT_THAT(changed->types(), SizeIs(5));
  EXPECT_NE(changed->etag(), etag);
  EXPECT_EQ(ReasonFor(Update(endpoint, {"url"}).status()), "ETAG_STALE");
  endpoint.clear_etag();
  EXPECT_TRUE(Update(endpoint, {"url", "teams"}).ok());
  EXPECT_THAT(Get("chat").teams(), IsEmpty());
  EXPECT_THAT(FieldsOf(Update(endpoint, {"types"})), ElementsAre("endpoint.types"));
  for (const auto& paths : std::vector<std::vector<std::string>>{{}, {"health"}, {"url", "name"}}) {
    EXPECT_THAT(FieldsOf(Update(endpoint, paths)), ElementsAre("update_mask"));
  }
  endpoint.set_name("endpoints/none");
  EXPECT_EQ(ReasonFor(Update(endpoint, {"url"}).status()), "ENDPOINT_NOT_FOUND");
}

TEST_F(EndpointAdministration, ForgetsADeletedEndpointAndWhatWaitedForIt) {
  Create("chat");
  world_.Help("1", "carl", "pia");
  v1::ReplayDeliveryRequest replay;
  replay.set_name(Deliveries("chat").front().name());
  v1::DeleteEndpointRequest drop;
  drop.set_name("chat");
  drop.set_etag("99");
  EXPECT_EQ(ReasonFor(app_.DeleteEndpoint(Admin(), drop).status()), "ETAG_STALE");
  drop.clear_etag();
  ASSERT_TRUE(app_.DeleteEndpoint(Admin(), drop).ok());
  EXPECT_EQ(ReasonFor(app_.DeleteEndpoint(Admin(), drop).status()), "ENDPOINT_NOT_FOUND");
  EXPECT_EQ(ReasonFor(app_.ReplayDelivery(Admin(), replay).status()), "DELIVERY_NOT_FOUND");
  const std::string secret = Create("chat");
  EXPECT_THAT(Deliveries("chat"), IsEmpty()) << "another endpoint of the same id";
  StartSender();
  ASSERT_TRUE(Ping("chat").ok());
  ASSERT_TRUE(AwaitNothingWaits("chat"));
  ASSERT_THAT(receiver_.Messages(), SizeIs(1));
  EXPECT_THAT(receiver_.Messages().front().body, HasSubstr(R"("data":{"endpoint":"endpoints/chat"})"));
  EXPECT_TRUE(IsSignedWith(secret, receiver_.Messages().front()));
}

TEST_F(EndpointAdministration, PingsOnceForEachRequestAndBeforeWhatWaits) {
  Create("chat");
  world_.Help("1", "carl", "pia");
  v1::TestEndpointRequest request;
  request.set_name("endpoints/chat");
  request.set_request_id("t1");
  const auto first = app_.TestEndpoint(Admin(), request), again = app_.TestEndpoint(Admin(), request);
  ASSERT_TRUE(first.ok()) << first.status();
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(first->SerializeAsString(), again->SerializeAsString());
  EXPECT_EQ(first->type(), v1::MESSAGE_TYPE_ENDPOINT_PING);
  EXPECT_THAT(Deliveries("chat"), SizeIs(2));
  StartSender();
  ASSERT_TRUE(AwaitNothingWaits("chat"));
  EXPECT_THAT(receiver_.Messages().front().body, HasSubstr("endpoint.ping"));
  EXPECT_THAT(receiver_.Messages(), SizeIs(2));
}

TEST_F(EndpointAdministration, ListsMessagesInPagesThatBelongToTheirEndpoint) {
  Create("chat");
  Create("wiki");
  for (int i = 0; i < 5; ++i) world_.Help(std::to_string(i + 1), "carl", "pia", 60 + i);
  v1::ListDeliveriesRequest list;
  list.set_endpoint("endpoints/chat");
  list.set_page_size(2);
  std::vector<std::string> names;
  std::string token;
  do {
    list.set_page_token(token);
    const auto page = app_.ListDeliveries(Admin(), list);
    ASSERT_TRUE(page.ok()) << page.status();
    for (const v1::Delivery& delivery : page->deliveries()) names.push_back(delivery.name());
    token = page->next_page_token();
    if (names.size() == 2) {
      v1::ListDeliveriesRequest other = list;
      other.set_endpoint("wiki");
      other.set_page_token(token);
      EXPECT_EQ(ReasonFor(app_.ListDeliveries(Admin(), other).status()), "PAGE_TOKEN_INVALID");
    }
  } while (!token.empty());
  EXPECT_THAT(names, SizeIs(5));
  for (const v1::Delivery& delivery : Deliveries("chat")) EXPECT_THAT(names, Contains(delivery.name()));
  list.set_endpoint("none");
  list.clear_page_token();
  EXPECT_EQ(ReasonFor(app_.ListDeliveries(Admin(), list).status()), "ENDPOINT_NOT_FOUND");
}

}  // namespace
}  // namespace comity::testing
