#include "plugins/host/segment.h"

#include <openssl/evp.h>

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

Chain Digest(std::initializer_list<std::string_view> parts) {
  // One context per thread: making one costs as much as hashing a kilobyte.
  thread_local struct Context {
    EVP_MD_CTX* value = EVP_MD_CTX_new();
    ~Context() { EVP_MD_CTX_free(value); }
  } context;
  unsigned char digest[EVP_MAX_MD_SIZE];
  EVP_DigestInit_ex(context.value, EVP_sha256(), nullptr);
  for (const std::string_view part : parts) EVP_DigestUpdate(context.value, part.data(), part.size());
  EVP_DigestFinal_ex(context.value, digest, nullptr);
  Chain chain;
  std::memcpy(chain.data(), digest, chain.size());
  return chain;
}

// Over the head's length, zero and sequence, and the payload.
Chain Next(const Chain& chain, std::string_view head, std::string_view payload) {
  return Digest({{chain.data(), chain.size()}, head.substr(kLengthAt, kChainAt - kLengthAt), payload});
}

// The size of the record that begins `bytes`, if it is sound by itself.
std::optional<size_t> SoundRecord(std::string_view bytes) {
  if (bytes.size() < kRecordHeadBytes || Get<uint32_t>(bytes, 0) != kRecordMagic || Get<uint32_t>(bytes, kZeroAt) != 0) return std::nullopt;
  const size_t length = Get<uint32_t>(bytes, kLengthAt);
  if (length > kMaxRecordBytes || length > bytes.size() - kRecordHeadBytes) return std::nullopt;
  const std::string_view summed = bytes.substr(kLengthAt, kRecordHeadBytes - kLengthAt + length);
  if (Crc32c(summed) != Get<uint32_t>(bytes, kCrcAt)) return std::nullopt;
  return kRecordHeadBytes + length;
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

Chain FirstChain(uint64_t number) { return Digest({SegmentHeader(number)}); }

void AppendRecord(std::string& out, uint64_t sequence, std::string_view payload, Chain& chain) {
  const size_t start = out.size();
  Put(out, kRecordMagic);
  Put(out, uint32_t{0});
  Put(out, static_cast<uint32_t>(payload.size()));
  Put(out, uint32_t{0});
  Put(out, sequence);
  chain = Next(chain, std::string_view(out).substr(start), payload);
  out.append(chain.data(), chain.size());
  out.append(payload);
  const uint32_t crc = Crc32c(std::string_view(out).substr(start + kLengthAt));
  std::memcpy(out.data() + start + kCrcAt, &crc, sizeof crc);
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
    const std::optional<size_t> size = SoundRecord(rest);
    if (!size) break;
    const std::string_view payload = rest.substr(kRecordHeadBytes, *size - kRecordHeadBytes);
    const Chain chain = Next(scan.chain, rest, payload);
    if (std::memcmp(chain.data(), rest.data() + kChainAt, chain.size()) != 0) break;
    scan.chain = chain;
    const auto sequence = Get<uint64_t>(rest, kSequenceAt);
    scan.greatest_sequence = std::max(scan.greatest_sequence, sequence);
    ++scan.records;
    if (on_record) on_record({sequence, at, payload});
    at += *size;
  }
  scan.valid_bytes = at;
  scan.whole = at == bytes.size();
  if (!scan.whole) scan.records_after = AnyRecordIn(bytes.substr(at));
  return scan;
}

bool ReadRecord(std::string_view bytes, uint64_t sequence, std::string_view* payload) {
  if (SoundRecord(bytes) != bytes.size() || Get<uint64_t>(bytes, kSequenceAt) != sequence) return false;
  *payload = bytes.substr(kRecordHeadBytes);
  return true;
}

}  // namespace comity::host
