#include "plugins/github/closing_keywords.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "absl/strings/ascii.h"

namespace comity::github {
namespace {

constexpr size_t kMaxText = 256 * 1024;
constexpr size_t kMaxKeys = 100;
constexpr std::array<std::string_view, 9> kKeywords = {"close", "closes",  "closed",   "fix",     "fixes",
                                                       "fixed", "resolve", "resolves", "resolved"};

bool IsDigit(char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); }
bool IsAlpha(char c) { return absl::ascii_isalpha(static_cast<unsigned char>(c)); }
bool IsWord(char c) { return IsDigit(c) || IsAlpha(c) || c == '_' || c == '-'; }
bool IsBlank(char c) { return c == ' ' || c == '\t'; }

bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
           return absl::ascii_tolower(static_cast<unsigned char>(x)) == absl::ascii_tolower(static_cast<unsigned char>(y));
         });
}

size_t RunLength(std::string_view text, size_t at) { return std::min(text.find_first_not_of(text[at], at), text.size()) - at; }

// `text` with code and comments blanked out.
class Blanked {
 public:
  explicit Blanked(std::string_view text) : text_(text.substr(0, kMaxText)) {
    FindLastRuns();
    for (size_t i = 0; i < text_.size();) i = std::max(i + 1, SkipFrom(i));
  }
  std::string_view text() const { return text_; }

 private:
  // Where each length of backtick run begins for the last time: tells without searching that a run has no partner.
  void FindLastRuns() {
    for (size_t i = text_.find('`'); i != std::string::npos; i = text_.find('`', i)) {
      const size_t run = RunLength(text_, i);
      last_run_[run] = i;
      i += run;
    }
  }

  // The end of what begins at `i` and does not count; `i` itself if nothing does.
  size_t SkipFrom(size_t i) {
    const std::string_view rest = std::string_view(text_).substr(i);
    if (rest.substr(0, 4) == "<!--") return Blank(i, text_.find("-->", i + 4), 3);
    if (rest[0] != '`' && rest[0] != '~') return i;
    const size_t run = RunLength(text_, i);
    if (run >= 3 && StartsLine(i)) return Blank(i, FindFence(i + run, rest[0], run), run);
    if (rest[0] == '~') return i + run;
    const auto last = last_run_.find(run);
    if (last == last_run_.end() || last->second <= i) return i + run;
    size_t end = i + run;
    do {
      end = text_.find('`', end);
      if (end == std::string::npos) return i + run;  // its partner was blanked with something before
      const size_t found = RunLength(text_, end);
      if (found == run) return Blank(i, end, run);
      end += found;
    } while (true);
  }

  bool StartsLine(size_t i) const {
    size_t spaces = 0;
    while (i > 0 && text_[i - 1] == ' ' && spaces < 4) --i, ++spaces;
    return spaces < 4 && (i == 0 || text_[i - 1] == '\n');
  }

  size_t FindFence(size_t from, char mark, size_t run) const {
    for (size_t line = text_.find('\n', from); line != std::string::npos; line = text_.find('\n', line + 1)) {
      const size_t begin = text_.find_first_not_of(' ', line + 1);
      if (begin != std::string::npos && begin - line <= 4 && text_[begin] == mark && RunLength(text_, begin) >= run) return begin;
    }
    return std::string::npos;
  }

  // Blanks [begin, end + mark); to the end of the text if `end` is npos.
  size_t Blank(size_t begin, size_t end, size_t mark) {
    const size_t stop = end == std::string::npos ? text_.size() : end + mark;
    std::fill(text_.begin() + static_cast<ptrdiff_t>(begin), text_.begin() + static_cast<ptrdiff_t>(stop), '\n');
    return stop;
  }

  std::string text_;
  std::map<size_t, size_t> last_run_;
};

// `owner/name` at the front of `text`, taken off it.
std::optional<std::string_view> TakeRepository(std::string_view& text) {
  size_t owner = 0;
  while (owner < text.size() && IsWord(text[owner])) ++owner;
  if (owner == 0 || owner > 100 || owner == text.size() || text[owner] != '/') return std::nullopt;
  size_t end = owner + 1;
  while (end < text.size() && (IsWord(text[end]) || text[end] == '.')) ++end;
  if (end == owner + 1 || end - owner > 101) return std::nullopt;
  const std::string_view repository = text.substr(0, end);
  text.remove_prefix(end);
  return repository;
}

bool TakeText(std::string_view& text, std::string_view word) {
  if (!EqualsIgnoringCase(text.substr(0, word.size()), word)) return false;
  text.remove_prefix(word.size());
  return true;
}

// `named`, with owner and name spelled as `home` spells them where only the case of letters differs: names are the same to GitHub then, but
// keys are compared by their letters.
std::string InSpellingOf(std::string_view home, std::string_view named) {
  if (EqualsIgnoringCase(named, home)) return std::string(home);
  const size_t owner = named.find('/'), home_owner = home.find('/');
  if (home_owner == std::string_view::npos || !EqualsIgnoringCase(named.substr(0, owner), home.substr(0, home_owner)))
    return std::string(named);
  return std::string(home.substr(0, home_owner)) + std::string(named.substr(owner));
}

// The key of the reference that `text` begins with.
std::optional<std::string> ReferenceAt(std::string_view text, std::string_view home, std::string_view host) {
  std::string_view repository = home;
  if (TakeText(text, "https://") || TakeText(text, "http://")) {
    if (!TakeText(text, host) || !TakeText(text, "/")) return std::nullopt;
    const auto named = TakeRepository(text);
    if (!named || !TakeText(text, "/issues/")) return std::nullopt;
    repository = *named;
  } else if (!TakeText(text, "#")) {
    const auto named = TakeRepository(text);
    if (!named || !TakeText(text, "#")) return std::nullopt;
    repository = *named;
  }
  size_t digits = 0;
  while (digits < text.size() && IsDigit(text[digits])) ++digits;
  if (digits == 0 || digits > 10 || text[0] == '0' || (digits < text.size() && IsWord(text[digits]))) return std::nullopt;
  return InSpellingOf(home, repository) + "#" + std::string(text.substr(0, digits));
}

}  // namespace

std::vector<std::string> ClosedKeys(std::string_view text, std::string_view repository, std::string_view host) {
  const Blanked blanked(text);
  const std::string_view plain = blanked.text();
  std::vector<std::string> keys;
  for (size_t i = 0; i < plain.size() && keys.size() < kMaxKeys;) {
    if (!IsWord(plain[i])) {
      ++i;
      continue;
    }
    size_t end = i;
    while (end < plain.size() && IsWord(plain[end])) ++end;
    const std::string_view word = plain.substr(i, end - i);
    i = end;
    if (std::none_of(kKeywords.begin(), kKeywords.end(), [&](std::string_view keyword) { return EqualsIgnoringCase(word, keyword); }))
      continue;
    if (end < plain.size() && plain[end] == ':') ++end;
    const size_t reference = std::min(plain.find_first_not_of(" \t", end), plain.size());
    if (reference == end || reference == plain.size() || !IsBlank(plain[end])) continue;
    auto key = ReferenceAt(plain.substr(reference), repository, host);
    if (key && std::find(keys.begin(), keys.end(), *key) == keys.end()) keys.push_back(*std::move(key));
  }
  return keys;
}

}  // namespace comity::github
