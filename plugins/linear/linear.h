// Linear: webhooks signed with Linear-Signature, and polling of its GraphQL API. What it credits and what not: README.md.
#ifndef COMITY_PLUGINS_LINEAR_LINEAR_H_
#define COMITY_PLUGINS_LINEAR_LINEAR_H_

#include <memory>
#include <string>
#include <string_view>

#include "plugins/sdk/connector.h"

namespace comity::linear {

std::unique_ptr<sdk::Connector> MakeConnector();

// How old a delivery may be, and how far ahead of this machine's clock, by the time in its signed body.
inline constexpr absl::Duration kWindow = absl::Seconds(300), kAhead = absl::Seconds(60);
// The header's value for a body.
std::string Sign(std::string_view secret, std::string_view body);

}  // namespace comity::linear

#endif  // COMITY_PLUGINS_LINEAR_LINEAR_H_
