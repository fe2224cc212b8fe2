// Canonical bytes: one way to write each value, so that equal values give equal bytes on every machine, and anything else is refused.
#ifndef COMITY_SERVICE_DOMAIN_CODEC_H_
#define COMITY_SERVICE_DOMAIN_CODEC_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "service/domain/values.h"

namespace comity::domain {

class ByteWriter {
 public:
  explicit ByteWriter(size_t expected_bytes = 256) { bytes_.reserve(expected_bytes); }

  void Byte(uint8_t value) { bytes_ += static_cast<char>(value); }
  void Unsigned(uint64_t value);  // base 128, least significant first, no spare bytes
  void Signed(int64_t value) { Unsigned((static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63)); }
  void Text(std::string_view value) {
    Unsigned(value.size());
    bytes_.append(value);
  }
  void Raw(std::string_view value) { bytes_.append(value); }
  void Time(absl::Time value);          // to the nanosecond; both infinities allowed
  void Duration(absl::Duration value);  // to the nanosecond; infinities are written as the greatest
  template <typename Tag>
  void Uid(const Id<Tag>& id) {
    bytes_.append(id.view());
  }
  std::string Take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// Reads what ByteWriter wrote. After the first fault everything reads as zero or empty and `ok` stays false, so that one check at the
// end is enough; loops stay bounded because `Count` fails for more items than bytes are left.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

  bool ok() const { return ok_; }
  // Everything was read and nothing was wrong.
  bool Finished() const { return ok_ && bytes_.empty(); }
  void Fail() {
    ok_ = false;
    bytes_ = {};
  }

  uint8_t Byte();
  uint64_t Unsigned();
  int64_t Signed() {
    const uint64_t value = Unsigned();
    return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
  }
  // Within [low, high], else a fault.
  int64_t SignedIn(int64_t low, int64_t high);
  // A number of items of at least one byte each.
  size_t Count(size_t limit);
  std::string Text(size_t limit);
  std::string_view Raw(size_t size);
  absl::Time Time();
  absl::Duration Duration();
  template <typename IdType>
  IdType Uid() {
    IdType id;
    const std::string_view raw = Raw(id.bytes.size());
    if (ok_) std::memcpy(id.bytes.data(), raw.data(), id.bytes.size());
    return id;
  }
  // An enum whose values are 0 (or `first`) to `last`.
  template <typename Enum>
  Enum Choice(Enum last, Enum first = static_cast<Enum>(0)) {
    const uint8_t value = Byte();
    if (value < static_cast<uint8_t>(first) || value > static_cast<uint8_t>(last)) Fail();
    return ok_ ? static_cast<Enum>(value) : first;
  }

 private:
  std::string_view bytes_;
  bool ok_ = true;
};

}  // namespace comity::domain

#endif  // COMITY_SERVICE_DOMAIN_CODEC_H_
