#include "service/domain/recognition/words.h"

#include <algorithm>

namespace comity::domain {
namespace {

constexpr int kMaxSlug = 60;
constexpr int kMaxAddress = 500;

bool IsControl(unsigned char c) { return c < 0x20 || c == 0x7F; }

}  // namespace

int CharactersIn(std::string_view text) {
  return static_cast<int>(std::count_if(text.begin(), text.end(), [](unsigned char c) { return (c & 0xC0) != 0x80; }));
}

bool IsSoundText(std::string_view text, int most, bool lines) {
  const bool blank = std::all_of(text.begin(), text.end(), [](char c) { return c == ' ' || c == '\n'; });
  const bool control = std::any_of(text.begin(), text.end(), [&](unsigned char c) { return IsControl(c) && !(lines && c == '\n'); });
  return !blank && !control && CharactersIn(text) <= most;
}

bool IsSlug(std::string_view text) {
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  return !text.empty() && text.size() <= kMaxSlug && is_letter(text.front()) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-'; });
}

bool IsWebAddress(std::string_view text) {
  const size_t scheme = text.starts_with("https://") ? 8 : text.starts_with("http://") ? 7 : 0;
  return scheme > 0 && text.size() > scheme && CharactersIn(text) <= kMaxAddress &&
         std::none_of(text.begin(), text.end(), [](unsigned char c) { return IsControl(c) || c == ' '; });
}

std::string SameWordsForm(std::string_view text) {
  std::string form;
  for (const char c : text) {
    if (c == ' ' || c == '\n') {
      if (!form.empty() && form.back() != ' ') form += ' ';
    } else {
      form += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  if (!form.empty() && form.back() == ' ') form.pop_back();
  return form;
}

}  // namespace comity::domain
