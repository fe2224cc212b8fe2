// Rows 7, 8 and 9: webhooks per second of a bare Beast server that only verifies and reads four fields, beside our receiver without and
// with its spool, in one run and by the same client; and the slowest first answer of 256 connections.
#include <arpa/inet.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <simdjson.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <chrono>
#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "plugins/host/host.h"
#include "tests/support/process.h"
#include "tests/support/traffic.h"

namespace comity {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using std::chrono::steady_clock;

constexpr size_t kBodyBytes = 9'050;
constexpr auto kRound = std::chrono::milliseconds(1500);
constexpr int kRounds = 5;
constexpr std::string_view kIdPlace = "0000000000000000";

// GitHub's own bodies of this kind are about nine kilobytes; the description that we do not read makes up the rest.
std::string Body() {
  std::string body = testing::ClosedHookBody(1);
  const std::string filler = "\"filler\": \"" + std::string(kBodyBytes - body.size() - 14, 'x') + "\", ";
  return body.insert(1, filler);
}

// One request with a place for a delivery id, so that no two are redeliveries.
std::string RequestText() {
  const std::string body = Body();
  std::string text = "POST /in/hooks HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
  for (const auto& [name, value] : testing::HookHeaders(std::string(kIdPlace), body)) text += name + ": " + value + "\r\n";
  return text + "\r\n" + body;
}

// A client in one thread: every connection sends, waits for the answer's end, sends again.
class Load {
 public:
  explicit Load(int port) : port_(port), request_(RequestText()), id_(request_.find(kIdPlace)) {}

  struct Result {
    double per_second = 0;
    double cpu_us = 0;  // of everything but this client, for each request
    double p99_ms = 0, slowest_first_ms = 0;
    int unanswered = 0;
  };
  Result Run(int connections, std::chrono::milliseconds duration) {
    const int poll = ::epoll_create1(EPOLL_CLOEXEC);
    std::vector<Connection> all(static_cast<size_t>(connections));
    const auto start = steady_clock::now();
    const double cpu = CpuMicros(RUSAGE_SELF) - CpuMicros(RUSAGE_THREAD);
    for (size_t i = 0; i < all.size(); ++i) {
      all[i].socket = Connect();
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.u64 = i;
      ::epoll_ctl(poll, EPOLL_CTL_ADD, all[i].socket, &event);
      Send(all[i]);
    }
    Result result;
    std::vector<double> latencies;
    while (steady_clock::now() - start < duration) {
      epoll_event events[64];
      const int ready = ::epoll_wait(poll, events, 64, 100);
      for (int i = 0; i < ready; ++i) {
        Connection& connection = all[events[i].data.u64];
        char answer[4096];
        const ssize_t got = ::recv(connection.socket, answer, sizeof answer, 0);
        if (got <= 0 || !std::string_view(answer, static_cast<size_t>(got)).starts_with("HTTP/1.1 20")) Die("an answer was no 2xx");
        const double ms = std::chrono::duration<double, std::milli>(steady_clock::now() - connection.sent).count();
        if (!connection.answered) result.slowest_first_ms = std::max(result.slowest_first_ms, ms);
        connection.answered = true;
        latencies.push_back(ms);
        Send(connection);
      }
    }
    result.per_second = static_cast<double>(latencies.size()) / std::chrono::duration<double>(steady_clock::now() - start).count();
    result.cpu_us = (CpuMicros(RUSAGE_SELF) - CpuMicros(RUSAGE_THREAD) - cpu) / static_cast<double>(latencies.size());
    for (const Connection& connection : all) {
      result.unanswered += connection.answered ? 0 : 1;
      ::close(connection.socket);
    }
    ::close(poll);
    std::sort(latencies.begin(), latencies.end());
    if (!latencies.empty()) result.p99_ms = latencies[latencies.size() * 99 / 100];
    return result;
  }

 private:
  struct Connection {
    int socket = -1;
    steady_clock::time_point sent;
    bool answered = false;
  };
  static double CpuMicros(int who) {
    rusage usage{};
    ::getrusage(static_cast<__rusage_who>(who), &usage);
    const auto micros = [](const timeval& time) { return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec); };
    return micros(usage.ru_utime) + micros(usage.ru_stime);
  }
  [[noreturn]] static void Die(const char* why) {
    std::fprintf(stderr, "%s\n", why);
    std::exit(1);
  }
  int Connect() const {
    const int made = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port_));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(made, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) Die("cannot connect");
    return made;
  }
  void Send(Connection& connection) {
    char id[32];
    std::snprintf(id, sizeof id, "%016llu", static_cast<unsigned long long>(++next_id_));
    request_.replace(id_, kIdPlace.size(), id);
    connection.sent = steady_clock::now();
    for (size_t done = 0; done < request_.size();) {
      const ssize_t sent = ::send(connection.socket, request_.data() + done, request_.size() - done, MSG_NOSIGNAL);
      if (sent <= 0) Die("cannot send");
      done += static_cast<size_t>(sent);
    }
  }

  const int port_;
  std::string request_;
  const size_t id_;
  static inline uint64_t next_id_ = 0;
};

