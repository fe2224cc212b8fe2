// How a read token is shown to a suite's API.
#ifndef COMITY_PLUGINS_HOST_TOKEN_HEADER_H_
#define COMITY_PLUGINS_HOST_TOKEN_HEADER_H_

#include <string>
#include <utility>

#include "plugins/sdk/connector.h"

namespace comity::host {

// The request header, name and value, for the text of a read token's file.
std::pair<std::string, std::string> TokenHeader(const sdk::Manifest& manifest, const std::string& token);

}  // namespace comity::host

#endif  // COMITY_PLUGINS_HOST_TOKEN_HEADER_H_
