// Promises 1 and 2 on real processes: what was acknowledged is there once, whatever was killed when.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <iostream>
#include <random>
#include <set>
#include <thread>

#include "comity/v1/admin.pb.h"
#include "service/base/mutex.h"
#include "tests/kill/kill_support.h"
#include "tests/support/deployment.h"
#include "tests/support/traffic.h"

namespace comity::testing {
namespace {

using std::chrono::milliseconds;

int FromEnvironment(const char* name, int fallback) {
  const char* text = std::getenv(name);
  return text == nullptr ? fallback : std::atoi(text);
}

bool DeliverHook(const std::string& url, int64_t ticket) { return SendHook(url, ticket).status / 100 == 2; }

// Tickets whose facts were acknowledged, by any thread.
class Acknowledged {
 public:
  void Add(int64_t first, int count) {
    MutexLock lock(mutex_);
    for (int64_t ticket = first; ticket < first + count; ++ticket) tickets_.insert(ticket);
  }
  std::set<int64_t> Take() {
    MutexLock lock(mutex_);
    return tickets_;
  }

 private:
  Mutex mutex_;
  std::set<int64_t> tickets_ ABSL_GUARDED_BY(mutex_);
};

TEST(Promise1AcknowledgedIsDurable, WhateverIsKilledUnderLoad) {
  const int kills = FromEnvironment("COMITY_KILLS", 60);
  const auto seed = static_cast<unsigned>(FromEnvironment("COMITY_KILL_SEED", 20260902));
  Deployment deployment;
  Acknowledged pushed, delivered;
  std::atomic<bool> stop = false;

  std::vector<std::thread> load;
  for (int worker = 0; worker < 2; ++worker) {
    load.emplace_back([&, worker] {
      const auto connector = deployment.Connector();
      for (int64_t first = 1'000'000 * (worker + 1); !stop; first += 20) {
        const v1::IngestEventBatchRequest batch = TicketBatch(first, 20);
        // A lost answer leaves the batch in doubt: it is sent again until it is acknowledged, as every connector does.
        while (!stop) {
          if (connector->Push(batch).ok()) {
            pushed.Add(first, 20);
            break;
          }
        }
      }
    });
  }
  for (int worker = 0; worker < 2; ++worker) {
    load.emplace_back([&, worker] {
      for (int64_t ticket = 1'000'000 * (worker + 3); !stop; ++ticket) {
        while (!stop) {
          if (DeliverHook(deployment.hook_url(), ticket)) {
            delivered.Add(ticket, 1);
            break;
          }
        }
      }
    });
  }

  std::mt19937 random(seed);
  milliseconds slowest(0);
  for (int kill = 0; kill < kills; ++kill) {
    std::this_thread::sleep_for(milliseconds(std::uniform_int_distribution<int>(20, 400)(random)));  // the moment of the kill is the point
    if (std::uniform_int_distribution<int>(0, 1)(random) == 0) {
      deployment.KillService();
      deployment.StartService();
      slowest = std::max(slowest, deployment.AwaitService(milliseconds(20'000)));
    } else {
      deployment.KillConnect();
      deployment.StartConnect();
      slowest = std::max(slowest, deployment.AwaitConnect(milliseconds(20'000)));
    }
  }
  stop = true;
  for (std::thread& thread : load) thread.join();

  std::set<int64_t> expected = pushed.Take();
  const size_t by_call = expected.size();
  for (const int64_t ticket : delivered.Take()) expected.insert(ticket);
  const auto steward = deployment.Steward();
  std::multiset<std::string> subjects;
  std::vector<int64_t> lost;
  WaitUntil(
      [&] {  // comity-connect still hands over what it had spooled
        subjects = DeedSubjects(*steward);
        lost.clear();
        for (const int64_t ticket : expected) {
          if (subjects.count(TicketKey(ticket)) == 0) lost.push_back(ticket);
        }
        return lost.empty();
      },
      milliseconds(30'000));
  EXPECT_TRUE(lost.empty()) << lost.size() << " of " << expected.size() << " lost, first " << lost.front() << "; log "
                            << ReadFile(deployment.log());
  size_t doubled = 0;
  for (auto it = subjects.begin(); it != subjects.end(); it = subjects.upper_bound(*it)) doubled += subjects.count(*it) > 1;
  EXPECT_EQ(doubled, 0u);
  EXPECT_LE(slowest, milliseconds(2'000));
  EXPECT_GT(by_call, 0u);
  EXPECT_GT(expected.size(), by_call);

  v1::VerifyLedgerRequest verify;
  verify.set_rebuild(true);
  v1::VerifyLedgerResponse verified;
  ASSERT_TRUE(steward->Call("/comity.v1.AdminService/VerifyLedger", verify, &verified).ok());
  EXPECT_TRUE(verified.ok()) << verified.ShortDebugString();
  std::cout << kills << " kills: " << by_call << " tickets acknowledged by call and " << expected.size() - by_call << " by webhook, "
            << lost.size() << " lost, " << doubled << " doubled; slowest restart " << slowest.count() << " ms; ledger of "
            << verified.entry_count() << " entries equals a rebuild\n";
}

TEST(Promise1AcknowledgedIsDurable, ReadyAgainInTwoSecondsWithManyEvents) {
  const int events = FromEnvironment("COMITY_KILL_EVENTS", 1'000'000);
  Deployment deployment;
  const auto start = std::chrono::steady_clock::now();
  {
    const auto connector = deployment.Connector();
    for (int64_t first = 0; first < events / 2; first += 500) {
      const auto response = connector->Push(TicketBatch(5'000'000 + first, 500));
      ASSERT_TRUE(response.ok()) << response.status();
    }
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  deployment.KillService();
  deployment.StartService();
  const milliseconds ready = deployment.AwaitService(milliseconds(30'000));
  EXPECT_LE(ready, milliseconds(2'000));
  v1::Status status;
  ASSERT_TRUE(deployment.Steward()->Call("/comity.v1.AdminService/GetStatus", v1::GetStatusRequest(), &status).ok());
  EXPECT_EQ(status.event_count(), events / 1000 * 1000);
  std::cout << events << " events stored in " << seconds << " s over one caller; ready " << ready.count() << " ms after kill -9\n";
}

}  // namespace
}  // namespace comity::testing
