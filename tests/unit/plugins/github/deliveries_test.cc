#include "plugins/github/deliveries.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "plugins/github/github.h"
#include "plugins/sdk/conformance/case.h"
#include "plugins/sdk/conformance/talk.h"

namespace comity::github {
namespace {

using sdk::conformance::Case;
using sdk::conformance::Walked;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Gt;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::Lt;
using ::testing::Not;
using ::testing::SizeIs;

const absl::Time kNow = absl::FromUnixSeconds(1'788'343'200);
constexpr size_t kPatience = 20'000;  // requests

std::string TextOf(absl::Time time) { return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone()); }

// An attempt as GitHub lists it: one that failed a minute ago, unless said otherwise.
struct Tried {
  int64_t id = 0;
  std::string guid;
  int status = 502;
  bool repeated = false;
  absl::Duration ago = absl::Minutes(1);
  std::string event = "gollum", action = "null";

  std::string ToJson(const std::string& more = "") const {
    return "{\"id\":" + std::to_string(id) + ",\"guid\":\"" + guid + "\",\"delivered_at\":\"" + TextOf(kNow - ago) +
           "\",\"redelivery\":" + (repeated ? "true" : "false") + ",\"status_code\":" + std::to_string(status) + ",\"event\":\"" + event +
           "\",\"action\":" + action + more + "}";
  }
};

// A GitHub whose only repository is quiet, with a hook of ours and what it tried, page by page.
class GitHubThatTried {
 public:
  std::vector<std::vector<Tried>> pages;  // newest first
  std::string payload = R"({"pages":[{"page_name":"Home","sha":"11"}],"repository":{"id":7001,"full_name":"acme/billing"}})";
  std::string hook_url = "https://hooks.acme.example/in/github-acme";
  std::function<std::string(size_t page)> next = [](size_t page) { return std::to_string(page); };
  sdk::Source source{.id = "github-acme",
                     .suite = "github",
                     .instance = "github.com",
                     .secrets = {},
                     .config = {{"repositories", "acme/billing"}, {"recover_deliveries", "true"}},
                     .polls = true};
  sdk::Cursors cursors;
  bool endless = false;

  Walked Walk() const {
    const sdk::Poll poll{kNow, kNow - absl::Hours(24), absl::Minutes(5), cursors};
    return sdk::conformance::Walk(
        *MakeConnector(), source, poll, [&](const sdk::Fetch& fetch) { return Answer(fetch.path); }, kPatience);
  }
  // The ids of the deliveries that were read, in order.
  static std::vector<std::string> ReadOf(const Walked& walked) {
    std::vector<std::string> read;
    for (const std::string& path : walked.asked) {
      const size_t at = path.find("/deliveries/");
      if (at != std::string::npos) read.push_back(path.substr(at + 12));
    }
    return read;
  }
  std::vector<std::string> Read() const { return ReadOf(Walk()); }

