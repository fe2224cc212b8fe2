#include "clients/verify/entry.h"

#include <cstdint>
#include <cstdio>

namespace comity::verify {
namespace {

constexpr char kUnknown[] = "an entry of a form that this release does not know";

// Reads past the end as zeros, and remembers it.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}
  uint8_t Byte() {
    if (rest_.empty()) {
      good_ = false;
      return 0;
    }
    const auto byte = static_cast<uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return byte;
  }
  std::string_view Raw(size_t size) {
    if (rest_.size() < size) good_ = false;
    const std::string_view bytes = rest_.substr(0, size);
    rest_.remove_prefix(bytes.size());
    return bytes;
  }
  int64_t Signed() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const uint8_t byte = Byte();
      value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
    }
    good_ = false;
    return 0;
  }
  bool good() const { return good_; }

 private:
  std::string_view rest_;
  bool good_ = true;
};

std::string Base32Hex(std::string_view bytes) {
  std::string text;
  uint32_t bits = 0;
  int count = 0;
  for (const char c : bytes) {
    bits = (bits << 8 | static_cast<unsigned char>(c)) & 0xffff;
    for (count += 8; count >= 5; count -= 5) text += "0123456789abcdefghijklmnopqrstuv"[bits >> (count - 5) & 31];
  }
  if (count > 0) text += "0123456789abcdefghijklmnopqrstuv"[bits << (5 - count) & 31];
  return text;
}

// Days since 1970-01-01 as YYYYMMDD.
std::string DayText(int64_t day) {
  if (day < -700'000 || day > 2'900'000) return "?";
  const int64_t shifted = day + 719'468;
  const int64_t era = (shifted >= 0 ? shifted : shifted - 146'096) / 146'097;
  const int64_t of_era = shifted - era * 146'097;
  const int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36'524 - of_era / 146'096) / 365;
  const int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t month_from_march = (5 * of_year + 2) / 153;
  const int64_t day_of_month = of_year - (153 * month_from_march + 2) / 5 + 1;
  const int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  char text[32];
  std::snprintf(text, sizeof text, "%04d%02d%02d", static_cast<int>(year_of_era + era * 400 + (month <= 2 ? 1 : 0)),
                static_cast<int>(month), static_cast<int>(day_of_month));
  return text;
}

const char* ActionWord(uint8_t action) {
  switch (action) {
    case 1:
      return "grants";
    case 2:
      return "confirms";
    case 3:
      return "corrects to";
    case 4:
      return "notes as declined";
    case 5:
      return "takes back, leaving";
    default:
      return nullptr;
  }
}

}  // namespace

std::string DescribeEntry(std::string_view leaf) {
  Reader in(leaf);
  if (in.Byte() != 1) return kUnknown;
  in.Raw(16);   // line
  in.Signed();  // revision
  const char* const action = ActionWord(in.Byte());
  const std::string deed(in.Raw(16));
  const int64_t day = in.Signed();
  in.Byte();   // kind
  in.Raw(32);  // person and account
  const int64_t share_ppm = in.Signed();
  if (!in.good() || action == nullptr || share_ppm < 0 || share_ppm > 1'000'000) return kUnknown;
  char share[32];
  std::snprintf(share, sizeof share, "%g %%", static_cast<double>(share_ppm) / 10'000);
  if (deed.find_first_not_of('\0') == std::string::npos) return std::string(action) + " help within one team, nameless";
  return std::string(action) + " " + share + " of deeds/" + DayText(day) + "-" + Base32Hex(deed);
}

}  // namespace comity::verify
