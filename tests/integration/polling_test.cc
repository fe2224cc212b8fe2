// Reconciliation on real processes: what hooks lose the poll brings, and what both see is one fact.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>
#include <map>
#include <memory>
#include <random>
#include <set>

#include "absl/time/clock.h"
#include "comity/v1/admin.pb.h"
#include "comity/v1/deed.pb.h"
#include "comity/v1/event.pb.h"
#include "tests/support/deployment.h"
#include "tests/support/fake_github.h"
#include "tests/support/traffic.h"

namespace comity::testing {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kPatience{60'000};

// comity-connect again, polling `api` each second; with or without hooks.
void Poll(Deployment& deployment, const FakeGitHub& api, bool hooks, const std::string& options = "organisation: acme") {
  deployment.KillConnect();
  WriteFile(deployment.dir() / "read.token", kReadToken);
  std::string config = ReadFile(deployment.dir() / "connect.yaml");
  if (!hooks) config.erase(config.find("    secret_files:"));
  WriteFile(deployment.dir() / "connect.yaml", config + "    poll: {read_token_file: read.token, every: 1s, api_base: \"" + api.url() +
                                                   "\"}\n    config: {" + options + "}\n");
  deployment.StartConnect();
  deployment.AwaitConnect(milliseconds(10'000));
}

bool Deliver(const Deployment& deployment, const FakeGitHub::Hook& hook) {
  static int number = 0;
  net::Headers headers = HookHeaders("h" + std::to_string(++number), hook.body);
  for (auto& [name, value] : headers) {
    if (name == "X-GitHub-Event") value = hook.event;
  }
  const auto response = net::Fetch("POST", deployment.hook_url(), headers, hook.body, {});
  return response.ok() && response->status == 204;
}

// What stands, in words that are the same in every store.
std::multiset<std::string> Standing(const Deployment& deployment) {
  std::multiset<std::string> standing;
  v1::ListDeedsRequest request;
  request.set_page_size(1000);
  const auto steward = deployment.Steward();
  do {
    v1::ListDeedsResponse page;
    EXPECT_TRUE(steward->Call("/comity.v1.DeedService/ListDeeds", request, &page).ok());
    for (const v1::Deed& deed : page.deeds()) {
      std::string line = deed.subject() + " " + v1::Deed::Kind_Name(deed.kind()) + " " + v1::Deed::State_Name(deed.state()) + " asked by " +
                         deed.asker() + " of " + deed.helped_team();
      for (const v1::Deed::Helper& helper : deed.helpers()) {
        line += ", " + helper.person() + "=" + std::to_string(helper.share_ppm()) + " " + v1::Deed::Stance_Name(helper.stance());
      }
      standing.insert(line + (deed.awaits_confirmation() ? ", waits" : ""));
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return standing;
}

std::vector<v1::Event> Events(const Deployment& deployment, v1::FactKind kind) {
  std::vector<v1::Event> events;
  v1::ListEventsRequest request;
  request.set_page_size(1000);
  v1::ListEventsResponse page;
  EXPECT_TRUE(deployment.Steward()->Call("/comity.v1.EventService/ListEvents", request, &page).ok());
  for (const v1::Event& event : page.events()) {
    if (event.fact().kind() == kind) events.push_back(event);
  }
  return events;
}

void ExpectVerified(const Deployment& deployment) {
  v1::VerifyLedgerRequest request;
  request.set_rebuild(true);
  v1::VerifyLedgerResponse verified;
  ASSERT_TRUE(deployment.Steward()->Call("/comity.v1.AdminService/VerifyLedger", request, &verified).ok());
  EXPECT_TRUE(verified.ok()) << (verified.faults_size() > 0 ? verified.faults(0) : "");
}

// An hour of a busy repository: tickets asked by alpha (even), helped by beta (odd); changes, reviews, merges that close tickets.
std::vector<FakeGitHub::Hook> AnHour(FakeGitHub& api, const std::function<void(const FakeGitHub::Hook&)>& each) {
  std::vector<FakeGitHub::Hook> hooks;
  absl::Time at = absl::Now() - absl::Minutes(64);
  const auto act = [&](FakeGitHub::Hook hook) {
    hooks.push_back(std::move(hook));
    each(hooks.back());
    at += absl::Seconds(10);
  };
  for (int i = 0; i < 60; ++i) {
    const int asker = i % 20 * 2, helper = i * 7 % 20 * 2 + 1, other = (i * 7 + 3) % 20 * 2 + 1, ticket = api.next_number();
    act(api.OpenTicket(asker, at));
    if (i % 4 == 0) act(api.Assign(ticket, other, helper, at));
    if (i % 3 != 0) act(api.Comment(ticket, helper, at));
    if (i % 5 == 0) {
      const int change = api.next_number();
      act(api.OpenChange(helper, at, "Fixes #" + std::to_string(ticket)));
      act(api.RequestReview(change, helper, asker, at));
      act(api.Review(change, asker, at, i % 2 == 0 ? "approved" : "commented"));
      act(api.Merge(change, other, at));
    }
    act(api.Close(ticket, i % 5 == 0 ? other : helper, at, i % 11 == 10 ? "not_planned" : "completed"));
    if (i % 6 == 5) {
      act(api.Reopen(ticket, asker, at));
      act(api.Close(ticket, other, at));
    }
  }
  return hooks;
}

TEST(MissedWebhooks_I6, AreRecoveredByThePollToTheSameStanding) {
  FakeGitHub api;
  Deployment deployment;
  Poll(deployment, api, /*hooks=*/true);
  std::minstd_rand random(20260902);
  int dropped = 0;
  const std::vector<FakeGitHub::Hook> hooks = AnHour(api, [&](const FakeGitHub::Hook& hook) {
    if (random() % 10 < 3) {
      ++dropped;
    } else {
      EXPECT_TRUE(Deliver(deployment, hook));
    }
  });
  Deployment reference;
  for (const FakeGitHub::Hook& hook : hooks) ASSERT_TRUE(Deliver(reference, hook));
  std::multiset<std::string> expected, standing;
  const auto began = std::chrono::steady_clock::now();
  EXPECT_TRUE(WaitUntil(
      [&] {
        expected = Standing(reference);
        standing = Standing(deployment);
        return standing.size() >= 60 && standing == expected;
      },
      kPatience));
  EXPECT_EQ(standing, expected);
  std::cout << "[ I6       ] " << hooks.size() << " webhooks, " << dropped << " dropped, " << expected.size()
            << " deeds as with all of them, after "
            << std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - began).count() << " ms; " << api.requests()
            << " requests, " << api.not_modified() << " of them free\n";
  EXPECT_EQ(Events(deployment, v1::FACT_KIND_RESOLVED).size(), Events(reference, v1::FACT_KIND_RESOLVED).size()) << "one fact, one event";
  ExpectVerified(deployment);
}

// What no poll can see: its hook fails, GitHub keeps the delivery, and it is read back; once, though it comes by the hook too in the end.
TEST(AFailedDelivery, IsReadBackFromGitHubAndIsOneEventWithItsRepetition) {
  FakeGitHub api;
  Deployment deployment;
  const std::string at = absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::Now() - absl::Minutes(5), absl::UTCTimeZone());
  const std::string payload =
      R"({"action":"answered","discussion":{"id":61,"number":5,"title":"t","user":{"id":1000,"login":"u0","type":"User"},"created_at":")" +
      at + R"(","updated_at":")" + at + R"(","answer_chosen_at":")" + at +
      R"("},"answer":{"user":{"id":1001,"login":"u1","type":"User"}},"repository":{"id":9,"full_name":"acme/work","visibility":"public",)" +
      R"("owner":{"login":"acme","id":8,"type":"Organization"}},"sender":{"id":1000,"login":"u0","type":"User"}})";
  const std::string id = deployment.hook_url().substr(deployment.hook_url().rfind('/'));
  const std::string attempt =
      R"({"id":71,"guid":"g","delivered_at":")" + at + R"(","redelivery":false,"status_code":502,"event":"discussion","action":"answered")";
  std::map<std::string, std::string> answers;
  answers["/orgs/acme/hooks?per_page=100&page=1"] = R"([{"id":42,"config":{"url":"https://hooks.acme.example/in)" + id + R"("}}])";
  answers["/orgs/acme/hooks/42/deliveries?per_page=100"] = "[" + attempt + "}]";
  answers["/orgs/acme/hooks/42/deliveries/71"] = attempt + R"(,"request":{"headers":{},"payload":)" + payload + "}}";
  api.Interfere([answers](const std::string& path) {
    const auto answer = answers.find(path);
    return answer == answers.end() ? nullptr : std::make_unique<net::Response>(net::Response{200, {}, answer->second});
  });
  Poll(deployment, api, /*hooks=*/true, "organisation: acme, recover_deliveries: true");
  EXPECT_TRUE(WaitUntil([&] { return Events(deployment, v1::FACT_KIND_ANSWERED).size() == 1; }, kPatience)) << ReadFile(deployment.log());
  ASSERT_TRUE(Deliver(deployment, {"discussion", payload}));
  ASSERT_TRUE(Deliver(deployment, api.OpenTicket(0, absl::Now() - absl::Minutes(1))));  // hooks are read in order
  ASSERT_TRUE(WaitUntil([&] { return Events(deployment, v1::FACT_KIND_OPENED).size() == 1; }, kPatience));
  EXPECT_THAT(Events(deployment, v1::FACT_KIND_ANSWERED), ::testing::SizeIs(1));
  EXPECT_THAT(Standing(deployment), ::testing::SizeIs(1));
  ExpectVerified(deployment);
}

TEST(SeenByBoth, IsOneEventWithTheBetterContentWhateverCameFirst) {
  for (const bool hook_first : {true, false}) {
    FakeGitHub api;
    Deployment deployment;
    const absl::Time at = absl::Now() - absl::Minutes(30);
    const FakeGitHub::Hook opened = api.OpenTicket(0, at), commented = api.Comment(1, 1, at + absl::Minutes(1));
    FakeGitHub::Hook closed = api.Close(1, 1, at + absl::Minutes(2));
    // The hook says less than the API: no reason, as older servers send it.
    const std::string reason = R"("state_reason":"completed",)";
    closed.body.erase(closed.body.find(reason), reason.size());
    const auto deliver = [&] {
      for (const FakeGitHub::Hook& hook : {opened, commented, closed}) ASSERT_TRUE(Deliver(deployment, hook));
      ASSERT_TRUE(WaitUntil([&] { return Events(deployment, v1::FACT_KIND_RESOLVED).size() == 1; }, kPatience));
    };
    if (hook_first) deliver();
    Poll(deployment, api, /*hooks=*/true);
    ASSERT_TRUE(WaitUntil([&] { return api.not_modified() > 0; }, kPatience)) << ReadFile(deployment.log());
    if (!hook_first) deliver();
    ASSERT_TRUE(WaitUntil(
        [&] {
          const auto events = Events(deployment, v1::FACT_KIND_RESOLVED);
          return events.size() == 1 && events[0].observation_count() == 2;
        },
        kPatience));
    const v1::Event event = Events(deployment, v1::FACT_KIND_RESOLVED)[0];
    EXPECT_EQ(event.fact().assurance(), v1::ASSURANCE_POLLED) << hook_first;
    EXPECT_EQ(event.fact().resolution(), v1::RESOLUTION_DONE) << hook_first;
    EXPECT_THAT(Standing(deployment), ::testing::SizeIs(1)) << hook_first;
    ExpectVerified(deployment);
  }
}

TEST(PollAlone, NeedsNoSecretAndNoAddressAndMakesTheDeed) {
  FakeGitHub api;
  const absl::Time at = absl::Now() - absl::Hours(2);
  api.OpenTicket(0, at);
  api.Comment(1, 1, at + absl::Minutes(1));
  api.Close(1, 1, at + absl::Minutes(2));
  Deployment deployment;
  Poll(deployment, api, /*hooks=*/false);
  ASSERT_TRUE(WaitUntil([&] { return Standing(deployment).size() == 1; }, kPatience)) << ReadFile(deployment.log());
  EXPECT_THAT(*Standing(deployment).begin(), ::testing::HasSubstr("acme/work#1 KIND_RESOLVED STATE_PROVISIONAL asked by people/p0 of "
                                                                  "teams/alpha, people/p1=1000000 STANCE_SERVED"));
  // Killed and started again: it goes on, and nothing counts twice.
  for (int i = 0; i < 3; ++i) {
    deployment.KillConnect();
    const int ticket = api.next_number();
    api.OpenTicket(2, at + absl::Minutes(10 + i));
    api.Comment(ticket, 3, at + absl::Minutes(20 + i));
    api.Close(ticket, 3, at + absl::Minutes(30 + i));
    deployment.StartConnect();
    const size_t deeds = static_cast<size_t>(i) + 2;
    EXPECT_TRUE(WaitUntil([&] { return Standing(deployment).size() == deeds; }, kPatience)) << ReadFile(deployment.log());
  }
  EXPECT_EQ(Events(deployment, v1::FACT_KIND_RESOLVED).size(), 4u);
  ExpectVerified(deployment);
}

// The command that people know runs the one that has the addresses and the tokens.
TEST(BackFill, IsAVerbOfTheCommandLineWhereTheHostsConfigurationIs) {
  FakeGitHub api;
  const absl::Time at = absl::Now() - absl::Hours(48);
  api.OpenTicket(0, at);
  api.Comment(1, 1, at + absl::Minutes(1));
  api.Close(1, 1, at + absl::Minutes(2));
  Deployment deployment;
  Poll(deployment, api, /*hooks=*/false, "organisation: acme");
  deployment.KillConnect();
  const std::string id = deployment.hook_url().substr(deployment.hook_url().rfind('/') + 1);
  const auto back_fill = [&](const std::string& source, const std::string& since) {
    Process process(
        {COMITY_BIN_DIR "/comity", "sources", "backfill", source, "--since", since, "--config", deployment.dir() / "connect.yaml"},
        deployment.dir() / "backfill.log");
    return process.Wait();
  };
  EXPECT_TRUE(Events(deployment, v1::FACT_KIND_RESOLVED).empty()) << "polling begins a day back";
  EXPECT_EQ(back_fill(id, "3d"), 0) << ReadFile(deployment.dir() / "backfill.log");
  EXPECT_THAT(ReadFile(deployment.dir() / "backfill.log"), ::testing::HasSubstr("is read.\n"));
  EXPECT_EQ(Events(deployment, v1::FACT_KIND_RESOLVED).size(), 1u);
  EXPECT_EQ(back_fill("nobodys", "3d"), 1);
  EXPECT_THAT(ReadFile(deployment.dir() / "backfill.log"), ::testing::HasSubstr("nobodys is no source of this file"));
  EXPECT_EQ(back_fill(id, "yesterday"), 1);
  EXPECT_THAT(ReadFile(deployment.dir() / "backfill.log"), ::testing::HasSubstr("comity-connect said why above"));
}

// A dependency that is away: facts wait, cursors stand still.
TEST(PollAlone_A10, WaitsForTheServiceAndGoesOn) {
  FakeGitHub api;
  Deployment deployment;
  Poll(deployment, api, /*hooks=*/false);
  deployment.KillService();
  const absl::Time at = absl::Now() - absl::Hours(2);
  api.OpenTicket(0, at);
  api.Comment(1, 1, at + absl::Minutes(1));
  api.Close(1, 1, at + absl::Minutes(2));
  ASSERT_TRUE(WaitUntil([&] { return ReadFile(deployment.log()).find("Polled facts wait") != std::string::npos; }, kPatience));
  deployment.StartService();
  deployment.AwaitService(milliseconds(20'000));
  EXPECT_TRUE(WaitUntil([&] { return Standing(deployment).size() == 1; }, kPatience));
}

}  // namespace
}  // namespace comity::testing
