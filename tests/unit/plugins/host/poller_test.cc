// Polling, against a small GitHub of our own: nothing lost, nothing guessed, nobody else's token.
#include "plugins/host/poller.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <set>

#include "plugins/host/host.h"
#include "tests/support/fake_github.h"
#include "tests/unit/plugins/host/host_support.h"

namespace comity::host {
namespace {

using comity::testing::FakeGitHub;
using comity::testing::kReadToken;
using ::testing::HasSubstr;
using ::testing::Not;

class Polling : public ::testing::Test {
 protected:
  void SetUp() override { comity::testing::WriteFile(dir_ / "read.token", kReadToken); }

  PollConfig Config() const {
    PollConfig poll;
    poll.read_token_file = dir_ / "read.token";
    poll.api_base = api_.url();
    poll.every = absl::Milliseconds(20);
    poll.overlap = absl::Minutes(5);
    poll.back_fill = absl::Hours(48);
    return poll;
  }
  void Start(const PollConfig& poll, bool hooks = false) {
    host::Config config;
    config.listen = "127.0.0.1:0";
    config.spool_dir = dir_ / "spool";
    sdk::Source source{"github-acme", "github", "github.com", {}, {{"repositories", "acme/work"}}, true};
    if (hooks) source.secrets = {"open sesame"};
    config.sources.push_back({source, "token", poll});
    HostParts parts;
    parts.make_sink = [this](const std::string&) { return std::make_unique<BorrowedSink>(*into_); };
    parts.on_failure = [](const absl::Status&) {};
    parts.clock = &clock_;
    parts.metrics = &metrics_;
    parts.poller.first_delay = std::chrono::milliseconds(1);
    parts.poller.longest_delay = std::chrono::milliseconds(20);
    auto host = Host::Start(config, connectors_, std::move(parts));
    ASSERT_TRUE(host.ok()) << host.status().ToString();
    host_ = *std::move(host);
  }
  void Start() { Start(Config()); }
  bool Await(const std::function<bool()>& condition) { return comity::testing::WaitUntil(condition, kSoon); }
  std::multiset<std::string> Found(v1::FactKind kind) const {
    std::multiset<std::string> found;
    for (const v1::Fact& fact : sink_.facts()) {
      if (fact.kind() == kind) found.insert(fact.object_id());
    }
    return found;
  }
  std::string HealthText() const { return host_->health().Json(0, 0, 0); }
  std::string MetricsText() const {
    const auto response = net::Fetch("GET", "http://127.0.0.1:" + std::to_string(host_->port()) + "/metrics", {}, "", {});
    return response.ok() ? response->body : response.status().ToString();
  }
  std::string CursorText() const { return comity::testing::ReadFile(dir_ / "spool/cursors/github-acme"); }
  // One ticket, commented on and closed by 1, asked by 0.
  void OneTicket(absl::Time at) {
    const int number = api_.next_number();
    api_.OpenTicket(0, at);
    api_.Comment(number, 1, at + absl::Minutes(1));
    api_.Close(number, 1, at + absl::Minutes(2));
  }

