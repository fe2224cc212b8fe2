#include "plugins/host/token_header.h"

#include <gtest/gtest.h>

namespace comity::host {
namespace {

using Header = std::pair<std::string, std::string>;

sdk::Manifest Manifest(bool basic, bool basic_with_colon) {
  sdk::Manifest manifest;
  manifest.basic_token = basic;
  manifest.basic_token_with_colon = basic_with_colon;
  return manifest;
}

TEST(TokenHeader, ShowsATokenAsItsSuiteWantsIt) {
  EXPECT_EQ(TokenHeader(Manifest(false, false), "abc"), Header("Authorization", "Bearer abc"));
  sdk::Manifest own = Manifest(false, false);
  own.token_header = "X-Token";
  own.token_prefix = "";
  EXPECT_EQ(TokenHeader(own, "abc"), Header("X-Token", "abc"));
  EXPECT_EQ(TokenHeader(Manifest(true, false), "ana:secret"), Header("Authorization", "Basic YW5hOnNlY3JldA=="));
}

TEST(TokenHeader, TellsAnAddressWithAPasswordFromATokenWhereASuiteIssuesBoth) {
  EXPECT_EQ(TokenHeader(Manifest(false, true), "ana@acme.example:secret"),
            Header("Authorization", "Basic YW5hQGFjbWUuZXhhbXBsZTpzZWNyZXQ="));
  for (const char* token : {"abc", "MDk2NzE2:abc", "abc@def", ":ana@acme.example", "abc:def@acme.example", ""}) {
    EXPECT_EQ(TokenHeader(Manifest(false, true), token), Header("Authorization", std::string("Bearer ") + token)) << token;
  }
}

TEST(TokenHeader, LeavesAddressesAloneWhereASuiteKnowsNone) {
  EXPECT_EQ(TokenHeader(Manifest(false, false), "ana@acme.example:secret"), Header("Authorization", "Bearer ana@acme.example:secret"));
}

}  // namespace
}  // namespace comity::host
