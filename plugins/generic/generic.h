// For any internal service: CloudEvents 1.0 in JSON that carry comity.v1.Fact, signed by Standard Webhooks. Shape and example: README.md.
#ifndef COMITY_PLUGINS_GENERIC_GENERIC_H_
#define COMITY_PLUGINS_GENERIC_GENERIC_H_

#include <memory>

#include "plugins/sdk/connector.h"

namespace comity::generic {

// The only event type that means something; others are ignored.
inline constexpr std::string_view kFactType = "org.comity.fact.v1";

std::unique_ptr<sdk::Connector> MakeConnector();

}  // namespace comity::generic

#endif  // COMITY_PLUGINS_GENERIC_GENERIC_H_
