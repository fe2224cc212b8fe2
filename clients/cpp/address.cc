#include "clients/cpp/address.h"

#include <charconv>

#include "absl/strings/str_cat.h"
#include "service/base/error.h"

namespace comity::client {
namespace {

bool TakePrefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

bool IsPort(std::string_view text) {
  int port = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), port);
  return fault == std::errc() && end == text.data() + text.size() && port > 0 && port < 65536;
}

bool IsLoopback(std::string_view host) {
  return host == "localhost" || host == "[::1]" ||
         (host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string_view::npos);
}

absl::Status Invalid(std::string_view server, const char* remedy) {
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kConfigInvalid,
               absl::StrCat("the server address \"", std::string(server), "\" ", remedy));
}

}  // namespace

absl::StatusOr<Address> ParseAddress(std::string_view server) {
  std::string_view rest = server;
  if (rest.starts_with("unix:")) return Address{std::string(rest), false};
  const bool tls = TakePrefix(rest, "https://");
  if (!tls) TakePrefix(rest, "http://");
  const size_t colon = rest.rfind(':');
  if (colon == std::string_view::npos || colon == 0 || !IsPort(rest.substr(colon + 1))) {
    return Invalid(server, "has no port; write host:port, for example 127.0.0.1:7070");
  }
  if (!tls && !IsLoopback(rest.substr(0, colon))) {
    return Invalid(server, "is beyond this machine; write https://host:port, since a token is never sent in plain text");
  }
  return Address{std::string(rest), tls};
}

}  // namespace comity::client
