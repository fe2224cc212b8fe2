// Compact binary records: writing never fails, reading is bounded and never runs past the end.
#ifndef COMITY_SERVICE_BASE_BYTES_H_
#define COMITY_SERVICE_BASE_BYTES_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace comity {

class ByteWriter {
 public:
  void Byte(uint8_t value) { out_ += static_cast<char>(value); }
  void Bool(bool value) { Byte(value ? 1 : 0); }
  // Seven bits a byte, least significant first.
  void Varint(uint64_t value) {
    for (; value >= 0x80; value >>= 7) Byte(static_cast<uint8_t>(value | 0x80));
    Byte(static_cast<uint8_t>(value));
  }
  // Small negative numbers stay small.
  void Signed(int64_t value) { Varint((static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63)); }
  void Text(std::string_view text) {
    Varint(text.size());
    Raw(text);
  }
  // Without its length: the reader must know it.
  void Raw(std::string_view bytes) { out_.append(bytes); }

  std::string Take() { return std::move(out_); }

 private:
  std::string out_;
};

// After the first fault everything reads as zero or empty and `ok` stays false: check once, at the end (and before trusting a count).
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  uint8_t Byte() {
    if (rest_.empty()) return Fail();
    const auto value = static_cast<uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return value;
  }
  // Faults for anything but 0 and 1, so that one value has one form.
  bool Bool() {
    const uint8_t value = Byte();
    if (value > 1) Fail();
    return value == 1;
  }
  // Faults for forms longer than needed.
  uint64_t Varint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const uint8_t byte = Byte();
      if (shift == 63 && byte > 1) return Fail();
      value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return byte == 0 && shift > 0 ? Fail() : value;
    }
    return Fail();
  }
  int64_t Signed() {
    const uint64_t value = Varint();
    return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
  }
  // A number of things that take at least `least` bytes each: faults when they cannot be there, so that no count makes us allocate.
  size_t Count(size_t least = 1) {
    const uint64_t count = Varint();
    return count > rest_.size() / least ? Fail() : static_cast<size_t>(count);
  }
  std::string_view Text() { return Raw(Count()); }
  std::string_view Raw(size_t size) {
    if (size > rest_.size()) {
      Fail();
      return {};
    }
    const std::string_view bytes = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return bytes;
  }

  bool ok() const { return ok_; }
  bool at_end() const { return rest_.empty(); }

 private:
  uint8_t Fail() {
    ok_ = false;
    rest_ = {};
    return 0;
  }

  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace comity

#endif  // COMITY_SERVICE_BASE_BYTES_H_
