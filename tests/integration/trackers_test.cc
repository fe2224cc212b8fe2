// Reconciliation of trackers that cannot be installed here, against small ones of our own, on real processes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <iostream>
#include <random>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/integration/standing.h"
#include "tests/support/deployment.h"
#include "tests/support/fake_trackers.h"

namespace comity::testing {
namespace {

using What = FakeTicket::What;
using std::chrono::milliseconds;

constexpr milliseconds kPatience{60'000};
constexpr int kMembers = 10;  // even ones in one team, odd ones in the other

struct Suite {
  const char* name;
  std::unique_ptr<TrackerDialect> (*dialect)();
};

class Tracker : public ::testing::TestWithParam<Suite> {
 protected:
  // A deployment that takes the tracker's hooks, and polls it if wanted.
  std::unique_ptr<Deployment> Deploy(bool polls) {
    auto deployment = std::make_unique<Deployment>();
    const TrackerDialect& dialect = api_.dialect();
    const std::string ours = dialect.suite() + ":" + dialect.instance() + ":";
    std::string directory = "teams:\n  - {id: alpha, name: Alpha}\n  - {id: beta, name: Beta}\npeople:\n", members = "memberships:\n";
    for (int person = 0; person < kMembers; ++person) {
      absl::StrAppend(&directory, "  - {id: p", person, ", name: P, accounts: [\"", ours, dialect.AccountOf(person), "\"]}\n");
      absl::StrAppend(&members, "  - {person: p", person, ", team: ", person % 2 == 0 ? "alpha" : "beta", "}\n");
    }
    EXPECT_TRUE(
        deployment->Apply(absl::StrCat(directory, members, "ownership:\n  - {match: \"", ours, dialect.place(), "\", team: alpha}\n")));
    EXPECT_TRUE(deployment->AddSource("tracker", dialect.suite(), dialect.instance()));
    WriteFile(deployment->dir() / "tracker.secret", kTrackerSecret);
    WriteFile(deployment->dir() / "read.token", kTrackerToken);
    std::string source = absl::StrCat("  - id: tracker\n    suite: ", dialect.suite(), "\n    instance: ", dialect.instance(),
                                      "\n    token_file: tracker.token\n    secret_files: [tracker.secret]\n");
    if (polls) {
      absl::StrAppend(&source, "    config: {", dialect.options(), "}\n    poll: {read_token_file: read.token, every: 1s, api_base: \"",
                      api_.url(), "\"}\n");
    }
    deployment->Configure(source);
    deployment->StartConnect();
    EXPECT_LE(deployment->AwaitConnect(kPatience), kPatience) << ReadFile(deployment->log());
    return deployment;
  }
  static void Deliver(const Deployment& deployment, const TrackerHook& hook) {
    const auto response = net::Fetch("POST", deployment.HookUrl("tracker"), hook.headers, hook.body, {});
    ASSERT_TRUE(response.ok() && response->status == 204) << (response.ok() ? response->status : 0) << ReadFile(deployment.log());
  }
  // Tickets of one team, helped by the other, each at another stage of its life. The hooks, in order.
  std::vector<TrackerHook> AnHour() {
    std::vector<TrackerHook> hooks;
    absl::Time at = absl::FromUnixSeconds(absl::ToUnixSeconds(absl::Now() - absl::Minutes(64)));
    for (int i = 0; i < 60; ++i) {
      const int asker = i % 5 * 2, helper = i * 7 % 5 * 2 + 1, other = (i * 7 + 3) % 5 * 2 + 1;
      hooks.push_back(api_.Open(asker, at += absl::Seconds(10)));
      const int ticket = api_.tickets();
      const auto act = [&](What what, int person) { hooks.push_back(api_.Act(ticket, what, person, at += absl::Seconds(10))); };
      if (i % 3 != 0) act(What::kComment, helper);
      act(i % 11 == 10 ? What::kCloseUndone : What::kClose, helper);
      if (i % 6 == 5 && i % 11 != 10) {
        act(What::kReopen, asker);
        act(What::kComment, other);
        act(What::kClose, other);
      }
    }
    return hooks;
  }
  // Waits until both hold the same; the number of deeds.
  static size_t ExpectSame(const Deployment& reference, const Deployment& deployment) {
    std::multiset<std::string> expected, standing;
    EXPECT_TRUE(WaitUntil(
        [&] {
          expected = Standing(reference);
          standing = Standing(deployment);
          return standing.size() >= 55 && standing == expected;
        },
        kPatience))
        << ReadFile(deployment.log());
    EXPECT_EQ(standing, expected);
    return expected.size();
  }

  FakeTracker api_{GetParam().dialect()};
};

TEST_P(Tracker, RecoversByItsPollWhatWebhooksLostOrNeverTold_I6) {
  const std::vector<TrackerHook> hooks = AnHour();
  api_.Refuse(3);
  const auto reference = Deploy(/*polls=*/false), deployment = Deploy(/*polls=*/true), without_hooks = Deploy(/*polls=*/true);
  std::minstd_rand random(20260902);
  std::vector<TrackerHook> delivered;
  for (const TrackerHook& hook : hooks) {
    Deliver(*reference, hook);
    if (random() % 10 >= 3) delivered.push_back(hook);
  }
  // What does come, comes in any order.
  std::shuffle(delivered.begin(), delivered.end(), random);
  for (const TrackerHook& hook : delivered) Deliver(*deployment, hook);
  const size_t deeds = ExpectSame(*reference, *deployment);
  ExpectSame(*reference, *without_hooks);
  EXPECT_EQ(api_.refused(), 3);
  EXPECT_EQ(api_.unauthorised(), 0);
  for (const v1::FactKind kind : {v1::FACT_KIND_OPENED, v1::FACT_KIND_COMMENTED, v1::FACT_KIND_RESOLVED, v1::FACT_KIND_REOPENED}) {
    const auto told = std::count_if(hooks.begin(), hooks.end(), [&](const TrackerHook& hook) { return hook.kind == kind; });
    for (const Deployment* each : {reference.get(), deployment.get(), without_hooks.get()}) {
      const auto known = [&] { return static_cast<std::ptrdiff_t>(Events(*each, kind).size()); };
      WaitUntil([&] { return known() >= told; }, kPatience);
      EXPECT_EQ(known(), told) << v1::FactKind_Name(kind) << ": one fact, one event";
    }
  }
  ExpectVerified(*deployment);
  std::cout << "[ I6       ] " << GetParam().name << ": " << hooks.size() << " webhooks, " << hooks.size() - delivered.size()
            << " dropped, the others in any order, " << deeds << " deeds as with all of them; " << api_.requests() << " requests, "
            << api_.refused() << " of them told to come again\n";
}

INSTANTIATE_TEST_SUITE_P(Suites, Tracker,
                         ::testing::Values(Suite{"GitLab", GitLabDialect}, Suite{"Gitea", GiteaDialect}, Suite{"Jira", JiraDialect}),
                         [](const auto& suite) { return std::string(suite.param.name); });

}  // namespace
}  // namespace comity::testing
