// Publishing, against a small calendar server of our own: once, whatever breaks off where.
#include "plugins/host/publisher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <sstream>

#include "plugins/caldav/caldav.h"
#include "plugins/host/publish_command.h"
#include "service/base/error.h"
#include "tests/unit/plugins/host/host_support.h"
#include "tests/unit/plugins/publishing_support.h"

namespace comity::host {
namespace {

using Outcome = Published::Outcome;
using comity::testing::Entry;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

// Items with strong ETags, and the conditions of RFC 7232.
class Calendar {
 public:
  Calendar() {
    server_ = *net::Server::Start({}, [this](net::Request request, net::Responder respond) { respond(Answer(request)); });
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }
  // Sees each request before it is answered; what it returns is answered instead. `done`: the answer it would get.
  std::function<std::optional<net::Response>(const net::Request&, const std::function<net::Response()>& done)> interfere;

  std::vector<std::string> asked;  // `PUT /team/…`
  std::map<std::string, std::string> items;
  int version = 0;

  net::Response Do(const net::Request& request) {
    auto item = items.find(request.path);
    if (request.method == "GET") {
      if (item == items.end()) return {404, {}, ""};
      return {200, {{"ETag", Tag(item->second)}}, item->second};
    }
    const std::string none(net::FindHeader(request.headers, "If-None-Match")), match(net::FindHeader(request.headers, "If-Match"));
    if (none.empty() && match.empty()) return {428, {}, ""};
    if ((none == "*" && item != items.end()) || (!match.empty() && (item == items.end() || match != Tag(item->second))))
      return {412, {}, ""};
    items[request.path] = request.body;
    return {201, {}, ""};
  }

 private:
  static std::string Tag(const std::string& text) { return "\"" + std::to_string(std::hash<std::string>()(text)) + "\""; }
  net::Response Answer(const net::Request& request) {
    asked.push_back(request.method + " " + request.path);
    if (net::FindHeader(request.headers, "Authorization") != "Basic d3JpdGVyOnc=") return {401, {}, ""};
    if (interfere) {
      if (auto answer = interfere(request, [&] { return Do(request); })) return *answer;
    }
    return Do(request);
  }
  std::unique_ptr<net::Server> server_;
};

class Publishing : public ::testing::Test {
 protected:
  void SetUp() override {
    comity::testing::WriteFile(dir_ / "write.token", "writer:w");
    config_.spool_dir = dir_ / "spool";
    SourceConfig source{{"cal", "caldav", "cal.acme.example", {}, {{"calendars", "/team/"}, {"publish_calendar", "/team/"}}, true},
                        "token"};
    source.publish = PublishConfig{dir_ / "write.token", calendar_.url(), {sdk::ArtifactKind::kCalendarEntry}};
    config_.sources.push_back(source);
    connectors_["caldav"] = caldav::MakeConnector();
  }
  std::unique_ptr<Publisher> Open() {
    auto publisher = Publisher::Open(config_.sources[0], *connectors_.at("caldav"), config_.spool_dir, Parts());
    EXPECT_TRUE(publisher.ok()) << publisher.status();
    return *std::move(publisher);
  }
  PublisherParts Parts() {
    return {nullptr, clock_, [this](std::chrono::milliseconds pause) {
              waited_.push_back(pause);
              return false;
            }};
  }
  // A run of its own, as the command makes it.
  absl::StatusOr<Published> Run(const sdk::Artifact& artifact) { return Open()->Publish(artifact); }
  Outcome Come(const sdk::Artifact& artifact) {
    const auto published = Run(artifact);
    EXPECT_TRUE(published.ok()) << published.status();
    return published.ok() ? published->outcome : Outcome::kWould;
  }
  size_t Asked() const { return calendar_.asked.size(); }
  std::string Item() const { return calendar_.items.empty() ? "" : calendar_.items.begin()->second; }
  // As after a kill between the suite's answer and the record.
  void Forget() const { std::filesystem::remove(dir_ / "spool/published/cal"); }

