#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "service/base/error.h"
#include "service/base/mutex.h"
#include "service/net/http.h"
#include "tests/unit/service/net/raw_client.h"

namespace comity::net {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::unique_ptr<Server> StartOrDie(const ServerOptions& options, Handler handler) {
  auto server = Server::Start(options, std::move(handler));
  EXPECT_TRUE(server.ok()) << server.status().ToString();
  return *std::move(server);
}

// Answers with what it was asked, so that order and content show.
void Echo(Request request, Responder respond) {
  respond({200, {{"X-Method", request.method}}, request.path + "?" + request.query + "#" + std::to_string(request.body.size())});
}

std::string Post(std::string_view path, size_t body_bytes) {
  return "POST " + std::string(path) + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body_bytes) + "\r\n\r\n" +
         std::string(body_bytes, 'b');
}

std::string GetOfHeaderSize(size_t bytes) {
  std::string request = "GET / HTTP/1.1\r\nHost: x\r\nX-Pad: ";
  return request + std::string(bytes - request.size() - 4, 'p') + "\r\n\r\n";
}

std::string Exchange(const Server& server, std::string_view request) {
  RawClient client(server.port());
  client.Send(request);
  client.FinishSending();
  return client.ReadAll();
}

TEST(HttpServer, HandsOverMethodPathQueryHeadersBodyAndPeer) {
  Request seen;
  const auto server = StartOrDie({}, [&](Request request, Responder respond) {
    seen = std::move(request);
    respond({201, {{"X-Answer", "yes"}}, "made"});
  });
  const std::string answer = Exchange(*server, "PUT /a%20b?c=d?e HTTP/1.1\r\nHost: x\r\nX-One: 1\r\nContent-Length: 3\r\n\r\nabc");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 201 Created\r\nX-Answer: yes\r\nContent-Length: 4\r\n"));
  EXPECT_THAT(answer, testing::EndsWith("\r\n\r\nmade"));
  EXPECT_EQ(seen.method, "PUT");
  EXPECT_EQ(seen.path, "/a%20b");
  EXPECT_EQ(seen.query, "c=d?e");
  EXPECT_EQ(seen.body, "abc");
  EXPECT_EQ(FindHeader(seen.headers, "x-oNe"), "1");
  EXPECT_EQ(FindHeader(seen.headers, "x-two"), "");
  EXPECT_TRUE(seen.loopback);
}

TEST(HttpServer, ReadsChunkedBodiesAndBodiesThatArriveByteByByte) {
  const auto server = StartOrDie({}, Echo);
  EXPECT_THAT(Exchange(*server, "POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;ext=1\r\nde\r\n0\r\n\r\n"),
              HasSubstr("/c?#5"));
  RawClient client(server->port());
  for (const char c : Post("/slow", 3)) client.Send({&c, 1});
  EXPECT_THAT(client.ReadUntil("#3"), HasSubstr("/slow?#3"));
}

