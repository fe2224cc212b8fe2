// Which tickets a merge request says it closes: "Closes #12", "Implements acme/payments/billing#12, #13 and
// https://gitlab.com/acme/web/-/issues/14".
#ifndef COMITY_PLUGINS_GITLAB_CLOSING_KEYWORDS_H_
#define COMITY_PLUGINS_GITLAB_CLOSING_KEYWORDS_H_

#include <string>
#include <string_view>
#include <vector>

namespace comity::gitlab {

// As sdk::ClosedKeys, with the pattern that GitLab has unless its administrator sets another.
std::vector<std::string> ClosedKeys(std::string_view text, std::string_view project, std::string_view host);

}  // namespace comity::gitlab

#endif  // COMITY_PLUGINS_GITLAB_CLOSING_KEYWORDS_H_
