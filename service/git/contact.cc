#include "service/git/contact.h"

#include <algorithm>

#include "absl/strings/ascii.h"

namespace comity::git {
namespace {

bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

std::string_view Trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('"')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('"')) text.remove_suffix(1);
  return text;
}

std::string ToLower(std::string_view text) { return absl::AsciiStrToLower({text.data(), text.size()}); }

// Whether `word` stands in `text` with no letter on either side.
bool HasWord(std::string_view text, std::string_view word) {
  for (size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const size_t end = at + word.size();
    if ((at == 0 || !absl::ascii_isalpha(static_cast<unsigned char>(text[at - 1]))) &&
        (end == text.size() || !absl::ascii_isalpha(static_cast<unsigned char>(text[end]))))
      return true;
  }
  return false;
}

bool NamesMachine(std::string_view text) {
  constexpr std::string_view kWords[] = {"bot", "robot", "dependabot", "renovate", "greenkeeper", "syzbot", "buildbot", "github-actions"};
  return std::any_of(std::begin(kWords), std::end(kWords), [&](std::string_view word) { return HasWord(text, word); });
}

}  // namespace

std::optional<Contact> ParseContact(std::string_view text) {
  if (text.size() > kMaxContactBytes) return std::nullopt;
  const size_t open = text.find('<');
  const size_t close = text.find('>', open == std::string_view::npos ? 0 : open);
  if (open == std::string_view::npos || close == std::string_view::npos) return std::nullopt;
  const Contact contact{Trimmed(text.substr(0, open)), Trimmed(text.substr(open + 1, close - open - 1))};
  const auto unfit = [](char c) { return IsControl(c) || c == ' ' || c == '<' || c == '>'; };
  if (contact.email.empty() || std::any_of(contact.email.begin(), contact.email.end(), unfit)) return std::nullopt;
  if (std::any_of(contact.name.begin(), contact.name.end(), [](char c) { return IsControl(c) || c == '>'; })) return std::nullopt;
  return contact;
}

std::string PersonKey(std::string_view email) { return ToLower(email); }

bool LooksLikeBot(std::string_view name, std::string_view email) {
  const std::string address = ToLower(email);
  if (address == "noreply@github.com" || address.find("[bot]") != std::string::npos) return true;
  // `+bot` of a person's own address says nothing about the person, so only the part before it is looked at.
  const std::string_view local = std::string_view(address).substr(0, address.find_first_of("@+"));
  return NamesMachine(ToLower(name)) || NamesMachine(local);
}

}  // namespace comity::git
