#include "clients/cpp/address.h"

#include <gtest/gtest.h>

#include "service/base/error.h"

namespace comity::client {
namespace {

TEST(ServerAddress, IsPlainTextOnLoopbackAndTlsElsewhere) {
  EXPECT_EQ(ParseAddress("127.0.0.1:7070")->target, "127.0.0.1:7070");
  EXPECT_FALSE(ParseAddress("http://localhost:7070")->tls);
  EXPECT_FALSE(ParseAddress("[::1]:7070")->tls);
  EXPECT_EQ(ParseAddress("unix:/run/comity.sock")->target, "unix:/run/comity.sock");
  EXPECT_TRUE(ParseAddress("https://comity.example:443")->tls);
  EXPECT_EQ(ParseAddress("https://comity.example:443")->target, "comity.example:443");
}

class ServerAddressRefuses : public testing::TestWithParam<const char*> {};

TEST_P(ServerAddressRefuses, WhatWouldSendATokenInPlainTextOrCannotBeReached) {
  const auto address = ParseAddress(GetParam());
  EXPECT_EQ(address.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(DetailsOf(address.status()).reason, "CONFIG_INVALID");
}
INSTANTIATE_TEST_SUITE_P(All, ServerAddressRefuses,
                         testing::Values("comity.example:7070", "10.0.0.1:7070", "127.evil.example:7070", "localhost",
                                         "127.0.0.1:", ":7070", "127.0.0.1:70700", "127.0.0.1:7x", ""));

}  // namespace
}  // namespace comity::client
