#include "plugins/mediawiki/polling.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "plugins/mediawiki/mediawiki.h"
#include "plugins/sdk/conformance/talk.h"
#include "plugins/sdk/walk.h"

namespace comity::mediawiki {
namespace {

using sdk::conformance::Talk;
using sdk::conformance::Walk;
using sdk::conformance::Walked;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Talk TalkOf(const std::string& name) {
  const auto talks = sdk::conformance::LoadTalks(COMITY_SOURCE_DIR "/plugins/mediawiki/polls");
  return *std::find_if(talks->begin(), talks->end(), [&](const Talk& one) { return one.name == name; });
}

TEST(MediaWikiPolling, GivesEachEditToItsOwnEditorAndThePageToItsCreator) {
  const Talk talk = TalkOf("several_editors_of_another_teams_page");
  const Walked walked = Walk(
      *MakeConnector(), talk.source, talk.poll, [&](const sdk::Fetch& fetch) { return talk.answers.at(fetch.Name()); }, 100);
  std::vector<std::string> editors;
  for (const v1::Fact& fact : walked.facts) {
    editors.push_back(fact.actor().login());
    EXPECT_EQ(fact.author().login(), "Ana");
    EXPECT_EQ(fact.subject().id(), "2");
  }
  EXPECT_THAT(editors, ElementsAre("Ana", "Bob", "Carla"));
}

// The second answer fails: what the first told is done, and the next round goes on behind it.
TEST(MediaWikiPolling, KeepsHowFarItCameWhenAWalkIsCutOff) {
  const Talk talk = TalkOf("a_list_that_goes_on");
  const Walked walked = Walk(
      *MakeConnector(), talk.source, talk.poll,
      [&](const sdk::Fetch& fetch) {
        return fetch.path.find("rccontinue") != std::string::npos ? net::Response{404, {}, ""} : talk.answers.at(fetch.Name());
      },
      100);
  EXPECT_EQ(walked.facts.size(), 3u);
  ASSERT_EQ(walked.cursors.count("changes"), 1u);
  const auto reached = sdk::WalkCursor::Parse(walked.cursors.at("changes"));
  ASSERT_TRUE(reached.has_value());
  EXPECT_EQ(reached->position, absl::FromCivil(absl::CivilSecond(2026, 9, 2, 9, 2, 0), absl::UTCTimeZone()));
}

TEST(MediaWikiPolling, GoesOnlyForwardWhateverTheWikiSays) {
  const Talk talk = TalkOf("a_list_that_goes_on");
  const Walked walked = Walk(
      *MakeConnector(), talk.source, talk.poll,
      [&](const sdk::Fetch&) {
        return net::Response{200, {}, R"({"continue":{"rccontinue":"20260902090300|44"},"query":{"recentchanges":[]}})"};
      },
      100);
  EXPECT_EQ(walked.asked.size(), 2u);
}

TEST(MediaWikiConfiguration, IsCheckedWithARemedyForEachMistake) {
  const auto faults = [](std::map<std::string, std::string> config, const std::string& instance = "wiki.acme.example",
                         std::vector<std::string> secrets = {}, bool polls = true) {
    return MakeConnector()->Check({.id = "w",
                                   .suite = "mediawiki",
                                   .instance = instance,
                                   .secrets = std::move(secrets),
                                   .config = std::move(config),
                                   .polls = polls});
  };
  EXPECT_THAT(faults({{"api_path", "/mediawiki/api.php"}, {"namespaces", "0, 12"}}), IsEmpty());
  EXPECT_THAT(faults({{"api_path", "api.php"}}), ElementsAre(HasSubstr("config.api_path")));
  EXPECT_THAT(faults({{"api_path", "/w/../x.php"}}), ElementsAre(HasSubstr("config.api_path")));
  EXPECT_THAT(faults({{"api_path", "/w/api.php?x="}}), ElementsAre(HasSubstr("config.api_path")));
  EXPECT_THAT(faults({{"namespaces", "Help"}}), ElementsAre(HasSubstr("Special:NamespaceInfo")));
  EXPECT_THAT(faults({{"page_address", "https://wiki.acme.example/"}}), ElementsAre(HasSubstr("config.page_address")));
  EXPECT_THAT(faults({}, "https://wiki.acme.example"), ElementsAre(HasSubstr("host name")));
  EXPECT_THAT(faults({{"confidential_namespaces", "Staff"}}), ElementsAre(HasSubstr("config.confidential_namespaces")));
  const std::string good = "whsec_Y29taXR5IGNhc2VzIG9ubHksIG5vIHNlY3JldCBhdCBhbGw=";
  EXPECT_THAT(faults({}, "wiki.acme.example", {good}, /*polls=*/false), IsEmpty());
  EXPECT_THAT(faults({}, "wiki.acme.example", {"short"}), ElementsAre(HasSubstr("openssl rand")));
  EXPECT_THAT(faults({}, "wiki.acme.example", {}, /*polls=*/false), ElementsAre(HasSubstr("secret_files")));
}

}  // namespace
}  // namespace comity::mediawiki
