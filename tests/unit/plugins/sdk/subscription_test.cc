#include "plugins/sdk/subscription.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace comity::sdk {
namespace {

const std::string kName = "0123456789abcdef0123456789abcdef";

Source Of(std::vector<std::string> secrets, std::string id = "a") {
  Source source;
  source.id = std::move(id);
  source.secrets = std::move(secrets);
  return source;
}

TEST(SubscriptionToken, IsGoodForItsSourceSecretAndNameAlone) {
  const std::string token = SubscriptionToken(Of({"one"}), kName);
  EXPECT_EQ(token.size(), 97u);
  EXPECT_EQ(SubscriptionNameIn(Of({"one"}), token), kName);
  EXPECT_EQ(SubscriptionNameIn(Of({"new", "one"}), token), kName) << "while the secret is rotated";
  EXPECT_FALSE(SubscriptionNameIn(Of({"new"}), token));
  EXPECT_FALSE(SubscriptionNameIn(Of({"one"}, "b"), token)) << "another source";
  EXPECT_FALSE(SubscriptionNameIn(Of({}), token));
  EXPECT_FALSE(SubscriptionNameIn(Of({""}), SubscriptionToken(Of({""}), kName))) << "anybody can make that";
  for (size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(SubscriptionNameIn(Of({"one"}), changed)) << i;
    EXPECT_FALSE(SubscriptionNameIn(Of({"one"}), token.substr(0, i))) << i;
  }
  EXPECT_FALSE(SubscriptionNameIn(Of({"one"}), token + "0"));
}

TEST(PlainToken, IsWhatMayBeSentBack) {
  EXPECT_EQ(PlainTokenIn("validationToken=Validation%3a+Are%20you%3F", "validationToken"), "Validation: Are you?");
  EXPECT_EQ(PlainTokenIn("a=b&validationToken=x", "validationToken"), "x");
  EXPECT_EQ(PlainTokenIn("validationToken=" + std::string(1000, 'x'), "validationToken"), std::string(1000, 'x'));
  for (const std::string& query :
       {std::string(""), std::string("validationToken"), std::string("validationToken="), std::string("ValidationToken=x"),
        std::string("validationTokens=x"), "validationToken=" + std::string(1001, 'x'), std::string("validationToken=%3Cb%3E"),
        std::string("validationToken=a%26b"), std::string("validationToken=%22"), std::string("validationToken=%00"),
        std::string("validationToken=%0a"), std::string("validationToken=%7f"), std::string("validationToken=%e2%80%ae"),
        std::string("validationToken=%"), std::string("validationToken=%4"), std::string("validationToken=x&validationToken=y")}) {
    EXPECT_FALSE(PlainTokenIn(query, "validationToken")) << query.substr(0, 60);
  }
}

}  // namespace
}  // namespace comity::sdk
