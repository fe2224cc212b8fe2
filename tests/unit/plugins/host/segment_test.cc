#include "plugins/host/segment.h"

#include <gtest/gtest.h>

#include <random>

#include "plugins/host/crc32c.h"

namespace comity::host {
namespace {

constexpr uint64_t kNumber = 7;

std::vector<std::string> Payloads() {
  return {"first", "", std::string(300, 'a') + "middle", std::string("\0\n\xff", 3), std::string(1000, 'z')};
}

std::string Segment(const std::vector<std::string>& payloads, std::vector<size_t>* ends = nullptr) {
  std::string bytes = SegmentHeader(kNumber);
  Chain chain = FirstChain(kNumber);
  uint64_t sequence = 100;
  for (const std::string& payload : payloads) {
    AppendRecord(bytes, sequence++, payload, chain);
    if (ends != nullptr) ends->push_back(bytes.size());
  }
  return bytes;
}

// Reads, and checks that whatever is handed out is an unchanged beginning of what was written.
Scan ReadChecked(std::string_view bytes) {
  const std::vector<std::string> payloads = Payloads();
  size_t next = 0;
  const Scan scan = ScanSegment(bytes, kNumber, [&](const Record& record) {
    ASSERT_LT(next, payloads.size());
    EXPECT_EQ(record.payload, payloads[next]);
    EXPECT_EQ(record.sequence, 100 + next);
    ++next;
  });
  EXPECT_EQ(scan.records, next);
  return scan;
}

TEST(Crc32c, KnowsTheStandardsExampleWithAndWithoutTheInstruction) {
  EXPECT_EQ(Crc32c("123456789"), 0xe3069283u);
  EXPECT_EQ(Crc32cByTable("123456789"), 0xe3069283u);
  EXPECT_EQ(Crc32c("56789", Crc32c("1234")), 0xe3069283u);
  const std::string bytes(1001, 'q');
  for (size_t size = 0; size < bytes.size(); size += 7) EXPECT_EQ(Crc32c(bytes.substr(0, size)), Crc32cByTable(bytes.substr(0, size)));
}

TEST(Segment, GivesBackEveryRecordInOrder) {
  const Scan scan = ReadChecked(Segment(Payloads()));
  EXPECT_TRUE(scan.whole);
  EXPECT_EQ(scan.records, 5u);
  EXPECT_EQ(scan.greatest_sequence, 104u);
}

TEST(Segment, KeepsTheWholeRecordsBeforeATearAtAnyByte) {
  std::vector<size_t> ends;
  const std::string bytes = Segment(Payloads(), &ends);
  for (size_t size = 0; size < bytes.size(); ++size) {
    const Scan scan = ReadChecked(std::string_view(bytes).substr(0, size));
    const auto whole = static_cast<size_t>(std::upper_bound(ends.begin(), ends.end(), size) - ends.begin());
    EXPECT_EQ(scan.records, whole) << size;
    const size_t valid = size < kSegmentHeaderBytes ? 0 : whole == 0 ? kSegmentHeaderBytes : ends[whole - 1];
    EXPECT_EQ(scan.valid_bytes, valid) << size;
    EXPECT_EQ(scan.whole, size == valid && size > 0) << size;
    EXPECT_FALSE(scan.records_after) << size;
  }
}

TEST(Segment, NoticesEachOfAThousandFlippedBits) {
  const std::string sound = Segment(Payloads());
  std::mt19937 random(20261123);
  for (int i = 0; i < 1000; ++i) {
    std::string bytes = sound;
    const size_t bit = random() % (bytes.size() * 8);
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
    const Scan scan = ReadChecked(bytes);
    EXPECT_FALSE(scan.whole) << "bit " << bit;
    EXPECT_LE(scan.valid_bytes, bit / 8) << "bit " << bit;
  }
}

TEST(Segment, NoticesSwappedZeroedRepeatedAndMissingRecords) {
  std::vector<size_t> ends;
  const std::vector<std::string> same_size = {std::string(100, 'a'), std::string(100, 'b'), std::string(100, 'c')};
  const std::string sound = Segment(same_size, &ends);
  const size_t size = ends[1] - ends[0];
  const auto record = [&](size_t i) { return sound.substr(kSegmentHeaderBytes + i * size, size); };
  const std::string header = sound.substr(0, kSegmentHeaderBytes);
  const auto scan = [](const std::string& bytes) { return ScanSegment(bytes, kNumber, nullptr); };
  EXPECT_TRUE(scan(header + record(0) + record(1) + record(2)).whole);
  EXPECT_EQ(scan(header + record(1) + record(0) + record(2)).records, 0u);
  EXPECT_EQ(scan(header + record(0) + record(2) + record(1)).records, 1u);
  EXPECT_EQ(scan(header + record(0) + record(0) + record(1)).records, 1u);
  EXPECT_EQ(scan(header + record(0) + record(2)).records, 1u);
  EXPECT_EQ(scan(header + record(0) + std::string(size, '\0') + record(2)).records, 1u);
  EXPECT_TRUE(scan(header + record(0) + std::string(size, '\0') + record(2)).records_after);
  EXPECT_FALSE(scan(header + record(0) + std::string(size, '\0')).records_after);
  // Another segment's records are foreign even under a sound header.
  EXPECT_EQ(ScanSegment(SegmentHeader(8) + record(0), 8, nullptr).records, 0u);
}

TEST(Segment, ReadsOneRecordOnlyIfItIsTheOneAskedFor) {
  std::vector<size_t> ends;
  const std::string bytes = Segment({"payload"}, &ends);
  const std::string record = bytes.substr(kSegmentHeaderBytes);
  std::string_view payload;
  EXPECT_TRUE(ReadRecord(record, 100, &payload));
  EXPECT_EQ(payload, "payload");
  EXPECT_FALSE(ReadRecord(record, 101, &payload));
  EXPECT_FALSE(ReadRecord(record + "x", 100, &payload));
  EXPECT_FALSE(ReadRecord("", 100, &payload));
}

}  // namespace
}  // namespace comity::host
