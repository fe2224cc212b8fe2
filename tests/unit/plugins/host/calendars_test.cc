// Polling calendars, against small doubles of their suites: the same meetings from both, whatever happens to tokens, links and rates.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <set>

#include "plugins/google/google.h"
#include "plugins/graph/graph.h"
#include "plugins/host/host.h"
#include "tests/support/fake_calendars.h"
#include "tests/unit/plugins/host/host_support.h"

namespace comity::host {
namespace {

using comity::testing::FakeCalendars;
using comity::testing::kClientSecret;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

Connectors CalendarConnectors() {
  Connectors connectors;
  connectors["google-calendar"] = google_calendar::MakeConnector();
  connectors["microsoft-graph"] = microsoft_graph::MakeConnector();
  return connectors;
}

class CalendarPolling : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const bool google = GetParam() == "google-calendar";
    comity::testing::WriteFile(dir_ / "credential", std::string(google ? R"({"refresh_token": "r", )" : R"({"tenant": "acme.example", )") +
                                                        R"("client_id": "comity", "client_secret": ")" + kClientSecret + "\"}");
    Start();
  }
  void Start() {
    host::Config config;
    config.listen = "127.0.0.1:0";
    config.spool_dir = dir_ / "spool";
    PollConfig poll;
    poll.read_token_file = dir_ / "credential";
    poll.api_base = api_.url();
    poll.every = absl::Milliseconds(20);
    poll.back_fill = absl::Hours(24 * 7);
    const std::string list = GetParam() == "google-calendar" ? "calendars" : "mailboxes";
    config.sources.push_back(
        {{"cal", GetParam(), "acme.example", {}, {{list, "ana@acme.example"}, {"token_base", api_.url()}}, true}, "token", poll});
    HostParts parts;
    parts.make_sink = [this](const std::string&) { return std::make_unique<BorrowedSink>(sink_); };
    parts.on_failure = [](const absl::Status&) {};
    parts.clock = &clock_;
    parts.metrics = &metrics_;
    parts.poller.first_delay = std::chrono::milliseconds(1);
    parts.poller.longest_delay = std::chrono::milliseconds(20);
    auto host = Host::Start(config, connectors_, std::move(parts));
    ASSERT_TRUE(host.ok()) << host.status().ToString();
    host_ = *std::move(host);
  }
  bool Await(const std::function<bool()>& condition) { return comity::testing::WaitUntil(condition, kSoon); }
  std::multiset<std::string> Found(v1::FactKind kind) const {
    std::multiset<std::string> found;
    for (const v1::Fact& fact : sink_.facts()) {
      if (fact.kind() == kind) found.insert(fact.object_id());
    }
    return found;
  }
  std::multiset<std::string> Scheduled() const { return Found(v1::FACT_KIND_MEETING_SCHEDULED); }
  std::string HealthText() const { return host_->health().Json(0, 0, 0); }
  void TearDown() override { host_.reset(); }

  comity::testing::TempDir dir_;
  FakeCalendars api_;
  TestClock clock_;
  const absl::Time now_ = clock_.Now();
  obs::Metrics metrics_;
  client::FakeSink sink_;
  const Connectors connectors_ = CalendarConnectors();
  std::unique_ptr<Host> host_;
};

