// The last line of what Comity publishes as text: it names the artifact and holds a hash of what stands above, so that the text itself says
// whose it is and whether somebody has edited it since, even where nothing else is remembered.
#ifndef COMITY_PLUGINS_SDK_SEAL_H_
#define COMITY_PLUGINS_SDK_SEAL_H_

#include <string>
#include <string_view>

namespace comity::sdk {

// How a suite's markup writes that line: `<!-- … -->`, `%%…%%`, or as it is.
struct Seal {
  std::string_view before{}, after{};

  enum class State {
    kNone,     // no such line at its end
    kForeign,  // that of another artifact
    kChanged,  // somebody edited the text since
    kIntact,   // just as it was published
  };
  // `text` with its last line. Space at the end of `text` does not count.
  std::string On(std::string_view text, std::string_view id) const;
  State Read(std::string_view sealed, std::string_view id) const;
};

// Whether the last line is a seal of any artifact: Comity's own words, and nobody's help.
bool IsSealed(std::string_view text);

}  // namespace comity::sdk

#endif  // COMITY_PLUGINS_SDK_SEAL_H_
