// Promises 1 and 2 on real processes: what was acknowledged is there once, whatever was killed when.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <thread>

#include "comity/v1/admin.pb.h"
#include "service/base/failpoint.h"
#include "tests/kill/kill_support.h"
#include "tests/support/deployment.h"
#include "tests/support/figures.h"
#include "tests/support/load.h"
#include "tests/support/traffic.h"

namespace comity::testing {
namespace {

using std::chrono::milliseconds;

int FromEnvironment(const char* name, int fallback) {
  const char* text = std::getenv(name);
  return text == nullptr ? fallback : std::atoi(text);
}

// The N-th time at which a failpoint kills: the first is often while the process starts.
int HitOf(std::string_view name, std::mt19937& random) {
  const auto between = [&](int first, int last) { return std::uniform_int_distribution<int>(first, last)(random); };
  if (name == "service.store.statement") return between(200, 3000);
  if (name.starts_with("service.store.check") || name.ends_with("segment_made") || name.ends_with("tidy")) return 1;  // seldom
  if (name.starts_with("service.store.")) return between(5, 40);
  return between(1, 5);
}

bool IsService(std::string_view name) { return name.starts_with("service."); }

class D1AcknowledgedIsDurable : public ::testing::Test {
 protected:
  void Kill(bool service) { service ? deployment.KillService() : deployment.KillConnect(); }
  void Start(bool service, const std::vector<std::string>& environment = {}) {
    service ? deployment.StartService(environment) : deployment.StartConnect(environment);
  }
  void StartAndTime(bool service) {
    Start(service);
    const milliseconds took = service ? deployment.AwaitService(milliseconds(20'000)) : deployment.AwaitConnect(milliseconds(20'000));
    slowest = std::max(slowest, took);
  }
  // Starts it armed, and waits for it to die there of itself.
  void DieAt(std::string_view name) {
    const bool service = IsService(name);
    Kill(service);
    const int hit = HitOf(name, random);
    Start(service, {"COMITY_FAILPOINTS=" + std::string(name) + "=crash@" + std::to_string(hit)});
    Process& process = service ? deployment.service() : deployment.connect();
    const bool died = WaitUntil([&] { return !process.Running(); }, milliseconds(40'000));
    EXPECT_TRUE(died) << name << " was not passed " << hit << " times in 40 s";
    if (died) {
      EXPECT_EQ(process.Wait(), -1) << name << ": it ended by itself; log " << ReadFile(deployment.log());
    }
    Kill(service);
    StartAndTime(service);
  }

  const int kills = static_cast<int>(Figure("D1"));
  std::mt19937 random{static_cast<unsigned>(FromEnvironment("COMITY_KILL_SEED", 20260902))};
  Deployment deployment;
  milliseconds slowest{0};
};

// Promises 1 and 2: at each failpoint in turn, and at any moment besides.
TEST_F(D1AcknowledgedIsDurable, WhateverDiesWhereverUnderLoad) {
  std::vector<std::string_view> points = failpoint::Names();
  std::erase(points, "service.store.migration");                                                       // passed by a new store only: below
  std::erase_if(points, [](std::string_view name) { return name.starts_with("service.outbound."); });  // outbound_kill_test.cc
  Load load(deployment);
  int at_failpoints = 0;
  for (int kill = 0; kill < kills; ++kill) {
    // All of them first, then now and then another round.
    const size_t round = static_cast<size_t>(kill) % (points.size() * 3);
    if (round < points.size()) {
      load.Rest(points[round] == "connect.spool.tidy");
      DieAt(points[round]);
      load.Rest(false);
      ++at_failpoints;
      continue;
    }
    std::this_thread::sleep_for(milliseconds(std::uniform_int_distribution<int>(20, 400)(random)));  // the moment of the kill is the point
    const bool service = std::uniform_int_distribution<int>(0, 1)(random) == 0;
    Kill(service);
    StartAndTime(service);
  }
  load.Stop();
  const std::vector<Operation> history = load.Conclude();
  for (const std::string& violation : Violations(history)) ADD_FAILURE() << violation;
  EXPECT_LE(slowest, milliseconds(2'000));
  EXPECT_GT(load.by_call(), 0u);
  EXPECT_GT(load.by_stream(), 0u);
  EXPECT_GT(load.by_webhook(), 0u);

  v1::VerifyLedgerRequest verify;
  verify.set_rebuild(true);
  v1::VerifyLedgerResponse verified;
  ASSERT_TRUE(deployment.Steward()->Call("/comity.v1.AdminService/VerifyLedger", verify, &verified).ok());
  EXPECT_TRUE(verified.ok()) << verified.ShortDebugString();
  Report("D1", std::to_string(kills) + " kills, " + std::to_string(at_failpoints) + " of them at " +
                   std::to_string(std::min<size_t>(points.size(), static_cast<size_t>(at_failpoints))) +
                   " failpoints: " + std::to_string(load.by_call()) + " tickets acknowledged by call, " + std::to_string(load.by_stream()) +
                   " by stream, " + std::to_string(load.by_webhook()) + " by webhook; " + std::to_string(history.size()) +
                   " operations checked, 0 lost, 0 doubled; slowest restart " + std::to_string(slowest.count()) + " ms; ledger of " +
                   std::to_string(verified.entry_count()) + " entries equals a rebuild");
}

TEST(D1ANewStore, ThatDiesWhileItIsMadeIsMadeByTheNextStart) {
  const TempDir dir;
  const auto init = [&](const std::vector<std::string>& before) {
    std::vector<std::string> command = before;
    for (const std::string& word : {std::string(COMITY_BIN_DIR "/comityd"), std::string("init"), std::string("--data-dir"), dir / "data",
                                    std::string("--failpoints")})
      command.push_back(word);
    return Process(command, dir / "log").Wait();
  };
  EXPECT_EQ(init({"/usr/bin/env", "COMITY_FAILPOINTS=service.store.migration=crash"}), -1);
  EXPECT_EQ(init({}), 0) << ReadFile(dir / "log");
}

TEST(D1Failpoints, AreRefusedByBothProcessesWithoutTheFlag) {
  const TempDir dir;
  for (const std::string binary : {"comityd", "comity-connect"}) {
    Process process({"/usr/bin/env", "COMITY_FAILPOINTS=connect.push=crash", std::string(COMITY_BIN_DIR "/") + binary, "--config", "none"},
                    dir / "log");
    EXPECT_GT(process.Wait(), 0) << binary;
  }
  const std::string log = ReadFile(dir / "log");
  EXPECT_NE(log.find("makes this process fail on purpose"), log.rfind("makes this process fail on purpose")) << log;
}

TEST(D1AcknowledgedIsDurableAtSize, ReadyAgainInTwoSecondsWithManyEvents) {
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
  Report("D1", "ready " + std::to_string(ready.count()) + " ms after kill -9 with " + std::to_string(events) + " events, stored in " +
                   std::to_string(static_cast<int>(seconds)) + " s over one caller");
}

}  // namespace
}  // namespace comity::testing
