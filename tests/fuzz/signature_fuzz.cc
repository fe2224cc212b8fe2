// Signature headers: hexadecimal HMAC, base64 HMAC, token, and the three of Standard Webhooks, each on a line; then the body.
#include "plugins/sdk/signatures.h"
#include "tests/fuzz/input.h"

using comity::fuzz::Require;
using comity::sdk::Auth;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const comity::sdk::Source source{
      .id = "s", .suite = "x", .instance = "i", .secrets = {"whsec_MDEyMzQ1Njc4OWFiY2RlZg==", "0123456789abcdef"}, .config = {}};
  static const comity::sdk::HmacHex hex{comity::sdk::HashAlgorithm::kSha256, "sha256=", "a"};
  static const comity::sdk::HmacBase64 base64{comity::sdk::HashAlgorithm::kSha1, "", "b"};
  static const comity::sdk::PlainToken token{"c"};
  std::string_view rest = comity::fuzz::Text(data, size);
  comity::net::Headers headers;
  for (const char* name : {"a", "b", "c", "webhook-id", "webhook-timestamp", "webhook-signature"}) {
    headers.emplace_back(name, std::string(comity::fuzz::TakeUntil(rest, '\n')));
  }
  const comity::sdk::Request request{"POST", "/", "", &headers, rest};
  const auto is_one_of = [&](auto sign, std::string_view given) {
    for (const std::string& secret : source.secrets) {
      if (sign(secret) == given) return true;
    }
    return false;
  };
  if (hex.Verify(request, source) == Auth::kOk) {
    Require(is_one_of([&](const std::string& s) { return hex.Sign(s, rest); }, request.Header("a")), "only the signature passes (hex)");
  }
  if (base64.Verify(request, source) == Auth::kOk) {
    Require(is_one_of([&](const std::string& s) { return base64.Sign(s, rest); }, request.Header("b")),
            "only the signature passes (base64)");
  }
  if (token.Verify(request, source) == Auth::kOk) {
    Require(is_one_of([](const std::string& s) { return s; }, request.Header("c")), "only the token passes");
  }
  const Auth webhooks = comity::sdk::StandardWebhooks::Verify(request, source, absl::FromUnixSeconds(1'788'343'200));
  if (webhooks == Auth::kOk || webhooks == Auth::kStale) {
    bool found = false;
    for (const std::string& secret : source.secrets) {
      const auto expected =
          comity::sdk::StandardWebhooks::Sign(secret, request.Header("webhook-id"), request.Header("webhook-timestamp"), rest);
      found = found || (expected && request.Header("webhook-signature").find(*expected) != std::string_view::npos);
    }
    Require(found, "only a signature passes (Standard Webhooks)");
  }
  return 0;
}
