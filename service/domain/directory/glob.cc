#include <vector>

#include "absl/strings/ascii.h"
#include "service/domain/directory/directory.h"

namespace comity::domain {
namespace {

struct Token {
  enum Kind { kLiteral, kAnyInPart, kAnyParts, kOne } kind;
  char literal = 0;
};

// `**/` at the start of a part also stands for no part at all, so its slash belongs to the token (literal '/').
std::vector<Token> Tokens(std::string_view glob) {
  std::vector<Token> tokens;
  for (size_t i = 0; i < glob.size(); ++i) {
    if (glob[i] == '?') {
      tokens.push_back({Token::kOne});
    } else if (glob[i] != '*') {
      tokens.push_back({Token::kLiteral, absl::ascii_tolower(glob[i])});
    } else if (i + 1 >= glob.size() || glob[i + 1] != '*') {
      tokens.push_back({Token::kAnyInPart});
    } else {
      const bool starts_part = i == 0 || glob[i - 1] == '/';
      while (i + 1 < glob.size() && glob[i + 1] == '*') ++i;
      const bool takes_slash = starts_part && i + 1 < glob.size() && glob[i + 1] == '/';
      if (takes_slash) ++i;
      tokens.push_back({Token::kAnyParts, takes_slash ? '/' : '\0'});
    }
  }
  return tokens;
}

}  // namespace

bool GlobMatches(std::string_view glob, std::string_view text) {
  size_t prefix = 0;
  for (; prefix < glob.size() && glob[prefix] != '*' && glob[prefix] != '?'; ++prefix) {
    if (prefix >= text.size() || absl::ascii_tolower(glob[prefix]) != absl::ascii_tolower(text[prefix])) return false;
  }
  if (prefix == glob.size()) return prefix == text.size();

  // reached[j]: the tokens so far match the first j characters. One pass over the text per token.
  std::vector<bool> reached(text.size() + 1, false);
  reached[0] = true;
  for (const Token& token : Tokens(glob)) {
    std::vector<bool> next(text.size() + 1, false);
    bool open = false;  // some earlier place was reached from which this token may go on
    for (size_t j = 0; j <= text.size(); ++j) {
      switch (token.kind) {
        case Token::kLiteral:
          next[j] = j > 0 && reached[j - 1] && absl::ascii_tolower(text[j - 1]) == token.literal;
          break;
        case Token::kOne:
          next[j] = j > 0 && reached[j - 1] && text[j - 1] != '/';
          break;
        case Token::kAnyInPart:
          if (j > 0 && text[j - 1] == '/') open = false;
          open = open || reached[j];
          next[j] = open;
          break;
        case Token::kAnyParts:
          open = open || reached[j];
          next[j] = token.literal == '/' ? reached[j] || (open && j > 0 && text[j - 1] == '/') : open;
          break;
      }
    }
    reached.swap(next);
  }
  return reached[text.size()];
}

}  // namespace comity::domain
