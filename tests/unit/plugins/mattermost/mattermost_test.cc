#include "plugins/mattermost/mattermost.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace comity::mattermost {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

sdk::Source Server(std::map<std::string, std::string> config = {}) {
  return {.id = "m",
          .suite = "mattermost",
          .instance = "chat.acme.example",
          .secrets = {"token-of-billing", "token-of-checkout"},
          .config = std::move(config)};
}

sdk::Auth Shown(const net::Headers& headers, std::string_view body) {
  return MakeConnector()->Verify({"POST", "/in/m", "", &headers, body}, Server(), absl::UnixEpoch());
}

TEST(MattermostToken, ComesInTheHeaderElseInTheBody) {
  EXPECT_EQ(Shown({{"Authorization", "Token token-of-checkout"}}, "token=wrong"), sdk::Auth::kOk);
  EXPECT_EQ(Shown({}, "a=1&token=token-of-billing"), sdk::Auth::kOk);
  EXPECT_EQ(Shown({{"Authorization", "Token wrong"}}, "token=token-of-billing"), sdk::Auth::kUnauthenticated);
  EXPECT_EQ(Shown({{"Authorization", "Bearer token-of-billing"}}, "token=token-of-billing"), sdk::Auth::kUnauthenticated);
  EXPECT_EQ(Shown({{"Authorization", "Token "}}, "token=token-of-billing"), sdk::Auth::kUnauthenticated);
  EXPECT_EQ(Shown({}, "token=wrong&token=token-of-billing"), sdk::Auth::kUnauthenticated) << "two are none";
  EXPECT_EQ(Shown({}, "token="), sdk::Auth::kUnauthenticated);
  EXPECT_EQ(Shown({}, "{}"), sdk::Auth::kUnauthenticated);
}

TEST(MattermostTeams, AreAllOfTheServerUnlessNamed) {
  const std::string team = "t7x8k3n5jbrh3xd1o9m4c6w2ea";
  EXPECT_THAT(MakeConnector()->Check(Server()), IsEmpty());
  EXPECT_THAT(MakeConnector()->Check(Server({{"team_ids", team}})), IsEmpty());
  EXPECT_THAT(MakeConnector()->Check(Server({{"team_ids", "billing"}})), ElementsAre(HasSubstr("config.team_ids")));
  const std::string body = "team_id=" + team + "&user_id=u1z8k3n5jbrh3xd1o9m4c6w2ea&trigger_id=x&command=%2Fcomity&text=help";
  const sdk::Request request{"POST", "/in/m", "", nullptr, body};
  EXPECT_EQ(MakeConnector()->Parse(request, Server({{"team_ids", team}}), absl::UnixEpoch())->ignored, "help");
  const auto other = MakeConnector()->Parse(request, Server({{"team_ids", "t9x8k3n5jbrh3xd1o9m4c6w2ea"}}), absl::UnixEpoch());
  EXPECT_EQ(other->ignored, "another team");
}

}  // namespace
}  // namespace comity::mattermost
