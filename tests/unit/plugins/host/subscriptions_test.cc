// Subscriptions, against a suite of our own: made once, renewed ahead of their expiry, never lost without anybody noticing.
#include "plugins/host/subscriptions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <set>

#include "plugins/host/host.h"
#include "tests/unit/plugins/host/fake_bells.h"
#include "tests/unit/plugins/host/host_support.h"

namespace comity::host {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

class Subscribing : public ::testing::TestWithParam<bool> {
 protected:
  Subscribing() { connectors_["bells"] = std::make_unique<BellConnector>(); }
  void SetUp() override { comity::testing::WriteFile(dir_ / "read.token", "read-token"); }
  static bool listed() { return GetParam(); }

  void Start() {
    sdk::Source source{
        "bells-a", "bells", "bells.example", secrets_, {{"watch", watch_}, {"listed", listed() ? "true" : "false"}, {"asks", asks_first_}},
        true};
    Config config;
    config.listen = "127.0.0.1:" + std::to_string(port_);
    config.spool_dir = dir_ / "spool";
    PollConfig poll;
    poll.read_token_file = dir_ / "read.token";
    poll.api_base = bells_.url();
    poll.every = absl::Hours(1);
    config.sources.push_back({source, "token", poll, hook_});
    HostParts parts;
    parts.make_sink = [this](const std::string&) { return std::make_unique<BorrowedSink>(sink_); };
    parts.on_failure = [](const absl::Status&) {};
    parts.clock = &clock_;
    parts.metrics = &metrics_;
    parts.poller.wake_settle = std::chrono::milliseconds(30);
    parts.poller.wake_pause = pause_;
    parts.subscriptions = {look_, first_delay_, longest_delay_, longest_pass_};
    parts.fetch = fetch_;
    auto host = Host::Start(config, connectors_, std::move(parts));
    ASSERT_TRUE(host.ok()) << host.status().ToString();
    host_ = *std::move(host);
  }
  void Restart() {
    host_.reset();
    Start();
  }
  static bool Await(const std::function<bool()>& condition) { return comity::testing::WaitUntil(condition, kSoon); }
  bool AwaitHealth(const std::string& text) {
    return Await([&] { return HealthText().find(text) != std::string::npos; });
  }
  std::string HealthText() const { return host_->health().Json(0, 0, 0); }
  std::set<std::string> Keys() const {
    std::set<std::string> keys;
    for (const auto& [id, bell] : bells_.bells()) keys.insert(bell.key);
    return keys;
  }
  // A few looks have passed.
  void LetItLook() {
    const int before = bells_.Asked("GET /changes");
    for (int i = 0; i < 2; ++i) {
      Ring(bells_.only().token);
      EXPECT_TRUE(Await([&] { return bells_.Asked("GET /changes") > before + i; }));
    }
  }
  net::Response Send(const net::Headers& headers, const std::string& query = "", const std::string& source = "bells-a") const {
    const auto response = net::Fetch(
        "POST", "http://127.0.0.1:" + std::to_string(port_) + "/in/" + source + (query.empty() ? "" : "?" + query), headers, "", {});
    EXPECT_TRUE(response.ok()) << response.status().ToString();
    return response.ok() ? *response : net::Response{0, {}, ""};
  }
  int Ring(const std::string& token, const std::string& kind = "") const {
    net::Headers headers = {{"X-Token", token}};
    if (!kind.empty()) headers.emplace_back("X-Kind", kind);
    return Send(headers).status;
  }

