// Bounds of what people write.
#ifndef COMITY_SERVICE_DOMAIN_RECOGNITION_WORDS_H_
#define COMITY_SERVICE_DOMAIN_RECOGNITION_WORDS_H_

#include <string>
#include <string_view>

namespace comity::domain {

// Characters as people count them: code points.
int CharactersIn(std::string_view text);
// Line breaks of forms and of other systems (CR LF, CR) as LF.
std::string PlainLineBreaks(std::string_view text);
// 1 to `most` characters, something else than blanks among them, and none that control (C0, C1, the line separators of Unicode, marks that
// turn the direction of what follows) but, with `lines`, line breaks and tabs.
bool IsSoundText(std::string_view text, int most, bool lines);
// 1 to 60 lower-case letters, digits and dashes, beginning with a letter.
bool IsSlug(std::string_view text);
// An address that begins with https:// or http://: at most 500 characters, no blanks.
bool IsWebAddress(std::string_view text);
// The same for texts that differ in blanks, tabs, line breaks and ASCII case alone.
std::string SameWordsForm(std::string_view text);

}  // namespace comity::domain

#endif  // COMITY_SERVICE_DOMAIN_RECOGNITION_WORDS_H_
