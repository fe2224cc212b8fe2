#include "service/domain/directory/redactor.h"

#include <algorithm>

#include "absl/strings/ascii.h"

namespace comity::domain {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
// Bytes of other scripts count as letters, so that no word ends in the middle of a character.
bool IsLetterOrDigit(char c) {
  const char lower = absl::ascii_tolower(c);
  return IsDigit(c) || (lower >= 'a' && lower <= 'z') || (static_cast<unsigned char>(c) & 0x80) != 0;
}

// Of three bytes at `text`.
uint32_t BeginningOf(const char* text) {
  return static_cast<uint32_t>(static_cast<unsigned char>(absl::ascii_tolower(text[0]))) << 16 |
         static_cast<uint32_t>(static_cast<unsigned char>(absl::ascii_tolower(text[1]))) << 8 |
         static_cast<unsigned char>(absl::ascii_tolower(text[2]));
}
size_t BitOf(uint32_t beginning) { return (beginning * 2654435761U) >> 16; }

}  // namespace

bool Redactor::Add(std::string_view word, std::string_view mark, size_t owner) {
  if (word.size() < kShortest || std::all_of(word.begin(), word.end(), IsDigit)) return false;
  Word added{std::string(word), std::string(mark), owner};
  absl::AsciiStrToLower(&added.lower);
  const uint32_t beginning = BeginningOf(added.lower.data());
  begins_.set(BitOf(beginning));
  std::vector<size_t>& same = by_beginning_[beginning];
  same.push_back(words_.size());
  words_.push_back(std::move(added));
  // The longest first: of `ana-maria` nothing is left when `ana` goes too.
  std::stable_sort(same.begin(), same.end(), [this](size_t a, size_t b) { return words_[a].lower.size() > words_[b].lower.size(); });
  return true;
}

const Redactor::Word* Redactor::At(std::string_view text, size_t place, bool whole) const {
  const uint32_t beginning = BeginningOf(text.data() + place);
  if (!begins_.test(BitOf(beginning))) return nullptr;
  const auto found = by_beginning_.find(beginning);
  if (found == by_beginning_.end()) return nullptr;
  for (const size_t index : found->second) {
    const Word& word = words_[index];
    const size_t end = place + word.lower.size();
    if (end > text.size()) continue;
    if (!std::equal(word.lower.begin(), word.lower.end(), text.begin() + static_cast<std::ptrdiff_t>(place),
                    [](char a, char b) { return a == absl::ascii_tolower(b); })) {
      continue;
    }
    const bool ends = end == text.size() || !IsLetterOrDigit(text[end]) || !IsLetterOrDigit(text[end - 1]);
    const bool starts = place == 0 || !IsLetterOrDigit(text[place - 1]) || !IsLetterOrDigit(text[place]);
    if (!whole || (starts && ends)) return &word;
  }
  return nullptr;
}

bool Redactor::Redact(std::string& text, std::vector<size_t>& owners) const {
  if (words_.empty() || text.size() < kShortest) return false;
  std::string result;
  size_t copied = 0;
  for (size_t place = 0; place + kShortest <= text.size();) {
    const Word* word = At(text, place, true);
    if (word == nullptr) {
      ++place;
      continue;
    }
    owners.push_back(word->owner);
    result.append(text, copied, place - copied);
    result.append(word->mark);
    place += word->lower.size();
    copied = place;
  }
  if (copied == 0) return false;
  result.append(text, copied);
  text = std::move(result);
  return true;
}

bool Redactor::FindIn(std::string_view bytes, std::vector<size_t>& owners) const {
  bool found = false;
  for (size_t place = 0; !words_.empty() && place + kShortest <= bytes.size(); ++place) {
    const Word* word = At(bytes, place, false);
    if (word == nullptr) continue;
    owners.push_back(word->owner);
    found = true;
  }
  return found;
}

std::string ErasedMark(PersonUid person) { return "erased-" + person.ToText().substr(0, 8); }

}  // namespace comity::domain
