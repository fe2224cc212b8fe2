// Proofs and backup. Prints `NAME VALUE UNIT`: hashing a million leaves anew, checking one proof, and the way from a backup to a service
// that answers again, with as many events as the first argument says (default 200,000; the release figure takes 1,000,000).
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "clients/verify/tree.h"
#include "service/domain/deeds/ledger.h"
#include "service/domain/proof/merkle.h"
#include "tests/support/deployment.h"
#include "tests/support/traffic.h"

namespace comity::testing {
namespace {

using Clock = std::chrono::steady_clock;

double Since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

void Print(const char* name, double value, const char* unit) {
  std::printf("%s %.3f %s\n", name, value, unit);
  std::fflush(stdout);
}

void Die(const char* what) {
  std::fprintf(stderr, "%s\n", what);
  std::exit(1);
}

void Hashing() {
  constexpr uint64_t kLeaves = 1'000'000;
  domain::Entry entry;
  entry.policy = 1;
  entry.content.share_ppm = 1'000'000;
  std::vector<std::string> leaves;
  for (uint64_t i = 0; i < kLeaves; ++i) {
    entry.revision = static_cast<int32_t>(i + 1);
    leaves.push_back(domain::EncodeEntry(entry));
  }
  auto start = Clock::now();
  domain::MerkleTree tree;
  std::vector<std::vector<domain::Digest>> levels(1);
  for (const std::string& leaf : leaves) tree.Add(domain::LeafHash(leaf));
  Print("rehash/service/leaves=1000000", Since(start), "s");
  start = Clock::now();
  verify::Tree own;
  verify::Hash chain{};
  for (const std::string& leaf : leaves) {
    const verify::Hash hash = verify::LeafHash(leaf);
    chain = verify::ChainHash(chain, hash);
    own.Add(hash);
  }
  Print("rehash/verifier_with_chain/leaves=1000000", Since(start), "s");
  if (own.Root() != tree.Root()) Die("the two trees differ");

  for (const std::string& leaf : leaves) levels[0].push_back(domain::LeafHash(leaf));
  while (levels.back().size() > 1) {
    std::vector<domain::Digest> next;
    for (size_t i = 0; i + 1 < levels.back().size(); i += 2) next.push_back(domain::NodeHash(levels.back()[i], levels.back()[i + 1]));
    levels.push_back(std::move(next));
  }
  const auto at = [&](const domain::SubtreeName& name) -> absl::StatusOr<domain::Digest> {
    return levels[static_cast<size_t>(name.level)][name.number];
  };
  double inclusion = 0, consistency = 0;
  constexpr int kProofs = 2'000;
  for (uint64_t i = 0; i < kProofs; ++i) {
    const uint64_t index = i * 499 % kLeaves, older = 1 + i * 497;
    const auto path = domain::HashRanges(domain::InclusionRanges(index, kLeaves), at).value();
    const auto between = domain::HashRanges(domain::ConsistencyRanges(older, kLeaves), at).value();
    const auto older_root = domain::HashRanges({{0, older}}, at).value().front();
    start = Clock::now();
    if (!domain::VerifyInclusion(levels[0][index], index, kLeaves, path, tree.Root())) Die("an inclusion proof does not hold");
    inclusion += Since(start);
    start = Clock::now();
    if (!domain::VerifyConsistency(older, older_root, kLeaves, tree.Root(), between)) Die("a consistency proof does not hold");
    consistency += Since(start);
  }
  Print("verify/inclusion/leaves=1000000", inclusion / kProofs * 1000, "ms");
  Print("verify/consistency/leaves=1000000", consistency / kProofs * 1000, "ms");
}

void Run(const std::vector<std::string>& command, const std::string& log) {
  Process process(command, log);
  if (process.Wait() != 0) Die(ReadFile(log).c_str());
}

void Backup(int64_t events) {
  TempDir folder;
  Deployment deployment;
  const auto connector = deployment.Connector();
  const auto stream = connector->OpenStream();
  int64_t sent = 0, acknowledged = 0;
  for (int64_t first = 1; first <= events / 2; first += 500, ++sent) {
    if (!stream->Send(sent, TicketBatch(first, 500)).ok()) Die("ingest failed");
    for (; sent - acknowledged > 4; ++acknowledged) {
      if (!stream->Receive().ok()) Die("ingest failed");
    }
  }
  if (!stream->Finish().ok()) Die("ingest failed");
  const std::string backup = folder / "backup", log = folder / "log";
  auto start = Clock::now();
  Run({COMITY_BIN_DIR "/comity", "--server", deployment.server(), "--token-file", deployment.dir() / "data/admin.token", "admin", "backup",
       backup},
      log);
  Print("backup/seconds", Since(start), "s");
  Print("backup/size", static_cast<double>(std::filesystem::file_size(backup + "/store")) / 1e6, "MB");
  deployment.KillService();
  start = Clock::now();
  Run({COMITY_BIN_DIR "/comity", "admin", "restore", backup, "--data-dir", deployment.dir() / "data", "--replace"}, log);
  deployment.StartService();
  const auto waited = deployment.AwaitService(std::chrono::minutes(10));
  Print("restore/until_it_answers", Since(start), "s");
  Print("restore/start", std::chrono::duration<double>(waited).count(), "s");
  Print("restore/events", static_cast<double>(events), "events");
}

}  // namespace
}  // namespace comity::testing

int main(int argc, char** argv) {
  comity::testing::Hashing();
  comity::testing::Backup(argc > 1 ? std::atoll(argv[1]) : 200'000);
  return 0;
}