// The limit: nothing but Beast, the signature and four fields. No limits, timeouts or routing.
class BareServer {
 public:
  BareServer() : acceptor_(io_, {asio::ip::address_v4::loopback(), 0}) {
    Accept();
    thread_ = std::thread([this] { io_.run(); });
  }
  ~BareServer() {
    io_.stop();
    thread_.join();
  }
  int port() const { return acceptor_.local_endpoint().port(); }

 private:
  struct Session : std::enable_shared_from_this<Session> {
    explicit Session(tcp::socket connected) : socket(std::move(connected)) {
      buffer.reserve(64 * 1024);
      socket.set_option(tcp::no_delay(true));
    }
    void Read() {
      parser.emplace();
      http::async_read(socket, buffer, *parser, [self = shared_from_this()](boost::system::error_code error, size_t) {
        if (!error) self->Answer();
      });
    }
    void Answer() {
      auto& request = parser->get();
      unsigned char digest[32];
      unsigned length = sizeof digest;
      HMAC(EVP_sha256(), testing::kHookSecret, static_cast<int>(std::string_view(testing::kHookSecret).size()),
           reinterpret_cast<const unsigned char*>(request.body().data()), request.body().size(), digest, &length);
      std::string hex = "sha256=";
      for (const unsigned char byte : digest) {
        hex += "0123456789abcdef"[byte >> 4];
        hex += "0123456789abcdef"[byte & 15];
      }
      const auto signature = request["X-Hub-Signature-256"];
      const bool authentic = signature.size() == hex.size() && CRYPTO_memcmp(signature.data(), hex.data(), hex.size()) == 0;
      response = {};
      response.result(authentic && FourFields(request.body()) ? http::status::no_content : http::status::unauthorized);
      response.prepare_payload();
      http::async_write(socket, response, [self = shared_from_this()](boost::system::error_code error, size_t) {
        if (!error) self->Read();
      });
    }
    bool FourFields(std::string& body) {
      body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
      simdjson::ondemand::document document;
      std::string_view action;
      int64_t issue = 0, sender = 0, repository = 0;
      return json.iterate(body.data(), body.size(), body.capacity()).get(document) == simdjson::SUCCESS &&
             document["action"].get(action) == simdjson::SUCCESS && document["issue"]["id"].get(issue) == simdjson::SUCCESS &&
             document["sender"]["id"].get(sender) == simdjson::SUCCESS && document["repository"]["id"].get(repository) == simdjson::SUCCESS;
    }
    tcp::socket socket;
    boost::beast::flat_buffer buffer;
    std::optional<http::request_parser<http::string_body>> parser;
    http::response<http::string_body> response;
    simdjson::ondemand::parser json;
  };
  void Accept() {
    acceptor_.async_accept([this](boost::system::error_code error, tcp::socket socket) {
      if (error) return;
      std::make_shared<Session>(std::move(socket))->Read();
      Accept();
    });
  }
  asio::io_context io_{1};
  tcp::acceptor acceptor_;
  std::thread thread_;
};

sdk::Source HookSource() { return {"hooks", "github", "github.com", {testing::kHookSecret}, {}}; }

// Our server and connector, answering after the whole reading of the facts, keeping nothing.
std::unique_ptr<net::Server> StartWithoutSpool(const sdk::Connector& connector, const sdk::Source& source) {
  auto server = net::Server::Start({}, [&](net::Request request, net::Responder respond) {
    const sdk::Request raw{request.method, request.path, request.query, &request.headers, request.body};
    const bool authentic = connector.Verify(raw, source, absl::Now()) == sdk::Auth::kOk;
    respond({authentic && connector.Parse(raw, source, absl::Now()).ok() ? 204 : 401, {}, ""});
  });
  return server.ok() ? *std::move(server) : nullptr;
}

// Takes everything at once, so that only the host itself is measured.
class WillingSink : public client::EventSink {
 public:
  absl::StatusOr<v1::IngestEventBatchResponse> Push(const v1::IngestEventBatchRequest& batch) override {
    v1::IngestEventBatchResponse response;
    for (int i = 0; i < batch.facts_size(); ++i) response.add_results()->set_disposition(v1::IngestResult::DISPOSITION_STORED);
    return response;
  }
};

