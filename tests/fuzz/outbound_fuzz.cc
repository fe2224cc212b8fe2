// What outbound webhooks are given from outside: an address that somebody names, addresses that a name leads to, how long to wait.
// Link: comity_domain_notify comity_net
#include <string>

#include "service/domain/notify/endpoint.h"
#include "service/domain/notify/webhook_url.h"
#include "service/net/address.h"
#include "tests/fuzz/input.h"

using comity::fuzz::Require;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = comity::fuzz::Text(data, size);
  if (comity::domain::WebhookUrlFault(text, false).empty()) {
    Require(text.starts_with("https://"), "only https where private addresses are not configured");
    Require(text.size() <= comity::domain::kMaxWebhookUrlBytes, "bounded");
    Require(comity::domain::WebhookUrlFault(text, true).empty(), "what is allowed stays so where more is");
    const std::string_view authority = text.substr(8, text.find_first_of("/?", 8) - 8);
    Require(!authority.empty() && authority.find_first_of("@#\\ ") == std::string_view::npos, "a host, and nothing that hides one");
  }
  const absl::Duration wait = comity::domain::ParseRetryAfter(text);
  Require(wait >= absl::ZeroDuration() && wait <= comity::domain::kLongestPause, "nobody is left alone forever");
  Require(!comity::net::IsLoopbackAddress(text) || !comity::net::IsPublicAddress(text), "this machine is not the public network");
  return 0;
}
