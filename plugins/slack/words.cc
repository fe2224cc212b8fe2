#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "plugins/slack/slack.h"

namespace comity::slack {
namespace {

using nominations::Word;
using Kind = nominations::Word::Kind;

constexpr size_t kMaxId = 40;

bool IsUserId(std::string_view id) {
  return id.size() >= 3 && id.size() <= kMaxId && (id.front() == 'U' || id.front() == 'W') &&
         std::all_of(id.begin(), id.end(), [](unsigned char c) { return absl::ascii_isupper(c) || absl::ascii_isdigit(c); });
}

// What stands between `<` and `>`.
Word ReadEscaped(std::string_view inside) {
  const size_t bar = std::min(inside.find('|'), inside.size());
  const std::string_view what = inside.substr(0, bar), label = inside.substr(std::min(bar + 1, inside.size()));
  if (what.starts_with('@')) {
    const std::string_view id = what.substr(1);
    if (!IsUserId(id)) return {.kind = Kind::kUnknown};
    nominations::Person person{std::string(id), std::string(label), "<@" + std::string(id) + ">", id == "USLACKBOT"};
    return {.kind = Kind::kPerson, .text = {}, .person = std::move(person)};
  }
  if (what.starts_with('!')) return {.kind = Kind::kGroup};
  if (what.starts_with("http")) return {.kind = Kind::kText, .text = std::string(what)};
  return {.kind = Kind::kText, .text = std::string(label)};  // a channel: `#billing-42` may well be a channel's name
}

}  // namespace

std::vector<Word> ReadWords(std::string_view text) {
  std::vector<Word> words;
  while (!text.empty() && words.size() < nominations::kMaxWords) {
    const size_t begin = std::min(text.find_first_not_of(" \t\r\n"), text.size());
    text.remove_prefix(begin);
    if (text.empty()) break;
    const size_t close = text.find('>');
    if (text.front() == '<' && close != std::string_view::npos) {
      words.push_back(ReadEscaped(text.substr(1, close - 1)));
      text.remove_prefix(close + 1);
      continue;
    }
    const size_t end = std::min(text.find_first_of(" \t\r\n<", 1), text.size());
    const std::string_view word = text.substr(0, end);
    const bool is_name = word.size() > 1 && word.front() == '@';
    words.push_back({.kind = is_name ? Kind::kUnknown : Kind::kText, .text = std::string(word)});
    text.remove_prefix(end);
  }
  return words;
}

}  // namespace comity::slack