  comity::testing::TempDir dir_;
  Calendar calendar_;
  TestClock clock_;
  Config config_;
  Connectors connectors_;
  std::vector<std::chrono::milliseconds> waited_;
};

TEST_F(Publishing, PutsAThingThereOnceAndAsksNothingTheSecondTime) {
  EXPECT_EQ(Come(Entry()), Outcome::kPublished);
  EXPECT_THAT(Item(), HasSubstr("SUMMARY:Pairing on the exporter\r\n"));
  const size_t asked = Asked();
  EXPECT_EQ(Come(Entry()), Outcome::kUnchanged);
  EXPECT_EQ(Asked(), asked);
  EXPECT_THAT(calendar_.items, SizeIs(1));
}

TEST_F(Publishing, FindsWhatItPutThereBeforeItWasKilled) {
  EXPECT_EQ(Come(Entry()), Outcome::kPublished);
  const std::string before = Item();
  Forget();
  EXPECT_EQ(Come(Entry()), Outcome::kThere);
  comity::testing::WriteFile(dir_ / "spool/published/cal", "damaged");
  EXPECT_EQ(Come(Entry()), Outcome::kThere);
  EXPECT_EQ(Item(), before);
  EXPECT_THAT(calendar_.items, SizeIs(1));
}

TEST_F(Publishing, WritesNothingTwiceWhenTheAnswerIsLost) {
  int puts = 0;
  calendar_.interfere = [&](const net::Request& request, const std::function<net::Response()>& done) -> std::optional<net::Response> {
    if (request.method != "PUT" || ++puts > 1) return std::nullopt;
    done();
    return net::Response{502, {}, ""};
  };
  EXPECT_EQ(Come(Entry()), Outcome::kThere);
  EXPECT_EQ(puts, 1);
  EXPECT_THAT(waited_, SizeIs(1));
}

TEST_F(Publishing, ChangesWhatChangedAndKeepsTheAnswersThatWereGiven) {
  EXPECT_EQ(Come(Entry()), Outcome::kPublished);
  std::string& item = calendar_.items.begin()->second;
  const size_t bob = item.find("CN=\"Bob\"");
  item.replace(item.find("NEEDS-ACTION", bob), 12, "ACCEPTED");
  sdk::Artifact changed = Entry();
  changed.title = "Pairing on both exporters";
  EXPECT_EQ(Come(changed), Outcome::kUpdated);
  EXPECT_THAT(Item(), HasSubstr("SUMMARY:Pairing on both exporters\r\n"));
  EXPECT_THAT(Item(), Not(HasSubstr("NEEDS-ACTION")));
  changed.start += absl::Hours(1);
  changed.end += absl::Hours(1);
  changed.sequence = 1;
  EXPECT_EQ(Come(changed), Outcome::kUpdated);
  EXPECT_THAT(Item(), HasSubstr("NEEDS-ACTION")) << "at another time, everybody is asked again";
  changed.sequence = 0;
  EXPECT_EQ(Run(changed).status().code(), absl::StatusCode::kFailedPrecondition) << "an older version";
}

TEST_F(Publishing, TakesBackWhatIsWithdrawn) {
  sdk::Artifact artifact = Entry();
  artifact.withdrawn = true;
  EXPECT_EQ(Come(artifact), Outcome::kNothing);
  EXPECT_THAT(calendar_.items, IsEmpty());
  EXPECT_EQ(Come(Entry()), Outcome::kPublished);
  artifact.sequence = 1;
  EXPECT_EQ(Come(artifact), Outcome::kWithdrawn);
  EXPECT_THAT(Item(), HasSubstr("STATUS:CANCELLED\r\n"));
  EXPECT_THAT(Item(), HasSubstr("SEQUENCE:1\r\n"));
  EXPECT_EQ(Come(artifact), Outcome::kUnchanged);
}

TEST_F(Publishing, LeavesWhatAPersonEdited) {
  EXPECT_EQ(Come(Entry()), Outcome::kPublished);
  std::string& item = calendar_.items.begin()->second;
  item.replace(item.find("SUMMARY:Pairing"), 15, "SUMMARY:Brunch!");
  const std::string edited = item;
  sdk::Artifact changed = Entry();
  changed.title = "Pairing on both exporters";
  const auto refused = Run(changed);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("edited by somebody"));
  EXPECT_EQ(Item(), edited);
  item = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:x\r\nSUMMARY:Lunch\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
  EXPECT_FALSE(Run(changed).ok());
  EXPECT_THAT(Item(), HasSubstr("Lunch"));
}

TEST_F(Publishing, BeginsAnewWhenSomebodyWasQuicker) {
  EXPECT_EQ(Come(Entry()), Outcome::kPublished);
  int puts = 0;
  calendar_.interfere = [&](const net::Request& request, const std::function<net::Response()>&) -> std::optional<net::Response> {
    if (request.method == "PUT" && ++puts == 1) calendar_.items.begin()->second += "\r\n";
    return std::nullopt;
  };
  sdk::Artifact changed = Entry();
  changed.title = "Pairing on both exporters";
  EXPECT_EQ(Come(changed), Outcome::kUpdated);
  EXPECT_EQ(puts, 2) << "412, then with what was read again";
}

TEST_F(Publishing, WaitsAsLongAsTheSuiteSaysAndGivesUpOnMore) {
  int refusals = 2;
  calendar_.interfere = [&](const net::Request&, const std::function<net::Response()>&) -> std::optional<net::Response> {
    if (refusals-- > 0) return net::Response{429, {{"Retry-After", "1"}}, ""};
    return std::nullopt;
  };
  (void)Run(Entry());
  ASSERT_FALSE(waited_.empty());
  EXPECT_GT(waited_[0], std::chrono::milliseconds(500));
  calendar_.interfere = [](const net::Request&, const std::function<net::Response()>&) -> std::optional<net::Response> {
    return net::Response{429, {{"Retry-After", "3600"}}, ""};
  };
  sdk::Artifact other = Entry();
  other.id = "sessions/other";
  EXPECT_EQ(Run(other).status().code(), absl::StatusCode::kResourceExhausted);
}

TEST_F(Publishing, SaysWhatIsMissing) {
  struct Case {
    int status;
    absl::StatusCode code;
    size_t waits;
  };
  for (const Case& one : {Case{401, absl::StatusCode::kUnauthenticated, 0}, Case{403, absl::StatusCode::kFailedPrecondition, 0},
                          Case{409, absl::StatusCode::kNotFound, 0}, Case{412, absl::StatusCode::kAborted, 4},
                          Case{503, absl::StatusCode::kUnavailable, 4}}) {
    waited_.clear();
    calendar_.interfere = [&](const net::Request& request, const std::function<net::Response()>&) -> std::optional<net::Response> {
      if (request.method != "PUT") return std::nullopt;
      return net::Response{one.status, {}, "marmalade"};
    };
    const absl::Status status = Run(Entry()).status();
    EXPECT_EQ(status.code(), one.code) << status;
    EXPECT_THAT(std::string(status.message()), Not(HasSubstr("marmalade")));
    EXPECT_THAT(waited_, SizeIs(one.waits)) << one.status;
  }
  EXPECT_THAT(calendar_.items, IsEmpty());
}

TEST_F(Publishing, StaysBelowTheBaseHoweverAPathIsWritten) {
  class Leading : public LineConnector {
   public:
    explicit Leading(std::string path) : path_(std::move(path)) {}
    absl::StatusOr<sdk::PublishStep> Publish(const sdk::Source&, const sdk::Publication&) const override {
      sdk::PublishStep step;
      step.next = sdk::Fetch{path_, "", "", "get"};
      return step;
    }
    absl::StatusOr<sdk::PublishStep> GoOn(const sdk::Source&, const sdk::Publication&, const sdk::Fetch&,
                                          const net::Response&) const override {
      sdk::PublishStep step;
      step.ending = sdk::PublishStep::Ending::kFound;
      return step;
    }

   private:
    std::string path_;
  };
  const auto status = [&](const std::string& path) {
    const Leading connector(path);
    auto publisher = Publisher::Open(config_.sources[0], connector, config_.spool_dir, Parts());
    return (*publisher)->Publish(Entry()).status().code();
  };
  for (const char* path : {"/a/../b",
                           "/a/./b",
                           "/a/%2e%2E/b",
                           "/a/.%2e/b",
                           "/a%2f..%2Fb",
                           "/a%2F%2e%2e",
                           "/a%5c..%5Cb",
                           "/a\\..\\b",
                           "/..",
                           "/.",
                           "..",
                           "/a b",
                           "/a#b",
                           "/a%0ab",
                           "/a%2500",
                           "/a/%c0%AE%c0%ae/b",
                           "/a/%252e%252E/b",
                           "/a/.%252e/b",
                           "/a%252f..%252Fb",
                           "/a%255c..%25255Cb",
                           "/a/%25252e%25252e/b",
                           "/a/%%32e%%32e/b",
                           "/a/..;x=1/b",
                           "/a/..%3bx/b",
                           "/a/..%253f/b"}) {
    EXPECT_EQ(status(path), absl::StatusCode::kInternal) << path;
  }
  EXPECT_EQ(Asked(), 0u);
  size_t asked = 0;
  for (const char* path :
       {"/projects/acme%2Fbilling/v1.2/...?to=/../x", "/wiki/100%2525", "/wiki/a%252eb%253Bc", "/wiki/%", "/wiki/50%zz"}) {
    EXPECT_NE(status(path), absl::StatusCode::kInternal) << path;
    EXPECT_EQ(Asked(), ++asked) << path;
  }
}

TEST_F(Publishing, IsForOneAtATimeAndForTheKindsThatAreNamed) {
  const auto first = Open();
  const auto second = Publisher::Open(config_.sources[0], *connectors_.at("caldav"), config_.spool_dir, Parts());
  EXPECT_EQ(second.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(first->Publish(comity::testing::Page()).status().code(), absl::StatusCode::kFailedPrecondition);
  sdk::Artifact wrong = Entry();
  wrong.title = "";
  EXPECT_THAT(DetailsOf(first->Publish(wrong).status()).faults, Contains(::testing::Field(&FieldFault::field, "title")));
  EXPECT_EQ(Asked(), 0u);
  config_.sources[0].publish.reset();
  EXPECT_EQ(Publisher::Open(config_.sources[0], *connectors_.at("caldav"), config_.spool_dir, Parts()).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_F(Publishing, ByCommandShowsWithoutWritingAndThenTellsALineForEach) {
  comity::testing::WriteFile(dir_ / "file.yaml", R"(
- {id: a-1, kind: calendar_entry, title: One, start: 2026-09-02T10:00:00Z, end: 2026-09-02T11:00:00Z, change_time: 2026-09-01T08:00:00Z,
   organiser: ana@acme.example, attendees: [bob@acme.example]}
- {id: a-2, kind: calendar_entry, title: Two, start: 2026-09-02T10:00:00Z, end: 2026-09-02T11:00:00Z, change_time: 2026-09-01T08:00:00Z,
   organiser: ana@acme.example}
)");
  std::ostringstream out;
  EXPECT_TRUE(RunPublish(config_, connectors_, {"cal", dir_ / "file.yaml", true}, Parts(), out).ok());
  EXPECT_THAT(out.str(), HasSubstr("a-1  calendar_entry  would send  PUT /team/comity-"));
  EXPECT_THAT(out.str(), HasSubstr("SUMMARY:Two"));
  EXPECT_THAT(calendar_.items, IsEmpty());
  out.str("");
  EXPECT_TRUE(RunPublish(config_, connectors_, {"cal", dir_ / "file.yaml", false}, Parts(), out).ok());
  EXPECT_THAT(out.str(), HasSubstr("a-1  calendar_entry  published  /team/comity-"));
  EXPECT_THAT(calendar_.items, SizeIs(2));
  out.str("");
  EXPECT_TRUE(RunPublish(config_, connectors_, {"cal", dir_ / "file.yaml", false}, Parts(), out).ok());
  EXPECT_EQ(out.str(), "a-1  calendar_entry  unchanged\na-2  calendar_entry  unchanged\n");
  EXPECT_FALSE(RunPublish(config_, connectors_, {"other", dir_ / "file.yaml", false}, Parts(), out).ok());
}

TEST(PublishConfig, IsOffUnlessGivenAndKeepsTheTwoTokensApart) {
  comity::testing::TempDir dir;
  const Connectors connectors = MakeConnectors();
  for (const char* name : {"token", "read", "write"}) comity::testing::WriteFile(dir / name, name);
  const auto parse = [&](const std::string& block) {
    return ParseConfig(
        "spool_dir: spool\ntoken_file: token\nsources:\n  - id: wiki\n    suite: dokuwiki\n    instance: wiki.acme.example\n"
        "    poll: {read_token_file: read, api_base: 'https://wiki.acme.example/w/'}\n" +
            block,
        dir.path(), connectors);
  };
  const auto fault_of = [&](const std::string& block) {
    const auto config = parse(block);
    const auto faults = DetailsOf(config.status()).faults;
    return faults.empty() ? "none" : faults[0].field + " " + faults[0].description;
  };
  EXPECT_FALSE(parse("")->sources[0].publish.has_value());
  const auto config = parse("    publish: {token_file: write}\n");
  ASSERT_TRUE(config.ok()) << fault_of("    publish: {token_file: write}\n");
  EXPECT_EQ(config->sources[0].publish->api_base, "https://wiki.acme.example/w");
  EXPECT_THAT(Describe(*config, connectors), HasSubstr("kinds: [page]"));
  EXPECT_THAT(fault_of("    publish: {token_file: read}\n"), HasSubstr("holds the token that reads"));
  EXPECT_THAT(fault_of("    publish: {}\n"), HasSubstr("token_file is missing"));
  EXPECT_THAT(fault_of("    publish: {token_file: write, kinds: [note]}\n"),
              HasSubstr("must be a list of what this connector publishes: page"));
  EXPECT_THAT(fault_of("    publish: {token_file: write, api_base: 'http://evil.example'}\n"), HasSubstr("must begin with https://"));
  EXPECT_THAT(fault_of("    publish: yes\n"), HasSubstr("must be a map"));
}

}  // namespace
}  // namespace comity::host