  net::Response Answer(const std::string& path) const {
    const std::string hook = "/repos/acme/billing/hooks/42", list = hook + "/deliveries?per_page=100";
    if (path.find("/hooks?") != std::string::npos) return {200, {}, "[{\"id\":42,\"config\":{\"url\":\"" + hook_url + "\"}}]"};
    if (path.starts_with(list)) {
      const size_t page = path == list ? 0 : std::stoul(path.substr(path.rfind('=') + 1)) % 1'000'000;
      std::string items;
      for (const Tried& tried : pages.at(std::min(page, pages.size() - 1))) items += (items.empty() ? "" : ",") + tried.ToJson();
      net::Response response{200, {}, "[" + items + "]"};
      const std::string cursor = page + 1 < pages.size() || endless ? next(page + 1) : "";
      if (!cursor.empty()) {
        response.headers.emplace_back("Link", "<https://api.github.com/x?per_page=100&cursor=" + cursor + ">; rel=\"next\"");
      }
      return response;
    }
    for (const std::vector<Tried>& page : pages) {
      for (const Tried& tried : page) {
        if (path != hook + "/deliveries/" + std::to_string(tried.id)) continue;
        return {200, {}, tried.ToJson(",\"request\":{\"headers\":{},\"payload\":" + payload + "}")};
      }
    }
    if (path.find("/issues?") != std::string::npos) return {200, {}, "[]"};
    return {200, {}, R"({"id":7001,"full_name":"acme/billing"})"};
  }
};

// Each case whose hook tells something: its delivery failed, and is read back.
TEST(AFailedDeliveryReadBack, IsTheEventThatItsHookWouldHaveBrought) {
  const auto cases = sdk::conformance::LoadCases(COMITY_SOURCE_DIR "/plugins/github/cases");
  ASSERT_TRUE(cases.ok());
  std::set<std::string> events;
  for (const Case& one : *cases) {
    const sdk::Request request = one.delivery.View();
    const Tried tried{.id = 7, .guid = "g", .event = std::string(request.Header("X-GitHub-Event"))};
    const auto told = MakeConnector()->Parse(request, one.source, kNow - tried.ago);
    if (!told.ok() || told->facts.empty()) continue;
    events.insert(tried.event);
    GitHubThatTried github;
    github.pages = {{tried}};
    github.payload = std::string(request.body);
    github.source.instance = one.source.instance;
    github.source.config.insert(one.source.config.begin(), one.source.config.end());
    const std::vector<v1::Fact> found = github.Walk().facts;
    ASSERT_THAT(found, SizeIs(told->facts.size())) << one.name;
    for (size_t i = 0; i < found.size(); ++i) {
      v1::Fact expected = told->facts[i];
      EXPECT_EQ(expected.assurance(), v1::ASSURANCE_SIGNED);
      expected.set_assurance(v1::ASSURANCE_POLLED);
      EXPECT_EQ(found[i].SerializeAsString(), expected.SerializeAsString()) << one.name;
    }
  }
  EXPECT_THAT(events, AllOf(Contains("issues"), Contains("discussion"), Contains("gollum"), Contains("issue_dependencies")));
}

TEST(AFailedDelivery, IsNotReadWhenItWasRepeatedWithSuccess) {
  GitHubThatTried github;
  github.pages = {{{.id = 3, .guid = "a", .status = 204, .repeated = true}, {.id = 2, .guid = "b"}, {.id = 1, .guid = "a"}}};
  EXPECT_THAT(github.Read(), ElementsAre("2"));
}

TEST(AFailedDelivery, IsNotReadWhenItsRepetitionSucceededOnAnotherPage) {
  GitHubThatTried github;
  github.pages = {
      {{.id = 4, .guid = "a", .status = 204, .repeated = true}}, {{.id = 3, .guid = "c", .status = 200}}, {{.id = 1, .guid = "a"}}};
  EXPECT_THAT(github.Read(), IsEmpty());
}

TEST(AFailedDelivery, IsNotReadWhenItHadSucceededBeforeItWasRepeated) {
  GitHubThatTried github;
  github.pages = {{{.id = 4, .guid = "a", .repeated = true}}, {{.id = 3, .guid = "c"}}, {{.id = 1, .guid = "a", .status = 204}}};
  EXPECT_THAT(github.Read(), ElementsAre("3"));
  github.pages = {{{.id = 4, .guid = "a", .repeated = true}, {.id = 1, .guid = "a", .status = 204}}};
  EXPECT_THAT(github.Read(), IsEmpty());
}

TEST(AFailedDelivery, IsReadOnceAndDatedByItsFirstAttempt) {
  GitHubThatTried github;
  github.pages = {{{.id = 9, .guid = "a", .repeated = true, .ago = absl::Minutes(1)}, {.id = 8, .guid = "a", .repeated = true}},
                  {{.id = 7, .guid = "a", .ago = absl::Hours(3)}}};
  const Walked walked = github.Walk();
  EXPECT_THAT(GitHubThatTried::ReadOf(walked), ElementsAre("7"));
  ASSERT_THAT(walked.facts, SizeIs(1));
  EXPECT_EQ(walked.facts[0].occur_time().seconds(), absl::ToUnixSeconds(kNow - absl::Hours(3)));
}

TEST(AFailedDelivery, IsDatedByItsFirstAttemptThoughAnEarlierRoundSawThat) {
  GitHubThatTried github;
  github.pages = {{{.id = 9, .guid = "a", .repeated = true}, {.id = 7, .guid = "a", .ago = absl::Hours(3)}}};
  github.cursors["hook:42"] = std::to_string(absl::ToUnixMicros(kNow - absl::Hours(1)));
  EXPECT_THAT(github.Read(), ElementsAre("7"));
}

TEST(AFailedDelivery, IsReadByItsRepetitionWhenGitHubForgotTheFirstAttempt) {
  GitHubThatTried github;
  github.pages = {{{.id = 9, .guid = "a", .repeated = true}}, {{.id = 8, .guid = "a", .repeated = true, .ago = absl::Minutes(2)}}};
  EXPECT_THAT(github.Read(), ElementsAre("8"));
}

TEST(AFailedDelivery, IsNotReadWhenNothingCouldBecomeOfIt) {
  GitHubThatTried github;
  github.pages = {{{.id = 4, .guid = "a", .event = "ping"},
                   {.id = 3, .guid = "b", .event = "issues", .action = "\"labeled\""},
                   {.id = 2, .guid = "c", .event = "issues", .action = "\"deleted\""}}};
  EXPECT_THAT(github.Read(), ElementsAre("2"));
}

TEST(FailedDeliveries, AreReadOldestFirstAndMoveTheCursorToTheNewest) {
  GitHubThatTried github;
  github.pages = {{{.id = 4, .guid = "d", .ago = absl::Minutes(1)}, {.id = 3, .guid = "c", .ago = absl::Minutes(2)}},
                  {{.id = 2, .guid = "b", .ago = absl::Minutes(3)}, {.id = 1, .guid = "a", .ago = absl::Minutes(4)}}};
  const Walked walked = github.Walk();
  EXPECT_THAT(GitHubThatTried::ReadOf(walked), ElementsAre("1", "2", "3", "4"));
  EXPECT_EQ(walked.cursors.at("hook:42"), std::to_string(absl::ToUnixMicros(kNow - absl::Minutes(1))));
}

TEST(FailedDeliveries, AreReadBackToTheCursorLessTheOverlap) {
  GitHubThatTried github;
  github.pages = {{{.id = 4, .guid = "d", .ago = absl::Minutes(1)}, {.id = 3, .guid = "c", .ago = absl::Minutes(15)}},
                  {{.id = 2, .guid = "b", .ago = absl::Minutes(16)}},
                  {{.id = 1, .guid = "a", .ago = absl::Minutes(17)}}};
  github.cursors["hook:42"] = std::to_string(absl::ToUnixMicros(kNow - absl::Minutes(10)));
  const Walked walked = github.Walk();
  EXPECT_THAT(GitHubThatTried::ReadOf(walked), ElementsAre("3", "4"));
  EXPECT_THAT(walked.asked, Not(Contains(HasSubstr("cursor=2")))) << "the page that reaches the cursor is the last";
}

TEST(FailedDeliveries, AreReadFromTheBeginningWhereTheCursorIsNoneOfOurs) {
  for (const std::string& cursor : {std::string("x"), std::string("-1"), std::string("1 2"), std::string("01"),
                                    std::to_string(absl::ToUnixMicros(kNow + absl::Hours(1)))}) {
    GitHubThatTried github;
    github.pages = {{{.id = 2, .guid = "b", .ago = absl::Hours(23)}, {.id = 1, .guid = "a", .ago = absl::Hours(25)}}};
    github.cursors["hook:42"] = cursor;
    EXPECT_THAT(github.Read(), ElementsAre("2")) << cursor;
  }
}

TEST(FailedDeliveries, LeaveTheCursorWhereOneOfThemMakesNoSense) {
  GitHubThatTried github;
  github.pages = {{{.id = 2, .guid = "b"}, {.id = 1, .guid = "a"}}};
  github.payload = "{";
  const Walked walked = github.Walk();
  EXPECT_THAT(walked.errors, SizeIs(1));
  EXPECT_FALSE(walked.cursors.contains("hook:42"));
}

TEST(FailedDeliveries, OfHooksOfOthersAreNotAskedFor) {
  for (const char* url : {"https://ci.acme.example/", "https://h.example/in/github-acme-2", "https://h.example/github-acme",
                          "https://h.example/in/github-acme/more", ""}) {
    GitHubThatTried github;
    github.pages = {{{.id = 1, .guid = "a"}}};
    github.hook_url = url;
    EXPECT_THAT(github.Walk().asked, Not(Contains(HasSubstr("/deliveries")))) << url;
  }
}

TEST(FailedDeliveries, AreNotAskedForUnlessTheOptionSaysSo) {
  GitHubThatTried github;
  github.pages = {{{.id = 1, .guid = "a"}}};
  github.source.config.erase("recover_deliveries");
  EXPECT_THAT(github.Walk().asked, Not(Contains(HasSubstr("/hooks"))));
  EXPECT_THAT(MakeConnector()->Polled(github.source), Not(HasSubstr("deliveries")));
  github.source.config["recover_deliveries"] = "true";
  EXPECT_THAT(MakeConnector()->Polled(github.source), HasSubstr("deliveries of their webhooks that failed"));
  EXPECT_THAT(MakeConnector()->Check(github.source), IsEmpty());
  github.source.config["recover_deliveries"] = "maybe";
  EXPECT_THAT(MakeConnector()->Check(github.source), SizeIs(1));
}

TEST(FailedDeliveries, OfAHookAreReadUpToABoundAndTheRestIsCounted) {
  GitHubThatTried github;
  for (int page = 0; page < 51; ++page) {
    github.pages.emplace_back();
    for (int i = 0; i < 100; ++i) github.pages.back().push_back({.id = 1 + page * 100 + i, .guid = std::to_string(page * 100 + i)});
  }
  const Walked walked = github.Walk();
  EXPECT_TRUE(walked.ended);
  EXPECT_THAT(GitHubThatTried::ReadOf(walked), SizeIs(5000));
  EXPECT_EQ(walked.unreadable, 100);
}

TEST(FailedDeliveries, ThatWereAllRepeatedAreCarriedUpToABound) {
  GitHubThatTried github;
  for (int page = 0; page < 30; ++page) {
    github.pages.emplace_back();
    for (int i = 0; i < 100; ++i) {
      github.pages.back().push_back({.id = 1 + page * 100 + i, .guid = std::to_string(page * 100 + i), .repeated = true});
    }
  }
  size_t longest = 0;
  const sdk::Poll poll{kNow, kNow - absl::Hours(24), absl::Minutes(5), {}};
  const auto connector = MakeConnector();
  sdk::Fetch fetch = connector->Plan(github.source, poll).next.at(0);
  EXPECT_THAT(GitHubThatTried::ReadOf(github.Walk()), SizeIs(3000));
  for (int page = 0; page < 31; ++page) {
    const auto step = connector->Absorb(github.source, poll, fetch, github.Answer(fetch.path));
    ASSERT_TRUE(step.ok());
    fetch = step->next.at(0);
    longest = std::max(longest, fetch.note.size());
  }
  EXPECT_THAT(longest, AllOf(Gt(10'000u), Lt(200'000u)));
}

TEST(AListOfDeliveries, EndsThoughItsLinksGoOnForEver) {
  GitHubThatTried github;
  github.pages = {{{.id = 1, .guid = "a", .status = 204}}};
  github.endless = true;
  const Walked walked = github.Walk();
  EXPECT_TRUE(walked.ended);
  EXPECT_THAT(walked.asked, SizeIs(Le(1010u)));
  github.next = [](size_t) { return std::string("7"); };
  EXPECT_THAT(github.Walk().asked, SizeIs(5)) << "a page that names itself is the last";
}

TEST(AnOrganisation_WithNamedRepositories, IsAskedForTheHooksOfAll) {
  GitHubThatTried github;
  github.source.config = {{"organisation", "acme"}, {"repositories", "acme/billing, other/tool"}, {"recover_deliveries", "true"}};
  const sdk::Step step = MakeConnector()->Plan(github.source, {});
  ASSERT_THAT(step.next, SizeIs(5));
  EXPECT_EQ(step.next[0].path, "/orgs/acme/hooks?per_page=100&page=1");
  EXPECT_EQ(step.next[1].path, "/repos/acme/billing/hooks?per_page=100&page=1");
  EXPECT_EQ(step.next[2].path, "/repos/other/tool/hooks?per_page=100&page=1");
  EXPECT_THAT(step.next[3].path, HasSubstr("/orgs/acme/repos?"));
}

TEST(ATokenThatMayNotReadHooks, IsToldThePermission) {
  for (const int status : {403, 404}) {
    for (const auto& [owner, permission] :
         {std::pair("/orgs/acme", "of that organisation"), std::pair("/repos/a/hooks", "of that repository")}) {
      const auto step = MakeConnector()->Absorb(GitHubThatTried().source, {}, AskForHooks(owner), {status, {}, "{}"});
      EXPECT_TRUE(absl::IsNotFound(step.status()));
      const std::string message(step.status().message());
      EXPECT_THAT(message, AllOf(HasSubstr(std::to_string(status)), HasSubstr(std::string("hooks of ") + owner + ":"),
                                 HasSubstr("\"Webhooks\" (read-only)"), HasSubstr(permission)));
    }
  }
}

TEST(TheNextCursor, IsTakenFromALinkAndTheAddressIsNot) {
  EXPECT_EQ(NextCursor(R"(<https://api.github.com/x?per_page=100&cursor=v1_12>; rel="next")"), "v1_12");
  EXPECT_EQ(NextCursor(R"(<https://a/x?cursor=1&per_page=9>; rel="prev", <https://evil.example/y?cursor=2%3D&a=b>; rel="next")"), "2%3D");
  for (const char* link :
       {"", "<", "<>", ">", "<https://a/x?cursor=1", R"(<https://a/x?cursor=1>; rel="prev")", R"(<https://a/x?page=2>; rel="next")",
        R"(<https://a/x?cursor=>; rel="next")", R"(<https://a/x?cursor=a/b>; rel="next")", R"(<https://a/x?cursor=a b>; rel="next")",
        R"(<https://a/x?cursor=a#b>; rel="next")", R"(<https://a/x?precursor=1>; rel="next")", "rel=\"next\""}) {
    EXPECT_EQ(NextCursor(link), "") << link;
  }
  EXPECT_EQ(NextCursor("<https://a/x?cursor=" + std::string(401, 'a') + ">; rel=\"next\""), "");
}

}  // namespace
}  // namespace comity::github
