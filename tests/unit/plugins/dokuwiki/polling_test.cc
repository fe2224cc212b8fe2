#include "plugins/dokuwiki/polling.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "plugins/dokuwiki/dokuwiki.h"
#include "plugins/sdk/conformance/talk.h"

namespace comity::dokuwiki {
namespace {

using sdk::conformance::Talk;
using sdk::conformance::Walk;
using sdk::conformance::Walked;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Walked Replay(const std::string& name) {
  const auto talks = sdk::conformance::LoadTalks(COMITY_SOURCE_DIR "/plugins/dokuwiki/polls");
  const auto talk = std::find_if(talks->begin(), talks->end(), [&](const Talk& one) { return one.name == name; });
  return Walk(
      *MakeConnector(), talk->source, talk->poll, [&](const sdk::Fetch& fetch) { return talk->answers.at(fetch.Name()); }, 1000);
}

std::vector<std::string> Editors(const Walked& walked) {
  std::vector<std::string> editors;
  for (const v1::Fact& fact : walked.facts) {
    if (fact.kind() == v1::FACT_KIND_PAGE_EDITED) editors.push_back(fact.actor().login());
  }
  return editors;
}

TEST(DokuWikiPolling, FindsEveryEditorThoughTheListNamesTheLastAlone) {
  EXPECT_THAT(Editors(Replay("several_editors_between_two_polls")), ElementsAre("ana", "bob", "carla"));
}

TEST(DokuWikiPolling, CreditsNobodyForSureWhereTheWikiShowsOneSaverForAll) {
  const Walked walked = Replay("several_saves_in_one_second");
  EXPECT_THAT(Editors(walked), ElementsAre("ana", "carla", "bob", "dia"));
  for (const v1::Fact& fact : walked.facts) EXPECT_EQ(fact.tentative(), fact.actor().login() == "bob");
  for (const v1::Fact& fact : walked.facts)
    EXPECT_NE(fact.kind(), v1::FACT_KIND_REVERTED) << "which of the saves was taken back is not known";
}

TEST(DokuWikiPolling, TakesAllChangesOfALongListInOrder) {
  const Walked walked = Replay("more_pages_than_are_taken_at_once");
  EXPECT_EQ(walked.facts.size(), 230u);
  EXPECT_TRUE(std::is_sorted(walked.facts.begin(), walked.facts.end(),
                             [](const v1::Fact& a, const v1::Fact& b) { return a.occur_time().seconds() < b.occur_time().seconds(); }));
}

TEST(DokuWikiPolling, NeverTrustsANameInARequest) {
  const std::string page = "a</string></value><!--&\"'";
  const sdk::Source source{.id = "s", .suite = "dokuwiki", .instance = "wiki.acme.example", .secrets = {}, .config = {}, .polls = true};
  const sdk::Poll poll{absl::FromUnixSeconds(1'788'343'200), absl::FromUnixSeconds(1'788'256'800), absl::Minutes(5), {}};
  const Walked walked = Walk(
      *MakeConnector(), source, poll,
      [&](const sdk::Fetch&) {
        return net::Response{200,
                             {},
                             "<methodResponse><params><param><value><array><data><value><struct><member><name>name</name><value>"
                             "<string>a&lt;/string&gt;&lt;/value&gt;&lt;!--&amp;&quot;'</string></value></member><member><name>version"
                             "</name><value><int>1788340000</int></value></member></struct></value></data></array></value></param>"
                             "</params></methodResponse>"};
      },
      10);
  EXPECT_THAT(walked.asked, Contains(HasSubstr("<string>a&lt;/string&gt;&lt;/value&gt;&lt;!--&amp;&quot;'</string>")));
}

TEST(DokuWikiConfiguration, IsCheckedWithARemedyForEachMistake) {
  const auto faults = [](sdk::Source source) {
    source.suite = "dokuwiki";
    return MakeConnector()->Check(source);
  };
  const std::string good = "whsec_Y29taXR5IGNhc2VzIG9ubHksIG5vIHNlY3JldCBhdCBhbGw=";
  EXPECT_THAT(faults({.id = "w", .suite = "", .instance = "wiki.acme.example", .secrets = {good}, .config = {{"namespaces", "a, b:c"}}}),
              IsEmpty());
  EXPECT_THAT(faults({.id = "w", .suite = "", .instance = "https://wiki", .secrets = {good}, .config = {}}),
              ElementsAre(HasSubstr("host name")));
  EXPECT_THAT(faults({.id = "w", .suite = "", .instance = "w", .secrets = {"short"}, .config = {}}),
              ElementsAre(HasSubstr("openssl rand")));
  EXPECT_THAT(faults({.id = "w", .suite = "", .instance = "w", .secrets = {good}, .config = {{"namespaces", "a:"}}}),
              ElementsAre(HasSubstr("config.namespaces")));
  EXPECT_THAT(faults({.id = "w", .suite = "", .instance = "w", .secrets = {good}, .config = {{"page_address", "https://w/x"}}}),
              ElementsAre(HasSubstr("config.page_address")));
  EXPECT_THAT(faults({.id = "w", .suite = "", .instance = "w", .secrets = {}, .config = {}}), ElementsAre(HasSubstr("secret_files")));
}

}  // namespace
}  // namespace comity::dokuwiki
