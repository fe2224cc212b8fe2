// What texts may hold that are put into suites.
#ifndef COMITY_PLUGINS_SDK_TEXT_CHECKS_H_
#define COMITY_PLUGINS_SDK_TEXT_CHECKS_H_

#include <cstddef>
#include <string_view>

namespace comity::sdk {

// UTF-8 without control characters, characters that turn the direction of writing, and those that nobody sees. A text may have line ends
// (`\n`) besides.
bool IsPlainLine(std::string_view text);
bool IsPlainText(std::string_view text);
// `https://HOST…`, printable ASCII without spaces, quotes, brackets, backslashes and credentials.
bool IsWebAddress(std::string_view text, size_t most);
// One address as it may stand after `mailto:`.
bool IsMailAddress(std::string_view text, size_t most);
// Levels of a page's name: letters, digits and single dashes, dots or spaces between them, ASCII alone; slashes between levels.
bool IsPageLevels(std::string_view text, size_t most);

}  // namespace comity::sdk

#endif  // COMITY_PLUGINS_SDK_TEXT_CHECKS_H_
