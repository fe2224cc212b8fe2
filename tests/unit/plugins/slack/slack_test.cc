#include "plugins/slack/slack.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plugins/sdk/json.h"

namespace comity::slack {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Kind = nominations::Word::Kind;

// The example of Slack's documentation.
constexpr char kSecret[] = "8f742231b10e8888abcd99yyyzzz85a5";
constexpr char kBody[] =
    "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&"
    "user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%"
    "2F397700885554%"
    "2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
constexpr char kTime[] = "1531420618";
constexpr char kTag[] = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";

sdk::Source Workspace(std::map<std::string, std::string> config = {{"team_id", "T1DC2JH3J"}}) {
  return {.id = "s", .suite = "slack", .instance = "acme.slack.com", .secrets = {kSecret}, .config = std::move(config)};
}

TEST(SlackSignature, IsTheOneOfItsDocumentation) {
  EXPECT_EQ(Sign(kSecret, kTime, kBody), kTag);
  const net::Headers headers = {{"X-Slack-Request-Timestamp", kTime}, {"X-Slack-Signature", kTag}};
  const sdk::Request request{"POST", "/in/s", "", &headers, kBody};
  const absl::Time then = absl::FromUnixSeconds(1'531'420'618);
  EXPECT_EQ(VerifySignature(request, Workspace(), then), sdk::Auth::kOk);
  EXPECT_EQ(VerifySignature(request, Workspace(), then + absl::Seconds(300)), sdk::Auth::kOk);
  EXPECT_EQ(VerifySignature(request, Workspace(), then - absl::Seconds(300)), sdk::Auth::kOk);
  EXPECT_EQ(VerifySignature(request, Workspace(), then + absl::Seconds(301)), sdk::Auth::kStale);
  EXPECT_EQ(VerifySignature(request, Workspace(), then - absl::Seconds(301)), sdk::Auth::kStale);
}

TEST(SlackSignature, CoversATimeWrittenInDigitsAlone) {
  for (const char* const time : {"", "-1531420618", "1531420618.5", "2018-07-12T18:36:58Z", "99999999999999"}) {
    const net::Headers headers = {{"X-Slack-Request-Timestamp", time}, {"X-Slack-Signature", Sign(kSecret, time, kBody)}};
    const sdk::Request request{"POST", "/in/s", "", &headers, kBody};
    EXPECT_EQ(VerifySignature(request, Workspace(), absl::FromUnixSeconds(1'531'420'618)), sdk::Auth::kUnauthenticated) << time;
  }
}

std::vector<Kind> KindsOf(std::string_view text) {
  std::vector<Kind> kinds;
  for (const nominations::Word& word : ReadWords(text)) kinds.push_back(word.kind);
  return kinds;
}

TEST(SlackWords, AreReadAsSlackEscapesThem) {
  EXPECT_THAT(KindsOf("thank <@U123|bob>, <@W9ABC> <!subteam^S1|@devs> <!here> <!channel|channel>"),
              ElementsAre(Kind::kText, Kind::kPerson, Kind::kText, Kind::kPerson, Kind::kGroup, Kind::kGroup, Kind::kGroup));
  EXPECT_THAT(KindsOf("@bob <@bob> <@U1;drop|x> <@"), ElementsAre(Kind::kUnknown, Kind::kUnknown, Kind::kUnknown, Kind::kText));
  const auto words = ReadWords(" <@U123|bob smith>  <https://acme.example/browse/BILL-4|BILL 4> <#C1|billing-42> ");
  ASSERT_EQ(words.size(), 3u);
  EXPECT_EQ(words[0].person.id, "U123");
  EXPECT_EQ(words[0].person.login, "bob smith");
  EXPECT_EQ(words[1].text, "https://acme.example/browse/BILL-4");
  EXPECT_EQ(words[2].text, "billing-42");
  EXPECT_EQ(ReadWords(std::string(100'000, '<')).size(), nominations::kMaxWords);
}

TEST(SlackWorkspace, IsTheOneOfTheConfiguration) {
  const auto connector = MakeConnector();
  EXPECT_THAT(connector->Check(Workspace()), IsEmpty());
  EXPECT_THAT(connector->Check(Workspace({})), ElementsAre(HasSubstr("config.team_id")));
  EXPECT_THAT(connector->Check(Workspace({{"team_id", "acme"}})), ElementsAre(HasSubstr("config.team_id")));
  const sdk::Request request{"POST", "/in/s", "", nullptr, kBody};
  EXPECT_EQ(connector->Parse(request, Workspace(), absl::UnixEpoch())->ignored, "help");
  EXPECT_EQ(connector->Parse(request, Workspace({{"team_id", "T999"}}), absl::UnixEpoch())->ignored, "another workspace");
}

TEST(SlackManifest, MakesACommandWithEscapedNamesAndNoOtherRights) {
  const auto manifest = MakeConnector()->AppManifest(Workspace(), "https://comity.acme.example/in/s");
  ASSERT_TRUE(manifest.ok());
  const auto document = sdk::JsonDocument::Parse(*manifest);
  ASSERT_TRUE(document.ok());
  const sdk::Json command = document->root().At("/features/slash_commands/0");
  EXPECT_TRUE(command.At("/should_escape").IsTrue());
  EXPECT_EQ(command.At("/url").Text(), "https://comity.acme.example/in/s");
  EXPECT_EQ(document->root().At("/oauth_config/scopes").ToText(), R"({"bot":["commands"]})");
  EXPECT_EQ(manifest->find(kSecret), std::string::npos);
}

}  // namespace
}  // namespace comity::slack
