// Bounds of what people write.
#ifndef COMITY_SERVICE_DOMAIN_RECOGNITION_WORDS_H_
#define COMITY_SERVICE_DOMAIN_RECOGNITION_WORDS_H_

#include <string>
#include <string_view>

namespace comity::domain {

// Characters as people count them: code points.
int CharactersIn(std::string_view text);
// 1 to `most` characters, something else than blanks among them, and no control characters but, with `lines`, line breaks.
bool IsSoundText(std::string_view text, int most, bool lines);
// 1 to 60 lower-case letters, digits and dashes, beginning with a letter.
bool IsSlug(std::string_view text);
// An address that begins with https:// or http://: at most 500 characters, no blanks.
bool IsWebAddress(std::string_view text);
// The same for texts that differ in blanks, line breaks and ASCII case alone.
std::string SameWordsForm(std::string_view text);

}  // namespace comity::domain

#endif  // COMITY_SERVICE_DOMAIN_RECOGNITION_WORDS_H_
