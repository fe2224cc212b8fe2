#include "service/base/json_text.h"

#include <cstdint>
#include <cstdio>

namespace comity {
namespace {

struct CodePoint {
  size_t bytes = 1;
  uint32_t value = 0xfffd;  // of what is not UTF-8
};

CodePoint First(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {1, lead};
  const size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < size) return {};
  uint32_t value = lead & (0x7fu >> size);
  for (size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {};
    value = value << 6 | (byte(i) & 0x3fu);
  }
  constexpr uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool is_surrogate = value >= 0xd800 && value <= 0xdfff;
  if (value < kLeast[size] || value > 0x10ffff || is_surrogate) return {};
  return {size, value};
}

}  // namespace

void AppendJsonString(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const auto [bytes, value] = First(text);
    const bool is_control = value < 0x20 || (value >= 0x7f && value < 0xa0);
    if (value == '"' || value == '\\') {
      out += '\\';
      out += text[0];
    } else if (is_control || value == 0xfffd) {
      char escape[12];
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(value));
      out += escape;
    } else {
      out.append(text.substr(0, bytes));
    }
    text.remove_prefix(bytes);
  }
  out += '"';
}

}  // namespace comity
