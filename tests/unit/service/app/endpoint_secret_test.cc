#include "service/app/endpoint_secret.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "plugins/sdk/signatures.h"
#include "service/base/error.h"
#include "tests/support/process.h"

namespace comity::app {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

const absl::Time kNow = absl::FromUnixSeconds(1'788'350'400);

domain::Endpoint Chat() {
  domain::Endpoint endpoint;
  endpoint.id = "chat";
  endpoint.created = kNow;
  domain::RotateSecret(domain::SecretSeed{{7}}, kNow, false, endpoint);
  return endpoint;
}

TEST(ASecretOfAnEndpoint, IsItsOwnForEachKeyAndSeed) {
  const EndpointSecrets secrets(std::string(32, 'k')), others(std::string(32, 'o'));
  domain::Endpoint rotated = Chat();
  domain::RotateSecret(domain::SecretSeed{{8}}, kNow, true, rotated);
  const std::set<std::string> all = {secrets.SecretOf(Chat()), secrets.SecretOf(rotated), others.SecretOf(Chat())};
  EXPECT_EQ(all.size(), 3u);
  EXPECT_EQ(secrets.SecretOf(Chat()), secrets.SecretOf(Chat()));
  for (const std::string& secret : all) EXPECT_EQ(sdk::StandardWebhooks::KeyOf(secret).value_or("").size(), 32u);
}

TEST(ASecretOfAnEndpoint, IsToldFromThatOfAnotherKey) {
  const EndpointSecrets secrets(std::string(32, 'k')), others(std::string(32, 'o'));
  domain::Endpoint endpoint = Chat();
  endpoint.secret_check = secrets.CheckOf(endpoint);
  EXPECT_EQ(endpoint.secret_check.size(), 8u);
  EXPECT_TRUE(secrets.Fits(endpoint));
  EXPECT_FALSE(others.Fits(endpoint));
}

TEST(ASignature, IsTheOneThatReceiversMake) {
  const EndpointSecrets secrets(std::string(32, 'k'));
  domain::Endpoint endpoint = Chat();
  const domain::DeliveryUid uid{{1, 2, 3}};
  const net::Headers headers = secrets.SignedHeaders(endpoint, uid, "{\"a\":1}", kNow);
  const std::string id(net::FindHeader(headers, "webhook-id")), timestamp(net::FindHeader(headers, "webhook-timestamp"));
  EXPECT_EQ(id, "msg_" + uid.ToText());
  EXPECT_EQ(timestamp, "1788350400");
  EXPECT_EQ(net::FindHeader(headers, "webhook-signature"),
            sdk::StandardWebhooks::Sign(secrets.SecretOf(endpoint), id, timestamp, "{\"a\":1}").value());
  const std::string old = secrets.SecretOf(endpoint);
  domain::RotateSecret(domain::SecretSeed{{8}}, kNow, true, endpoint);
  const net::Headers both = secrets.SignedHeaders(endpoint, uid, "", kNow);
  EXPECT_EQ(net::FindHeader(both, "webhook-signature"), sdk::StandardWebhooks::Sign(secrets.SecretOf(endpoint), id, timestamp, "").value() +
                                                            " " + sdk::StandardWebhooks::Sign(old, id, timestamp, "").value());
}

TEST(TheKeyOfSecrets, IsMadeOnceAndKeptForItsOwnerAlone) {
  const comity::testing::TempDir folder;
  const std::string file = folder / "endpoint.key";
  const auto made = EndpointSecrets::Open(file);
  ASSERT_TRUE(made.ok()) << made.status();
  const auto again = EndpointSecrets::Open(file);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ((*made)->SecretOf(Chat()), (*again)->SecretOf(Chat()));
  EXPECT_THAT((*made)->SecretOf(Chat()), StartsWith("whsec_"));
  comity::testing::WriteFile(file, "something else");
  const auto refused = EndpointSecrets::Open(file);
  EXPECT_EQ(DetailsOf(refused.status()).reason, "SECRET_FILE_UNSAFE");
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("rotate every secret"));
}

}  // namespace
}  // namespace comity::app