TEST_P(CalendarPolling, FindsTheSameMeetingsInWhicheverSuite) {
  for (int i = 0; i < 5; ++i) api_.Meet("m" + std::to_string(i), now_ + absl::Hours(i));
  const absl::Time original = absl::FromUnixSeconds(1'790'100'000);
  api_.MeetInSeries("weekly", original, original + absl::Hours(2));
  ASSERT_TRUE(Await([&] { return Scheduled().size() == 6; })) << HealthText();
  EXPECT_THAT(Scheduled(), ElementsAre("m0@acme.example", "m1@acme.example", "m2@acme.example", "m3@acme.example", "m4@acme.example",
                                       "weekly@acme.example/20260922T180000Z"));
  api_.Meet("m1", now_ + absl::Hours(9));
  api_.Cancel("m2");
  ASSERT_TRUE(Await([&] { return Scheduled().size() == 7 && Found(v1::FACT_KIND_MEETING_CANCELLED).size() == 1; })) << HealthText();
  for (const v1::Fact& fact : sink_.facts()) {
    EXPECT_EQ(fact.author().id(), "ana@acme.example");
    ASSERT_EQ(fact.meeting().attendees_size(), 1);
    EXPECT_EQ(fact.meeting().attendees(0).account().id(), "bob@acme.example");
    EXPECT_EQ(fact.meeting().attendees(0).answer(), v1::ANSWER_ACCEPTED);
    EXPECT_THAT(fact.SerializeAsString(), Not(HasSubstr("marmalade")));
  }
  EXPECT_EQ(api_.tokens_given(), 1) << "a token is kept until shortly before it ends";
}

TEST_P(CalendarPolling, CreditsNothingTwiceWhenItsSyncTokenIsForgotten) {
  for (int i = 0; i < 3; ++i) api_.Meet("m" + std::to_string(i), now_ + absl::Hours(i + 1));
  ASSERT_TRUE(Await([&] { return Scheduled().size() == 3; })) << HealthText();
  api_.ForgetSyncTokens();
  api_.Meet("m3", now_ + absl::Hours(8));
  ASSERT_TRUE(Await([&] { return Scheduled().contains("m3@acme.example"); })) << HealthText();
  EXPECT_EQ(Scheduled().size(), 4u);
  EXPECT_THAT(HealthText(), HasSubstr("\"poll\": \"ok\""));
}

TEST_P(CalendarPolling, WaitsWhenItsRateIsLimited) {
  const auto began = std::chrono::steady_clock::now();
  api_.Refuse(1, 429);
  api_.Meet("m", now_ + absl::Hours(1));
  ASSERT_TRUE(Await([&] { return Scheduled().size() == 1; })) << HealthText();
  EXPECT_GE(std::chrono::steady_clock::now() - began, std::chrono::milliseconds(500)) << "Retry-After says a second";
}

TEST_P(CalendarPolling, TakesANewTokenOnceTheOldOneIsRefused) {
  ASSERT_TRUE(Await([&] { return api_.requests() > 2; })) << HealthText();
  api_.RevokeTokens();
  api_.Meet("m", now_ + absl::Hours(1));
  ASSERT_TRUE(Await([&] { return Scheduled().size() == 1; })) << HealthText();
  EXPECT_EQ(api_.tokens_given(), 2);
}

TEST_P(CalendarPolling, SaysWhyThereIsNoTokenAndGoesOnOnceThereIs) {
  host_.reset();
  api_.RefuseToken(1'000'000, 400);
  api_.RevokeTokens();
  api_.Meet("m", now_ + absl::Hours(1));
  Start();
  ASSERT_TRUE(Await([&] { return HealthText().find("invalid_grant") != std::string::npos; })) << HealthText();
  EXPECT_THAT(HealthText(), Not(HasSubstr("marmalade")));
  EXPECT_THAT(HealthText(), Not(HasSubstr(kClientSecret)));
  api_.RefuseToken(0, 400);
  ASSERT_TRUE(Await([&] { return Scheduled().size() == 1; })) << HealthText();
}

TEST_P(CalendarPolling, SendsItsCredentialToTheTokenEndpointAlone) {
  api_.Meet("m", now_ + absl::Hours(1));
  ASSERT_TRUE(Await([&] { return Scheduled().size() == 1 && api_.requests() > 4; })) << HealthText();
  for (const std::string& request : api_.bodies_elsewhere()) EXPECT_THAT(request, Not(HasSubstr(kClientSecret)));
}

INSTANTIATE_TEST_SUITE_P(Suites, CalendarPolling, ::testing::Values("google-calendar", "microsoft-graph"),
                         [](const auto& suite) { return std::string(suite.param == "google-calendar" ? "Google" : "Graph"); });

}  // namespace
}  // namespace comity::host
