#include "plugins/gitea/polling.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "plugins/gitea/gitea.h"
#include "plugins/sdk/conformance/talk.h"
#include "plugins/sdk/times.h"
#include "plugins/sdk/walk.h"

namespace comity::gitea {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::SizeIs;

const absl::Time kNow = absl::FromUnixSeconds(1'788'343'200);

// A Gitea with one repository, whose tickets are listed by their creation, newest first, and which answers at most `cap` of them at once.
class GiteaOfMany {
 public:
  std::map<int, absl::Time> updated;  // by number
  size_t cap = 50;
  absl::Duration overlap = absl::Minutes(5);
  sdk::Cursors cursors;
  absl::Time now = kNow;
  std::set<int> read;                         // whose timelines were asked for
  std::function<void(size_t asked)> between;  // what happens meanwhile

  sdk::conformance::Walked Round(size_t max_requests) {
    const sdk::Source source{.id = "s",
                             .suite = "gitea",
                             .instance = "git.acme.example",
                             .secrets = {},
                             .config = {{"repositories", "acme/billing"}},
                             .polls = true};
    size_t asked = 0;
    auto walked = sdk::conformance::Walk(
        *MakeConnector(), source, {now, kNow - absl::Hours(24 * 30), overlap, cursors},
        [&](const sdk::Fetch& fetch) {
          if (between) between(asked);
          ++asked;
          return Answer(fetch.path);
        },
        max_requests);
    cursors = walked.cursors;
    return walked;
  }

 private:
  static std::string ValueOf(std::string_view path, std::string_view name) {
    const size_t at = path.find(std::string(name) + "=");
    if (at == path.npos) return "";
    const std::string_view rest = path.substr(at + name.size() + 1);
    return std::string(rest.substr(0, rest.find('&')));
  }
  net::Response Answer(std::string_view path) {
    if (path == "/api/v1/repos/acme/billing") return {200, {}, R"({"id":61,"full_name":"acme/billing"})"};
    if (const size_t timeline = path.find("/timeline?"); timeline != path.npos) {
      const size_t number = path.find("/issues/") + 8;
      read.insert(std::stoi(std::string(path.substr(number, timeline - number))));
      return {200, {}, "null"};
    }
    const auto since = *sdk::ParseTime(ValueOf(path, "since"));
    const auto before = sdk::ParseTime(ValueOf(path, "before")).value_or(absl::InfiniteFuture());
    const size_t skip = (static_cast<size_t>(std::stoi(ValueOf(path, "page"))) - 1) * cap;
    std::string list;
    size_t total = 0;
    for (auto one = updated.rbegin(); one != updated.rend(); ++one) {
      if (one->second < since || one->second > before) continue;
      if (++total <= skip || total > skip + cap) continue;
      absl::StrAppend(&list, list.empty() ? "" : ",", "{\"id\":", one->first, ",\"number\":", one->first, ",\"updated_at\":\"",
                      sdk::UtcText(one->second), "\"}");
    }
    return {200, {{"X-Total-Count", std::to_string(total)}}, "[" + list + "]"};
  }
};

TEST(AWalkThroughGiteasTickets, ReadsEachOnceHoweverManyThereAre) {
  for (const size_t cap : {1u, 7u, 50u}) {
    GiteaOfMany gitea;
    gitea.cap = cap;
    for (int i = 1; i <= 500; ++i) gitea.updated[i] = kNow - absl::Seconds((i * 7919) % (86'400 * 20));
    const auto walked = gitea.Round(10'000);
    EXPECT_TRUE(walked.ended);
    EXPECT_THAT(gitea.read, SizeIs(500)) << cap;
    EXPECT_THAT(walked.asked, SizeIs(Le(cap == 1 ? 2500u : 900u)));
  }
}

TEST(AWalkThroughGiteasTickets, GoesOnWhereARoundWasCutOff) {
  GiteaOfMany gitea;
  for (int i = 1; i <= 500; ++i) gitea.updated[i] = kNow - absl::Seconds((i * 7919) % (86'400 * 20));
  int rounds = 0;
  while (!gitea.Round(100).ended && ++rounds < 20) gitea.now += absl::Minutes(5);
  EXPECT_THAT(rounds, Le(10));
  EXPECT_THAT(gitea.read, SizeIs(500));
}

TEST(AWalkThroughGiteasTickets, GoesOnAmongManyThatChangedAtOnce) {
  GiteaOfMany gitea;
  for (int i = 1; i <= 300; ++i) gitea.updated[i] = kNow - absl::Seconds(i % 200);  // more than a round may ask for, within the overlap
  int rounds = 0;
  while (!gitea.Round(60).ended && ++rounds < 20) gitea.now += absl::Minutes(5);
  EXPECT_THAT(rounds, Le(10));
  EXPECT_THAT(gitea.read, SizeIs(300));
}

TEST(AWalkThroughGiteasTickets, MissesNothingOfABulkChangeWhileItGoesOn) {
  GiteaOfMany gitea;
  for (int i = 1; i <= 400; ++i) gitea.updated[i] = kNow - absl::Hours(2);
  int next = 400;
  gitea.between = [&](size_t) {  // somebody answers one of them at each moment, so that they leave the list of that second
    if (next > 0) gitea.updated[next] = gitea.now + absl::Seconds(400 - next);
    next -= 3;
  };
  gitea.Round(10'000);
  gitea.now += absl::Hours(1);
  gitea.Round(10'000);
  EXPECT_THAT(gitea.read, SizeIs(400));
}

TEST(AWalkThroughGiteasTickets, MissesNothingThatChangesMeanwhile) {
  GiteaOfMany gitea;
  gitea.cap = 10;
  for (int i = 1; i <= 200; ++i) gitea.updated[i] = kNow - absl::Hours(24 * 60);  // before the beginning
  for (int i = 1; i <= 200; i += 2) gitea.updated[i] = kNow - absl::Minutes(i);
  gitea.between = [&](size_t asked) {
    if (asked > 0 && asked <= 100) gitea.updated[static_cast<int>(asked) * 2] = gitea.now + absl::Seconds(asked);
  };
  gitea.Round(10'000);
  gitea.between = nullptr;
  gitea.now += absl::Minutes(5);
  gitea.Round(10'000);
  EXPECT_THAT(gitea.read, SizeIs(200));
}

TEST(AWalkThroughGiteasTickets, CostsTwoRequestsWhereNothingChanged) {
  GiteaOfMany gitea;
  gitea.updated[1] = kNow - absl::Hours(1);
  gitea.Round(100);
  gitea.now += absl::Minutes(5);
  EXPECT_THAT(gitea.Round(100).asked, SizeIs(2));
}

TEST(TheScopeOfGitea, ReadsAnOrganisationAndNamesEachOnce) {
  std::vector<std::string> faults;
  EXPECT_THAT(ReadScope("acme", " other/tool, Other/Tool ,other/x.y-z_1,", &faults).repositories,
              ElementsAre("other/tool", "other/x.y-z_1"));
  EXPECT_THAT(faults, IsEmpty());
}

TEST(TheScopeOfGitea, RefusesNamesThatLeadElsewhere) {
  for (const char* name : {"acme", "acme/", "/acme", "acme/../user", "a/b/c", "a b/c", "acme/x?y", "acme/x#", "../x", "acme/.."}) {
    std::vector<std::string> faults;
    ReadScope("", name, &faults);
    EXPECT_THAT(faults, SizeIs(1)) << name;
  }
  std::vector<std::string> faults;
  ReadScope("acme/billing", "", &faults);
  EXPECT_THAT(faults, SizeIs(1));
}

TEST(PlanPollOfGitea, AsksForAnOrganisationAndForWhatIsNotInIt) {
  const sdk::Step step = PlanPoll({"acme", {"ACME/billing", "other/tool"}});
  ASSERT_THAT(step.next, SizeIs(2));
  EXPECT_EQ(step.next[0].path, "/api/v1/orgs/acme/repos?limit=50&page=1");
  EXPECT_EQ(step.next[1].path, "/api/v1/repos/other/tool");
}

}  // namespace
}  // namespace comity::gitea
