#include "tests/support/figures.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iostream>

namespace comity::testing {
namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kSanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif
#else
constexpr bool kSanitized = false;
#endif

struct Row {
  std::string_view id;
  int64_t everyday, release;
};
// What is counted stands in tests/README.md.
constexpr Row kRows[] = {
    {"D1", 60, 2000},            // kills
    {"D2", 1000, 10'000},        // flipped bits; every byte of a torn end in both
    {"D3", 4, 100'000},          // the n-th call for n = 1…this, ended by the first run in which nothing is left to fail
    {"D4", 3, 60},               // full disks
    {"D6", 100, 5000},           // connections cut after the commit
    {"I1", 50'000, 5'000'000},   // deliveries
    {"I2", 200, 10'000},         // orders
    {"I3", 1000, 100'000},       // deliveries with a moved clock
    {"I4", 1000, 100'000},       // jumps of the clock
    {"I5", 10'000, 10'000},      // keys, of 64 threads
    {"I7", 1, 20},               // rounds of poison
    {"A5", 5, 60},               // seconds of ten times the load
    {"A7", 20, 500},             // restarts
    {"S5", 100'000, 1'000'000},  // signatures compared, of each sort
    {"S7", 300, 10'000},         // calls
    {"L1", 1000, 10'000},        // edits, of each sort
    {"L4", 20, 1000},            // people erased, of ten times as many, from a thousand events each
    {"L5", 20, 500},             // histories
};

}  // namespace

bool IsSoak() {
  const char* const soak = std::getenv("COMITY_SOAK");
  return soak != nullptr && std::string_view(soak) == "1";
}

int64_t Figure(std::string_view row) {
  if (const char* const given = std::getenv(("COMITY_FIGURE_" + std::string(row)).c_str()); given != nullptr) return std::atoll(given);
  for (const Row& one : kRows) {
    if (one.id != row) continue;
    if (IsSoak()) return one.release;
    return kSanitized ? std::max<int64_t>(1, one.everyday / 5) : one.everyday;
  }
  std::fprintf(stderr, "no such row of figures: %s\n", std::string(row).c_str());
  std::abort();
}

void Report(std::string_view row, const std::string& result) { std::cout << "ROW " << row << " | " << result << std::endl; }

}  // namespace comity::testing
