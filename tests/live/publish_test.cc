// What Comity publishes, in the real suites: there once, changed, withdrawn, and read back by the suites' own interfaces.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "plugins/caldav/caldav.h"
#include "plugins/dokuwiki/dokuwiki.h"
#include "plugins/host/publisher.h"
#include "tests/live/calendar_server.h"
#include "tests/support/process.h"
#include "tests/unit/plugins/publishing_support.h"

namespace comity::testing {
namespace {

using Outcome = host::Published::Outcome;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::chrono::milliseconds kLongWait{60'000};

class PublishingTo {
 public:
  PublishingTo(std::unique_ptr<sdk::Connector> connector, const std::string& url, const std::string& token,
               std::map<std::string, std::string> config)
      : connector_(std::move(connector)) {
    WriteFile(dir_ / "write.token", token);
    source_.source = {"live", std::string(connector_->manifest().suite), "live.acme.example", {}, std::move(config), true};
    source_.publish = host::PublishConfig{dir_ / "write.token", url, connector_->manifest().publishes};
  }
  // A run of its own.
  absl::StatusOr<host::Published> Try(const sdk::Artifact& artifact) {
    auto publisher =
        host::Publisher::Open(source_, *connector_, dir_ / "spool", {nullptr, clock_, [](std::chrono::milliseconds) { return false; }});
    if (!publisher.ok()) return publisher.status();
    return (*publisher)->Publish(artifact);
  }
  Outcome Come(const sdk::Artifact& artifact) {
    const auto published = Try(artifact);
    EXPECT_TRUE(published.ok()) << published.status();
    return published.ok() ? published->outcome : Outcome::kWould;
  }
  void Forget() { std::filesystem::remove(dir_ / "spool/published/live"); }

 private:
  TempDir dir_;
  obs::SystemClock clock_;
  std::unique_ptr<sdk::Connector> connector_;
  host::SourceConfig source_;
};

std::string Get(const std::string& url, const std::string& account) {
  const auto response = net::Fetch("GET", url, {{"Authorization", "Basic " + absl::Base64Escape(account)}}, "", {});
  return response.ok() ? response->body : response.status().ToString();
}

TEST(Publishing, IntoRadicalePutsAnEntryOnceChangesItAndCancelsIt) {
  const std::unique_ptr<CalendarServer> server = CalendarServer::Start("radicale.sh");
  if (server == nullptr) GTEST_SKIP() << "radicale is not installed (tests/packages-live.txt)";
  server->MakeCalendar("ana", "/ana/team/");
  PublishingTo radicale(caldav::MakeConnector(), server->url(), "ana:ana", {{"publish_calendar", "/ana/team/"}});
  sdk::Artifact entry = Entry();
  entry.text = "Bring the report; it fails, again\nEND:VEVENT";
  const auto first = radicale.Try(entry);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(first->outcome, Outcome::kPublished);
  const auto item = [&] { return Get(server->url() + first->place, "comity:reader"); };
  EXPECT_THAT(item(), HasSubstr("SUMMARY:Pairing on the exporter"));
  EXPECT_EQ(radicale.Come(entry), Outcome::kUnchanged);
  radicale.Forget();
  EXPECT_EQ(radicale.Come(entry), Outcome::kThere) << item();
  entry.title = "Pairing on both exporters";
  entry.sequence = 1;
  EXPECT_EQ(radicale.Come(entry), Outcome::kUpdated);
  EXPECT_THAT(item(), HasSubstr("SUMMARY:Pairing on both exporters"));
  entry.withdrawn = true;
  entry.sequence = 2;
  EXPECT_EQ(radicale.Come(entry), Outcome::kWithdrawn);
  EXPECT_THAT(item(), HasSubstr("STATUS:CANCELLED"));
  server->Put("ana", first->place, absl::StrReplaceAll(item(), {{"SUMMARY:Pairing on both exporters", "SUMMARY:Lunch"}}));
  entry.sequence = 3;
  EXPECT_EQ(radicale.Try(entry).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(item(), HasSubstr("Lunch"));
}

TEST(Publishing, IntoDokuWikiWritesAPageOnceChangesItAndWithdrawsIt) {
  if (!std::filesystem::exists("/usr/share/dokuwiki/doku.php") || !std::filesystem::exists("/usr/bin/php")) {
    GTEST_SKIP() << "dokuwiki is not installed (tests/packages-live.txt)";
  }
  TempDir dir;
  const int port = FreePort();
  const std::string url = "http://127.0.0.1:" + std::to_string(port);
  Process wiki({COMITY_SOURCE_DIR "/tests/live/dokuwiki.sh", "up", dir / "wiki", std::to_string(port)}, dir / "wiki.log");
  ASSERT_TRUE(WaitUntil([&] { return net::Fetch("GET", url + "/doku.php", {}, "", {}).ok(); }, kLongWait)) << ReadFile(dir / "wiki.log");
  PublishingTo to(dokuwiki::MakeConnector(), url, "ana:ana-secret", {{"publish_below", "comity"}});
  sdk::Artifact page = Page();
  page.body.push_back({sdk::Block::Kind::kParagraph, {{"[[start]] **x** </nowiki>%% {{rss>http://evil.example}} <b>", ""}}});
  const auto first = to.Try(page);
  ASSERT_TRUE(first.ok()) << first.status() << ReadFile(dir / "wiki.log");
  EXPECT_EQ(first->outcome, Outcome::kPublished);
  const auto shown = [&] { return Get(url + "/doku.php?do=export_xhtmlbody&id=" + first->place, "reader:reader-secret"); };
  EXPECT_THAT(shown(), HasSubstr("Use one exporter"));
  EXPECT_THAT(shown(), HasSubstr("[[start]] **x** &lt;/nowiki&gt;%% {{rss&gt;http://evil.example}} &lt;b&gt;"));
  EXPECT_THAT(shown(), HasSubstr("href=\"https://comity.acme.example/talks/7\""));
  EXPECT_EQ(to.Come(page), Outcome::kUnchanged);
  to.Forget();
  EXPECT_EQ(to.Come(page), Outcome::kThere) << ReadFile(dir / "wiki/data/pages/comity/decisions/decisions-one-exporter.txt");
  page.title = "Use two exporters";
  EXPECT_EQ(to.Come(page), Outcome::kUpdated);
  EXPECT_THAT(shown(), HasSubstr("Use two exporters"));
  page.withdrawn = true;
  EXPECT_EQ(to.Come(page), Outcome::kWithdrawn);
  EXPECT_THAT(shown(), HasSubstr("was withdrawn"));
  EXPECT_THAT(shown(), Not(HasSubstr("Two disagree")));
}

}  // namespace
}  // namespace comity::testing
