#include "service/domain/notify/webhook_url.h"

#include <algorithm>
#include <charconv>

namespace comity::domain {
namespace {

constexpr std::string_view kSecure = "https://", kPlain = "http://";

bool IsPort(std::string_view text) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number >= 1 && number <= 65535;
}

// The host without brackets; empty if it is none.
std::string_view HostOf(std::string_view authority) {
  if (authority.starts_with('[')) {
    const size_t close = authority.find(']');
    if (close == std::string_view::npos) return {};
    const std::string_view rest = authority.substr(close + 1);
    if (!rest.empty() && (!rest.starts_with(':') || !IsPort(rest.substr(1)))) return {};
    return authority.substr(1, close - 1);
  }
  const size_t colon = authority.find(':');
  if (colon != std::string_view::npos && !IsPort(authority.substr(colon + 1))) return {};
  return authority.substr(0, colon);
}

bool IsHostCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == ':';
}

}  // namespace

std::string_view WebhookUrlFault(std::string_view url, bool outbound_private) {
  if (url.empty() || url.size() > kMaxWebhookUrlBytes) return "send an address of 1 to 2048 characters";
  if (!std::all_of(url.begin(), url.end(), [](char c) { return c > 0x20 && c < 0x7f; })) {
    return "send printable ASCII characters alone; percent-encode the others";
  }
  const bool secure = url.starts_with(kSecure);
  if (!secure && !(outbound_private && url.starts_with(kPlain))) return "send an address that begins with https://";
  if (url.find('#') != std::string_view::npos) return "send it without a fragment";
  std::string_view authority = url.substr(secure ? kSecure.size() : kPlain.size());
  authority = authority.substr(0, authority.find_first_of("/?"));
  if (authority.find('@') != std::string_view::npos) return "send it without credentials; receivers know us by the signature";
  const std::string_view host = HostOf(authority);
  if (host.empty() || !std::all_of(host.begin(), host.end(), IsHostCharacter))
    return "send an address with a host, and a port from 1 to 65535 if any";
  if (!secure && host != "localhost" && host != "127.0.0.1" && host != "::1") return "send https:// to hosts other than loopback";
  return {};
}

}  // namespace comity::domain
