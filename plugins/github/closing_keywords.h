// Which tickets a pull request says it closes: "fixes #12", "Closes: acme/billing#12", "resolved
// https://github.com/acme/billing/issues/12".
#ifndef COMITY_PLUGINS_GITHUB_CLOSING_KEYWORDS_H_
#define COMITY_PLUGINS_GITHUB_CLOSING_KEYWORDS_H_

#include <string>
#include <string_view>
#include <vector>

namespace comity::github {

// As sdk::ClosedKeys, with GitHub's nine keywords. Its 256 KiB are more than GitHub lets anybody write.
std::vector<std::string> ClosedKeys(std::string_view text, std::string_view repository, std::string_view host);

}  // namespace comity::github

#endif  // COMITY_PLUGINS_GITHUB_CLOSING_KEYWORDS_H_
