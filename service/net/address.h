// Where an address leads, as numbers: to this machine, to a private network, or to the public one.
#ifndef COMITY_SERVICE_NET_ADDRESS_H_
#define COMITY_SERVICE_NET_ADDRESS_H_

#include <string_view>

namespace comity::net {

// `address` is an IPv4 or IPv6 address in numbers. False for what is none.
bool IsLoopbackAddress(std::string_view address);
// Whether it is a machine of the public network: not this one, not of a private, link-local, shared, reserved, documentation, multicast or
// tunnel network; of IPv4 addresses within IPv6 ones (mapped, translated) what is true of the IPv4 address. False for what is none.
bool IsPublicAddress(std::string_view address);

}  // namespace comity::net

#endif  // COMITY_SERVICE_NET_ADDRESS_H_
