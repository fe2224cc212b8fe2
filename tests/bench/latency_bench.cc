// Rows 10 and 11: time from sending a signed webhook to its credit being readable, in open loop at 200 webhooks/s and at 5000/s (half of
// what the receiver is meant to reach); beside it the run's own limits: fdatasync of a 4 KiB append, and an authenticated unary call.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include "comity/v1/admin.pb.h"
#include "service/base/mutex.h"
#include "tests/support/deployment.h"
#include "tests/support/traffic.h"

namespace comity::testing {
namespace {

using Clock = std::chrono::steady_clock;

double Milliseconds(Clock::duration duration) { return std::chrono::duration<double, std::milli>(duration).count(); }

double Percentile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  return values[std::min(values.size() - 1, static_cast<size_t>(share * static_cast<double>(values.size())))];
}

std::vector<double> FdatasyncTimes(const std::string& path) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const std::string block(4096, 'x');
  std::vector<double> times;
  for (int i = 0; i < 500; ++i) {
    const auto start = Clock::now();
    if (write(fd, block.data(), block.size()) != static_cast<ssize_t>(block.size()) || fdatasync(fd) != 0) std::exit(1);
    times.push_back(Milliseconds(Clock::now() - start));
  }
  close(fd);
  return times;
}

std::vector<double> UnaryTimes(client::Client& client) {
  std::vector<double> times;
  for (int i = 0; i < 500; ++i) {
    v1::Status status;
    const auto start = Clock::now();
    if (!client.Call("/comity.v1.AdminService/GetStatus", v1::GetStatusRequest(), &status).ok()) std::exit(1);
    times.push_back(Milliseconds(Clock::now() - start));
  }
  return times;
}

// A connection that stays open, as senders of many webhooks keep theirs.
class Sender {
 public:
  explicit Sender(int port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) std::exit(1);
    const int yes = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  }
  ~Sender() { ::close(socket_); }
  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;

  // Whether the webhook was acknowledged.
  bool Send(int64_t ticket) {
    const std::string body = ClosedHookBody(ticket);
    std::string text = "POST /in/hooks HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
    for (const auto& [name, value] : HookHeaders("l" + std::to_string(ticket), body)) text += name + ": " + value + "\r\n";
    text += "\r\n" + body;
    if (::send(socket_, text.data(), text.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(text.size())) return false;
    std::string answer;
    char part[1024];
    while (answer.find("\r\n\r\n") == std::string::npos) {
      const ssize_t got = ::recv(socket_, part, sizeof part, 0);
      if (got <= 0) return false;
      answer.append(part, static_cast<size_t>(got));
    }
    return answer.starts_with("HTTP/1.1 204");
  }

 private:
  const int socket_;
};

// Polls until the ticket's deed can be read, and says how long after `start` that was.
double UntilVisible(client::Client& steward, int64_t ticket, Clock::time_point start) {
  v1::ExplainSubjectRequest request;
  request.set_subject(TicketKey(ticket));
  while (Clock::now() - start < std::chrono::seconds(10)) {
    v1::ExplainSubjectResponse response;
    if (steward.Call("/comity.v1.EventService/ExplainSubject", request, &response).ok() && response.deeds_size() > 0) {
      return Milliseconds(Clock::now() - start);
    }
    std::this_thread::sleep_for(std::chrono::microseconds(500));
  }
  return -1;
}

// Sends `rate` webhooks a second for `seconds`, by the clock and not by the answers, and measures each `nth` of them. Exits if one is lost.
std::vector<double> TimesAt(const Deployment& deployment, int rate, int seconds, int nth, int senders, int64_t first_ticket) {
  std::atomic<int> next = 0, failed = 0;
  Mutex mutex;
  std::vector<double> visible;
  const auto start = Clock::now();
  std::vector<std::thread> threads;
  for (int s = 0; s < senders; ++s) {
    threads.emplace_back([&] {
      const auto steward = deployment.Steward();
      Sender sender(deployment.hook_port());
      for (int i = next++; i < rate * seconds; i = next++) {
        const auto due = start + std::chrono::microseconds(int64_t{1'000'000} * i / rate);
        std::this_thread::sleep_until(due);
        double time = sender.Send(first_ticket + i) ? 0 : -1;
        if (time == 0 && i % nth == 0) time = UntilVisible(*steward, first_ticket + i, due);
        if (time < 0) ++failed;
        if (time <= 0) continue;
        MutexLock lock(mutex);
        visible.push_back(time);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  if (failed > 0 || visible.empty()) {
    std::cerr << failed << " webhooks were lost or late\n" << ReadFile(deployment.log());
    std::exit(1);
  }
  std::printf("# %d webhooks in %.1f s\n", rate * seconds, Milliseconds(Clock::now() - start) / 1000);
  return visible;
}

int Run() {
  Deployment deployment;
  const std::vector<double> sync = FdatasyncTimes(deployment.dir() / "sync");
  const std::vector<double> unary = UnaryTimes(*deployment.Steward());
  const double limit = 2 * Percentile(sync, 0.99) + Percentile(unary, 0.99);
  std::printf("fdatasync/bytes=4096 p50 %.2f p99 %.2f ms\nunary p50 %.2f p99 %.2f ms\n", Percentile(sync, 0.5), Percentile(sync, 0.99),
              Percentile(unary, 0.5), Percentile(unary, 0.99));
  const std::vector<double> few = TimesAt(deployment, 200, 10, 1, 16, 1'000'000);
  std::printf("webhook_to_credit/200_per_s p50 %.1f p99 %.1f ms, %.1f times the limit of %.1f ms\n", Percentile(few, 0.5),
              Percentile(few, 0.99), Percentile(few, 0.99) / limit, limit);
  const std::vector<double> many = TimesAt(deployment, 5000, 8, 50, 64, 2'000'000);
  std::printf("webhook_to_credit/5000_per_s p50 %.1f p99 %.1f ms\n", Percentile(many, 0.5), Percentile(many, 0.99));
  return 0;
}

}  // namespace
}  // namespace comity::testing

int main() { return comity::testing::Run(); }
