#include "plugins/gitlab/closing_keywords.h"

#include "plugins/sdk/closing_keywords.h"

namespace comity::gitlab {

std::vector<std::string> ClosedKeys(std::string_view text, std::string_view project, std::string_view host) {
  static const sdk::ClosingSyntax kSyntax{
      .keywords = {"close", "closes", "closed", "closing", "fix", "fixes", "fixed", "fixing", "resolve", "resolves", "resolved",
                   "resolving", "implement", "implements", "implemented", "implementing"},
      .before_number = {"/-/issues/", "/-/work_items/", "/issues/"},
      .lists = true,
      .nested = true,
  };
  return sdk::ClosedKeys(text, project, host, kSyntax);
}

}  // namespace comity::gitlab
