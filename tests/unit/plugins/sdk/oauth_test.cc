#include "plugins/sdk/oauth.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_split.h"
#include "plugins/google/credential.h"
#include "plugins/graph/credential.h"
#include "service/base/json_text.h"

namespace comity::sdk {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Key {
  EVP_PKEY* key = nullptr;
  std::string pem;
  explicit Key(unsigned bits) : key(EVP_RSA_gen(bits)) {
    BIO* bio = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
    char* text = nullptr;
    const long size = BIO_get_mem_data(bio, &text);
    pem.assign(text, static_cast<size_t>(size));
    BIO_free(bio);
  }
  ~Key() { EVP_PKEY_free(key); }
  Key(const Key&) = delete;
  Key& operator=(const Key&) = delete;
  bool Signed(const std::string& jwt) const {
    const size_t dot = jwt.rfind('.');
    std::string signature;
    if (!absl::WebSafeBase64Unescape(jwt.substr(dot + 1), &signature)) return false;
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    const bool good = EVP_DigestVerifyInit(context, nullptr, EVP_sha256(), nullptr, key) == 1 &&
                      EVP_DigestVerify(context, reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
                                       reinterpret_cast<const unsigned char*>(jwt.data()), dot) == 1;
    EVP_MD_CTX_free(context);
    return good;
  }
};
const Key& TheKey() {
  static const Key key(2048);
  return key;
}

std::string Part(const std::string& jwt, size_t which) {
  const std::vector<std::string> parts = absl::StrSplit(jwt, '.');
  std::string text;
  return which < parts.size() && absl::WebSafeBase64Unescape(parts[which], &text) ? text : "";
}

TEST(OAuthJwt, SaysWhoAsksForWhatAndIsSigned) {
  const auto jwt =
      SignedJwt({"comity@acme.example", "ana@acme.example", "https://x/token", "read", "k1", absl::FromUnixSeconds(1000)}, TheKey().pem);
  ASSERT_TRUE(jwt.ok()) << jwt.status().ToString();
  EXPECT_EQ(Part(*jwt, 0), R"({"alg":"RS256","typ":"JWT","kid":"k1"})");
  EXPECT_EQ(Part(*jwt, 1),
            R"({"iss":"comity@acme.example","scope":"read","aud":"https://x/token","sub":"ana@acme.example","iat":1000,"exp":4600})");
  EXPECT_TRUE(TheKey().Signed(*jwt));
  EXPECT_THAT(*jwt, Not(HasSubstr("=")));
}

TEST(OAuthJwt, TakesNoOtherKeyThanALongOneOfRsa) {
  const Key small(1024);
  for (const std::string& pem : {small.pem, std::string("marmalade"), std::string(), TheKey().pem.substr(0, 500)}) {
    const auto jwt = SignedJwt({}, pem);
    ASSERT_FALSE(jwt.ok());
    EXPECT_THAT(std::string(jwt.status().message()), HasSubstr("private_key"));
    EXPECT_THAT(std::string(jwt.status().message()), Not(HasSubstr("marmalade")));
  }
}

TEST(OAuthAnswer, IsATokenAndHowLongItLasts) {
  const auto answer = ReadTokenAnswer({200, {}, R"({"access_token": "abc", "token_type": "bearer", "expires_in": 3599})"});
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->token, "abc");
  EXPECT_EQ(answer->lifetime, absl::Seconds(3599));
  EXPECT_EQ(ReadTokenAnswer({200, {}, R"({"access_token": "abc", "expires_in": "60"})"})->lifetime, absl::Seconds(60));
  EXPECT_EQ(ReadTokenAnswer({200, {}, R"({"access_token": "abc", "expires_in": -5})"})->lifetime, absl::Seconds(1));
  EXPECT_EQ(ReadTokenAnswer({200, {}, R"({"access_token": "abc"})"})->lifetime, absl::Minutes(5));
}

TEST(OAuthAnswer, IsRefusedInWordsThatHoldNothingOfIt) {
  for (const net::Response& response :
       std::vector<net::Response>{{400, {}, R"({"error": "invalid_grant", "error_description": "marmalade"})"},
                                  {401, {}, R"({"error": "marmalade"})"},
                                  {200, {}, "marmalade"},
                                  {200, {}, "[]"},
                                  {200, {}, R"({"access_token": "with a space"})"},
                                  {302, {}, ""},
                                  {200, {}, R"({"access_token": "abc", "token_type": "mac"})"},
                                  {200, {}, R"({"access_token": "a\r\nb: c"})"}}) {
    const auto answer = ReadTokenAnswer(response);
    ASSERT_FALSE(answer.ok()) << response.body;
    EXPECT_THAT(std::string(answer.status().message()), Not(HasSubstr("marmalade")));
  }
  EXPECT_THAT(std::string(ReadTokenAnswer({400, {}, R"({"error": "invalid_grant"})"}).status().message()), HasSubstr("invalid_grant"));
}

TEST(GoogleCredential, IsAKeyARefreshTokenOrATokenAsItIs) {
  using google_calendar::TokenRequestOf;
  std::string file =
      R"({"type": "service_account", "client_email": "comity@acme.example", "token_uri": "https://evil.example/", "private_key": )";
  AppendJsonString(file, TheKey().pem);
  const auto key = TokenRequestOf(file + "}", "https://oauth2.googleapis.com", "ana@acme.example", absl::FromUnixSeconds(1000));
  ASSERT_TRUE(key.ok()) << key.status().ToString();
  EXPECT_EQ((*key)->path, "/token");
  const std::string mark = "&assertion=";
  const std::string jwt = (*key)->form.substr((*key)->form.find(mark) + mark.size());
  EXPECT_TRUE(TheKey().Signed(jwt));
  EXPECT_THAT(Part(jwt, 1), HasSubstr(R"("aud":"https://oauth2.googleapis.com/token","sub":"ana@acme.example")"));
  const auto refresh = TokenRequestOf(R"({"client_id": "i&d", "client_secret": "s", "refresh_token": "r"})", "https://x", "", {});
  ASSERT_TRUE(refresh.ok());
  EXPECT_EQ((*refresh)->form, "grant_type=refresh_token&client_id=i%26d&client_secret=s&refresh_token=r");
  EXPECT_FALSE(TokenRequestOf("ya29.plain", "https://x", "", {})->has_value());
  for (const char* bad : {"{", "{}", R"({"refresh_token": "r"})", R"({"private_key": "marmalade", "client_email": "a"})"}) {
    const auto request = TokenRequestOf(bad, "https://x", "", {});
    ASSERT_FALSE(request.ok()) << bad;
    EXPECT_THAT(std::string(request.status().message()), HasSubstr("read_token_file"));
    EXPECT_THAT(std::string(request.status().message()), Not(HasSubstr("marmalade")));
  }
}

TEST(GraphCredential, IsAnAppsSecretInItsTenantOrATokenAsItIs) {
  using microsoft_graph::CloudOf;
  using microsoft_graph::TokenRequestOf;
  const auto request = TokenRequestOf(R"({"tenant": "acme.example", "client_id": "i", "client_secret": "s~"})", *CloudOf("us"));
  ASSERT_TRUE(request.ok());
  EXPECT_EQ((*request)->path, "/acme.example/oauth2/v2.0/token");
  EXPECT_EQ((*request)->form,
            "grant_type=client_credentials&client_id=i&client_secret=s~&scope=https%3A%2F%2Fgraph.microsoft.us%2F.default");
  EXPECT_FALSE(TokenRequestOf("eyJ0.plain", *CloudOf("global"))->has_value());
  EXPECT_EQ(CloudOf("moon"), nullptr);
  for (const char* bad : {"{", "{}", R"({"tenant": "../x", "client_id": "i", "client_secret": "s"})"}) {
    EXPECT_FALSE(TokenRequestOf(bad, *CloudOf("global")).ok()) << bad;
  }
}

}  // namespace
}  // namespace comity::sdk
