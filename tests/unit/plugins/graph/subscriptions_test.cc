#include "plugins/graph/subscriptions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "plugins/graph/graph.h"

namespace comity::microsoft_graph {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string kName = "0123456789abcdef0123456789abcdef", kOther = "ffffffffffffffffffffffffffffffff";
const std::string kHook = "https://hooks.acme.example/in/graph-acme";
const absl::Time kNow = absl::FromUnixSeconds(1'788'343'200);
using Kind = sdk::Notice::Kind;

class GraphSubscriptions : public ::testing::Test {
 protected:
  GraphSubscriptions() {
    source_.id = "graph-acme";
    source_.suite = "microsoft-graph";
    source_.instance = "acme.example";
    source_.secrets = {"open sesame"};
    source_.config = {{"mailboxes", "Ana@acme.example, bob@acme.example"}};
    source_.polls = true;
  }
  std::string One(const std::string& name, const std::string& more) const {
    return R"({"subscriptionId":"7f105c7d","subscriptionExpirationDateTime":"2026-09-04T10:00:00Z","tenantId":"t","clientState":")" +
           sdk::SubscriptionToken(source_, name) + "\"," + more + "}";
  }
  static std::string Changed() {
    return R"("changeType":"updated","resource":"Users/1/Events/2","resourceData":{"@odata.type":"#Microsoft.Graph.Event","id":"2"})";
  }
  sdk::Request Post(const std::string& body, std::string_view query = "") const { return {"POST", "/in/graph-acme", query, &none_, body}; }
  sdk::Auth Verify(const std::string& values) const {
    const std::string body = "{\"value\":[" + values + "]}";
    return connector_->Verify(Post(body), source_, kNow);
  }
  absl::StatusOr<sdk::Parsed> Parse(const std::string& values) const {
    const std::string body = "{\"value\":[" + values + "]}";
    return connector_->Parse(Post(body), source_, kNow);
  }

  const net::Headers none_;
  sdk::Source source_;
  const std::unique_ptr<sdk::Connector> connector_ = MakeConnector();
  const sdk::Subscriber& subscriber_ = *connector_->subscriber();
  sdk::Subscription asked_{"ana@acme.example", kName, "", "", kNow + absl::Hours(70)};
};

TEST_F(GraphSubscriptions, AreAskedForRenewedAndEnded) {
  EXPECT_THAT(connector_->Check(source_), IsEmpty());
  EXPECT_THAT(subscriber_.Watched(source_), ElementsAre("ana@acme.example", "bob@acme.example"));
  const sdk::Fetch fetch = subscriber_.Create(source_, asked_, kHook);
  EXPECT_EQ(fetch.Name(),
            R"(POST /subscriptions {"changeType":"created,updated,deleted","notificationUrl":")" + kHook +
                R"(","lifecycleNotificationUrl":")" + kHook +
                R"(","resource":"/users/ana@acme.example/events","expirationDateTime":"2026-09-05T08:00:00Z","clientState":")" +
                sdk::SubscriptionToken(source_, kName) + "\"}");
  EXPECT_FALSE(subscriber_.End(source_, asked_)) << "without Graph's id nothing can be ended";
  asked_.id = "7f105c7d-2dc5";
  EXPECT_EQ(subscriber_.Renew(source_, asked_, kNow)->Name(),
            R"(PATCH /subscriptions/7f105c7d-2dc5 {"expirationDateTime":"2026-09-02T10:00:00Z"})");
  EXPECT_EQ(subscriber_.End(source_, asked_)->Name(), "DELETE /subscriptions/7f105c7d-2dc5");
}

TEST_F(GraphSubscriptions, AreReadFromTheAnswer) {
  const auto read = [&](const std::string& body) { return subscriber_.ReadGranted(source_, asked_, {201, {}, body}); };
  const auto granted = read(R"({"id":"7f105c7d-2dc5","expirationDateTime":"2026-09-05T08:00:00.1234567Z","clientState":null})");
  ASSERT_TRUE(granted.ok()) << granted.status().ToString();
  EXPECT_EQ(granted->id, "7f105c7d-2dc5");
  EXPECT_LT(granted->expire_time - asked_.expire_time, absl::Seconds(1));
  for (const char* body : {"", "{}", R"({"id":"a/../b","expirationDateTime":"2026-09-05T08:00:00Z"})", R"({"id":"a"})",
                           R"({"id":"a","expirationDateTime":"never"})"}) {
    EXPECT_FALSE(read(body).ok()) << body;
  }
  asked_.id = "another";
  EXPECT_FALSE(read(R"({"id":"7f105c7d-2dc5","expirationDateTime":"2026-09-05T08:00:00Z"})").ok());
}

