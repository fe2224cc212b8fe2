#include "plugins/host/host.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "clients/cpp/fake.h"
#include "tests/unit/plugins/host/host_support.h"

namespace comity::host {
namespace {

using comity::testing::WaitUntil;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class HostTest : public ::testing::Test {
 protected:
  void Start(std::vector<std::string> sources = {"lines-a"}) {
    Config config;
    config.listen = "127.0.0.1:0";
    config.spool_dir = dir_ / "spool";
    for (std::string& source : sources) config.sources.push_back({LineSource(std::move(source)), "token"});
    HostParts parts;
    parts.make_sink = [this](const std::string&) { return std::make_unique<BorrowedSink>(sink_); };
    parts.on_failure = [this](const absl::Status&) { ++failures_; };
    parts.clock = &clock_;
    parts.metrics = &metrics_;
    parts.disk = &disk_;
    parts.pipeline.first_delay = std::chrono::milliseconds(1);
    parts.pipeline.longest_delay = std::chrono::milliseconds(5);
    auto host = Host::Start(config, connectors_, std::move(parts));
    ASSERT_TRUE(host.ok()) << host.status().ToString();
    host_ = *std::move(host);
  }
  net::Response Ask(std::string_view method, std::string_view path, net::Headers headers = {}, std::string_view body = "") {
    const auto response = net::Fetch(method, "http://127.0.0.1:" + std::to_string(host_->port()) + std::string(path), headers, body, {});
    EXPECT_TRUE(response.ok()) << response.status().ToString();
    return response.ok() ? *response : net::Response{0, {}, ""};
  }
  int Send(std::string_view body, std::string_view delivery = "", std::string_view secret = "open sesame",
           std::string_view path = "/in/lines-a") {
    return Ask("POST", path,
               {{"X-Secret", std::string(secret)}, {"X-Delivery", std::string(delivery)}, {"Authorization", "Bearer never-kept"}}, body)
        .status;
  }

  comity::testing::TempDir dir_;
  FlakyDisk disk_;
  TestClock clock_;
  obs::Metrics metrics_;
  client::FakeSink sink_;
  Connectors connectors_ = LineConnectors();
  std::atomic<int> failures_{0};
  std::unique_ptr<Host> host_;
};

TEST_F(HostTest, TakesAnAuthenticDeliveryToTheService) {
  Start();
  EXPECT_EQ(Send("fact-1\nfact-2"), 204);
  ASSERT_TRUE(WaitUntil([this] { return host_->spool().records() == 0; }, kSoon));
  EXPECT_THAT(sink_.facts(), SizeIs(2));
  const std::string health = Ask("GET", "/health").body;
  EXPECT_THAT(health, HasSubstr("\"id\": \"lines-a\""));
  EXPECT_THAT(health, HasSubstr("\"facts\": 2"));
  EXPECT_THAT(health, HasSubstr("\"lastEvent\": \"2026-09-21T"));
  EXPECT_THAT(Ask("GET", "/metrics").body, HasSubstr("comity_deliveries_total{source=\"lines-a\",status=\"204\"} 1"));
}

TEST_F(HostTest, KeepsNothingOfWhatIsNotAuthentic) {
  Start();
  EXPECT_EQ(Send("fact", "1", "wrong"), 401);
  EXPECT_EQ(Send("fact", "1", ""), 401);
  EXPECT_EQ(Send("fact", "1", "stale"), 401);
  EXPECT_EQ(Send("fact", "1", "open sesame", "/in/unknown"), 404);
  EXPECT_EQ(Send("fact", "1", "open sesame", "/in/"), 404);
  EXPECT_EQ(Send("fact", "1", "open sesame", "/elsewhere"), 404);
  EXPECT_EQ(host_->spool().records(), 0);
  EXPECT_EQ(host_->spool().bytes(), static_cast<int64_t>(kSegmentHeaderBytes));
  EXPECT_EQ(Send("fact", "1"), 204) << "a forged delivery must not take the true one's id";
  ASSERT_TRUE(WaitUntil([this] { return sink_.facts().size() == 1; }, kSoon));
}

TEST_F(HostTest, AnswersThoseWhoLookAndHandshakes) {
  Start();
  EXPECT_EQ(Ask("GET", "/in/lines-a").status, 200);
  EXPECT_EQ(Ask("HEAD", "/in/lines-a").status, 200);
  EXPECT_EQ(Ask("PUT", "/in/lines-a").status, 405);
  EXPECT_EQ(Ask("GET", "/in/unknown").status, 404);
  EXPECT_EQ(Ask("GET", "/healthz").status, 200);
  const net::Response handshake = Ask("POST", "/in/lines-a", {{"X-Secret", "open sesame"}}, "handshake");
  EXPECT_EQ(handshake.status, 200);
  EXPECT_EQ(handshake.body, "hello");
  EXPECT_EQ(net::FindHeader(handshake.headers, "X-Echo"), "yes");
  EXPECT_EQ(host_->spool().records(), 0);
}

TEST_F(HostTest, DoesARedeliveryOnceAlsoAfterARestart) {
  Start();
  std::vector<std::thread> senders;
  std::atomic<int> accepted{0};
  for (int i = 0; i < 10; ++i) {
    senders.emplace_back([&] {
      for (int n = 0; n < 10; ++n) accepted += Send("fact", "the-same") == 204 ? 1 : 0;
    });
  }
  for (std::thread& sender : senders) sender.join();
  EXPECT_EQ(accepted, 100);
  host_->Stop(std::chrono::seconds(5));
  EXPECT_EQ(sink_.push_count(), 1);
  host_.reset();
  Start();
  EXPECT_EQ(Send("fact", "the-same"), 204);
  host_->Stop(std::chrono::seconds(5));
  EXPECT_EQ(sink_.push_count(), 1);
}

TEST_F(HostTest, HandsOverAfterARestartWhatTheServiceCouldNotTake) {
  sink_.FailNext(absl::UnavailableError("away"), 1'000'000);
  Start();
  for (int i = 0; i < 20; ++i) EXPECT_EQ(Send("fact-" + std::to_string(i)), 204);
  EXPECT_EQ(host_->spool().records(), 20);
  host_.reset();
  sink_.FailNext(absl::UnavailableError("away"), 0);
  client::FakeSink fresh;
  Config config;
  config.listen = "127.0.0.1:0";
  config.spool_dir = dir_ / "spool";
  config.sources.push_back({LineSource(), "token"});
  HostParts parts;
  parts.make_sink = [&](const std::string&) { return std::make_unique<BorrowedSink>(fresh); };
  parts.on_failure = [](const absl::Status&) {};
  parts.clock = &clock_;
  parts.metrics = &metrics_;
  auto host = Host::Start(config, connectors_, std::move(parts));
  ASSERT_TRUE(host.ok()) << host.status().ToString();
  ASSERT_TRUE(WaitUntil([&] { return (*host)->spool().records() == 0; }, kSoon));
  EXPECT_THAT(fresh.facts(), SizeIs(20));
}

TEST_F(HostTest, KeepsNoCredentialsInTheSpool) {
  sink_.FailNext(absl::UnavailableError("away"), 1'000'000);
  Start();
  EXPECT_EQ(Send("fact"), 204);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(dir_ / "spool")) {
    if (!entry.is_regular_file()) continue;
    const std::string content = comity::testing::ReadFile(entry.path());
    EXPECT_THAT(content, ::testing::Not(HasSubstr("never-kept"))) << entry.path();
    EXPECT_THAT(content, ::testing::Not(HasSubstr("open sesame"))) << entry.path();
  }
}

TEST_F(HostTest, AnswersInWordsOnceTheFactsAreSafe) {
  connectors_ = LineConnectors(true);
  Start();
  const net::Headers secret = {{"X-Secret", "open sesame"}};
  const net::Response noted = Ask("POST", "/in/lines-a", secret, "fact");
  EXPECT_EQ(noted.status, 200);
  EXPECT_EQ(noted.body, "noted");
  EXPECT_EQ(Ask("POST", "/in/lines-a", secret, "fact").body, "noted") << "also when it comes again";
  ASSERT_TRUE(WaitUntil([&] { return sink_.push_count() == 1; }, kSoon));
  disk_.write_error = ENOSPC;
  const net::Response full = Ask("POST", "/in/lines-a", secret, "another");
  EXPECT_EQ(full.status, 503) << "no thanks for what could not be kept";
  EXPECT_THAT(full.body, ::testing::Not(HasSubstr("noted")));
}

TEST_F(HostTest, KeepsNothingOfACommandWithoutFacts) {
  connectors_ = LineConnectors(true);
  Start();
  const int before = disk_.syncs;
  EXPECT_EQ(Ask("POST", "/in/lines-a", {{"X-Secret", "open sesame"}}, "nothing").body, "noted");
  EXPECT_EQ(disk_.syncs, before);
  EXPECT_EQ(Send("unreadable"), 204) << "becomes a dead letter, as ever";
}

TEST_F(HostTest, SaysBusyWhenTheDiskIsFullAndHeals) {
  Start();
  disk_.write_error = ENOSPC;
  const net::Response full = Ask("POST", "/in/lines-a", {{"X-Secret", "open sesame"}}, "fact");
  EXPECT_EQ(full.status, 503);
  EXPECT_EQ(net::FindHeader(full.headers, "Retry-After"), "60");
  EXPECT_EQ(Ask("GET", "/healthz").status, 200);
  disk_.write_error = 0;
  EXPECT_EQ(Send("fact"), 204);
  EXPECT_EQ(failures_, 0);
}

TEST_F(HostTest, NeverSaysYesAfterAFailedSync) {
  Start();
  disk_.sync_error = EIO;
  EXPECT_EQ(Send("fact"), 503);
  EXPECT_EQ(failures_, 1) << "in production the process has ended before the answer";
}

TEST_F(HostTest, ServesManySourcesWithoutOneHoldingAnother) {
  Start({"lines-a", "lines-b"});
  EXPECT_EQ(Send("unreadable", "1", "open sesame", "/in/lines-b"), 204);
  EXPECT_EQ(Send("fact", "1", "open sesame", "/in/lines-b"), 204);
  EXPECT_EQ(Send("fact-of-a", "1"), 204);
  ASSERT_TRUE(WaitUntil([this] { return host_->spool().records() == 0; }, kSoon));
  EXPECT_THAT(sink_.facts(), SizeIs(2));
  EXPECT_THAT(*host_->dead_letters().List(), SizeIs(1));
}

TEST_F(HostTest, StopsTakingAndHandsOverWhatItHas) {
  Start();
  for (int i = 0; i < 50; ++i) EXPECT_EQ(Send("fact-" + std::to_string(i)), 204);
  host_->Stop(std::chrono::seconds(10));
  EXPECT_THAT(sink_.facts(), SizeIs(50));
  EXPECT_EQ(host_->spool().records(), 0);
}

}  // namespace
}  // namespace comity::host
