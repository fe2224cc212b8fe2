// Where a server is, and whether the way there is safe for a token.
#ifndef COMITY_CLIENTS_CPP_ADDRESS_H_
#define COMITY_CLIENTS_CPP_ADDRESS_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace comity::client {

struct Address {
  std::string target;  // as gRPC names it
  bool tls = false;
};

// Reads `host:port`, `unix:PATH`, `http://host:port` and `https://host:port`. Plain text is for loopback alone: a token must not cross
// a network unencrypted. Errors: INVALID_ARGUMENT (CONFIG_INVALID).
absl::StatusOr<Address> ParseAddress(std::string_view server);

}  // namespace comity::client

#endif  // COMITY_CLIENTS_CPP_ADDRESS_H_
