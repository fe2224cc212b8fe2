// Rows 14, 15, 17 and 19: with 100 thousand facts stored, how long one more contribution takes until rollups hold it; how fast the rules
// judge everything again from the store, and whether that equals what was kept step by step; what memory the service holds meanwhile.
// SourceCred's figures for the same are constants: its own run on this machine's kind, noted beside the goals (24 s for a recomputation
// of 100 thousand contributions, 93 thousand a second for flat rules, 1.58 GB).
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "comity/v1/admin.pb.h"
#include "tests/bench/process_cost.h"
#include "tests/support/deployment.h"
#include "tests/support/traffic.h"

namespace comity::bench {
namespace {

using Clock = std::chrono::steady_clock;
using testing::Deployment;

constexpr int kTicketsABatch = 500;
constexpr int kContributions = 200;

void Must(const absl::Status& status, const Deployment& deployment) {
  if (status.ok()) return;
  std::cerr << status << "\n" << testing::ReadFile(deployment.log());
  std::exit(1);
}

// What one verification of the ledger said, and the CPU time it took of the service.
struct Verified {
  v1::VerifyLedgerResponse answer;
  double cpu_seconds = 0;
};
Verified Verify(Deployment& deployment, client::Client& steward, bool rebuild) {
  v1::VerifyLedgerRequest request;
  request.set_rebuild(rebuild);
  Verified verified;
  const ProcessCost before = CostOf(deployment.service().pid());
  Must(steward.Call("/comity.v1.AdminService/VerifyLedger", request, &verified.answer), deployment);
  verified.cpu_seconds = (CostOf(deployment.service().pid()) - before).cpu_us / 1e6;
  return verified;
}

int Main(int64_t facts) {
  Deployment deployment;
  const auto steward = deployment.Steward(), connector = deployment.Connector();
  const double idle_mb = MegabytesOf(deployment.service().pid(), "VmRSS");
  int64_t ticket = 1;
  for (; ticket <= facts / 2; ticket += kTicketsABatch)
    Must(connector->Push(testing::TicketBatch(ticket, kTicketsABatch)).status(), deployment);

  std::vector<double> times;
  for (int i = 0; i < kContributions; ++i) {
    const auto start = Clock::now();
    Must(connector->Push(testing::TicketBatch(ticket++, 1)).status(), deployment);  // acknowledged when rollups are committed
    times.push_back(std::chrono::duration<double, std::milli>(Clock::now() - start).count());
  }
  std::sort(times.begin(), times.end());
  std::printf("standing/one_contribution at %lld facts p50 %.2f p99 %.2f ms\n", static_cast<long long>(facts), times[times.size() / 2],
              times[times.size() * 99 / 100]);

  const double ingest_mb = MegabytesOf(deployment.service().pid(), "VmHWM");

  // Started anew, so that the most it holds from here on is what the rebuild takes.
  deployment.service().Terminate();
  deployment.StartService();
  deployment.AwaitService(std::chrono::seconds(30));
  const Verified kept = Verify(deployment, *steward, false), rebuilt = Verify(deployment, *steward, true);
  const double all = static_cast<double>(facts + 2 * kContributions);
  std::printf("standing/rules_pass_from_store %.0f facts/s of one core\n", all / (rebuilt.cpu_seconds - kept.cpu_seconds));
  std::printf("standing/rebuild %s: %lld entries, standing %.16s, rollups %.16s\n", rebuilt.answer.ok() ? "equal" : "DIFFERENT",
              static_cast<long long>(rebuilt.answer.entry_count()), rebuilt.answer.standing_digest().c_str(),
              rebuilt.answer.rollup_digest().c_str());
  std::printf("standing/memory idle %.0f MB, rebuilding %.0f MB, taking facts in %.0f MB\n", idle_mb,
              MegabytesOf(deployment.service().pid(), "VmHWM"), ingest_mb);
  return rebuilt.answer.ok() ? 0 : 1;
}

}  // namespace
}  // namespace comity::bench

int main(int argc, char** argv) { return comity::bench::Main(argc > 1 ? std::atoll(argv[1]) : 100'000); }
