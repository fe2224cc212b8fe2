#include "service/domain/recognition/words.h"

#include <algorithm>

namespace comity::domain {
namespace {

constexpr int kMaxSlug = 60;
constexpr int kMaxAddress = 500;

bool IsControl(unsigned char c) { return c < 0x20 || c == 0x7F; }

// In UTF-8: U+0080 to U+009F, U+2028 to U+202E, U+2066 to U+2069.
bool HasWideControl(std::string_view text) {
  for (size_t i = 0; i + 1 < text.size(); ++i) {
    const auto byte = [&](size_t j) { return i + j < text.size() ? static_cast<unsigned char>(text[i + j]) : 0U; };
    if (byte(0) == 0xC2 && byte(1) >= 0x80 && byte(1) < 0xA0) return true;
    if (byte(0) != 0xE2) continue;
    if (byte(1) == 0x80 && byte(2) >= 0xA8 && byte(2) <= 0xAE) return true;
    if (byte(1) == 0x81 && byte(2) >= 0xA6 && byte(2) <= 0xA9) return true;
  }
  return false;
}

bool IsBlank(char c) { return c == ' ' || c == '\n' || c == '\t'; }

}  // namespace

std::string PlainLineBreaks(std::string_view text) {
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r') {
      plain += text[i];
    } else if (i + 1 == text.size() || text[i + 1] != '\n') {
      plain += '\n';
    }
  }
  return plain;
}

int CharactersIn(std::string_view text) {
  return static_cast<int>(std::count_if(text.begin(), text.end(), [](unsigned char c) { return (c & 0xC0) != 0x80; }));
}

bool IsSoundText(std::string_view text, int most, bool lines) {
  const bool blank = std::all_of(text.begin(), text.end(), IsBlank);
  const bool control =
      std::any_of(text.begin(), text.end(), [&](unsigned char c) { return IsControl(c) && !(lines && (c == '\n' || c == '\t')); });
  return !blank && !control && !HasWideControl(text) && CharactersIn(text) <= most;
}

bool IsSlug(std::string_view text) {
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  return !text.empty() && text.size() <= kMaxSlug && is_letter(text.front()) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-'; });
}

bool IsWebAddress(std::string_view text) {
  const size_t scheme = text.starts_with("https://") ? 8 : text.starts_with("http://") ? 7 : 0;
  return scheme > 0 && text.size() > scheme && CharactersIn(text) <= kMaxAddress && !HasWideControl(text) &&
         std::none_of(text.begin(), text.end(), [](unsigned char c) { return IsControl(c) || c == ' '; });
}

std::string SameWordsForm(std::string_view text) {
  std::string form;
  for (const char c : text) {
    if (IsBlank(c)) {
      if (!form.empty() && form.back() != ' ') form += ' ';
    } else {
      form += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  if (!form.empty() && form.back() == ' ') form.pop_back();
  return form;
}

}  // namespace comity::domain
