// Row 15: stored facts that the rules judge in a second of one core, from their stored bytes and already decoded; and the limit's own
// share of it, decoding alone. The peer gives numbers and no reasons, so what explaining takes is shown apart. A subject is a ticket with
// two facts of different people, as the ingest benchmarks write them.
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "service/domain/deeds/judge.h"
#include "tests/bench/ingest_rows.h"

namespace comity::bench {
namespace {

constexpr int kRepeats = 7;

double CpuSeconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) { return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6; };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

// The facts of one ticket, as they are stored.
using Ticket = std::vector<std::string>;

std::vector<Ticket> StoredTickets(int64_t facts) {
  std::vector<Ticket> tickets;
  for (const Rows& rows : MakeBatches(facts, 1000)) {
    for (size_t i = 0; i < rows.events.size(); i += 2) {
      tickets.push_back({rows.events[i].observation.bytes, rows.events[i + 1].observation.bytes});
    }
  }
  return tickets;
}

domain::SubjectInput Decoded(const Ticket& ticket) {
  domain::SubjectInput input;
  for (const std::string& bytes : ticket) {
    auto fact = domain::DecodeFact(bytes);
    if (!fact.ok()) std::abort();
    input.events.push_back({*std::move(fact), Now(), {}});
  }
  input.subject = input.events.front().fact.subject;
  return input;
}

void Measure(const char* name, int64_t facts, const std::function<void()>& work) {
  std::vector<double> rates;
  for (int i = 0; i < kRepeats; ++i) {
    const double before = CpuSeconds();
    work();
    rates.push_back(static_cast<double>(facts) / (CpuSeconds() - before));
  }
  std::sort(rates.begin(), rates.end());
  std::printf("%s %.0f [%.0f..%.0f] facts/s of one core\n", name, rates[rates.size() / 2], rates.front(), rates.back());
  std::fflush(stdout);
}

int Main(int64_t facts) {
  const std::vector<Ticket> tickets = StoredTickets(facts);
  std::vector<domain::SubjectInput> inputs;
  inputs.reserve(tickets.size());
  for (const Ticket& ticket : tickets) inputs.push_back(Decoded(ticket));
  const domain::Directory directory(MakeDirectory());
  const auto policies = domain::Policies::Create({domain::FirstPolicy(false, absl::UnixEpoch())});
  if (!policies.ok()) return 1;
  size_t deeds = 0;
  Measure("rules/decode", facts, [&] {
    for (const Ticket& ticket : tickets) deeds += Decoded(ticket).events.size() - 2;
  });
  constexpr auto kBare = domain::Explaining::kNone;
  Measure("rules/judge", facts, [&] {
    for (const domain::SubjectInput& input : inputs) deeds += domain::Judge(input, directory, *policies, kBare).deeds.size();
  });
  Measure("rules/judge_and_explain", facts, [&] {
    for (const domain::SubjectInput& input : inputs) deeds += domain::Judge(input, directory, *policies).deeds.size();
  });
  Measure("rules/decode_and_judge", facts, [&] {
    for (const Ticket& ticket : tickets) deeds += domain::Judge(Decoded(ticket), directory, *policies, kBare).deeds.size();
  });
  std::printf("rules/deeds %zu of %zu tickets\n", deeds / (3 * kRepeats), tickets.size());
  return deeds == 0 ? 1 : 0;
}

}  // namespace
}  // namespace comity::bench

int main(int argc, char** argv) { return comity::bench::Main(argc > 1 ? std::atoll(argv[1]) : 100'000); }
