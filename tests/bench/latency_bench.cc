// Row 10: time from sending a signed webhook to its credit being readable, at 200 webhooks/s in open loop; beside it the run's own limits:
// fdatasync of a 4 KiB append, and an authenticated unary call.
#include <fcntl.h>
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

// Sends one webhook and polls until its deed can be read.
double UntilVisible(const Deployment& deployment, client::Client& steward, int64_t ticket) {
  const std::string body = ClosedHookBody(ticket);
  v1::ExplainSubjectRequest request;
  request.set_subject(TicketKey(ticket));
  const auto start = Clock::now();
  const auto answer = net::Fetch("POST", deployment.hook_url(), HookHeaders("l" + std::to_string(ticket), body), body, {});
  if (!answer.ok() || answer->status / 100 != 2) return -1;
  while (Clock::now() - start < std::chrono::seconds(10)) {
    v1::ExplainSubjectResponse response;
    if (steward.Call("/comity.v1.EventService/ExplainSubject", request, &response).ok() && response.deeds_size() > 0) {
      return Milliseconds(Clock::now() - start);
    }
    std::this_thread::sleep_for(std::chrono::microseconds(500));
  }
  return -1;
}

int Run() {
  Deployment deployment;
  const std::vector<double> sync = FdatasyncTimes(deployment.dir() / "sync");
  const std::vector<double> unary = UnaryTimes(*deployment.Steward());
  constexpr int kRate = 200, kSeconds = 10, kWorkers = 16;
  std::atomic<int> next = 0;
  Mutex mutex;
  std::vector<double> visible;
  std::atomic<int> failed = 0;
  const auto start = Clock::now();
  std::vector<std::thread> workers;
  for (int w = 0; w < kWorkers; ++w) {
    workers.emplace_back([&] {
      const auto steward = deployment.Steward();
      for (int i = next++; i < kRate * kSeconds; i = next++) {
        std::this_thread::sleep_until(start +
                                      std::chrono::microseconds(1'000'000 / kRate) * i);  // open loop: by the clock, not by the answer
        const double time = UntilVisible(deployment, *steward, 1'000'000 + i);
        if (time < 0) {
          ++failed;
          continue;
        }
        MutexLock lock(mutex);
        visible.push_back(time);
      }
    });
  }
  for (std::thread& worker : workers) worker.join();
  if (failed > 0 || visible.empty()) {
    std::cerr << failed << " webhooks were lost or late\n" << ReadFile(deployment.log());
    return 1;
  }
  const double limit = 2 * Percentile(sync, 0.99) + Percentile(unary, 0.99);
  std::printf("fdatasync/bytes=4096 p50 %.2f p99 %.2f ms\nunary p50 %.2f p99 %.2f ms\n", Percentile(sync, 0.5), Percentile(sync, 0.99),
              Percentile(unary, 0.5), Percentile(unary, 0.99));
  std::printf("webhook_to_credit/200_per_s p50 %.1f p99 %.1f ms, %.1f times the limit of %.1f ms\n", Percentile(visible, 0.5),
              Percentile(visible, 0.99), Percentile(visible, 0.99) / limit, limit);
  return 0;
}

}  // namespace
}  // namespace comity::testing

int main() { return comity::testing::Run(); }
