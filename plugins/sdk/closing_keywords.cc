#include "plugins/sdk/closing_keywords.h"

#include <algorithm>
#include <map>
#include <optional>

#include "absl/strings/ascii.h"

namespace comity::sdk {
namespace {

constexpr size_t kMaxText = 256 * 1024;
constexpr size_t kMaxKeys = 100;
constexpr size_t kMaxRepository = 400;

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

bool TakeText(std::string_view& text, std::string_view word) {
  if (!EqualsIgnoringCase(text.substr(0, word.size()), word)) return false;
  text.remove_prefix(word.size());
  return true;
}
bool TakeBlanks(std::string_view& text) {
  const size_t blanks = std::min(text.find_first_not_of(" \t"), text.size());
  text.remove_prefix(blanks);
  return blanks > 0;
}

// `named`, spelled as `home` spells it where only the case of letters differs, in all or in all but its last part: names are the same to
// the suite then, but keys are compared by their letters.
std::string InSpellingOf(std::string_view home, std::string_view named) {
  if (EqualsIgnoringCase(named, home)) return std::string(home);
  const size_t parent = named.rfind('/'), home_parent = home.rfind('/');
  if (home_parent == std::string_view::npos || !EqualsIgnoringCase(named.substr(0, parent), home.substr(0, home_parent)))
    return std::string(named);
  return std::string(home.substr(0, home_parent)) + std::string(named.substr(parent));
}

class Scanner {
 public:
  Scanner(std::string_view home, std::string_view host, const ClosingSyntax& syntax) : home_(home), host_(host), syntax_(syntax) {}

  bool IsKeyword(std::string_view word) const {
    return std::any_of(syntax_.keywords.begin(), syntax_.keywords.end(),
                       [&](std::string_view one) { return EqualsIgnoringCase(word, one); });
  }

  // The keys of the references that `text` begins with.
  void Read(std::string_view text, std::vector<std::string>& keys) const {
    while (keys.size() < kMaxKeys) {
      if (syntax_.lists && (TakeText(text, "issues ") || TakeText(text, "issue "))) TakeBlanks(text);
      std::optional<std::string> key = Take(text);
      if (!key) return;
      if (std::find(keys.begin(), keys.end(), *key) == keys.end()) keys.push_back(*std::move(key));
      if (!syntax_.lists) return;
      TakeBlanks(text);
      if (TakeText(text, ",")) TakeBlanks(text);
      if (std::string_view rest = text; TakeText(rest, "and") && TakeBlanks(rest)) text = rest;
    }
  }

 private:
  std::optional<std::string> Take(std::string_view& text) const {
    std::string repository(home_);
    if (TakeText(text, "https://") || TakeText(text, "http://")) {
      if (!TakeText(text, host_) || !TakeText(text, "/")) return std::nullopt;
      const std::optional<std::string_view> named = TakeAddress(text);
      if (!named) return std::nullopt;
      repository = *named;
    } else if (!TakeText(text, "#")) {
      const std::optional<std::string_view> named = TakeRepository(text);
      if (!named || !TakeText(text, "#")) return std::nullopt;
      const bool sibling = named->find('/') == std::string_view::npos;
      repository = (sibling ? home_.substr(0, home_.rfind('/') + 1) : "");
      repository += *named;
    }
    size_t digits = 0;
    while (digits < text.size() && IsDigit(text[digits])) ++digits;
    if (digits == 0 || digits > 10 || text[0] == '0' || (digits < text.size() && IsWord(text[digits]))) return std::nullopt;
    std::string key = InSpellingOf(home_, repository) + "#" + std::string(text.substr(0, digits));
    text.remove_prefix(digits);
    return key;
  }

  // `owner/name` at the front of `text`, taken off it; in a nested suite also `group/subgroup/name` and `name`.
  std::optional<std::string_view> TakeRepository(std::string_view& text) const {
    size_t end = 0, parts = 0;
    while (parts == 0 || (end < text.size() && text[end] == '/' && (syntax_.nested || parts < 2))) {
      const size_t begin = parts == 0 ? 0 : end + 1;
      size_t stop = begin;
      while (stop < text.size() && (IsWord(text[stop]) || (text[stop] == '.' && (syntax_.nested || parts > 0)))) ++stop;
      if (stop == begin || stop - begin > 255 || stop > kMaxRepository) return std::nullopt;
      if (syntax_.nested && text.substr(begin, stop - begin) == "-") return std::nullopt;  // parts a project's path from what follows
      end = stop;
      ++parts;
    }
    if (parts < 2 && !syntax_.nested) return std::nullopt;
    const std::string_view repository = text.substr(0, end);
    text.remove_prefix(end);
    return repository;
  }

  // The repository of a full address, taken off `text` with all that stands before the number.
  std::optional<std::string_view> TakeAddress(std::string_view& text) const {
    for (const std::string_view before : syntax_.before_number) {
      const size_t at = text.substr(0, kMaxRepository + before.size()).find(before);
      if (at == std::string_view::npos) continue;
      std::string_view named = text.substr(0, at);
      const std::optional<std::string_view> repository = TakeRepository(named);
      if (!repository || !named.empty() || repository->find('/') == std::string_view::npos) continue;
      text.remove_prefix(at + before.size());
      return repository;
    }
    return std::nullopt;
  }

  const std::string_view home_, host_;
  const ClosingSyntax& syntax_;
};

}  // namespace

std::vector<std::string> ClosedKeys(std::string_view text, std::string_view repository, std::string_view host,
                                    const ClosingSyntax& syntax) {
  const Blanked blanked(text);
  const Scanner scanner(repository, host, syntax);
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
    if (!scanner.IsKeyword(word)) continue;
    if (end < plain.size() && plain[end] == ':') ++end;
    const size_t reference = std::min(plain.find_first_not_of(" \t", end), plain.size());
    if (reference == end || reference == plain.size() || !IsBlank(plain[end])) continue;
    scanner.Read(plain.substr(reference), keys);
  }
  return keys;
}

}  // namespace comity::sdk
