// I7: what cannot be worked off is set aside with its reason and holds up nobody; an operator can have it tried again.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/kill/kill_support.h"
#include "tests/support/deployment.h"
#include "tests/support/figures.h"

namespace comity::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

std::string DeadCommand(const Deployment& deployment, const std::vector<std::string>& words) {
  const std::string out = deployment.dir() / "dead.out";
  WriteFile(out, "");
  std::vector<std::string> command = {COMITY_BIN_DIR "/comity-connect", "dead"};
  command.insert(command.end(), words.begin(), words.end());
  command.insert(command.end(), {"--config", deployment.dir() / "connect.yaml"});
  Process(command, out).Wait();
  return ReadFile(out);
}

TEST(I7Poison, IsSetAsideAndHoldsUpNobodyAndCanBeReplayed) {
  Deployment deployment;
  const auto steward = deployment.Steward();
  const auto rounds = Figure("I7");
  milliseconds slowest(0);
  int64_t poisoned = 0;
  for (int64_t round = 0; round < rounds; ++round) {
    // Malformed; of a kind nobody knows; by somebody nobody knows; and between them a good one.
    EXPECT_EQ(SendUnreadableHook(deployment.hook_url(), ++poisoned).status, 204);
    EXPECT_EQ(SendUnreadableHook(deployment.hook_url(), ++poisoned).status, 204);
    const std::string nothing = R"({"action":"sneezed","zen":")" + std::to_string(round) + "\"}";
    auto headers = HookHeaders("n" + std::to_string(round), nothing);
    for (auto& [name, value] : headers) {
      if (name == "X-GitHub-Event") value = "sneeze";
    }
    EXPECT_EQ(net::Fetch("POST", deployment.hook_url(), headers, nothing, {})->status, 204);
    std::string stranger = ClosedHookBody(9'500'000 + round);
    for (size_t at = 0; (at = stranger.find("\"id\":10", at)) != std::string::npos; at += 10) stranger.replace(at, 7, "\"id\":77");
    EXPECT_EQ(net::Fetch("POST", deployment.hook_url(), HookHeaders("s" + std::to_string(round), stranger), stranger, {})->status, 204);
    const int64_t good = 9'000'000 + round;
    EXPECT_EQ(SendHook(deployment.hook_url(), good).status, 204);
    const auto sent = steady_clock::now();
    EXPECT_TRUE(WaitUntil([&] { return DeedSubjects(*steward).count(TicketKey(good)) == 1; }, milliseconds(10'000)));
    slowest = std::max(slowest, std::chrono::duration_cast<milliseconds>(steady_clock::now() - sent));
    EXPECT_EQ(DeedSubjects(*steward).count(TicketKey(9'500'000 + round)), 0u) << "credited to somebody who is not known";
  }
  EXPECT_LE(slowest, milliseconds(1000)) << "the good one waited for the bad ones";
  const auto letters = [&] {
    const std::string list = DeadCommand(deployment, {"list"});
    return std::count(list.begin(), list.end(), '\n');
  };
  const auto before = letters();
  EXPECT_GE(before, poisoned);
  // Replaying changes nothing while the cause is there; nothing is lost by it.
  DeadCommand(deployment, {"replay", "--all"});
  EXPECT_EQ(letters(), before);
  Report("I7", std::to_string(poisoned) + " unreadable deliveries set aside and kept through a replay, " + std::to_string(rounds) +
                   " unknown events passed over, " + std::to_string(rounds) + " unknown actors parked; a good delivery behind them took " +
                   std::to_string(slowest.count()) + " ms");
}

}  // namespace
}  // namespace comity::testing
