#include "plugins/host/segment.h"

#include <bit>
#include <cstring>
#include <optional>

#include "plugins/host/crc32c.h"

namespace comity::host {
namespace {

static_assert(std::endian::native == std::endian::little, "spool files are little-endian");

constexpr std::string_view kSegmentMagic = "CMTYSPL1";
constexpr uint32_t kRecordMagic = 0x31525343;  // CSR1
// In a record's head: magic, CRC of all that follows it, length, zero, sequence, chain.
constexpr size_t kCrcAt = 4, kLengthAt = 8, kZeroAt = 12, kSequenceAt = 16, kChainAt = 24;

template <typename Number>
void Put(std::string& out, Number value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}
template <typename Number>
Number Get(std::string_view bytes, size_t at) {
  Number value;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

// Over the head's length, zero and sequence, and the payload's CRC.
Chain Next(const Chain& chain, std::string_view head, uint32_t payload_crc) {
  std::string crc;
  Put(crc, payload_crc);
  return DigestOf({{chain.data(), chain.size()}, head.substr(kLengthAt, kChainAt - kLengthAt), crc});
}

// Of a whole record, the payload's part of it first.
uint32_t RecordCrc(std::string_view head, uint32_t payload_crc) {
  return Crc32c(head.substr(kLengthAt, kRecordHeadBytes - kLengthAt), payload_crc);
}

struct Sound {
  size_t size = 0;  // of the whole record
  uint32_t payload_crc = 0;
};
// The record that begins `bytes`, if it is sound by itself.
std::optional<Sound> SoundRecord(std::string_view bytes) {
  if (bytes.size() < kRecordHeadBytes || Get<uint32_t>(bytes, 0) != kRecordMagic || Get<uint32_t>(bytes, kZeroAt) != 0) return std::nullopt;
  const size_t length = Get<uint32_t>(bytes, kLengthAt);
  if (length > kMaxRecordBytes || length > bytes.size() - kRecordHeadBytes) return std::nullopt;
  const uint32_t payload_crc = Crc32c(bytes.substr(kRecordHeadBytes, length));
  if (RecordCrc(bytes, payload_crc) != Get<uint32_t>(bytes, kCrcAt)) return std::nullopt;
  return Sound{kRecordHeadBytes + length, payload_crc};
}

bool AnyRecordIn(std::string_view bytes) {
  std::string magic;
  Put(magic, kRecordMagic);
  // Each candidate costs at most one sum over what it claims; a bound keeps hostile files from making that quadratic.
  int candidates = 1000;
  for (size_t at = bytes.find(magic); at != std::string_view::npos && --candidates > 0; at = bytes.find(magic, at + 1)) {
    if (SoundRecord(bytes.substr(at))) return true;
  }
  return false;
}

}  // namespace

std::string SegmentHeader(uint64_t number) {
  std::string header(kSegmentMagic);
  Put(header, number);
  Put(header, Crc32c(header));
  Put(header, uint32_t{0});
  return header;
}

Chain FirstChain(uint64_t number) { return DigestOf({SegmentHeader(number)}); }

void AppendRecord(std::string& out, uint64_t sequence, std::string_view payload, Chain& chain) {
  const size_t start = out.size();
  Put(out, kRecordMagic);
  Put(out, uint32_t{0});
  Put(out, static_cast<uint32_t>(payload.size()));
  Put(out, uint32_t{0});
  Put(out, sequence);
  const uint32_t payload_crc = Crc32c(payload);
  chain = Next(chain, std::string_view(out).substr(start), payload_crc);
  out.append(chain.data(), chain.size());
  const uint32_t crc = RecordCrc(std::string_view(out).substr(start), payload_crc);
  std::memcpy(out.data() + start + kCrcAt, &crc, sizeof crc);
  out.append(payload);
}

Scan ScanSegment(std::string_view bytes, uint64_t number, const std::function<void(const Record&)>& on_record) {
  Scan scan;
  scan.chain = FirstChain(number);
  if (bytes.substr(0, kSegmentHeaderBytes) != SegmentHeader(number)) {
    scan.records_after = AnyRecordIn(bytes);
    return scan;
  }
  size_t at = kSegmentHeaderBytes;
  while (at < bytes.size()) {
    const std::string_view rest = bytes.substr(at);
    const std::optional<Sound> sound = SoundRecord(rest);
    if (!sound) break;
    const Chain chain = Next(scan.chain, rest, sound->payload_crc);
    if (std::memcmp(chain.data(), rest.data() + kChainAt, chain.size()) != 0) break;
    scan.chain = chain;
    const auto sequence = Get<uint64_t>(rest, kSequenceAt);
    scan.greatest_sequence = std::max(scan.greatest_sequence, sequence);
    ++scan.records;
    if (on_record) on_record({sequence, at, rest.substr(kRecordHeadBytes, sound->size - kRecordHeadBytes)});
    at += sound->size;
  }
  scan.valid_bytes = at;
  scan.whole = at == bytes.size();
  if (!scan.whole) scan.records_after = AnyRecordIn(bytes.substr(at));
  return scan;
}

bool ReadRecord(std::string_view bytes, uint64_t sequence, std::string_view* payload) {
  const std::optional<Sound> sound = SoundRecord(bytes);
  if (!sound || sound->size != bytes.size() || Get<uint64_t>(bytes, kSequenceAt) != sequence) return false;
  *payload = bytes.substr(kRecordHeadBytes);
  return true;
}

}  // namespace comity::host
