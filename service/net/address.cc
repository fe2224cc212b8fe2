#include "service/net/address.h"

#include <algorithm>
#include <array>
#include <boost/asio/ip/address.hpp>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>

namespace comity::net {
namespace {

using AddressV4 = boost::asio::ip::address_v4;
using AddressV6 = boost::asio::ip::address_v6;

struct NetworkV4 {
  uint32_t first;
  int bits;
};
// IANA's special-purpose registry, and multicast.
constexpr NetworkV4 kNotPublicV4[] = {
    {0x00000000, 8},   // this network
    {0x0A000000, 8},   // private
    {0x64400000, 10},  // shared by providers
    {0x7F000000, 8},   // loopback
    {0xA9FE0000, 16},  // link-local; cloud providers' metadata
    {0xAC100000, 12},  // private
    {0xC0000000, 24},  // protocol assignments
    {0xC0000200, 24},  // documentation
    {0xC0586300, 24},  // relays of 6to4
    {0xC0A80000, 16},  // private
    {0xC6120000, 15},  // benchmarks
    {0xC6336400, 24},  // documentation
    {0xCB007100, 24},  // documentation
    {0xE0000000, 4},   // multicast
    {0xF0000000, 4},   // reserved, broadcast
};

bool IsPublicV4(uint32_t address) {
  return std::none_of(std::begin(kNotPublicV4), std::end(kNotPublicV4),
                      [address](const NetworkV4& network) { return (address ^ network.first) >> (32 - network.bits) == 0; });
}

uint32_t NumberAt(const AddressV6::bytes_type& bytes, size_t at) {
  return uint32_t{bytes[at]} << 24 | uint32_t{bytes[at + 1]} << 16 | uint32_t{bytes[at + 2]} << 8 | uint32_t{bytes[at + 3]};
}

// Of ::ffff:0:0/96 (mapped) and 64:ff9b::/96 (translated).
std::optional<uint32_t> V4Within(const AddressV6::bytes_type& bytes) {
  const bool zeros = NumberAt(bytes, 4) == 0;
  const bool mapped = NumberAt(bytes, 0) == 0 && zeros && NumberAt(bytes, 8) == 0xFFFF;
  const bool translated = NumberAt(bytes, 0) == 0x0064FF9B && zeros && NumberAt(bytes, 8) == 0;
  if (mapped || translated) return NumberAt(bytes, 12);
  return std::nullopt;
}

bool IsPublicV6(const AddressV6::bytes_type& bytes) {
  if (const auto within = V4Within(bytes)) return IsPublicV4(*within);
  if (bytes[0] >> 5 != 1) return false;  // only 2000::/3 is public
  const uint32_t head = NumberAt(bytes, 0);
  const bool assignments = head >> 9 == 0x20010000u >> 9;  // 2001::/23: Teredo and other protocols
  const bool documentation = head == 0x20010DB8 || head >> 12 == 0x3FFF0000u >> 12;
  const bool six_to_four = head >> 16 == 0x2002;
  return !assignments && !documentation && !six_to_four;
}

std::optional<boost::asio::ip::address> ParseIpAddress(std::string_view text) {
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(std::string(text), error);
  if (error) return std::nullopt;
  return address;
}

}  // namespace

bool IsLoopbackAddress(std::string_view text) {
  const auto address = ParseIpAddress(text);
  if (!address.has_value()) return false;
  if (address->is_v4()) return address->to_v4().is_loopback();
  const auto within = V4Within(address->to_v6().to_bytes());
  return within.has_value() ? AddressV4(*within).is_loopback() : address->to_v6().is_loopback();
}

bool IsPublicAddress(std::string_view text) {
  const auto address = ParseIpAddress(text);
  if (!address.has_value()) return false;
  return address->is_v4() ? IsPublicV4(address->to_v4().to_uint()) : IsPublicV6(address->to_v6().to_bytes());
}

}  // namespace comity::net
