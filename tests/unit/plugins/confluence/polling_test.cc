#include "plugins/confluence/polling.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "plugins/confluence/confluence.h"
#include "plugins/confluence/mapping.h"
#include "plugins/sdk/conformance/talk.h"
#include "plugins/sdk/walk.h"

namespace comity::confluence {
namespace {

using sdk::conformance::Talk;
using sdk::conformance::Walk;
using sdk::conformance::Walked;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

Talk TalkOf(const std::string& name) {
  const auto talks = sdk::conformance::LoadTalks(COMITY_SOURCE_DIR "/plugins/confluence/polls");
  return *std::find_if(talks->begin(), talks->end(), [&](const Talk& one) { return one.name == name; });
}

Walked WalkOf(const Talk& talk) {
  return Walk(
      *MakeConnector(), talk.source, talk.poll, [&](const sdk::Fetch& fetch) { return talk.answers.at(fetch.Name()); }, 100);
}

TEST(ConfluencePolling, GivesEachVersionToItsOwnEditorAndThePageToItsCreator) {
  std::vector<std::string> edits;
  for (const v1::Fact& fact : WalkOf(TalkOf("several_editors_between_two_rounds")).facts) {
    edits.push_back(absl::StrCat(fact.revision(), " ", fact.actor().login()));
    EXPECT_EQ(fact.author().login(), "ana");
    EXPECT_EQ(fact.subject().id(), "65601");
  }
  EXPECT_THAT(edits, ElementsAre("4 dia", "3 carla", "2 bob"));
}

TEST(ConfluencePolling, AsksSomebodyWhereSeveralWroteOneVersion) {
  const Walked walked = WalkOf(TalkOf("a_version_that_several_wrote"));
  ASSERT_THAT(walked.facts, SizeIs(3));
  for (const v1::Fact& fact : walked.facts) EXPECT_TRUE(fact.tentative()) << fact.actor().id();
  EXPECT_EQ(walked.facts[0].object_id(), "65601") << "the one who published, under the key that a hook would give";
  EXPECT_NE(walked.facts[1].object_id(), walked.facts[2].object_id());
}

TEST(ConfluencePolling, TellsNoNameOfARestrictedPageOrItsParents) {
  const Walked walked = WalkOf(TalkOf("a_page_below_a_restricted_one"));
  ASSERT_THAT(walked.facts, SizeIs(1));
  const v1::Fact& fact = walked.facts.front();
  EXPECT_TRUE(fact.confidential());
  for (const char* const name : {"Layoffs", "Plans", "65601", "secret-label"}) {
    EXPECT_THAT(fact.SerializeAsString(), Not(HasSubstr(name)));
  }
  ASSERT_THAT(fact.places(), SizeIs(1));
  EXPECT_EQ(fact.places(0).value(), "OPS");
}

TEST(ConfluencePolling, TakesBackWhatARestoringUndid) {
  std::vector<std::string> undone;
  for (const v1::Fact& fact : WalkOf(TalkOf("an_old_version_restored")).facts) {
    if (fact.kind() == v1::FACT_KIND_REVERTED) undone.push_back(fact.object_id());
    EXPECT_EQ(fact.revert(), fact.kind() == v1::FACT_KIND_PAGE_EDITED && fact.revision() == "4");
  }
  EXPECT_THAT(undone, ElementsAre("2", "3"));
}

TEST(ConfluencePolling, TakesAnonymousDeletedAndDeactivatedPeopleForNobody) {
  for (const v1::Fact& fact : WalkOf(TalkOf("people_who_are_nobody")).facts) {
    EXPECT_EQ(fact.has_actor(), fact.revision() == "5") << fact.revision();
  }
}

// A page that changes while the list is read moves to its end, and all behind it move up by one.
TEST(ConfluencePolling, MissesNoPageOfAListThatShiftsWhileItIsRead) {
  std::vector<int> pages(150);
  for (int i = 0; i < 150; ++i) pages[i] = i;
  const absl::Time begin = absl::FromUnixSeconds(1'788'340'000);
  std::set<std::string> versions_of;
  int lists = 0;
  const auto answer = [&](const sdk::Fetch& fetch) {
    if (absl::StrContains(fetch.path, "/version?")) {
      versions_of.insert(fetch.path.substr(fetch.path.find("/content/") + 9, 4));
      return net::Response{200, {}, R"({"results":[]})"};
    }
    const size_t at = fetch.path.find("&start=");
    const int start = at == std::string::npos ? 0 : std::stoi(fetch.path.substr(at + 7));
    std::string rows;
    for (int i = start; i < std::min<int>(start + 100, static_cast<int>(pages.size())); ++i) {
      absl::StrAppend(&rows, rows.empty() ? "" : ",", "{\"id\":\"", 1000 + pages[static_cast<size_t>(i)], "\",\"version\":{\"when\":\"",
                      sdk::UtcText(begin + absl::Seconds(pages[static_cast<size_t>(i)])), "\"}}");
    }
    if (++lists == 1) pages.erase(pages.begin(), pages.begin() + 3);  // three of the first changed again
    return net::Response{200, {}, "{\"results\":[" + rows + "]}"};
  };
  const sdk::Source source{.id = "w", .suite = "confluence", .instance = "wiki.acme.example", .secrets = {}, .config = {}, .polls = true};
  const sdk::Poll poll{begin + absl::Hours(1), begin - absl::Hours(1), absl::Minutes(5), {}};
  const Walked walked = Walk(*MakeConnector(), source, poll, answer, 1000);
  EXPECT_THAT(versions_of, SizeIs(150));
  EXPECT_EQ(lists, 2);
}

TEST(ConfluencePolling, AsksByAgeSoThatNobodysTimeZoneMatters) {
  const sdk::Source source{
      .id = "w", .suite = "confluence", .instance = "acme.atlassian.net", .secrets = {}, .config = {{"spaces", "OPS"}}, .polls = true};
  const absl::Time now = absl::FromUnixSeconds(1'788'343'200);
  const sdk::Step step = MakeConnector()->Plan(source, {now, now - absl::Minutes(10), absl::Minutes(5), {}});
  ASSERT_THAT(step.next, SizeIs(1));
  EXPECT_THAT(step.next[0].path, HasSubstr("lastmodified%20%3E%3D%20now%28%22-131m%22%29%20and%20space%20%3D%20%22OPS%22"));
}

TEST(ConfluencePolling, FollowsTheCloudsPlaceAndNothingElseOfItsLink) {
  const sdk::Source source{.id = "w", .suite = "confluence", .instance = "acme.atlassian.net", .secrets = {}, .config = {}, .polls = true};
  const absl::Time now = absl::FromUnixSeconds(1'788'343'200);
  for (const auto& [linked, follows] : std::vector<std::pair<std::string, bool>>{
           {"/rest/api/content/search?cursor=raNDoMsT_1%3D%3D&limit=100", true},
           {"https://elsewhere.example/x?next=true&cursor=abc", true},
           {"/rest/api/content/search?xcursor=abc", false},
           {"/rest/api/content/search?cursor=a/../b", false},
           {"/rest/api/content/search?cursor=", false},
       }) {
    const std::string& link = linked;  // Clang 14 does not let the answer capture a binding
    const Walked walked = Walk(
        *MakeConnector(), source, {now, now - absl::Minutes(10), absl::Minutes(5), {}},
        [&](const sdk::Fetch& fetch) {
          const bool first = !absl::StrContains(fetch.path, "&cursor=");
          return net::Response{200, {}, first ? R"({"results":[{"id":"x"}],"_links":{"next":")" + link + "\"}}" : R"({"results":[]})"};
        },
        100);
    EXPECT_THAT(walked.asked, SizeIs(follows ? 2 : 1)) << link;
    EXPECT_THAT(walked.asked, Each(Not(HasSubstr("elsewhere"))));
  }
}

TEST(ConfluenceHooks, WithoutASpaceAreLeftToPollingOnlyWhereSpacesAreConfidential) {
  const auto hook =
      sdk::JsonDocument::Parse(R"({"timestamp":1788340200000,"event":"page_removed","userKey":"2c9f0002","page":{"id":65601}})");
  const sdk::Source source{.id = "w", .suite = "confluence", .instance = "wiki.acme.example", .secrets = {"s"}, .config = {}};
  Reading reading;
  reading.address = "https://wiki.acme.example";
  reading.assurance = v1::ASSURANCE_SIGNED;
  EXPECT_THAT(MapHook(hook->root(), source, reading)->facts, SizeIs(1));
  reading.confidential_spaces = {"HR"};
  const auto parsed = MapHook(hook->root(), source, reading);
  EXPECT_THAT(parsed->facts, IsEmpty());
  EXPECT_THAT(parsed->ignored, HasSubstr("polling tells"));
}

TEST(ConfluenceConfiguration, IsCheckedWithARemedyForEachMistake) {
  const auto faults = [](std::map<std::string, std::string> config, const std::string& instance = "wiki.acme.example", bool polls = true) {
    return MakeConnector()->Check(
        {.id = "w", .suite = "confluence", .instance = instance, .secrets = {"s"}, .config = std::move(config), .polls = polls});
  };
  EXPECT_THAT(faults({{"spaces", "OPS, ~ana"}, {"confidential_spaces", "HR"}}), IsEmpty());
  EXPECT_THAT(faults({{"spaces", "OPS\" or space = \"HR"}}), ElementsAre(HasSubstr("config.spaces")));
  EXPECT_THAT(faults({{"confidential_spaces", "a b"}}), ElementsAre(HasSubstr("config.confidential_spaces")));
  EXPECT_THAT(faults({{"deployment", "server"}}), ElementsAre(HasSubstr("config.deployment")));
  EXPECT_THAT(faults({{"address", "http://wiki.acme.example"}}), ElementsAre(HasSubstr("config.address")));
  EXPECT_THAT(faults({}, "https://wiki.acme.example"), ElementsAre(HasSubstr("host name")));
  EXPECT_THAT(faults({}, "acme.atlassian.net", false), Contains(HasSubstr("poll is missing")));
  EXPECT_THAT(faults({{"spaces", "OPS"}}, "wiki.acme.example", false), ElementsAre(HasSubstr("no poll block")));
}

}  // namespace
}  // namespace comity::confluence
