// What holds for words of facts and for those of a directory file.
#ifndef COMITY_SERVICE_APP_FACT_WORDS_H_
#define COMITY_SERVICE_APP_FACT_WORDS_H_

#include <algorithm>
#include <string_view>
#include <vector>

namespace comity::app {

// Kinds of places, as in `github:github.com:repo:acme/billing`.
inline const std::vector<std::string_view> kPlaceKinds = {"repo",  "project",   "component", "area", "queue",
                                                          "space", "namespace", "label",     "path"};

inline bool HasControlCharacter(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; });
}

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_FACT_WORDS_H_
