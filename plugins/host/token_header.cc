#include "plugins/host/token_header.h"

#include "absl/strings/escaping.h"

namespace comity::host {
namespace {

// `ana@acme.example:secret`; no token of a suite that issues both has an `@`.
bool IsAddressAndPassword(const std::string& token) {
  const size_t colon = token.find(':');
  return colon != std::string::npos && token.find('@') < colon;
}

}  // namespace

std::pair<std::string, std::string> TokenHeader(const sdk::Manifest& manifest, const std::string& token) {
  if (manifest.basic_token || (manifest.basic_token_with_colon && IsAddressAndPassword(token))) {
    return {"Authorization", "Basic " + absl::Base64Escape(token)};
  }
  return {std::string(manifest.token_header), std::string(manifest.token_prefix) + token};
}

}  // namespace comity::host
