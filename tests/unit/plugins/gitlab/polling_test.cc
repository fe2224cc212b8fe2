#include "plugins/gitlab/polling.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>

#include "absl/strings/str_cat.h"
#include "plugins/gitlab/gitlab.h"
#include "plugins/sdk/conformance/talk.h"

namespace comity::gitlab {
namespace {

using sdk::conformance::Walked;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr char kProject[] = R"({"id":7001,"path_with_namespace":"acme/billing","visibility":"public","merge_requests_enabled":false})";
const sdk::Poll kPoll{absl::FromUnixSeconds(1'788'343'200), absl::FromUnixSeconds(1'788'220'800), absl::Minutes(5), {}};

TEST(GitLabScope, ReadsAGroupAndNamesEachProjectOnce) {
  std::vector<std::string> faults;
  const Scope scope = ReadScope("acme/payments", " other/tool, other/tool ,other/x.y-z_1/deep,", &faults);
  EXPECT_THAT(faults, IsEmpty());
  EXPECT_THAT(scope.projects, ElementsAre("other/tool", "other/x.y-z_1/deep"));
}

TEST(GitLabScope, RefusesPathsThatLeadElsewhere) {
  for (const char* path : {"acme", "acme/", "/acme", "acme/../user", "a//b", "a b/c", "acme/x?y", "acme/x#", "../x", "acme/.."}) {
    std::vector<std::string> faults;
    ReadScope("", path, &faults);
    EXPECT_THAT(faults, SizeIs(1)) << path;
  }
  for (const char* path : {"acme/", "acme/../x", "a b", "https://gitlab.com/acme"}) {
    std::vector<std::string> faults;
    ReadScope(path, "", &faults);
    EXPECT_THAT(faults, SizeIs(1)) << path;
  }
}

TEST(GitLabPlan, AsksForAGroupAndForWhatIsNotInIt) {
  const sdk::Step step = PlanPoll({"acme/payments", {"ACME/payments/billing", "other/tool"}});
  ASSERT_THAT(step.next, SizeIs(2));
  EXPECT_THAT(step.next[0].path, testing::StartsWith("/groups/acme%2Fpayments/projects?"));
  EXPECT_EQ(step.next[1].path, "/projects/other%2Ftool");
}

std::string Issue(int number, const std::string& updated, int notes = 0) {
  return absl::StrCat(R"({"id":)", 9000 + number, R"(,"iid":)", number, R"(,"state":"opened","author":{"id":1101,"username":"ana"},)",
                      R"("created_at":"2026-09-01T09:00:00Z","updated_at":")", updated, "\",\"user_notes_count\":", notes, "}");
}
std::string ListOf(int count, const std::function<std::string(int)>& item) {
  std::string list;
  for (int i = 1; i <= count; ++i) absl::StrAppend(&list, i == 1 ? "" : ",", item(i));
  return "[" + list + "]";
}
Walked Walk(const std::map<std::string, std::string>& answers, sdk::Poll poll = kPoll) {
  const sdk::Source source{
      .id = "s", .suite = "gitlab", .instance = "gitlab.com", .secrets = {}, .config = {{"projects", "acme/billing"}}, .polls = true};
  return sdk::conformance::Walk(
      *MakeConnector(), source, poll,
      [&](const sdk::Fetch& fetch) {
        if (fetch.path == "/projects/acme%2Fbilling") return net::Response{200, {}, kProject};
        for (const auto& [part, body] : answers) {
          if (fetch.path.find(part) != std::string::npos) return net::Response{200, {}, body};
        }
        return net::Response{200, {}, "[]"};
      },
      1000);
}

TEST(GitLabLists, GoOnAtTheInstantOfTheLastOneSeen) {
  const Walked walked = Walk(
      {{"updated_after=2026-09-01T00:00:00Z&page=1",
        ListOf(100, [](int i) { return Issue(i, absl::StrCat("2026-09-01T1", i / 60, ":", i % 60 < 10 ? "0" : "", i % 60, ":00.5Z")); })},
       {"updated_after=2026-09-01T11:40:00Z&page=1", "[" + Issue(101, "2026-09-01T12:00:00Z") + "]"}});
  EXPECT_THAT(walked.facts, SizeIs(101));
  EXPECT_THAT(walked.asked, Contains(HasSubstr("updated_after=2026-09-01T11:40:00Z&page=1")));
  EXPECT_EQ(walked.cursors.at("7001/issues"), "1788264000000000 1788264000000000");
}

TEST(GitLabLists, ArePagedWithinOneSecond) {
  const std::string page = ListOf(100, [](int i) { return Issue(i, "2026-09-01T00:00:00.9Z"); });
  const Walked walked = Walk({{"updated_after=2026-09-01T00:00:00Z&page=1", page},
                              {"updated_after=2026-09-01T00:00:00Z&page=2", "[" + Issue(101, "2026-09-01T00:00:00.9Z") + "]"}});
  EXPECT_THAT(walked.facts, SizeIs(101));
}

TEST(GitLabNotes, AreReadNewestFirstUntilTheyAreKnown) {
  sdk::Poll poll = kPoll;
  poll.cursors["7001/issues"] = "1788336000000000 1788336000000000";  // 08:00
  const auto note = [](const std::string& hour) {
    return [hour](int i) {
      return absl::StrCat(R"({"id":)", i, R"(,"author":{"id":1202,"username":"carla"},"system":false,"created_at":"2026-09-02T)", hour,
                          ":00:00Z\"}");
    };
  };
  const Walked walked =
      Walk({{"/issues?", "[" + Issue(12, "2026-09-02T09:30:00Z", 300) + "]"},
            {"/notes?sort=desc&order_by=created_at&activity_filter=only_comments&per_page=100&page=1", ListOf(100, note("09"))},
            {"/notes?sort=desc&order_by=created_at&activity_filter=only_comments&per_page=100&page=2", ListOf(100, note("07"))},
            {"/notes?sort=desc&order_by=created_at&activity_filter=only_comments&per_page=100&page=3", ListOf(100, note("06"))}},
           poll);
  EXPECT_THAT(walked.facts, SizeIs(100));
  EXPECT_THAT(walked.asked, Contains(HasSubstr("page=2")));
  EXPECT_THAT(walked.asked, Each(Not(HasSubstr("page=3"))));
}

TEST(GitLabStates, AreReadOverAllPages) {
  const auto event = [](int i) {
    return absl::StrCat(R"({"id":)", i, R"(,"state":")", i % 2 == 1 ? "closed" : "reopened",
                        R"(","user":{"id":1201,"username":"bob"},"created_at":"2026-09-02T08:)", i / 60 < 1 ? "00" : "01", ":",
                        i % 60 < 10 ? "0" : "", i % 60, "Z\"}");
  };
  const Walked walked = Walk({{"/issues?", "[" + Issue(12, "2026-09-02T09:30:00Z") + "]"},
                              {"/resource_state_events?per_page=100&page=1", ListOf(100, event)},
                              {"/resource_state_events?per_page=100&page=2", "[" + event(101) + "]"}});
  EXPECT_THAT(walked.facts, SizeIs(102)) << "and its opening";
  EXPECT_EQ(
      std::count_if(walked.facts.begin(), walked.facts.end(), [](const v1::Fact& fact) { return fact.kind() == v1::FACT_KIND_RESOLVED; }),
      51);
}

}  // namespace
}  // namespace comity::gitlab