  comity::testing::TempDir dir_;
  FakeGitHub api_;
  TestClock clock_;
  const absl::Time now_ = clock_.Now();
  obs::Metrics metrics_;
  client::FakeSink sink_;
  client::FakeSink* into_ = &sink_;
  const Connectors connectors_ = MakeConnectors();
  std::unique_ptr<Host> host_;
};

TEST_F(Polling, FindsWhatHappenedAndThenCostsNothingWhileNothingDoes) {
  OneTicket(now_ - absl::Hours(2));
  Start();
  ASSERT_TRUE(Await([&] { return sink_.facts().size() == 3; }));
  EXPECT_THAT(Found(v1::FACT_KIND_RESOLVED), ::testing::ElementsAre("5001"));
  for (const v1::Fact& fact : sink_.facts()) EXPECT_EQ(fact.assurance(), v1::ASSURANCE_POLLED);
  const int64_t free = api_.not_modified();
  ASSERT_TRUE(Await([&] { return api_.not_modified() > free + 5; })) << "quiet rounds are answered 304";
  EXPECT_EQ(sink_.facts().size(), 3u);
  EXPECT_THAT(HealthText(), HasSubstr("\"poll\": \"ok\""));
  EXPECT_THAT(HealthText(), HasSubstr("\"nextPoll\": "));
  EXPECT_THAT(HealthText(), HasSubstr("\"hooks\": \"none\""));
  OneTicket(now_ - absl::Hours(1));
  ASSERT_TRUE(Await([&] { return sink_.facts().size() == 6; })) << "what changes later is found too";
}

TEST_F(Polling, MovesItsCursorsOnlyAfterTheServiceHasTheFacts) {
  OneTicket(now_ - absl::Hours(2));
  sink_.FailNext(absl::UnavailableError("away"), 1'000'000);
  Start();
  ASSERT_TRUE(Await([&] { return sink_.push_count() >= 3; }));
  EXPECT_THAT(CursorText(), Not(HasSubstr("\t"))) << "no cursor while nothing is acknowledged";
  EXPECT_THAT(HealthText(), HasSubstr("waiting for the service"));
  host_.reset();
  client::FakeSink healed;
  into_ = &healed;
  Start();
  ASSERT_TRUE(Await([&] { return healed.facts().size() == 3 && CursorText().find('\t') != std::string::npos; }));
  host_.reset();  // before the sink
}

TEST_F(Polling, GoesOnFromItsCursorsAfterARestart) {
  OneTicket(now_ - absl::Hours(20));
  OneTicket(now_ - absl::Hours(10));
  Start();
  ASSERT_TRUE(Await([&] { return sink_.facts().size() == 6 && api_.not_modified() > 0; }));
  host_.reset();
  OneTicket(now_ - absl::Hours(1));
  const size_t before = api_.paths().size();
  Start();
  ASSERT_TRUE(Await([&] { return sink_.facts().size() == 9; }));
  for (size_t i = before; i < api_.paths().size(); ++i) EXPECT_THAT(api_.paths()[i], Not(HasSubstr("/issues/1/"))) << "known already";
}

TEST_F(Polling, WalksThroughManyInOneSecondAndThroughManyRounds) {
  for (int i = 0; i < 250; ++i) api_.OpenTicket(0, now_ - absl::Hours(3));  // all in one second
  for (int i = 0; i < 150; ++i) api_.OpenTicket(0, now_ - absl::Hours(2) + absl::Seconds(i));
  for (int i = 0; i < 230; ++i) api_.Comment(400, 1, now_ - absl::Hours(1) + absl::Seconds(i));  // three pages of one timeline
  PollConfig poll = Config();
  poll.max_requests = 37;
  Start(poll);
  ASSERT_TRUE(Await([&] { return Found(v1::FACT_KIND_OPENED).size() == 400 && Found(v1::FACT_KIND_COMMENTED).size() == 230; }))
      << Found(v1::FACT_KIND_OPENED).size() << " and " << Found(v1::FACT_KIND_COMMENTED).size();
  EXPECT_THAT(MetricsText(), HasSubstr("comity_polls_total{ending=\"paused\",source=\"github-acme\"}"));
}

TEST_F(Polling, LosesNothingWhenItIsStoppedAnywhere) {
  for (int i = 0; i < 120; ++i) OneTicket(now_ - absl::Hours(20) + absl::Minutes(5) * i);
  for (int64_t stop = 7; Found(v1::FACT_KIND_RESOLVED).size() < 120 && stop < 10'000; stop += 11) {
    Start();
    const int64_t from = api_.requests();
    ASSERT_TRUE(Await([&] { return api_.requests() >= from + stop || Found(v1::FACT_KIND_RESOLVED).size() == 120; }));
    host_.reset();
  }
  EXPECT_EQ(Found(v1::FACT_KIND_RESOLVED).size(), 120u);
  EXPECT_EQ(Found(v1::FACT_KIND_COMMENTED).size(), 120u);
}

TEST_F(Polling, WaitsUntilTheRateLimitIsOver) {
  OneTicket(now_ - absl::Hours(2));
  api_.LimitRate(0, now_ + absl::Hours(1));
  Start();
  ASSERT_TRUE(Await([&] { return HealthText().find("rateLimitedUntil") != std::string::npos; }));
  const int64_t asked = api_.requests();
  EXPECT_EQ(asked, 1) << "nobody asks again before the reset";
  EXPECT_THAT(HealthText(), HasSubstr("\"rateRemaining\": 0"));
  host_.reset();
  api_.LimitRate(-1, now_);
  Start();
  ASSERT_TRUE(Await([&] { return sink_.facts().size() == 3; }));
}

TEST_F(Polling, ShowsTheTokenToNobodyElse) {
  std::atomic<int> elsewhere{0};
  auto other = net::Server::Start({}, [&](net::Request, net::Responder respond) {
    ++elsewhere;
    respond({200, {}, "[]"});
  });
  ASSERT_TRUE(other.ok());
  const std::string evil = "http://127.0.0.1:" + std::to_string((*other)->port()) + "/take";
  OneTicket(now_ - absl::Hours(2));
  api_.Interfere([evil](const std::string& path) -> std::unique_ptr<net::Response> {
    if (path.find("/timeline") != std::string::npos) return nullptr;
    if (path.find("/issues") != std::string::npos) {
      return std::make_unique<net::Response>(net::Response{302, {{"Location", evil}}, ""});
    }
    // A repository whose name would lead elsewhere.
    return std::make_unique<net::Response>(
        net::Response{200, {{"Link", "<" + evil + ">; rel=\"next\""}}, R"({"id":9,"full_name":"acme/work"})"});
  });
  Start();
  ASSERT_TRUE(Await([&] { return HealthText().find("the API answers 302") != std::string::npos; }));
  ASSERT_TRUE(Await([&] { return api_.requests() > 12; }));
  EXPECT_EQ(elsewhere, 0);
}

TEST_F(Polling, LeavesOutWhatFailsAgainAndAgainWhileOthersAreAnswered) {
  OneTicket(now_ - absl::Hours(3));
  OneTicket(now_ - absl::Hours(2));
  api_.Interfere([](const std::string& path) -> std::unique_ptr<net::Response> {
    if (path.find("/issues/1/timeline") == std::string::npos) return nullptr;
    return std::make_unique<net::Response>(net::Response{200, {}, "[{\"cut short"});
  });
  Start();
  ASSERT_TRUE(Await([&] { return Found(v1::FACT_KIND_RESOLVED).contains("5002"); }));
  EXPECT_FALSE(Found(v1::FACT_KIND_RESOLVED).contains("5001"));
  EXPECT_THAT(HealthText(), Not(HasSubstr("\"unreadable\": 0")));
}

TEST_F(Polling, GoesOnAfterTheApiWasAway) {
  OneTicket(now_ - absl::Hours(2));
  const auto failures = std::make_shared<std::atomic<int>>(12);
  api_.Interfere([failures](const std::string&) -> std::unique_ptr<net::Response> {
    return (*failures)-- > 0 ? std::make_unique<net::Response>(net::Response{500, {}, "oops"}) : nullptr;
  });
  Start();
  ASSERT_TRUE(Await([&] { return sink_.facts().size() == 3; }));
}

TEST_F(Polling, TakesANewTokenWithoutARestart) {
  OneTicket(now_ - absl::Hours(2));
  comity::testing::WriteFile(dir_ / "read.token", "an-old-token");
  Start();
  ASSERT_TRUE(Await([&] { return HealthText().find("the read token is refused (401)") != std::string::npos; }));
  EXPECT_EQ(sink_.facts().size(), 0u);
  comity::testing::WriteFile(dir_ / "read.token", kReadToken);
  ASSERT_TRUE(Await([&] { return sink_.facts().size() == 3; }));
}

TEST_F(Polling, StopsAtOnceWhileAnAnswerIsAwaited) {
  Mutex mutex;
  std::vector<net::Responder> held;
  std::atomic<bool> asked{false};
  auto silent = net::Server::Start({}, [&](net::Request, net::Responder respond) {
    MutexLock lock(mutex);
    held.push_back(std::move(respond));
    asked = true;
  });
  ASSERT_TRUE(silent.ok());
  PollConfig poll = Config();
  poll.api_base = "http://127.0.0.1:" + std::to_string((*silent)->port());
  Start(poll);
  ASSERT_TRUE(Await([&] { return asked.load(); }));
  const auto began = std::chrono::steady_clock::now();
  host_.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(15)) << "the request itself may take 30 s";
}

TEST_F(Polling, SaysWhenHooksDoNotArrive) {
  Start(Config(), /*hooks=*/true);
  ASSERT_TRUE(Await([&] { return api_.not_modified() > 0; }));
  EXPECT_THAT(HealthText(), HasSubstr("\"hooks\": \"ok\""));
  clock_.Advance(absl::Minutes(30));
  OneTicket(now_ + absl::Minutes(1));  // after the start, and no hook comes
  ASSERT_TRUE(Await([&] { return HealthText().find("\"missedByHooks\": 3") != std::string::npos; })) << HealthText();
  EXPECT_THAT(HealthText(), HasSubstr("\"hooks\": \"probably disabled\""));
  EXPECT_THAT(MetricsText(), HasSubstr("comity_missed_by_hooks_total{source=\"github-acme\"} 3"));
}

TEST(GapFinder, CountsWhatNoHookBroughtOnce) {
  const absl::Time start = absl::FromUnixSeconds(1'790'000'000);
  GapFinder gaps(start);
  const auto fact = [](v1::FactKind kind, absl::Time at) {
    v1::Fact made;
    made.set_kind(kind);
    made.set_object_id("1");
    made.mutable_occur_time()->set_seconds(absl::ToUnixSeconds(at));
    return made;
  };
  const absl::Time now = start + absl::Hours(1);
  const v1::Fact brought = fact(v1::FACT_KIND_RESOLVED, start + absl::Minutes(1)),
                 lost = fact(v1::FACT_KIND_OPENED, start + absl::Minutes(1));
  gaps.HookBrought(brought);
  EXPECT_FALSE(gaps.Missed(brought, now));
  EXPECT_TRUE(gaps.Missed(lost, now));
  EXPECT_FALSE(gaps.Missed(lost, now)) << "once";
  EXPECT_FALSE(gaps.Missed(fact(v1::FACT_KIND_OPENED, now - absl::Seconds(100)), now)) << "its hook may still come";
  EXPECT_FALSE(gaps.Missed(fact(v1::FACT_KIND_OPENED, start - absl::Seconds(1)), now)) << "an earlier process may have had it";
  EXPECT_FALSE(gaps.Missed(fact(v1::FACT_KIND_ASSIGNED, start + absl::Minutes(1)), now)) << "its hook may differ by a second";
}

}  // namespace
}  // namespace comity::host
