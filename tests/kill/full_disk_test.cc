// A disk without room under a real comity-connect. A limit on the size of its files stands in for the full disk: it fails in the same place
// and needs no rights.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "tests/kill/kill_support.h"
#include "tests/support/deployment.h"

namespace comity::testing {
namespace {

using std::chrono::milliseconds;

TEST(D4AFullSpoolDisk, IsAnsweredWithLaterLosesNothingAcknowledgedAndHealsWithoutARestart) {
  Deployment deployment;
  deployment.KillService();  // nothing leaves the spool
  rlimit before{};
  ASSERT_EQ(::prlimit(deployment.connect_pid(), RLIMIT_FSIZE, nullptr, &before), 0);
  std::set<int64_t> acknowledged;
  int64_t ticket = 9'000'000;
  const auto send_until_full = [&] {
    net::Response answer{204, {}, ""};
    for (int i = 0; i < 1000 && answer.status == 204; ++i) {
      answer = SendHook(deployment.hook_url(), ++ticket);
      if (answer.status == 204) acknowledged.insert(ticket);
    }
    return answer;
  };
  for (const rlim_t room : {30'000u, 60'000u, 75'000u}) {
    const size_t acknowledged_before = acknowledged.size();
    const rlimit small{room, before.rlim_max};
    ASSERT_EQ(::prlimit(deployment.connect_pid(), RLIMIT_FSIZE, &small, nullptr), 0);
    const net::Response full = send_until_full();
    EXPECT_EQ(full.status, 503);
    EXPECT_EQ(net::FindHeader(full.headers, "Retry-After"), "60");
    EXPECT_GT(acknowledged.size(), acknowledged_before) << "more room, more is taken, by the same process";
  }
  ASSERT_EQ(::prlimit(deployment.connect_pid(), RLIMIT_FSIZE, &before, nullptr), 0);
  EXPECT_EQ(SendHook(deployment.hook_url(), ticket).status, 204) << "what was refused is welcome now";
  acknowledged.insert(ticket);

  deployment.StartService();
  deployment.AwaitService(milliseconds(20'000));
  const auto steward = deployment.Steward();
  std::multiset<std::string> subjects;
  WaitUntil([&] { return (subjects = DeedSubjects(*steward)).size() >= acknowledged.size(); }, milliseconds(30'000));
  for (const int64_t one : acknowledged) EXPECT_EQ(subjects.count(TicketKey(one)), 1u) << one;
  EXPECT_EQ(subjects.size(), acknowledged.size()) << "what was refused for good left nothing";
}

}  // namespace
}  // namespace comity::testing
