// What it costs to verify a hook and to make facts of it, for every connector that has hooks. Prints, for all its recorded deliveries in
// turn on one core: `connector/SUITE REACHED deliveries/s, bare LIMIT, RATIO times`. Bare is what the libraries take for the same bytes:
// OpenSSL's HMAC-SHA-256 of the body, and simdjson's reading of it where it is JSON.
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <simdjson.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

#include "tests/unit/plugins/conformance_subjects.h"

namespace comity::sdk::conformance {
namespace {

constexpr double kRound = 0.1;  // seconds
constexpr int kRounds = 7;      // the best of them: whoever else was at work is not what is measured

// Seconds that this thread was at work.
double Now() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

// How often `work` is done in a second of one core.
template <typename Work>
double Rate(Work work) {
  double best = 0;
  for (int round = 0; round < kRounds; ++round) {
    const double start = Now();
    int64_t done = 0;
    while (Now() - start < kRound) {
      for (int i = 0; i < 16; ++i, ++done) work();
    }
    best = std::max(best, static_cast<double>(done) / (Now() - start));
  }
  return best;
}

struct Signed {
  Delivery delivery;
  Source source;
  simdjson::padded_string body;
};

std::vector<Signed> SignedCases(const Subject& subject, absl::Time now) {
  auto cases = LoadCases(subject.cases);
  if (!cases.ok()) std::exit((std::fprintf(stderr, "%s\n", cases.status().ToString().c_str()), 1));
  std::vector<Signed> all;
  for (Case& one : *cases) {
    subject.sign(one.delivery, one.source.secrets.front(), now);
    if (subject.connector->Verify(one.delivery.View(), one.source, now) != Auth::kOk) continue;  // a handshake
    simdjson::padded_string body(one.delivery.body);
    all.push_back({std::move(one.delivery), std::move(one.source), std::move(body)});
  }
  return all;
}

void Measure(const Subject& subject) {
  const absl::Time now = absl::FromUnixSeconds(1'790'000'000);
  const std::vector<Signed> all = SignedCases(subject, now);
  if (all.empty()) return;
  size_t bytes = 0, next = 0, told = 0;
  for (const Signed& one : all) bytes += one.delivery.body.size();
  const auto in_turn = [&]() -> const Signed& { return all[next++ % all.size()]; };

  simdjson::dom::parser parser;
  const double bare = Rate([&] {
    const Signed& one = in_turn();
    unsigned char tag[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    HMAC(EVP_sha256(), "secret", 6, reinterpret_cast<const unsigned char*>(one.delivery.body.data()), one.delivery.body.size(), tag, &size);
    simdjson::dom::element root;
    told += parser.parse(one.body).get(root) == simdjson::SUCCESS ? size : 0;
  });
  const double reached = Rate([&] {
    const Signed& one = in_turn();
    if (subject.connector->Verify(one.delivery.View(), one.source, now) != Auth::kOk) std::exit(1);
    const auto parsed = subject.connector->Parse(one.delivery.View(), one.source, now);
    told += parsed.ok() ? parsed->facts.size() + (parsed->wake ? 1 : 0) : 0;  // the hooks of some suites only wake
  });
  if (told == 0) std::exit((std::fprintf(stderr, "%s: no delivery told anything\n", subject.cases.c_str()), 1));
  std::printf("connector/%s %.0f deliveries/s, bare %.0f, %.2f times; %zu deliveries of %zu bytes\n",
              std::string(subject.connector->manifest().suite).c_str(), reached, bare, bare / reached, all.size(), bytes / all.size());
  std::fflush(stdout);
}

}  // namespace
}  // namespace comity::sdk::conformance

int main() {
  using namespace comity::sdk::conformance;  // NOLINT(google-build-using-namespace): this file is about nothing else
  for (const Subject& subject : AllSubjects()) {
    if (!subject.cases.empty()) Measure(subject);
  }
}