TEST_F(GraphSubscriptions, AreListedByTheirAddressPageByPage) {
  const std::string body = R"({"value":[{"id":"one","notificationUrl":")" + kHook + R"(","expirationDateTime":"2026-09-05T08:00:00Z"},
{"id":"two","notificationUrl":"https://elsewhere.example/","expirationDateTime":"2026-09-05T08:00:00Z"}],
"@odata.nextLink":"https://elsewhere.example/v1.0/subscriptions?$skiptoken=abc"})";
  const auto listing = subscriber_.ReadListing(source_, kHook, {200, {}, body});
  ASSERT_TRUE(listing.ok()) << listing.status().ToString();
  ASSERT_EQ(listing->found.size(), 1u);
  EXPECT_EQ(listing->found[0].id, "one");
  ASSERT_TRUE(listing->next);
  EXPECT_EQ(listing->next->Name(), "/subscriptions?$skiptoken=abc") << "at the API's own address";
  EXPECT_FALSE(subscriber_.ReadListing(source_, kHook, {200, {}, "{}"}).ok());
  EXPECT_FALSE(subscriber_.ReadListing(source_, kHook, {200, {}, R"({"value":[],"@odata.nextLink":"https://elsewhere.example"})"}).ok());
}

TEST_F(GraphSubscriptions, WakeThePollAndSayHowTheyAre) {
  ASSERT_EQ(Verify(One(kName, Changed())), sdk::Auth::kOk);
  const auto changed = Parse(One(kName, Changed()) + "," + One(kOther, Changed()));
  ASSERT_TRUE(changed.ok());
  EXPECT_TRUE(changed->wake);
  ASSERT_EQ(changed->notices.size(), 2u);
  EXPECT_EQ(changed->notices[1].subscription, kOther);

  const auto renew = Parse(One(kName, R"("lifecycleEvent":"reauthorizationRequired")"));
  ASSERT_EQ(renew->notices.size(), 2u);
  EXPECT_EQ(renew->notices[1].kind, Kind::kRenew);
  EXPECT_FALSE(renew->wake);

  const auto gone = Parse(One(kName, R"("lifecycleEvent":"subscriptionRemoved")"));
  ASSERT_EQ(gone->notices.size(), 2u);
  EXPECT_EQ(gone->notices[1].kind, Kind::kGone);
  EXPECT_TRUE(Parse(One(kName, R"("lifecycleEvent":"missed")"))->wake);
}

TEST_F(GraphSubscriptions, TakeNothingFromStrangers) {
  const std::string strange = R"({"subscriptionId":"7f105c7d","clientState":"marmalade",)" + Changed() + "}";
  EXPECT_EQ(Verify(strange), sdk::Auth::kUnauthenticated);
  EXPECT_EQ(Verify(""), sdk::Auth::kUnauthenticated);
  EXPECT_EQ(connector_->Verify(Post("not json"), source_, kNow), sdk::Auth::kUnauthenticated);
  const std::string huge = "{\"value\":[" + One(kName, Changed()) + "]" + std::string(600'000, ' ') + "}";
  EXPECT_EQ(connector_->Verify(Post(huge), source_, kNow), sdk::Auth::kUnauthenticated)
      << "that much nobody reads before it knows whose it is";
  const auto mixed = Parse(strange + "," + One(kName, R"("lifecycleEvent":"reauthorizationRequired")"));
  ASSERT_TRUE(mixed.ok());
  EXPECT_FALSE(mixed->wake) << "only what holds our state counts";
  const std::string good = One(kName, Changed());
  source_.secrets = {"new", "open sesame"};
  EXPECT_EQ(Verify(good), sdk::Auth::kOk) << "while the secret is rotated";
  source_.secrets = {"new"};
  EXPECT_EQ(Verify(good), sdk::Auth::kUnauthenticated);
  source_.secrets.clear();
  EXPECT_EQ(Verify(good), sdk::Auth::kUnauthenticated);
}

TEST_F(GraphSubscriptions, AnswerAHandshakeWithPlainTextOnly) {
  EXPECT_EQ(subscriber_.Handshake(Post("", "validationToken=Validation%3a+Testing")), "Validation: Testing");
  EXPECT_FALSE(subscriber_.Handshake(Post("", "validationToken=%3Cb%3E")));
  EXPECT_EQ(connector_->Verify(Post("", "validationToken=x"), source_, kNow), sdk::Auth::kUnauthenticated) << "by itself it proves nothing";
}

}  // namespace
}  // namespace comity::microsoft_graph
