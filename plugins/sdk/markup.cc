#include "plugins/sdk/markup.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace comity::sdk {
namespace {

constexpr std::string_view kJoiner = "\xE2\x81\xA0";  // U+2060: takes no room and breaks no line

bool IsAlnum(char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)); }
bool IsPunctuation(char c) { return absl::ascii_ispunct(static_cast<unsigned char>(c)); }
bool IsIn(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }

// The lines without space around them; empty ones are left out.
std::vector<std::string_view> LinesOf(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const absl::string_view line = absl::StripAsciiWhitespace(absl::string_view(text.data(), std::min(end, text.size())));
    if (!line.empty()) lines.emplace_back(line.data(), line.size());
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return lines;
}

// Whether a mark followed by this begins a mention, a reference, a name of an emoji or an address somewhere.
bool Leads(char mark, char next) {
  if (mark == '@') return next != ' ';
  if (mark == ':') return absl::ascii_isalpha(static_cast<unsigned char>(next)) || IsIn(next, "/+-_");
  if (mark == '[') return true;
  return IsIn(mark, "#!&%~$^*") && (IsAlnum(next) || IsIn(next, "\"'{_") || static_cast<unsigned char>(next) >= 0x80);
}

bool BeginsWord(std::string_view text, size_t at) { return at == 0 || !IsAlnum(text[at - 1]); }

template <typename Escape>
std::string Paragraphs(std::string_view text, const Escape& escape) {
  std::string out;
  for (const std::string_view line : LinesOf(text)) absl::StrAppend(&out, out.empty() ? "" : "\n\n", escape(Inert(line)));
  return out;
}

// Whether the character at `at` stands between letters or digits, where a dash or a slash means nothing.
bool IsWithinWord(std::string_view line, size_t at) {
  return at > 0 && at + 1 < line.size() && IsAlnum(line[at - 1]) && IsAlnum(line[at + 1]);
}

}  // namespace

std::string Inert(std::string_view line) {
  std::string out;
  for (size_t i = 0; i < line.size(); ++i) {
    out += line[i];
    const std::string_view rest = line.substr(i + 1);
    const absl::string_view before(line.data(), i + 1);
    const bool web = i >= 2 && rest.starts_with('.') && absl::EndsWithIgnoreCase(before, "www") && BeginsWord(line, i - 2);
    const bool number = i >= 2 && line[i] == '-' && !rest.empty() && absl::EndsWithIgnoreCase(before, "gh-") && BeginsWord(line, i - 2);
    if (web || number || (!rest.empty() && Leads(line[i], rest.front()))) out += kJoiner;
  }
  return out;
}

std::string MarkdownText(std::string_view lines) {
  return Paragraphs(lines, [](std::string_view line) {
    std::string out;
    bool first_word = true;  // `1.`, `1)`: the number of an item
    for (size_t i = 0; i < line.size(); ++i) {
      const char c = line[i];
      if (c == ' ') first_word = false;
      const bool plain =
          IsIn(c, ",?'\";:@%(") || (IsIn(c, ".)") && !first_word) || (IsIn(c, "-+") && IsWithinWord(line, i)) || (c == '/' && i > 0);
      if (IsPunctuation(c) && !plain) out += '\\';
      out += c;
    }
    return out;
  });
}

std::string TextileText(std::string_view lines) {
  return Paragraphs(lines, [](std::string_view line) {
    std::string out;
    bool first_word = true;  // `h1.`, `bq.`, `1.`
    for (size_t i = 0; i < line.size(); ++i) {
      const char c = line[i];
      if (c == ' ') first_word = false;
      const bool plain = c == ',' || c == '\'' || (c == '.' && !first_word) || (IsIn(c, "-/") && IsWithinWord(line, i)) ||
                         (IsIn(c, "?)") && i > 0 && line[i - 1] != c);
      if (IsPunctuation(c) && !plain) {
        absl::StrAppend(&out, "&#", static_cast<int>(c), ";");
      } else {
        out += c;
      }
    }
    return out;
  });
}

std::string LinkAddress(std::string_view address) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (size_t i = 0; i < address.size(); ++i) {
    const char c = address[i];
    const bool twice = IsIn(c, "_-.") && i > 0 && address[i - 1] == c;
    const bool escape = c == '%' && i + 2 < address.size() && absl::ascii_isxdigit(static_cast<unsigned char>(address[i + 1])) &&
                        absl::ascii_isxdigit(static_cast<unsigned char>(address[i + 2]));
    if (IsAlnum(c) || escape || (IsIn(c, "/:?=&.-_#+,;") && !twice)) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return out;
}

}  // namespace comity::sdk