  comity::testing::TempDir dir_;
  FakeBells bells_;
  TestClock clock_;
  const absl::Time now_ = clock_.Now();
  obs::Metrics metrics_;
  client::FakeSink sink_;
  Connectors connectors_;
  int port_ = comity::testing::FreePort();
  std::string watch_ = "north", hook_ = "http://127.0.0.1:" + std::to_string(port_) + "/in/bells-a";
  std::string asks_first_ = "false";
  std::vector<std::string> secrets_ = {"open sesame"};
  std::chrono::milliseconds pause_{1}, look_{5}, first_delay_{2}, longest_delay_{20}, longest_pass_{60'000};
  Fetcher fetch_;  // null: the real one
  std::atomic<int> asked_{0};
  std::atomic<bool> dead_{true};
  std::unique_ptr<Host> host_;
};
INSTANTIATE_TEST_SUITE_P(Styles, Subscribing, ::testing::Bool(), [](const auto& style) { return style.param ? "Listed" : "Named"; });

TEST_P(Subscribing, MakesOneForEachThingWatchedAndKeepsItOverARestart) {
  watch_ = "north, south";
  Start();
  ASSERT_TRUE(AwaitHealth("\"subscribed\": 2"));
  EXPECT_THAT(Keys(), UnorderedElementsAre("north", "south"));
  EXPECT_THAT(HealthText(), HasSubstr("\"subscriptions\": \"ok\""));
  EXPECT_THAT(HealthText(), HasSubstr("\"renewalDue\": \"2026-09-2"));
  LetItLook();
  Restart();
  ASSERT_TRUE(AwaitHealth("\"subscribed\": 2"));
  LetItLook();
  EXPECT_EQ(bells_.Asked("POST /subscriptions"), 2) << "once for each";
  EXPECT_EQ(bells_.size(), 2u);
}

TEST_P(Subscribing, RenewsAheadOfTheExpiryAndNotBefore) {
  Start();
  ASSERT_TRUE(AwaitHealth("\"subscribed\": 1"));
  const FakeBells::Bell first = bells_.only();
  clock_.Advance(absl::Hours(59));
  LetItLook();
  EXPECT_EQ(bells_.only().expire_micros, first.expire_micros);
  clock_.Advance(absl::Hours(12));
  ASSERT_TRUE(Await([&] { return bells_.size() == 1 && bells_.only().expire_micros > first.expire_micros; }));
  EXPECT_EQ(bells_.only().id == first.id, listed()) << "where it cannot be renewed, another takes its place";
  EXPECT_EQ(bells_.only().expire_micros, absl::ToUnixMicros(now_ + absl::Hours(171)));
  EXPECT_EQ(bells_.Asked("POST /subscriptions"), listed() ? 1 : 2);
  EXPECT_EQ(Ring(bells_.only().token), 204);
}

TEST_P(Subscribing, MakesAnewWhatTheSuiteHasLost) {
  Start();
  ASSERT_TRUE(AwaitHealth("\"subscribed\": 1"));
  const FakeBells::Bell first = bells_.only();
  bells_.Lose();
  clock_.Advance(absl::Hours(71));  // its renewal finds it gone
  ASSERT_TRUE(Await([&] { return bells_.size() == 1; }));
  EXPECT_NE(bells_.only().token, first.token);
  ASSERT_TRUE(AwaitHealth("\"subscribed\": 1"));
}

TEST_P(Subscribing, MakesAnewWhatHasExpiredWhileTheApiWasAway) {
  Start();
  ASSERT_TRUE(AwaitHealth("\"subscribed\": 1"));
  LetItLook();
  bells_.answer_all = 503;
  clock_.Advance(absl::Hours(90));
  ASSERT_TRUE(AwaitHealth("\"subscriptions\": \"the API answers 503\""));
  EXPECT_THAT(HealthText(), HasSubstr("\"hooks\": \"ok\"")) << "it stands until it expires";
  clock_.Advance(absl::Hours(11));
  ASSERT_TRUE(AwaitHealth("\"hooks\": \"not subscribed\""));
  bells_.Lose();
  bells_.answer_all = 0;
  ASSERT_TRUE(AwaitHealth("\"subscriptions\": \"ok\""));
  EXPECT_EQ(bells_.size(), 1u);
  EXPECT_THAT(HealthText(), Not(HasSubstr("marmalade")));
}

TEST_P(Subscribing, SaysWhenTheTokenIsRefusedAndTakesANewOne) {
  comity::testing::WriteFile(dir_ / "read.token", "an-old-token");
  Start();
  ASSERT_TRUE(AwaitHealth("\"subscriptions\": \"the read token is refused (401)"));
  comity::testing::WriteFile(dir_ / "read.token", "read-token");
  ASSERT_TRUE(AwaitHealth("\"subscribed\": 1"));
  EXPECT_EQ(bells_.size(), 1u);
}

TEST_P(Subscribing, FindsAndEndsWhatItNeverHeardOf) {
  bells_.keep_silent = true;
  Start();
  ASSERT_TRUE(Await([&] { return bells_.size() == 1; })) << "the suite has it, we do not know";
  const FakeBells::Bell lost = bells_.only();
  host_.reset();
  bells_.Release();
  bells_.keep_silent = false;
  Start();
  ASSERT_TRUE(AwaitHealth("\"subscribed\": 1"));
  if (!listed()) {
    EXPECT_EQ(bells_.size(), 2u) << "it is ended once nothing can be on its way any more";
  }
  EXPECT_EQ(Ring(lost.token), 204) << "what it says is still true";
  clock_.Advance(absl::Minutes(2));
  ASSERT_TRUE(Await([&] { return bells_.size() == 1; })) << "the doubled one is ended";
  EXPECT_NE(bells_.only().id, lost.id);
  EXPECT_THAT(HealthText(), HasSubstr("\"subscribed\": 1"));
}

TEST_P(Subscribing, EndsWhatIsNoLongerWanted) {
  watch_ = "north, south";
  Start();
  ASSERT_TRUE(AwaitHealth("\"subscribed\": 2"));
  watch_ = "south";
  Restart();
  ASSERT_TRUE(Await([&] { return Keys() == std::set<std::string>{"south"}; }));
  const std::string hook = std::exchange(hook_, "");
  Restart();
  ASSERT_TRUE(Await([&] { return bells_.size() == 0; })) << "nobody says where hooks arrive any more";
  hook_ = hook;
  Restart();
  ASSERT_TRUE(AwaitHealth("\"subscribed\": 1")) << "what is wanted again is made again";
  secrets_.clear();
  Restart();
  ASSERT_TRUE(Await([&] { return bells_.size() == 0; })) << "the source has no hooks any more";
}

TEST_P(Subscribing, DoesNothingWithoutAnAddress) {
  hook_.clear();
  Start();
  ASSERT_TRUE(Await([&] { return bells_.Asked("GET /changes") == 1; }));
  EXPECT_EQ(bells_.Asked("POST /subscriptions") + bells_.Asked("GET /subscriptions"), 0);
  EXPECT_THAT(HealthText(), HasSubstr("\"hooks\": \"not subscribed\""));
  EXPECT_THAT(HealthText(), HasSubstr("\"subscriptions\": \"hook_url is missing"));
}

TEST_P(Subscribing, SubscribesAnewWithANewSecretOrAddress) {
  Start();
  ASSERT_TRUE(AwaitHealth("\"subscribed\": 1"));
  const FakeBells::Bell first = bells_.only();
  secrets_ = {"another", "open sesame"};
  Restart();
  LetItLook();
  EXPECT_EQ(bells_.only().id, first.id) << "the old secret is still good";
  secrets_ = {"another"};
  Restart();
  ASSERT_TRUE(Await([&] { return bells_.size() == 1 && bells_.only().id != first.id; }));
  EXPECT_EQ(Ring(first.token), 401);
  const FakeBells::Bell second = bells_.only();
  hook_ = "http://localhost:" + std::to_string(port_) + "/in/bells-a";
  Restart();
  ASSERT_TRUE(Await([&] { return bells_.size() == 1 && bells_.only().hook == hook_; }));
  EXPECT_NE(bells_.only().id, second.id);
}

TEST_P(Subscribing, HeedsWhatHooksSayOfTheirSubscription) {
  Start();
  ASSERT_TRUE(AwaitHealth("\"subscribed\": 1"));
  const FakeBells::Bell first = bells_.only();
  clock_.Advance(absl::Hours(1));
  EXPECT_EQ(Ring(first.token, "renew"), 204);
  ASSERT_TRUE(Await([&] { return bells_.size() == 1 && bells_.only().expire_micros > first.expire_micros; }));
  const FakeBells::Bell second = bells_.only();
  bells_.Lose();
  EXPECT_EQ(Ring(second.token, "gone"), 204);
  ASSERT_TRUE(Await([&] { return bells_.size() == 1; }));
  EXPECT_NE(bells_.only().token, second.token);
}

TEST_P(Subscribing, SaysWhenNothingHasEverArrived) {
  Start();
  ASSERT_TRUE(AwaitHealth("\"subscribed\": 1"));
  EXPECT_THAT(HealthText(), HasSubstr("\"hooks\": \"ok\""));
  clock_.Advance(absl::Minutes(11));
  ASSERT_TRUE(AwaitHealth("\"hooks\": \"probably disabled\""));
  EXPECT_EQ(Ring(bells_.only().token), 204);
  ASSERT_TRUE(AwaitHealth("\"hooks\": \"ok\""));
  Restart();
  ASSERT_TRUE(AwaitHealth("\"subscribed\": 1"));
  EXPECT_THAT(HealthText(), HasSubstr("\"hooks\": \"ok\"")) << "that is kept";
}

TEST_P(Subscribing, SubscribesAnewWhenItsFileIsDamaged) {
  Start();
  ASSERT_TRUE(AwaitHealth("\"subscribed\": 1"));
  const FakeBells::Bell first = bells_.only();
  host_.reset();
  comity::testing::WriteFile(dir_ / "spool/subscriptions/bells-a", "marmalade");
  Start();
  ASSERT_TRUE(AwaitHealth("\"subscribed\": 1"));
  ASSERT_TRUE(Await([&] { return bells_.size() == (listed() ? 1u : 2u); })) << "where there is no list, the first expires";
  EXPECT_EQ(bells_.bells().contains(first.id), !listed());
}

TEST_P(Subscribing, ManyHooksAreFewRounds) {
  pause_ = std::chrono::milliseconds(600);
  Start();
  ASSERT_TRUE(AwaitHealth("\"subscribed\": 1"));
  ASSERT_TRUE(Await([&] { return bells_.Asked("GET /changes") == 1; }));
  const std::string token = bells_.only().token;
  EXPECT_EQ(Ring("marmalade"), 401);
  const auto began = std::chrono::steady_clock::now();
  for (int i = 0; i < 300; ++i) ASSERT_EQ(Ring(token), 204);
  ASSERT_TRUE(Await([&] { return bells_.Asked("GET /changes") >= 2; })) << "the next round was due in an hour";
  const auto spans = (std::chrono::steady_clock::now() - began) / pause_;
  EXPECT_LE(bells_.Asked("GET /changes"), 3 + spans);
  EXPECT_THAT(HealthText(), HasSubstr("\"wakes\": 300"));
  EXPECT_EQ(host_->spool().records(), 0) << "nothing of them is kept";
}

// Does something while the host starts: its server answers already, what listens to hooks is not all there.
class EarlyBell : public BellConnector {
 public:
  explicit EarlyBell(std::function<void()> meanwhile) : meanwhile_(std::move(meanwhile)) {}
  const sdk::Subscriber* subscriber() const override {
    if (const auto once = std::exchange(meanwhile_, nullptr)) once();
    return this;
  }

