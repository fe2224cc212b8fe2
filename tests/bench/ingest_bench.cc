// Rows 1, 2 and 3: facts per second over gRPC into the embedded store, acknowledged after the durable commit, by one stream of batches of
// 1000 and by eight streams of batches of 100; and the same batches once more, when all of it is known. Prints `NAME MEDIAN [MIN..MAX]
// events/s`.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/deployment.h"
#include "tests/support/traffic.h"

namespace comity::testing {
namespace {

using Clock = std::chrono::steady_clock;

// Sends `batches` batches of `facts` facts over one stream and reads every acknowledgement.
bool Stream(const Deployment& deployment, int64_t first, int batches, int facts) {
  const auto client = deployment.Connector();
  const auto stream = client->OpenStream();
  std::thread sender([&] {
    for (int i = 0; i < batches; ++i) {
      if (!stream->Send(i, TicketBatch(first + static_cast<int64_t>(i) * facts / 2, facts / 2)).ok()) return;
    }
  });
  int acknowledged = 0;
  while (acknowledged < batches) {
    const auto answer = stream->Receive();
    if (!answer.ok() || answer->status().code() != 0) {
      std::cerr << (answer.ok() ? answer->ShortDebugString() : answer.status().ToString()) << "\n";
      break;
    }
    ++acknowledged;
  }
  sender.join();
  return stream->Finish().ok() && acknowledged == batches;
}

// All batches of one round over `streams` streams at once; events per second.
double Round(const char* name, const Deployment& deployment, int streams, int facts_a_batch, int facts_a_repeat) {
  const int batches = facts_a_repeat / facts_a_batch / streams;
  std::vector<char> ok(static_cast<size_t>(streams), 0);
  const auto start = Clock::now();
  std::vector<std::thread> threads;
  for (int s = 0; s < streams; ++s) {
    threads.emplace_back(
        [&, s] { ok[static_cast<size_t>(s)] = Stream(deployment, 1 + static_cast<int64_t>(s) * facts_a_repeat, batches, facts_a_batch); });
  }
  for (std::thread& thread : threads) thread.join();
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  if (std::find(ok.begin(), ok.end(), 0) != ok.end()) {
    std::cerr << name << ": a stream failed\n" << ReadFile(deployment.log());
    std::exit(1);
  }
  return static_cast<double>(batches) * facts_a_batch * streams / seconds;
}

void Print(const char* name, std::vector<double> rates) {
  std::sort(rates.begin(), rates.end());
  std::printf("%s %.0f [%.0f..%.0f] events/s\n", name, rates[rates.size() / 2], rates.front(), rates.back());
  std::fflush(stdout);
}

void Row(const char* name, const char* replay_name, int streams, int facts_a_batch, int repeats, int facts_a_repeat) {
  std::vector<double> rates, replays;
  for (int repeat = 0; repeat < repeats; ++repeat) {
    const Deployment deployment;  // a fresh store each time, so that no repeat pays for another's history
    rates.push_back(Round(name, deployment, streams, facts_a_batch, facts_a_repeat));
    replays.push_back(Round(replay_name, deployment, streams, facts_a_batch, facts_a_repeat));
  }
  Print(name, std::move(rates));
  Print(replay_name, std::move(replays));
}

}  // namespace
}  // namespace comity::testing

int main(int argc, char** argv) {
  const int facts = argc > 1 ? std::atoi(argv[1]) : 200'000;
  comity::testing::Row("ingest/streams=1/batch=1000", "replay/streams=1/batch=1000", 1, 1000, 5, facts);
  comity::testing::Row("ingest/streams=8/batch=100", "replay/streams=8/batch=100", 8, 100, 5, facts);
  return 0;
}
