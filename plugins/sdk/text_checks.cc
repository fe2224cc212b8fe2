#include "plugins/sdk/text_checks.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/strings/ascii.h"

namespace comity::sdk {
namespace {

// Takes one character of UTF-8 off the front; nullopt for what is none.
std::optional<uint32_t> TakeCharacter(std::string_view& text) {
  const auto byte = [&](size_t at) { return static_cast<unsigned char>(text[at]); };
  const uint32_t first = byte(0);
  const size_t size = first < 0x80 ? 1 : (first & 0xE0) == 0xC0 ? 2 : (first & 0xF0) == 0xE0 ? 3 : (first & 0xF8) == 0xF0 ? 4 : 0;
  if (size == 0 || size > text.size()) return std::nullopt;
  uint32_t value = size == 1 ? first : first & (0xFFU >> (size + 1));
  for (size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return std::nullopt;
    value = (value << 6) | (byte(i) & 0x3FU);
  }
  constexpr uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  if (value < kLeast[size] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return std::nullopt;
  text.remove_prefix(size);
  return value;
}

// Controls, line and paragraph separators, what turns the direction or joins without being seen, tags, what is no character.
bool IsHidden(uint32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD || c == 0x61C || c == 0x200B || c == 0x200E || c == 0x200F ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xFFF0 && c <= 0xFFFF && c != 0xFFFD) ||
         (c >= 0xE0000 && c <= 0xE0FFF) || (c >= 0xE000 && c <= 0xF8FF) || (c & 0xFFFE) == 0xFFFE;
}

bool IsPlain(std::string_view text, bool lines) {
  while (!text.empty()) {
    const std::optional<uint32_t> c = TakeCharacter(text);
    if (!c || (IsHidden(*c) && !(lines && *c == '\n'))) return false;
  }
  return true;
}

bool IsAlnum(char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)); }

}  // namespace

bool IsPlainLine(std::string_view text) { return IsPlain(text, false); }
bool IsPlainText(std::string_view text) { return IsPlain(text, true); }

bool IsWebAddress(std::string_view text, size_t most) {
  if (text.size() > most) return false;
  std::string_view rest = text;
  if (rest.starts_with("https://")) {
    rest.remove_prefix(8);
  } else if (rest.starts_with("http://")) {
    rest.remove_prefix(7);
  } else {
    return false;
  }
  const std::string_view host = rest.substr(0, rest.find_first_of("/?#"));
  const bool sound_host = !host.empty() && IsAlnum(host.front()) &&
                          std::all_of(host.begin(), host.end(), [](char c) { return IsAlnum(c) || c == '.' || c == '-' || c == ':'; });
  return sound_host && std::all_of(rest.begin(), rest.end(), [](char c) {
           return c > ' ' && c <= '~' && std::string_view("\"'`<>[]{}()|\\^*").find(c) == std::string_view::npos;
         });
}

bool IsMailAddress(std::string_view text, size_t most) {
  const size_t at = text.find('@');
  if (at == 0 || at == std::string_view::npos || at + 1 == text.size() || text.size() > most) return false;
  const auto local = [](char c) { return IsAlnum(c) || std::string_view("._-+").find(c) != std::string_view::npos; };
  const auto domain = [](char c) { return IsAlnum(c) || c == '.' || c == '-'; };
  return std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), local) &&
         std::all_of(text.begin() + static_cast<std::ptrdiff_t>(at) + 1, text.end(), domain) && IsAlnum(text.back());
}

bool IsPageLevels(std::string_view text, size_t most) {
  bool letter = false;
  for (const char c : text) {
    if (IsAlnum(c)) {
      letter = true;
    } else if (letter && (c == '-' || c == '.' || c == ' ' || c == '/')) {
      letter = false;
    } else {
      return false;
    }
  }
  return letter && text.size() <= most;
}

}  // namespace comity::sdk
