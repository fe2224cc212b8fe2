#include "plugins/sdk/signatures.h"

#include <gtest/gtest.h>

namespace comity::sdk {
namespace {

// Requests of one test, which keeps what they point into.
class Mail {
 public:
  explicit Mail(std::string body) : body_(std::move(body)) {}
  Mail& With(std::string name, std::string value) {
    headers_.emplace_back(std::move(name), std::move(value));
    return *this;
  }
  Request View() const { return {"POST", "/in/s", "", &headers_, body_}; }

 private:
  net::Headers headers_;
  std::string body_;
};

Source SourceWith(std::vector<std::string> secrets) {
  return {.id = "s", .suite = "x", .instance = "i", .secrets = std::move(secrets), .config = {}};
}

constexpr HmacHex kHex{HashAlgorithm::kSha256, "sha256=", "X-Hub-Signature-256"};
constexpr PlainToken kToken{"X-Token"};
// The example of GitHub's documentation.
constexpr char kHexSecret[] = "It's a Secret to Everybody";
constexpr char kHexTag[] = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
// The example of the Standard Webhooks specification's libraries.
constexpr char kWebhookSecret[] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr char kWebhookBody[] = "{\"test\": 2432232314}";
constexpr char kWebhookTag[] = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
const absl::Time kWebhookTime = absl::FromUnixSeconds(1'614'265'330);

Mail Webhook(const std::string& signature) {
  return Mail(kWebhookBody)
      .With("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek")
      .With("webhook-timestamp", "1614265330")
      .With("webhook-signature", signature);
}
std::string GoodWebhookTag() { return *StandardWebhooks::Sign(kWebhookSecret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", kWebhookBody); }
Auth VerifyWebhook(const std::string& signature, absl::Time now = kWebhookTime) {
  return StandardWebhooks::Verify(Webhook(signature).View(), SourceWith({kWebhookSecret}), now);
}

TEST(HmacHexSignatures, AgreeWithThePublishedExample) {
  EXPECT_EQ(kHex.Sign(kHexSecret, "Hello, World!"), kHexTag);
  EXPECT_EQ(kHex.Verify(Mail("Hello, World!").With("x-hub-signature-256", kHexTag).View(), SourceWith({kHexSecret})), Auth::kOk);
}

struct Spoilt {
  std::string name, header;
};
class HmacHexSignaturesRefuse : public testing::TestWithParam<Spoilt> {};
TEST_P(HmacHexSignaturesRefuse, WhatIsNotTheWholeTag) {
  const Mail mail = Mail("Hello, World!").With("X-Hub-Signature-256", GetParam().header);
  EXPECT_EQ(kHex.Verify(mail.View(), SourceWith({kHexSecret})), Auth::kUnauthenticated);
}
INSTANTIATE_TEST_SUITE_P(All, HmacHexSignaturesRefuse,
                         testing::ValuesIn<Spoilt>({
                             {"Empty", ""},
                             {"PrefixAlone", "sha256="},
                             {"NoPrefix", std::string(kHexTag).substr(7)},
                             {"OtherAlgorithm", "sha1=" + std::string(kHexTag).substr(7)},
                             {"CutShort", std::string(kHexTag).substr(0, 70)},
                             {"TooLong", std::string(kHexTag) + "0"},
                             {"Upper", "sha256=757107EA0EB2509FC211221CCE984B8A37570B6D7586C22C46F4379C8B043E17"},
                             {"Huge", "sha256=" + std::string(100'000, '0')},
                         }),
                         [](const auto& tested) { return tested.param.name; });

TEST(Signatures, NeverPassWithAnEmptySecretEvenIfItSigned) {
  const Mail mail = Mail("x").With("X-Hub-Signature-256", kHex.Sign("", "x")).With("X-Token", "");
  for (const Source& source : {SourceWith({}), SourceWith({""}), SourceWith({"", ""})}) {
    EXPECT_EQ(kHex.Verify(mail.View(), source), Auth::kUnauthenticated);
    EXPECT_EQ(kToken.Verify(mail.View(), source), Auth::kUnauthenticated);
  }
}

TEST(Signatures, PassWithAnyOfSeveralSecretsWhileOneIsRotated) {
  const Source both = SourceWith({"old", "new"});
  for (const char* secret : {"old", "new"}) {
    const Mail mail = Mail("x").With("X-Hub-Signature-256", kHex.Sign(secret, "x")).With("X-Token", secret);
    EXPECT_EQ(kHex.Verify(mail.View(), both), Auth::kOk) << secret;
    EXPECT_EQ(kToken.Verify(mail.View(), both), Auth::kOk) << secret;
  }
  EXPECT_EQ(kToken.Verify(Mail("x").With("X-Token", "older").View(), both), Auth::kUnauthenticated);
}

TEST(HmacBase64Signatures, AreTheSameTagInAnotherSpelling) {
  const HmacBase64 base64{HashAlgorithm::kSha1, "", "X-Trello-Webhook"};
  EXPECT_EQ(base64.Sign("key", "The quick brown fox jumps over the lazy dog"), "3nybhbi3iqa8ino29wqQcBydtNk=");
  const Mail mail = Mail("x").With("X-Trello-Webhook", base64.Sign("key", "x"));
  EXPECT_EQ(base64.Verify(mail.View(), SourceWith({"key"})), Auth::kOk);
  EXPECT_EQ(base64.Verify(mail.View(), SourceWith({"other"})), Auth::kUnauthenticated);
}

TEST(StandardWebhooksSignatures, AgreeWithTheSpecification) {
  EXPECT_EQ(GoodWebhookTag(), kWebhookTag);
  EXPECT_EQ(VerifyWebhook(GoodWebhookTag()), Auth::kOk);
}

TEST(StandardWebhooksSignatures, AreFreshForFiveMinutesAndAMinuteAhead) {
  for (const int64_t seconds : {-60, -1, 0, 300}) {
    EXPECT_EQ(VerifyWebhook(GoodWebhookTag(), kWebhookTime + absl::Seconds(seconds)), Auth::kOk) << seconds;
  }
  for (const int64_t seconds : {-61, -300, 301, -1'000'000, 1'000'000}) {
    EXPECT_EQ(VerifyWebhook(GoodWebhookTag(), kWebhookTime + absl::Seconds(seconds)), Auth::kStale) << seconds;
  }
  EXPECT_EQ(VerifyWebhook("v1,AAAA", kWebhookTime + absl::Seconds(301)), Auth::kUnauthenticated)
      << "a bad signature is bad before it is stale";
}

TEST(StandardWebhooksSignatures, MayBeSeveralWithSpacesBetween) {
  EXPECT_EQ(VerifyWebhook("v1a,AAAA v1,BBBB " + GoodWebhookTag()), Auth::kOk);
  EXPECT_EQ(VerifyWebhook(GoodWebhookTag() + " v2,whatever"), Auth::kOk);
  EXPECT_EQ(VerifyWebhook("v1a,AAAA v1,BBBB"), Auth::kUnauthenticated);
  EXPECT_EQ(VerifyWebhook("v2," + GoodWebhookTag().substr(3)), Auth::kUnauthenticated) << "another version is another algorithm";
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "v1,A ";
  EXPECT_EQ(VerifyWebhook(many + GoodWebhookTag()), Auth::kUnauthenticated) << "their number is bounded";
}

TEST(StandardWebhooksSignatures, NeedIdTimeAndSignature) {
  const Mail good = Webhook(GoodWebhookTag());
  for (const char* missing : {"webhook-id", "webhook-timestamp", "webhook-signature"}) {
    Mail mail(kWebhookBody);
    for (const auto& [name, value] : *good.View().headers) {
      if (name != missing) mail.With(name, value);
    }
    EXPECT_EQ(StandardWebhooks::Verify(mail.View(), SourceWith({kWebhookSecret}), kWebhookTime), Auth::kUnauthenticated) << missing;
  }
  for (const char* time : {"", "0x10", "-5", "1614265330.5", " 1614265330", "99999999999999999999"}) {
    const std::string tag = *StandardWebhooks::Sign(kWebhookSecret, "m", time, "x");
    const Mail mail = Mail("x").With("webhook-id", "m").With("webhook-timestamp", time).With("webhook-signature", tag);
    EXPECT_EQ(StandardWebhooks::Verify(mail.View(), SourceWith({kWebhookSecret}), kWebhookTime), Auth::kUnauthenticated) << time;
  }
}

TEST(StandardWebhooksSecrets, AreBase64OfAtLeastSixteenBytes) {
  EXPECT_TRUE(StandardWebhooks::KeyOf("whsec_MDEyMzQ1Njc4OWFiY2RlZg=="));
  EXPECT_TRUE(StandardWebhooks::KeyOf("MDEyMzQ1Njc4OWFiY2RlZg=="));
  for (const char* bad : {"", "whsec_", "whsec_AAAA", "whsec_not base64!", "plain words"})
    EXPECT_FALSE(StandardWebhooks::KeyOf(bad)) << bad;
}

}  // namespace
}  // namespace comity::sdk