TEST(HttpServer, KeepsConnectionsAndAnswersPipelinedRequestsInOrder) {
  // Answers come from another thread, later requests sooner than earlier ones if the server let them.
  std::vector<std::thread> threads;
  Mutex mutex;
  const auto server = StartOrDie({}, [&](Request request, Responder respond) {
    MutexLock lock(mutex);
    threads.emplace_back([request = std::move(request), respond]() mutable { Echo(std::move(request), respond); });
  });
  RawClient client(server->port());
  client.Send(Post("/1", 5) + "GET /2 HTTP/1.1\r\nHost: x\r\n\r\n" + Post("/3", 100'000));
  const std::string answers = client.ReadUntil("#100000");
  const size_t first = answers.find("/1?#5"), second = answers.find("/2?#0"), third = answers.find("/3?#100000");
  EXPECT_LT(first, second);
  EXPECT_LT(second, third);
  EXPECT_NE(third, std::string::npos);
  client.Send(Post("/4", 1));
  EXPECT_THAT(client.ReadUntil("/4?#1"), HasSubstr("/4?#1"));
  MutexLock lock(mutex);
  for (std::thread& thread : threads) thread.join();
}

TEST(HttpServer, AnswersHeadWithoutBodyAndClosesWhenAsked) {
  const auto server = StartOrDie({}, Echo);
  bool closed = false;
  RawClient client(server->port());
  client.Send("HEAD /h HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const std::string answer = client.ReadAll(&closed);
  EXPECT_TRUE(closed);
  EXPECT_THAT(answer, HasSubstr("Content-Length: 5\r\n"));
  EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(answer, testing::EndsWith("\r\n\r\n"));
}

TEST(HttpServer, SendsContinueToClientsThatWaitForIt) {
  const auto server = StartOrDie({}, Echo);
  RawClient client(server->port());
  client.Send("POST /e HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_THAT(client.ReadUntil("100 Continue\r\n\r\n"), StartsWith("HTTP/1.1 100 Continue\r\n\r\n"));
  client.Send("ab");
  EXPECT_THAT(client.ReadUntil("#2"), HasSubstr("/e?#2"));
}

TEST(HttpServer, RefusesHeadersOneByteAboveTheLimitWith431) {
  ServerOptions options;
  options.max_header_bytes = 500;
  const auto server = StartOrDie(options, Echo);
  EXPECT_THAT(Exchange(*server, GetOfHeaderSize(499)), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(Exchange(*server, GetOfHeaderSize(500)), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(Exchange(*server, GetOfHeaderSize(501)), StartsWith("HTTP/1.1 431"));
  EXPECT_THAT(Exchange(*server, GetOfHeaderSize(200'000)), StartsWith("HTTP/1.1 431"));
}

TEST(HttpServer, RefusesBodiesOneByteAboveTheLimitWith413) {
  ServerOptions options;
  options.max_body_bytes = 1000;
  const auto server = StartOrDie(options, Echo);
  EXPECT_THAT(Exchange(*server, Post("/", 999)), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(Exchange(*server, Post("/", 1000)), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(Exchange(*server, Post("/", 1001)), StartsWith("HTTP/1.1 413"));
  EXPECT_THAT(Exchange(*server, Post("/", 3'000'000)), StartsWith("HTTP/1.1 413"));
  const std::string chunked = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n" + std::string(1000, 'c') + "\r\n";
  EXPECT_THAT(Exchange(*server, chunked + "0\r\n\r\n"), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(Exchange(*server, chunked + "1\r\nc\r\n0\r\n\r\n"), StartsWith("HTTP/1.1 413"));
}

TEST(HttpServer, RefusesBodiesThatTogetherExceedItsMemoryWith503AndHeals) {
  ServerOptions options;
  options.max_buffered_bytes = 1000;
  Responder held;
  const auto server = StartOrDie(options, [&](Request request, Responder respond) {
    if (request.path == "/hold") {
      held = respond;
    } else {
      respond({});
    }
  });
  RawClient holder(server->port());
  holder.Send(Post("/hold", 600));
  while (!Exchange(*server, Post("/", 401)).starts_with("HTTP/1.1 503")) {
  }
  EXPECT_THAT(Exchange(*server, Post("/", 400)), StartsWith("HTTP/1.1 200"));
  held({});
  EXPECT_THAT(holder.ReadUntil("\r\n\r\n"), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(Exchange(*server, Post("/", 1000)), StartsWith("HTTP/1.1 200"));
}

TEST(HttpServer, RefusesMalformedRequestsWith400) {
  const auto server = StartOrDie({}, Echo);
  for (const std::string_view request : {
           "\x16\x03\x01\x02\x01 tls hello",
           "GET / HTTP/2.0\r\n\r\n",
           "GET  / HTTP/1.1\r\n\r\n",
           "GET / HTTP/1.1\r\nNo colon\r\n\r\n",
           "GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
           "POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
           "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
           "POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
       }) {
    EXPECT_THAT(Exchange(*server, request), StartsWith("HTTP/1.1 400")) << request;
  }
}

TEST(HttpServer, Answers408ToSlowHeadersAndSlowBodies) {
  ServerOptions options;
  options.header_timeout = std::chrono::seconds(1);
  options.body_timeout = std::chrono::seconds(1);
  const auto server = StartOrDie(options, Echo);
  RawClient header(server->port()), body(server->port()), silent(server->port());
  header.Send("GET / HTT");
  body.Send("POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc");
  bool closed = false;
  EXPECT_THAT(header.ReadAll(&closed), StartsWith("HTTP/1.1 408"));
  EXPECT_TRUE(closed);
  EXPECT_THAT(body.ReadAll(&closed), StartsWith("HTTP/1.1 408"));
  EXPECT_TRUE(closed);
  EXPECT_EQ(silent.ReadAll(&closed), "");
  EXPECT_TRUE(closed);
}

TEST(HttpServer, ClosesIdleConnectionsAfterTheirTime) {
  ServerOptions options;
  options.idle_timeout = std::chrono::seconds(1);
  const auto server = StartOrDie(options, Echo);
  RawClient client(server->port());
  client.Send(Post("/", 0));
  bool closed = false;
  EXPECT_THAT(client.ReadAll(&closed), StartsWith("HTTP/1.1 200"));
  EXPECT_TRUE(closed);
}

TEST(HttpServer, Answers500ForADroppedResponderAndOnceForOneCalledTwice) {
  const auto server = StartOrDie({}, [](Request request, Responder respond) {
    if (request.path == "/twice") {
      respond({200, {}, "first"});
      respond({200, {}, "second"});
    }
  });
  EXPECT_THAT(Exchange(*server, Post("/drop", 1)), StartsWith("HTTP/1.1 500"));
  const std::string answer = Exchange(*server, Post("/twice", 1));
  EXPECT_THAT(answer, HasSubstr("first"));
  EXPECT_THAT(answer, Not(HasSubstr("second")));
}

TEST(HttpServer, LeavesOutHeadersThatWouldBreakTheirLine) {
  const auto server = StartOrDie({}, [](Request, Responder respond) {
    respond({200, {{"X-Bad", "a\r\nX-Forged: 1"}, {"X-Good", "b"}}, ""});
  });
  const std::string answer = Exchange(*server, Post("/", 0));
  EXPECT_THAT(answer, Not(HasSubstr("X-Forged")));
  EXPECT_THAT(answer, HasSubstr("X-Good: b"));
}

TEST(HttpServer, GivesUpTheOldestIdleConnectionBeforeItRefusesANewOne) {
  ServerOptions options;
  options.max_connections = 2;
  std::vector<Responder> held;
  Mutex mutex;
  const auto server = StartOrDie(options, [&](Request request, Responder respond) {
    if (request.path != "/hold") return respond({});
    MutexLock lock(mutex);
    held.push_back(respond);
  });
  RawClient busy(server->port()), idle(server->port());
  busy.Send(Post("/hold", 0));
  idle.Send(Post("/", 0));
  EXPECT_THAT(idle.ReadUntil("\r\n\r\n"), StartsWith("HTTP/1.1 200"));
  RawClient next(server->port());
  next.Send(Post("/hold", 0));
  bool closed = false;
  idle.ReadAll(&closed);
  EXPECT_TRUE(closed);
  while (true) {
    MutexLock lock(mutex);
    if (held.size() == 2) break;
  }
  RawClient refused(server->port());
  EXPECT_THAT(refused.ReadAll(), StartsWith("HTTP/1.1 503"));
  MutexLock lock(mutex);
  for (const Responder& respond : held) respond({});
}

TEST(HttpServer, AnswersTwoHundredAndFiftySixConnectionsAllOfThem) {
  const auto server = StartOrDie({}, Echo);
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 256; ++i) clients.push_back(std::make_unique<RawClient>(server->port()));
  for (const auto& client : clients) client->Send(Post("/many", 9000));
  const auto start = std::chrono::steady_clock::now();
  for (const auto& client : clients) EXPECT_THAT(client->ReadUntil("#9000"), HasSubstr("/many?#9000"));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST(HttpServer, LetsARunningRequestEndWhenItStops) {
  Responder held;
  std::atomic<bool> arrived{false};
  const auto server = StartOrDie({}, [&](Request, Responder respond) {
    held = respond;
    arrived = true;
  });
  RawClient client(server->port());
  client.Send(Post("/", 1));
  while (!arrived) std::this_thread::yield();
  std::thread answerer([&] { held({200, {}, "late"}); });
  server->Stop(std::chrono::seconds(10));
  answerer.join();
  EXPECT_THAT(client.ReadAll(), HasSubstr("late"));
  EXPECT_FALSE(RawClient(server->port()).connected());
}

TEST(HttpServer, ClosesWhatOutlastsTheGraceAndToleratesAnAnswerAfterItsEnd) {
  Responder held;
  std::atomic<bool> arrived{false};
  auto server = StartOrDie({}, [&](Request, Responder respond) {
    held = respond;
    arrived = true;
  });
  RawClient client(server->port());
  client.Send(Post("/", 1));
  while (!arrived) std::this_thread::yield();
  server->Stop(std::chrono::milliseconds(50));
  bool closed = false;
  EXPECT_EQ(client.ReadAll(&closed), "");
  EXPECT_TRUE(closed);
  server.reset();
  held({200, {}, "nobody listens"});
}

TEST(HttpServer, RefusesAddressesItCannotOrMustNotListenOn) {
  for (const std::string address :
       {"0.0.0.0:0", "[::]:0", "10.0.0.1:80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "example.org:80", "127.0.0.1:1x"}) {
    ServerOptions options;
    options.address = address;
    EXPECT_EQ(Server::Start(options, Echo).status().code(), absl::StatusCode::kInvalidArgument) << address;
  }
  ServerOptions everywhere;
  everywhere.address = "0.0.0.0:0";
  everywhere.allow_non_loopback = true;
  EXPECT_TRUE(Server::Start(everywhere, Echo).ok());
  const auto first = StartOrDie({}, Echo);
  ServerOptions taken;
  taken.address = "127.0.0.1:" + std::to_string(first->port());
  EXPECT_EQ(Server::Start(taken, Echo).status().code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace comity::net
