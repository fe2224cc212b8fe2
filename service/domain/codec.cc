#include "service/domain/codec.h"

#include <limits>

namespace comity::domain {
namespace {

// Times are seconds and nanoseconds; these second counts stand for what has none.
constexpr int64_t kPast = std::numeric_limits<int64_t>::min();
constexpr int64_t kFuture = std::numeric_limits<int64_t>::max();
constexpr int64_t kNanosPerSecond = 1'000'000'000;

}  // namespace

void ByteWriter::Unsigned(uint64_t value) {
  while (value >= 0x80) {
    Byte(static_cast<uint8_t>(value | 0x80));
    value >>= 7;
  }
  Byte(static_cast<uint8_t>(value));
}

void ByteWriter::Time(absl::Time value) {
  if (value == absl::InfinitePast()) return Signed(kPast);
  if (value == absl::InfiniteFuture()) return Signed(kFuture);
  const int64_t seconds = absl::ToUnixSeconds(value);
  Signed(seconds);
  Unsigned(static_cast<uint64_t>(absl::ToInt64Nanoseconds(value - absl::FromUnixSeconds(seconds))));
}

void ByteWriter::Duration(absl::Duration value) { Signed(absl::ToInt64Nanoseconds(value)); }

uint8_t ByteReader::Byte() {
  if (bytes_.empty()) {
    ok_ = false;
    return 0;
  }
  const auto value = static_cast<uint8_t>(bytes_.front());
  bytes_.remove_prefix(1);
  return value;
}

uint64_t ByteReader::Unsigned() {
  uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const uint8_t byte = Byte();
    if (!ok_) return 0;
    if (shift == 63 && byte > 1) break;
    value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) {
      if (byte == 0 && shift > 0) break;  // a spare byte: not what the writer writes
      return value;
    }
  }
  Fail();
  return 0;
}

int64_t ByteReader::SignedIn(int64_t low, int64_t high) {
  const int64_t value = Signed();
  if (value >= low && value <= high) return value;
  Fail();
  return 0;
}

size_t ByteReader::Count(size_t limit) {
  const uint64_t count = Unsigned();
  if (count <= limit && count <= bytes_.size()) return static_cast<size_t>(count);
  Fail();
  return 0;
}

std::string ByteReader::Text(size_t limit) { return std::string(Raw(Count(limit))); }

std::string_view ByteReader::Raw(size_t size) {
  if (size > bytes_.size()) {
    Fail();
    return {};
  }
  const std::string_view raw = bytes_.substr(0, size);
  bytes_.remove_prefix(size);
  return raw;
}

absl::Time ByteReader::Time() {
  const int64_t seconds = Signed();
  if (!ok_ || seconds == kPast) return absl::InfinitePast();
  if (seconds == kFuture) return absl::InfiniteFuture();
  const uint64_t nanos = Unsigned();
  if (nanos >= static_cast<uint64_t>(kNanosPerSecond)) Fail();
  if (!ok_) return absl::InfinitePast();
  return absl::FromUnixSeconds(seconds) + absl::Nanoseconds(static_cast<int64_t>(nanos));
}

absl::Duration ByteReader::Duration() { return absl::Nanoseconds(Signed()); }

}  // namespace comity::domain
