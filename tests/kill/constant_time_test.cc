// S5: how long a signature takes to be refused tells nothing about how much of it was right. After Welch, as dudect does it.
#include <gtest/gtest.h>
#include <time.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "plugins/sdk/signatures.h"
#include "tests/support/figures.h"
#include "tests/support/process.h"

namespace comity::testing {
namespace {

int64_t Now() {
  timespec time;
  ::clock_gettime(CLOCK_MONOTONIC_RAW, &time);
  return time.tv_sec * 1'000'000'000 + time.tv_nsec;
}

struct Moments {
  double n = 0, mean = 0, squares = 0;
  void Add(double x) {
    ++n;
    const double delta = x - mean;
    mean += delta / n;
    squares += delta * (x - mean);
  }
  double variance() const { return squares / (n - 1); }
};

// Welch's t between refusals of a signature that is wrong in its first byte and of one that is wrong in its last.
double TBetweenFirstAndLastByte(int64_t samples, unsigned seed) {
  const sdk::HmacHex scheme{sdk::HashAlgorithm::kSha256, "sha256=", "X-Signature"};
  const sdk::Source source{"s", "x", "i", {"a secret of some length"}, {}};
  const std::string body = "{}", good = scheme.Sign(source.secrets[0], body);
  std::string first = good, last = good;
  const size_t prefix = scheme.prefix.size();
  first[prefix] = first[prefix] == '0' ? '1' : '0';
  last.back() = last.back() == '0' ? '1' : '0';
  net::Headers headers = {{"X-Signature", first}};
  const sdk::Request request{"POST", "/", "", &headers, body};
  std::mt19937 random(seed);
  std::vector<std::pair<bool, int64_t>> times;
  times.reserve(static_cast<size_t>(samples) * 2);
  for (int64_t i = 0; i < samples * 2; ++i) {
    const bool is_first = random() % 2 == 0;
    headers[0].second.assign(is_first ? first : last);
    const int64_t begun = Now();
    const sdk::Auth auth = scheme.Verify(request, source);
    const int64_t ended = Now();
    if (auth != sdk::Auth::kUnauthenticated) std::abort();
    times.emplace_back(is_first, ended - begun);
  }
  // What took far longer was interrupted, and says nothing: the slowest tenth goes, of both alike.
  std::vector<int64_t> sorted;
  for (const auto& [is_first, took] : times) sorted.push_back(took);
  std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() * 9 / 10), sorted.end());
  const int64_t longest = sorted[sorted.size() * 9 / 10];
  Moments of_first, of_last;
  for (const auto& [is_first, took] : times) {
    if (took <= longest) (is_first ? of_first : of_last).Add(static_cast<double>(took));
  }
  return (of_first.mean - of_last.mean) / std::sqrt(of_first.variance() / of_first.n + of_last.variance() / of_last.n);
}

TEST(S5Signatures, TakeTheSameTimeToRefuseWhateverPartOfThemIsRight) {
  const int64_t samples = Figure("S5");
  // A leak shows every time; a neighbour on this machine does not.
  double t = 100;
  for (unsigned attempt = 1; attempt <= 3 && std::abs(t) >= 4.5; ++attempt) t = TBetweenFirstAndLastByte(samples, attempt);
  EXPECT_LT(std::abs(t), 4.5);
  char text[100];
  std::snprintf(text, sizeof text, "|t| = %.2f over %lld refusals of each sort (below 4.5)", std::abs(t), static_cast<long long>(samples));
  Report("S5", text);
}

// The comparison itself, whatever the machine says today: the library's own, and nobody compares secrets in another way.
TEST(S5Signatures, AreComparedByTheLibrarysConstantTimeFunction) {
  const std::string source = ReadFile(std::string(COMITY_SOURCE_DIR) + "/plugins/sdk/signatures.cc");
  EXPECT_NE(source.find("CRYPTO_memcmp("), std::string::npos);
  for (const char* other : {"std::memcmp", "strcmp", ".compare("}) EXPECT_EQ(source.find(other), std::string::npos) << other;
}

}  // namespace
}  // namespace comity::testing
