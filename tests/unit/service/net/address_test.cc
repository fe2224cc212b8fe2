#include "service/net/address.h"

#include <gtest/gtest.h>

namespace comity::net {
namespace {

TEST(AnIpAddress, IsPublicUnlessItIsOfANetworkOfItsOwn) {
  for (const char* address :
       {"93.184.216.34", "8.8.8.8", "172.32.0.1", "172.15.255.255", "100.63.255.255", "100.128.0.1", "169.253.1.1", "192.0.1.1",
        "198.17.0.1", "198.20.0.1", "223.255.255.255", "2606:2800:220:1::1", "2a00:1450::1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"}) {
    EXPECT_TRUE(IsPublicAddress(address)) << address;
  }
  for (const char* address : {"0.0.0.0",
                              "10.1.2.3",
                              "100.64.0.1",
                              "100.127.255.255",
                              "127.0.0.1",
                              "127.8.8.8",
                              "169.254.169.254",
                              "172.16.0.1",
                              "172.31.255.255",
                              "192.0.0.8",
                              "192.0.2.1",
                              "192.168.1.1",
                              "198.18.0.1",
                              "198.19.255.255",
                              "198.51.100.1",
                              "203.0.113.1",
                              "224.0.0.1",
                              "240.0.0.1",
                              "255.255.255.255",
                              "::",
                              "::1",
                              "::ffff:10.0.0.1",
                              "::ffff:127.0.0.1",
                              "::7f00:1",
                              "64:ff9b::a00:1",
                              "64:ff9b:1::1",
                              "fc00::1",
                              "fd12::1",
                              "fe80::1",
                              "fec0::1",
                              "ff02::1",
                              "2001:db8::1",
                              "2001::1",
                              "2002:a00:1::",
                              "3fff::1",
                              "100::1",
                              "localhost",
                              "",
                              "10.1",
                              "0x7f.1"}) {
    EXPECT_FALSE(IsPublicAddress(address)) << address;
  }
}

TEST(AnIpAddress, IsLoopbackHoweverItIsWritten) {
  for (const char* address : {"127.0.0.1", "127.255.255.254", "::1", "::ffff:127.0.0.1"})
    EXPECT_TRUE(IsLoopbackAddress(address)) << address;
  for (const char* address : {"128.0.0.1", "10.0.0.1", "::2", "::ffff:10.0.0.1", "localhost", ""})
    EXPECT_FALSE(IsLoopbackAddress(address)) << address;
}

}  // namespace
}  // namespace comity::net
