// Finds the names of people in texts, and puts in their place what tells nobody who it was. Pure.
#ifndef COMITY_SERVICE_DOMAIN_DIRECTORY_REDACTOR_H_
#define COMITY_SERVICE_DOMAIN_DIRECTORY_REDACTOR_H_

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "service/domain/values.h"

namespace comity::domain {

// Looks for any number of words at once, in time proportional to the text. ASCII case is ignored, as suites do for logins.
class Redactor {
 public:
  static constexpr size_t kShortest = 3;  // bytes; shorter words would hide half of every text

  // `mark` takes the place of `word`; `owner` is given back by the calls below. Words that are too short, or numbers alone, which are
  // counts and ids of many other things, are not looked for: false.
  bool Add(std::string_view word, std::string_view mark, size_t owner);

  // Replaces whole words: those that no letter or digit adjoins. Adds the owners of those found; true if there were any.
  bool Redact(std::string& text, std::vector<size_t>& owners) const;
  // Whether one is anywhere in these bytes, whatever adjoins it.
  bool FindIn(std::string_view bytes, std::vector<size_t>& owners) const;

 private:
  struct Word {
    std::string lower, mark;
    size_t owner;
  };
  const Word* At(std::string_view text, size_t place, bool whole) const;

  std::vector<Word> words_;
  std::bitset<65536> begins_;  // by hash of the first three bytes: most places are passed over with one look
  std::unordered_map<uint32_t, std::vector<size_t>> by_beginning_;
};

// What stands for somebody who was erased: `erased-` and the beginning of their random uid.
std::string ErasedMark(PersonUid person);

}  // namespace comity::domain

#endif  // COMITY_SERVICE_DOMAIN_DIRECTORY_REDACTOR_H_
