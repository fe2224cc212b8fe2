// What every connector shares beside its mapping: ids of deliveries, faults of a source's configuration, its options.
#ifndef COMITY_PLUGINS_SDK_SOURCE_CHECKS_H_
#define COMITY_PLUGINS_SDK_SOURCE_CHECKS_H_

#include <string>
#include <string_view>
#include <vector>

#include "plugins/sdk/connector.h"

namespace comity::sdk {

// The id of a delivery for replay protection: the manifest's header, else `sha256:` and the body's hash. 1 to 200 printable bytes.
std::string DeliveryIdOf(const Manifest& manifest, const Request& request);

// Faults that every connector looks for: no or empty secrets, no instance, options the manifest does not name, booleans that are none
// (options with the fallback `true` or `false`).
std::vector<std::string> CheckSource(const Manifest& manifest, const Source& source);
// The source's value of an option, else the manifest's fallback.
std::string_view OptionOf(const Manifest& manifest, const Source& source, std::string_view name);

// An address that a read token may be sent below: https, or http on this machine, so that nobody listens in; no credentials, no query.
bool IsSafeBase(std::string_view base);
// The same as an option says where a suite is: 1 to 300 printable ASCII characters without a slash at the end.
bool IsAddressOption(std::string_view text);

}  // namespace comity::sdk

#endif  // COMITY_PLUGINS_SDK_SOURCE_CHECKS_H_