// Counts syncs and their time.
class CountingDisk : public host::Disk {
 public:
  int Sync(int file) override {
    const auto start = steady_clock::now();
    const int result = Disk::Sync(file);
    micros_ += std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - start).count();
    ++syncs_;
    return result;
  }
  int64_t syncs() const { return syncs_; }
  double MillisEach() const { return syncs_ == 0 ? 0 : static_cast<double>(micros_) / 1e3 / static_cast<double>(syncs_); }

 private:
  std::atomic<int64_t> syncs_{0}, micros_{0};
};

double MedianOf(const std::vector<Load::Result>& results, double Load::Result::*member) {
  std::vector<double> values;
  for (const Load::Result& result : results) values.push_back(result.*member);
  std::sort(values.begin(), values.end());
  return values.empty() ? 0 : values[values.size() / 2];
}

struct Row {
  const char* name;
  int port;
  std::vector<Load::Result> results;
};

void Print(const Row& row, const Row& limit) {
  if (row.results.empty()) return;
  const auto share = [&](double Load::Result::*member) {
    return limit.results.empty() ? 0.0 : 100 * MedianOf(row.results, member) / MedianOf(limit.results, member);
  };
  std::printf("%-28s %8.0f /s %4.0f %%   %6.1f us of CPU %4.0f %%   p99 %.1f ms\n", row.name,
              MedianOf(row.results, &Load::Result::per_second), share(&Load::Result::per_second),
              MedianOf(row.results, &Load::Result::cpu_us), share(&Load::Result::cpu_us), MedianOf(row.results, &Load::Result::p99_ms));
}

// `only`: the one row to run, for a profiler; null for all.
int Main(const char* only) {
  const testing::TempDir dir;
  const Connectors connectors = MakeConnectors();
  const sdk::Source source = HookSource();
  obs::SystemClock clock;
  obs::Metrics metrics;
  CountingDisk disk;
  host::Config config;
  config.listen = "127.0.0.1:0";
  config.spool_dir = dir / "spool";
  config.sources.push_back({source, "unused"});
  host::HostParts parts;
  parts.make_sink = [](const std::string&) { return std::make_unique<WillingSink>(); };
  parts.on_failure = [](const absl::Status&) { std::abort(); };
  parts.clock = &clock;
  parts.metrics = &metrics;
  parts.disk = &disk;
  auto spooled = host::Host::Start(config, connectors, std::move(parts));
  const auto plain = StartWithoutSpool(*connectors.at("github"), source);
  BareServer bare;
  if (!spooled.ok() || plain == nullptr) {
    std::fprintf(stderr, "cannot start: %s\n", spooled.status().ToString().c_str());
    return 1;
  }
  // Turn by turn, so that a noisy neighbour disturbs all of them alike.
  Row rows[] = {{"limit", bare.port(), {}}, {"no_spool (7)", plain->port(), {}}, {"spool (8)", (*spooled)->port(), {}}};
  int64_t stored = 0;
  for (int round = 0; round < kRounds; ++round) {
    for (Row& row : rows) {
      if (only == nullptr || std::string_view(row.name).starts_with(only)) row.results.push_back(Load(row.port).Run(32, kRound));
    }
  }
  for (const Load::Result& result : rows[2].results)
    stored += static_cast<int64_t>(result.per_second * std::chrono::duration<double>(kRound).count());
  for (const Row& row : rows) Print(row, rows[0]);
  std::printf("%.1f deliveries a sync, %.2f ms each\n", static_cast<double>(stored) / static_cast<double>(disk.syncs()), disk.MillisEach());
  const Load::Result many = only == nullptr ? Load((*spooled)->port()).Run(256, kRound) : Load::Result{};
  std::printf("%-28s %8.0f /s, slowest first answer %.0f ms, %d never answered\n", "256 connections (9)", many.per_second,
              many.slowest_first_ms, many.unanswered);
  (*spooled)->Stop(std::chrono::seconds(30));
  const auto left = (*spooled)->spool().records();
  if (left != 0 || many.unanswered != 0) std::fprintf(stderr, "%lld deliveries were not handed over\n", static_cast<long long>(left));
  return left == 0 && many.unanswered == 0 ? 0 : 1;
}

}  // namespace
}  // namespace comity

int main(int argc, char** argv) { return comity::Main(argc > 1 ? argv[1] : nullptr); }
