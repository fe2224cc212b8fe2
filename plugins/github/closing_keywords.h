// Which tickets a pull request says it closes: "fixes #12", "Closes: acme/billing#12", "resolved
// https://github.com/acme/billing/issues/12".
#ifndef COMITY_PLUGINS_GITHUB_CLOSING_KEYWORDS_H_
#define COMITY_PLUGINS_GITHUB_CLOSING_KEYWORDS_H_

#include <string>
#include <string_view>
#include <vector>

namespace comity::github {

// Keys (`acme/billing#12`) in order of appearance, each once, at most 100. `repository` is where the pull request lives: it completes
// `#12`, and its spelling is taken where only the case of letters differs. `host` is that of full addresses. Code, quoted by backticks or
// fences, and HTML comments (as in templates) do not count. Linear time; looks at the first 256 KiB, which is more than GitHub lets anybody
// write.
std::vector<std::string> ClosedKeys(std::string_view text, std::string_view repository, std::string_view host);

}  // namespace comity::github

#endif  // COMITY_PLUGINS_GITHUB_CLOSING_KEYWORDS_H_
