// Reading the past once, against a small GitHub of our own.
#include "plugins/host/backfill.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <sstream>

#include "absl/synchronization/notification.h"
#include "service/base/error.h"
#include "tests/support/fake_github.h"
#include "tests/unit/plugins/host/host_support.h"

namespace comity::host {
namespace {

using comity::testing::FakeGitHub;
using comity::testing::kReadToken;
using ::testing::HasSubstr;
using ::testing::Not;

class Backfill : public ::testing::Test {
 protected:
  void SetUp() override {
    comity::testing::WriteFile(dir_ / "read.token", kReadToken);
    PollConfig poll;
    poll.read_token_file = dir_ / "read.token";
    poll.api_base = api_.url();
    poll.every = absl::Milliseconds(5);
    config_.spool_dir = dir_ / "spool";
    config_.sources.push_back({{"github-acme", "github", "github.com", {}, {{"repositories", "acme/work"}}, true}, "token", poll});
  }
  absl::Status Run(absl::Duration since, bool restart = false, const std::string& source = "github-acme") {
    BackfillParts parts{.make_sink = [this](const std::string&) { return std::make_unique<BorrowedSink>(sink_); },
                        .wait = [this](std::chrono::milliseconds) { return StoppedHalfWay(); },
                        .clock = clock_,
                        .fetch = stop_after_ ? FetcherThatIsStopped() : nullptr,
                        .poller = {},
                        .terminal = false};
    parts.poller.first_delay = std::chrono::milliseconds(1);
    parts.poller.longest_delay = std::chrono::milliseconds(2);
    return RunBackfill(config_, connectors_, {source, since, restart}, std::move(parts), out_);
  }
  // The first `stop_after_` requests are answered; the next one stands until the back-fill is told to stop.
  Fetcher FetcherThatIsStopped() {
    return [this, asked = 0](std::string_view method, std::string_view url, const net::Headers& headers, std::string_view body,
                             const net::FetchOptions& options) mutable -> absl::StatusOr<net::Response> {
      if (++asked <= *stop_after_) return net::Fetch(method, url, headers, body, options);
      if (!half_way_.HasBeenNotified()) half_way_.Notify();
      told_.WaitForNotification();
      return absl::CancelledError("stopped");
    };
  }
  bool StoppedHalfWay() {
    if (!stop_after_ || !half_way_.HasBeenNotified()) return false;
    if (!told_.HasBeenNotified()) told_.Notify();
    return true;
  }
  std::multiset<std::string> Resolved() const {
    std::multiset<std::string> found;
    for (const v1::Fact& fact : sink_.facts()) {
      if (fact.kind() == v1::FACT_KIND_RESOLVED) found.insert(fact.object_id());
    }
    return found;
  }
  void TicketClosedBefore(absl::Duration ago) {
    const int number = api_.next_number();
    api_.OpenTicket(0, clock_.Now() - ago - absl::Hours(1));
    api_.Close(number, 1, clock_.Now() - ago);
  }

