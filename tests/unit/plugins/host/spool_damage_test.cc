// D2: a spool that was torn or has rotted. All of it is noticed, the sound beginning is kept, and nothing is ever handed out changed.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <random>

#include "plugins/host/segment.h"
#include "plugins/host/spool.h"
#include "tests/support/figures.h"
#include "tests/support/process.h"

namespace comity::host {
namespace {

using comity::testing::Figure;
using comity::testing::IsSoak;
using comity::testing::Report;

constexpr uint64_t kNumber = 1;
constexpr size_t kTornBytes = 64 * 1024;

class D2ADamagedSpool : public ::testing::Test {
 protected:
  D2ADamagedSpool() {
    std::mt19937 random(2);
    bytes = SegmentHeader(kNumber);
    Chain chain = FirstChain(kNumber);
    for (uint64_t sequence = 1; bytes.size() < kTornBytes + 4096; ++sequence) {
      payloads.push_back(std::string(random() % 2000, static_cast<char>('a' + sequence % 26)) + std::to_string(sequence));
      AppendRecord(bytes, sequence, payloads.back(), chain);
      ends.push_back(bytes.size());
    }
  }
  // Reads `damaged`, all of whose bytes before `first_changed` are as they were written.
  void ExpectNoticed(std::string_view damaged, size_t first_changed) {
    size_t next = 0;
    const Scan scan = ScanSegment(damaged, kNumber, [&](const Record& record) {
      ASSERT_LT(next, payloads.size());
      ASSERT_EQ(record.payload, payloads[next]);
      ASSERT_EQ(record.sequence, ++next);
    });
    const auto sound = static_cast<size_t>(std::upper_bound(ends.begin(), ends.end(), first_changed) - ends.begin());
    ASSERT_EQ(scan.records, sound) << "changed at " << first_changed;
    const bool at_a_boundary = damaged.size() == first_changed && sound > 0 && ends[sound - 1] == first_changed;
    ASSERT_EQ(scan.whole, at_a_boundary || damaged.size() == kSegmentHeaderBytes) << "changed at " << first_changed;
  }
  // The same through the spool's own start.
  void ExpectOpened(std::string_view damaged, size_t first_changed) {
    const comity::testing::TempDir dir;
    std::filesystem::create_directory(dir / "spool");
    std::filesystem::permissions(dir / "spool", std::filesystem::perms::owner_all);
    comity::testing::WriteFile(dir / "spool/0000000000000001.spool", std::string(damaged));
    SpoolOptions options;
    options.dir = dir / "spool";
    Disk disk;
    std::vector<std::string> found;
    auto spool = Spool::Open(options, disk, [&](const Spool::Found& one) { found.emplace_back(one.payload); });
    ASSERT_TRUE(spool.ok()) << spool.status();
    const auto sound = static_cast<size_t>(std::upper_bound(ends.begin(), ends.end(), first_changed) - ends.begin());
    ASSERT_EQ(found.size(), sound);
    ASSERT_TRUE(std::equal(found.begin(), found.end(), payloads.begin()));
  }

  std::string bytes;
  std::vector<std::string> payloads;
  std::vector<size_t> ends;
};

TEST_F(D2ADamagedSpool, TornAtAnyByteKeepsWhatIsBeforeIt) {
  const size_t step = IsSoak() ? 1 : 61;
  size_t torn = 0;
  for (size_t size = bytes.size() - kTornBytes; size < bytes.size(); size += step, ++torn) {
    ASSERT_NO_FATAL_FAILURE(ExpectNoticed(std::string_view(bytes).substr(0, size), size));
    if (torn % 200 == 0) {
      ASSERT_NO_FATAL_FAILURE(ExpectOpened(std::string_view(bytes).substr(0, size), size));
    }
  }
  Report("D2", "torn at " + std::to_string(torn) + " places of the last 64 KiB: the sound beginning kept, nothing changed handed out");
}

TEST_F(D2ADamagedSpool, WithFlippedSwappedOrZeroedBytesIsNoticed) {
  const int64_t flips = Figure("D2");
  std::mt19937 random(3);
  for (int64_t flip = 0; flip < flips; ++flip) {
    const size_t bit = random() % (bytes.size() * 8);
    std::string damaged = bytes;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    const size_t first = bit / 8 < kSegmentHeaderBytes ? 0 : bit / 8;
    ASSERT_NO_FATAL_FAILURE(ExpectNoticed(damaged, first));
    if (flip % 200 == 0) {
      ASSERT_NO_FATAL_FAILURE(ExpectOpened(damaged, first));
    }
  }
  int64_t blocks = 0;
  for (int64_t i = 0; i < flips / 10; ++i) {
    const size_t size = 1 + random() % 4096;
    const size_t a = kSegmentHeaderBytes + random() % (bytes.size() - kSegmentHeaderBytes - size);
    const size_t b = kSegmentHeaderBytes + random() % (bytes.size() - kSegmentHeaderBytes - size);
    std::string zeroed = bytes, swapped = bytes;
    zeroed.replace(a, size, std::string(size, '\0'));
    swapped.replace(a, size, bytes.substr(b, size));
    for (const std::string& damaged : {zeroed, swapped}) {
      const auto differs = static_cast<size_t>(std::mismatch(damaged.begin(), damaged.end(), bytes.begin()).first - damaged.begin());
      if (differs == bytes.size()) continue;
      ASSERT_NO_FATAL_FAILURE(ExpectNoticed(damaged, differs));
      ++blocks;
    }
  }
  Report("D2", std::to_string(flips) + " flipped bits and " + std::to_string(blocks) + " zeroed or overwritten blocks: all noticed");
}

}  // namespace
}  // namespace comity::host
