// Which tickets a change says it closes: "fixes #12", "Closes: acme/billing#12", "resolved https://github.com/acme/billing/issues/12".
#ifndef COMITY_PLUGINS_SDK_CLOSING_KEYWORDS_H_
#define COMITY_PLUGINS_SDK_CLOSING_KEYWORDS_H_

#include <string>
#include <string_view>
#include <vector>

namespace comity::sdk {

// How a suite writes it.
struct ClosingSyntax {
  std::vector<std::string_view> keywords;       // in lower case; read in any
  std::vector<std::string_view> before_number;  // of a ticket's full address, between repository and number: `/issues/`
  bool lists = false;                           // one keyword closes several: `closes #4, #6 and #7`, `closes issues #4`
  bool nested = false;                          // `group/subgroup/name#12`, and `name#12` for one beside the repository at hand
};

// Keys (`acme/billing#12`) in order of appearance, each once, at most 100. `repository` is where the change lives: it completes `#12`, and
// its spelling is taken where only the case of letters differs. `host` is that of full addresses. Code, quoted by backticks or fences, and
// HTML comments (as in templates) do not count. Linear time; looks at the first 256 KiB.
std::vector<std::string> ClosedKeys(std::string_view text, std::string_view repository, std::string_view host, const ClosingSyntax& syntax);

}  // namespace comity::sdk

#endif  // COMITY_PLUGINS_SDK_CLOSING_KEYWORDS_H_