  comity::testing::TempDir dir_;
  FakeGitHub api_;
  TestClock clock_;
  client::FakeSink sink_;
  const Connectors connectors_ = MakeConnectors();
  Config config_;
  std::optional<int> stop_after_;
  absl::Notification half_way_, told_;
  std::ostringstream out_;
};

TEST_F(Backfill, ReadsWhatHappenedSinceAndNothingBefore) {
  TicketClosedBefore(absl::Hours(24) * 100);
  TicketClosedBefore(absl::Hours(24) * 80);
  TicketClosedBefore(absl::Hours(2));
  ASSERT_TRUE(Run(absl::Hours(24) * 90).ok());
  EXPECT_EQ(Resolved().size(), 2u);
  EXPECT_THAT(out_.str(), HasSubstr("Everything since"));
  EXPECT_FALSE(std::filesystem::exists(dir_ / "spool/backfills/github-acme")) << "done: the next one begins anew";
}

TEST_F(Backfill, GoesOnWhereItWasStopped) {
  for (int i = 0; i < 3; ++i) TicketClosedBefore(absl::Hours(24) * (80 - i));
  config_.sources[0].poll->max_requests = 2;
  stop_after_ = 3;
  ASSERT_TRUE(Run(absl::Hours(24) * 90).ok());
  EXPECT_THAT(out_.str(), HasSubstr("the same command goes on"));
  stop_after_.reset();
  out_.str("");
  ASSERT_TRUE(Run(absl::Hours(24) * 90).ok());
  EXPECT_THAT(out_.str(), HasSubstr("Everything since"));
  const std::multiset<std::string> resolved = Resolved();
  EXPECT_EQ(std::set<std::string>(resolved.begin(), resolved.end()).size(), 3u);
}

TEST_F(Backfill, ThatGoesFurtherBackThanAStoppedOneStartsFromThere) {
  TicketClosedBefore(absl::Hours(24) * 80);
  TicketClosedBefore(absl::Hours(24) * 5);
  config_.sources[0].poll->max_requests = 2;
  stop_after_ = 3;
  ASSERT_TRUE(Run(absl::Hours(24) * 10).ok());
  stop_after_.reset();
  ASSERT_TRUE(Run(absl::Hours(24) * 90).ok());
  const std::multiset<std::string> resolved = Resolved();
  EXPECT_EQ(std::set<std::string>(resolved.begin(), resolved.end()).size(), 2u);
}

TEST_F(Backfill, LeavesOutWhatTheTokenMayNotSeeAndSaysSo) {
  TicketClosedBefore(absl::Hours(24));
  config_.sources[0].source.config["repositories"] = "acme/hidden, acme/work";
  config_.sources[0].poll->every = absl::Hours(1);
  ASSERT_TRUE(Run(absl::Hours(48)).ok());
  EXPECT_EQ(Resolved().size(), 1u);
  EXPECT_THAT(out_.str(), HasSubstr("the API answers 404"));
  EXPECT_THAT(out_.str(), HasSubstr("but for what the token may not see"));
}

TEST_F(Backfill, SaysWhyItCannotBeDone) {
  EXPECT_THAT(DetailsOf(Run(absl::Hours(1), false, "nobody")).faults.at(0).description, HasSubstr("no source"));
  comity::testing::WriteFile(dir_ / "read.token", "another");
  const absl::Status refused = Run(absl::Hours(1));
  EXPECT_TRUE(absl::IsUnavailable(refused)) << refused;
  EXPECT_THAT(DetailsOf(refused).faults.at(0).description, HasSubstr("401"));
  config_.sources[0].poll.reset();
  EXPECT_THAT(DetailsOf(Run(absl::Hours(1))).faults.at(0).description, HasSubstr("poll block"));
}

TEST(ParseSince, TakesDaysHoursAndMinutes) {
  EXPECT_EQ(*ParseSince("90d"), absl::Hours(24) * 90);
  EXPECT_EQ(*ParseSince("12h"), absl::Hours(12));
  EXPECT_EQ(*ParseSince("45m"), absl::Minutes(45));
  for (const char* bad : {"", "d", "90", "-1d", "0d", "1.5d", "90 d", "3651d", "90dd", "99999999999999999999d"}) {
    EXPECT_FALSE(ParseSince(bad).ok()) << bad;
  }
}

TEST(BackfillLine, ShowsHowFarInTimeItHasCome) {
  const absl::Time now = absl::FromUnixSeconds(1'788'343'200), begin = now - absl::Hours(24) * 100;
  PollerGlimpse glimpse;
  EXPECT_THAT(BackfillLine(glimpse, begin, now), HasSubstr("[........................] 2026-05-25"));
  glimpse.position = now - absl::Hours(24) * 50;
  glimpse.facts = 7;
  glimpse.found = 5;
  glimpse.requests = 3;
  EXPECT_THAT(BackfillLine(glimpse, begin, now), HasSubstr("[############............] 2026-07-14  7 facts, 5 of them new, 3 requests"));
  glimpse.position = now + absl::Hours(1);
  EXPECT_THAT(BackfillLine(glimpse, begin, now), Not(HasSubstr(".]")));
}

}  // namespace
}  // namespace comity::host
