#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "service/base/mutex.h"
#include "service/net/http.h"
#include "tests/unit/service/net/raw_client.h"

namespace comity::net {
namespace {

using testing::HasSubstr;

class HttpClient : public testing::Test {
 protected:
  void SetUp() override {
    auto started = Server::Start({}, [this](Request request, Responder respond) { Serve(std::move(request), std::move(respond)); });
    ASSERT_TRUE(started.ok());
    server_ = *std::move(started);
  }
  void Serve(Request request, Responder respond) {
    if (request.path == "/never") {
      MutexLock lock(mutex_);
      held_ = respond;
    } else if (request.path == "/moved") {
      respond({302, {{"Location", "/elsewhere"}}, ""});
    } else if (request.path == "/large") {
      respond({200, {}, std::string(1000, 'x')});
    } else {
      respond({200,
               {{"X-Seen", std::string(FindHeader(request.headers, "X-Sent"))}},
               request.method + " " + request.path + "?" + request.query + " " + request.body});
    }
  }
  std::string Url(std::string_view path) const { return "http://127.0.0.1:" + std::to_string(server_->port()) + std::string(path); }

  Mutex mutex_;
  Responder held_ ABSL_GUARDED_BY(mutex_);
  std::unique_ptr<Server> server_;
};

TEST_F(HttpClient, SendsMethodHeadersAndBodyAndReadsTheAnswer) {
  const auto response = Fetch("POST", Url("/p?q=1"), {{"X-Sent", "v"}}, "body", {});
  ASSERT_TRUE(response.ok()) << response.status().ToString();
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(FindHeader(response->headers, "x-seen"), "v");
  EXPECT_EQ(response->body, "POST /p?q=1 body");
}

TEST_F(HttpClient, ReadsAHeadAnswerAndFollowsNoRedirect) {
  const auto head = Fetch("HEAD", Url("/"), {}, "", {});
  ASSERT_TRUE(head.ok()) << head.status().ToString();
  EXPECT_EQ(head->body, "");
  const auto moved = Fetch("GET", Url("/moved"), {}, "", {});
  ASSERT_TRUE(moved.ok());
  EXPECT_EQ(moved->status, 302);
}

TEST_F(HttpClient, ConnectsToNoAddressThatIsNotAllowed) {
  std::vector<std::string> asked;
  FetchOptions options;
  options.allow = [&](std::string_view address) {
    asked.emplace_back(address);
    return false;
  };
  EXPECT_EQ(Fetch("GET", Url("/"), {}, "", options).status().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_THAT(asked, testing::ElementsAre("127.0.0.1"));
  options.allow = [](std::string_view address) { return address == "127.0.0.1"; };
  EXPECT_TRUE(Fetch("GET", Url("/"), {}, "", options).ok());
}

TEST_F(HttpClient, GivesUpWithinAMomentWhenItIsCancelled) {
  std::atomic<bool> cancel{false};
  FetchOptions options;
  options.cancel = &cancel;
  std::thread other([&] {
    while (true) {
      MutexLock lock(mutex_);
      if (held_) break;
    }
    cancel = true;
  });
  EXPECT_EQ(Fetch("GET", Url("/never"), {}, "", options).status().code(), absl::StatusCode::kCancelled);
  other.join();
}

TEST_F(HttpClient, RefusesAnAnswerOneByteAboveTheLimit) {
  FetchOptions options;
  options.max_body_bytes = 1000;
  EXPECT_TRUE(Fetch("GET", Url("/large"), {}, "", options).ok());
  options.max_body_bytes = 999;
  EXPECT_EQ(Fetch("GET", Url("/large"), {}, "", options).status().code(), absl::StatusCode::kResourceExhausted);
}

TEST_F(HttpClient, GivesUpAtTheDeadline) {
  FetchOptions options;
  options.timeout = std::chrono::seconds(1);
  EXPECT_EQ(Fetch("GET", Url("/never"), {}, "", options).status().code(), absl::StatusCode::kDeadlineExceeded);
  MutexLock lock(mutex_);
  held_({});
}

TEST_F(HttpClient, SaysUnavailableWhenNobodyListens) {
  const std::string url = Url("/");
  server_.reset();
  EXPECT_EQ(Fetch("GET", url, {}, "", {}).status().code(), absl::StatusCode::kUnavailable);
}

TEST_F(HttpClient, DoesNotTalkPlainTextToAnAddressThatSaysHttps) {
  const auto response = Fetch("GET", "https" + Url("/").substr(4), {}, "", {});
  EXPECT_EQ(response.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(response.status().ToString(), HasSubstr("cannot trust"));
}

TEST_F(HttpClient, RefusesAddressesAndHeadersThatAreNotWellFormed) {
  for (const std::string url : {"", "ftp://x/", "file:///etc/passwd", "http://", "http://user:pass@127.0.0.1/", "http://127.0.0.1:99999/",
                                "http://127.0.0.1:8x/", "http://127.0.0.1/a b", "http://127.0.0.1/\r\nX-Forged: 1"}) {
    EXPECT_EQ(Fetch("GET", url, {}, "", {}).status().code(), absl::StatusCode::kInvalidArgument) << url;
  }
  EXPECT_EQ(Fetch("GET", Url("/"), {{"X-A", "b\r\nX-Forged: 1"}}, "", {}).status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace comity::net
