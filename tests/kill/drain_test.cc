// A7: SIGTERM lets everything that is under way finish.
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <random>
#include <thread>

#include "service/base/mutex.h"
#include "tests/kill/kill_support.h"
#include "tests/support/deployment.h"
#include "tests/support/figures.h"

namespace comity::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kOnItsWay(60);  // a call that began so long before the signal has reached the process, on a busy machine too

// What came of a call; empty if it was taken.
using Fault = std::string;

struct Call {
  steady_clock::time_point began, ended;
  Fault fault;
};

class A7ADrain : public ::testing::Test {
 protected:
  using Sender = std::function<Fault(int64_t number)>;

  // Four clients that send until the process has ended; then whether any call that was under way at the signal failed.
  void RestartUnder(const std::function<Sender()>& make_sender, Process& process) {
    std::atomic<bool> stop{false};
    Mutex mutex;
    std::vector<Call> calls;
    std::vector<std::thread> clients;
    clients.reserve(4);
    for (int i = 0; i < 4; ++i) {
      clients.emplace_back([&] {
        const Sender send = make_sender();
        while (!stop) {
          Call call{steady_clock::now(), {}, {}};
          call.fault = send(next += 100);
          call.ended = steady_clock::now();
          MutexLock lock(mutex);
          calls.push_back(call);
        }
      });
    }
    // A client whose first call is over has its connection; on a busy machine making one takes longer than kOnItsWay.
    const auto all_connected = [&] {
      MutexLock lock(mutex);
      return calls.size() >= 4 * clients.size();
    };
    EXPECT_TRUE(WaitUntil(all_connected, milliseconds(20'000)));
    std::this_thread::sleep_for(milliseconds(std::uniform_int_distribution<int>(100, 300)(random)));  // the moment is the point
    const auto signalled = steady_clock::now();
    const int code = process.Terminate();
    slowest = std::max(slowest, std::chrono::duration_cast<milliseconds>(steady_clock::now() - signalled));
    stop = true;
    for (std::thread& client : clients) client.join();
    EXPECT_EQ(code, 0) << ReadFile(deployment.log());
    for (const Call& call : calls) {
      if (call.began > signalled - kOnItsWay || call.ended < signalled) continue;
      ++in_flight;
      if (call.fault.empty()) continue;
      ++failed;
      ADD_FAILURE() << "a call that was under way failed, " << std::chrono::duration_cast<milliseconds>(signalled - call.began).count()
                    << " ms old at the signal: " << call.fault;
    }
    for (const Call& call : calls) {
      EXPECT_TRUE(call.fault.empty() || call.ended >= signalled) << "a call failed before the signal: " << call.fault;
    }
  }

  Deployment deployment;
  std::atomic<int64_t> next{6'000'000};
  std::mt19937 random{7};
  milliseconds slowest{0};
  int in_flight = 0, failed = 0;
};

TEST_F(A7ADrain, FailsNothingThatWasUnderWay) {
  const int restarts = static_cast<int>(Figure("A7"));
  for (int restart = 0; restart < restarts; ++restart) {
    RestartUnder(
        [&]() -> Sender {
          return [client = std::shared_ptr<client::Client>(deployment.ConnectorOfOneAttempt(milliseconds(20'000)))](int64_t first) {
            const auto pushed = client->Push(TicketBatch(first, 100));
            return pushed.ok() ? Fault() : std::string(pushed.status().ToString());
          };
        },
        deployment.service());
    deployment.StartService();
    deployment.AwaitService(milliseconds(20'000));
    RestartUnder(
        [&]() -> Sender {
          return [&](int64_t ticket) {
            const int status = SendHook(deployment.hook_url(), ticket).status;
            return status == 204 ? Fault() : "webhook answered " + std::to_string(status);
          };
        },
        deployment.connect());
    deployment.StartConnect();
    deployment.AwaitConnect(milliseconds(20'000));
  }
  EXPECT_LE(slowest, milliseconds(30'000));
  Report("A7", std::to_string(restarts) + " restarts of each process by SIGTERM: " + std::to_string(in_flight) +
                   " calls under way for more than 60 ms, " + std::to_string(failed) + " failed; slowest end " +
                   std::to_string(slowest.count()) + " ms");
}

}  // namespace
}  // namespace comity::testing