 private:
  mutable std::function<void()> meanwhile_;
};

TEST_P(Subscribing, ActsOnAHookThatArrivesWhileItStarts) {
  const std::string token = sdk::SubscriptionToken({"bells-a", "bells", "", secrets_, {}}, std::string(32, 'a'));
  connectors_["bells"] = std::make_unique<EarlyBell>([&] {
    EXPECT_TRUE(Await([&] { return bells_.Asked("GET /changes") == 1; })) << "the first round has begun: it may not see the change";
    EXPECT_EQ(Ring(token), 204);
  });
  Start();
  EXPECT_TRUE(Await([&] { return bells_.Asked("GET /changes") == 2; })) << "the next round was due in an hour";
  EXPECT_TRUE(AwaitHealth("\"wakes\": 1"));
}

TEST_P(Subscribing, AsksAnApiThatNeverAnswersAFewTimesAndNotForAllThatIsWatched) {
  for (int i = 0; i < 20; ++i) watch_ += ", tower-" + std::to_string(i);
  fetch_ = [this](std::string_view method, std::string_view url, const net::Headers& headers, std::string_view body,
                  const net::FetchOptions& options) -> absl::StatusOr<net::Response> {
    if (!dead_ || url.ends_with("/changes")) return net::Fetch(method, url, headers, body, options);
    EXPECT_LE(options.timeout, std::chrono::seconds(30));
    ++asked_;
    return absl::DeadlineExceededError("nothing came");
  };
  first_delay_ = longest_delay_ = std::chrono::hours(1);
  Start();
  ASSERT_TRUE(AwaitHealth("\"subscriptions\": \"nothing came")) << "a pass has ended";
  EXPECT_EQ(asked_, 3) << "30 seconds for each";
  first_delay_ = std::chrono::milliseconds(2);
  longest_delay_ = std::chrono::milliseconds(20);
  Restart();
  ASSERT_TRUE(AwaitHealth("\"subscriptions\": \"nothing came"));
  dead_ = false;
  EXPECT_TRUE(AwaitHealth("\"subscribed\": 21")) << "it is tried again by itself";
}

TEST_P(Subscribing, GoesOnWithOthersWhereOneThingIsNeverAnswered) {
  watch_ = "north, south, east, west";
  fetch_ = [this](std::string_view method, std::string_view url, const net::Headers& headers, std::string_view body,
                  const net::FetchOptions& options) -> absl::StatusOr<net::Response> {
    if (body.find("\nnorth\n") == std::string_view::npos) return net::Fetch(method, url, headers, body, options);
    ++asked_;
    return absl::DeadlineExceededError("nothing came");
  };
  Start();
  ASSERT_TRUE(AwaitHealth("\"subscribed\": 3"));
  ASSERT_TRUE(Await([&] { return asked_ > 5; }));
  EXPECT_THAT(Keys(), UnorderedElementsAre("south", "east", "west"));
}

TEST_P(Subscribing, AnswersAHandshakeOnlyWhileItSubscribes) {
  bells_.shake_hands = true;
  asks_first_ = "true";
  EXPECT_EQ(bells_.Asked("POST /subscriptions"), 0);
  Start();
  ASSERT_TRUE(AwaitHealth("\"subscribed\": 1"));
  EXPECT_EQ(bells_.seen_type, "text/plain; charset=utf-8");
  EXPECT_EQ(bells_.seen_options, "nosniff");
  const net::Response later = Send({}, "validationToken=hello");
  EXPECT_EQ(later.status, 401) << "nobody was asked for a subscription";
  EXPECT_THAT(later.body, Not(HasSubstr("hello")));
  clock_.Advance(absl::Minutes(11));
  LetItLook();
  EXPECT_THAT(HealthText(), HasSubstr("\"hooks\": \"ok\"")) << "it makes none before the address has answered";
}

TEST_P(Subscribing, GoesOnAtTheNextLookWhereThereIsMoreToDoThanAPassTakes) {
  longest_pass_ = std::chrono::milliseconds(0);
  look_ = std::chrono::hours(1);
  watch_ = "north, south, east, west";
  Start();
  ASSERT_TRUE(AwaitHealth("\"subscribed\": 1"));
  EXPECT_EQ(bells_.Asked("POST /subscriptions"), 1);
  look_ = std::chrono::milliseconds(5);
  Restart();
  ASSERT_TRUE(AwaitHealth("\"subscribed\": 4"));
}

TEST_P(Subscribing, TakesAHandshakeForNoNotification) {
  bells_.shake_hands = true;  // somebody's: this suite does not ask first
  Start();
  ASSERT_TRUE(AwaitHealth("\"subscribed\": 1"));
  clock_.Advance(absl::Minutes(11));
  ASSERT_TRUE(AwaitHealth("\"hooks\": \"probably disabled\""));
  EXPECT_EQ(Ring(bells_.only().token), 204);
  ASSERT_TRUE(AwaitHealth("\"hooks\": \"ok\""));
}

TEST_P(Subscribing, AnswersNoHostileHandshake) {
  bells_.keep_silent = true;  // so that a subscription is being made all the time
  Start();
  ASSERT_TRUE(Await([&] { return bells_.size() == 1; }));
  EXPECT_EQ(Send({}, "validationToken=plain+text").body, "plain text");
  for (const std::string& query : {std::string("validationToken=%3Cscript%3Ealert(1)%3C/script%3E"), std::string("validationToken="),
                                   "validationToken=" + std::string(1001, 'x'), std::string("validationToken=a%0D%0ASet-Cookie:b"),
                                   std::string("validationToken=a&validationToken=b"), std::string("validationToken=%ZZ"),
                                   std::string("validationToken=%c3%a4"), std::string("other=a")}) {
    EXPECT_EQ(Send({}, query).status, 401) << query.substr(0, 60);
  }
  EXPECT_EQ(Send({}, "validationToken=plain", "bells-b").status, 404) << "no such source";
  host_.reset();
  bells_.Release();
}

}  // namespace
}  // namespace comity::host
