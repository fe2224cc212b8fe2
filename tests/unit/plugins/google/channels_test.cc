#include "plugins/google/channels.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "plugins/google/google.h"

namespace comity::google_calendar {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string kName = "0123456789abcdef0123456789abcdef", kOther = "ffffffffffffffffffffffffffffffff";
const absl::Time kNow = absl::FromUnixSeconds(1'788'343'200);

class GoogleChannels : public ::testing::Test {
 protected:
  GoogleChannels() {
    source_.id = "google-acme";
    source_.suite = "google-calendar";
    source_.instance = "acme.example";
    source_.secrets = {"open sesame"};
    source_.config = {{"calendars", "Ana@acme.example, c_12@group.calendar.google.com"}};
    source_.polls = true;
  }
  net::Headers Notification(const std::string& state, const std::string& channel = kName) const {
    return {{"X-Goog-Channel-ID", channel},
            {"X-Goog-Channel-Token", sdk::SubscriptionToken(source_, channel)},
            {"X-Goog-Channel-Expiration", "Wed, 09 Sep 2026 10:00:00 GMT"},
            {"X-Goog-Resource-ID", "res-1"},
            {"X-Goog-Resource-State", state},
            {"X-Goog-Message-Number", "1"}};
  }
  sdk::Auth Verify(const net::Headers& headers) const {
    return connector_->Verify({"POST", "/in/google-acme", "", &headers, ""}, source_, kNow);
  }
  absl::StatusOr<sdk::Parsed> Parse(const net::Headers& headers) const {
    return connector_->Parse({"POST", "/in/google-acme", "", &headers, ""}, source_, kNow);
  }
  absl::StatusOr<sdk::Granted> Read(const std::string& body) const { return subscriber_.ReadGranted(source_, Asked(), {200, {}, body}); }
  static sdk::Subscription Asked() { return {"ana@acme.example", kName, "", "", kNow + absl::Hours(1)}; }

  sdk::Source source_;
  const std::unique_ptr<sdk::Connector> connector_ = MakeConnector();
  const sdk::Subscriber& subscriber_ = *connector_->subscriber();
};

TEST_F(GoogleChannels, WatchEachCalendarWithATokenOfItsOwn) {
  EXPECT_THAT(connector_->Check(source_), IsEmpty());
  EXPECT_THAT(subscriber_.Watched(source_), ElementsAre("ana@acme.example", "c_12@group.calendar.google.com"));
  const sdk::Fetch fetch = subscriber_.Create(source_, Asked(), "https://hooks.acme.example/in/google-acme");
  EXPECT_EQ(fetch.Name().substr(0, fetch.Name().find('{')), "POST /calendars/ana%40acme.example/events/watch ");
  EXPECT_THAT(fetch.body, HasSubstr("\"id\":\"" + kName + "\""));
  EXPECT_THAT(fetch.body, HasSubstr("\"address\":\"https://hooks.acme.example/in/google-acme\""));
  EXPECT_THAT(fetch.body, HasSubstr("\"token\":\"" + sdk::SubscriptionToken(source_, kName) + "\""));
  EXPECT_THAT(fetch.body, HasSubstr("\"expiration\":\"1788346800000\""));
  EXPECT_FALSE(subscriber_.Renew(source_, Asked(), kNow)) << "channels are not renewed";
  EXPECT_FALSE(subscriber_.List(source_));
}

TEST_F(GoogleChannels, StopByTheirIdAndWhatTheyWatch) {
  sdk::Subscription channel = Asked();
  EXPECT_FALSE(subscriber_.End(source_, channel)) << "without the resource's id nothing can be stopped";
  channel.detail = "res-1";
  const std::optional<sdk::Fetch> fetch = subscriber_.End(source_, channel);
  ASSERT_TRUE(fetch);
  EXPECT_EQ(fetch->Name(), "POST /channels/stop {\"id\":\"" + kName + "\",\"resourceId\":\"res-1\"}");
}

TEST_F(GoogleChannels, AreReadFromTheAnswer) {
  const auto granted = Read(R"({"kind":"api#channel","id":")" + kName + R"(","resourceId":"res-1","expiration":"1788350000000"})");
  ASSERT_TRUE(granted.ok()) << granted.status().ToString();
  EXPECT_EQ(granted->id, kName);
  EXPECT_EQ(granted->detail, "res-1");
  EXPECT_EQ(granted->expire_time, absl::FromUnixSeconds(1'788'350'000));
  const auto unsaid = Read("{\"id\":\"" + kName + "\",\"resourceId\":\"res-1\"}");
  ASSERT_TRUE(unsaid.ok());
  EXPECT_EQ(unsaid->expire_time, kNow + absl::Hours(1)) << "then it is what was asked for";
  for (const std::string& body : {std::string(""), std::string("[]"), std::string("{}"), "{\"id\":\"" + kName + "\"}",
                                  "{\"id\":\"" + kOther + "\",\"resourceId\":\"res-1\"}",
                                  "{\"id\":\"" + kName + "\",\"resourceId\":\"res-1\",\"expiration\":\"soon\"}"}) {
    EXPECT_FALSE(Read(body).ok()) << body;
  }
}

TEST_F(GoogleChannels, WakeThePollWhenSomethingHasChanged) {
  for (const std::string state : {"exists", "not_exists"}) {
    EXPECT_EQ(Verify(Notification(state)), sdk::Auth::kOk);
    const auto parsed = Parse(Notification(state));
    ASSERT_TRUE(parsed.ok());
    EXPECT_TRUE(parsed->wake);
    EXPECT_THAT(parsed->facts, IsEmpty());
    ASSERT_EQ(parsed->notices.size(), 1u);
    EXPECT_EQ(parsed->notices[0].subscription, kName);
  }
  const auto sync = Parse(Notification("sync"));
  ASSERT_TRUE(sync.ok());
  EXPECT_FALSE(sync->wake) << "that is the first message: nothing has changed";
  EXPECT_EQ(sync->notices.size(), 1u) << "but the channel works";
  EXPECT_FALSE(Parse(Notification("frobnicated"))->wake);
}

TEST_F(GoogleChannels, TakeNothingFromStrangers) {
  net::Headers other = Notification("exists");
  other[0].second = kOther;  // one channel's token for another
  EXPECT_EQ(Verify(other), sdk::Auth::kUnauthenticated);
  for (const std::string token : {"", "open sesame", "x"}) {
    net::Headers wrong = Notification("exists");
    wrong[1].second = token;
    EXPECT_EQ(Verify(wrong), sdk::Auth::kUnauthenticated) << token;
  }
  EXPECT_EQ(Verify({}), sdk::Auth::kUnauthenticated);
  const net::Headers good = Notification("exists");
  source_.secrets = {"new", "open sesame"};
  EXPECT_EQ(Verify(good), sdk::Auth::kOk) << "while the secret is rotated";
  source_.secrets = {""};
  EXPECT_EQ(Verify(Notification("exists")), sdk::Auth::kUnauthenticated);
  source_.secrets.clear();
  EXPECT_EQ(Verify(good), sdk::Auth::kUnauthenticated);
}

TEST_F(GoogleChannels, NeedAPollToWake) {
  source_.polls = false;
  EXPECT_THAT(connector_->Check(source_), ElementsAre(HasSubstr("poll is missing")));
}

}  // namespace
}  // namespace comity::google_calendar
