#include "plugins/github/closing_keywords.h"

#include "plugins/sdk/closing_keywords.h"

namespace comity::github {

std::vector<std::string> ClosedKeys(std::string_view text, std::string_view repository, std::string_view host) {
  static const sdk::ClosingSyntax kSyntax{
      .keywords = {"close", "closes", "closed", "fix", "fixes", "fixed", "resolve", "resolves", "resolved"},
      .before_number = {"/issues/"},
  };
  return sdk::ClosedKeys(text, repository, host, kSyntax);
}

}  // namespace comity::github
