// MAINTAINERS, then a NUL, then paths line by line: every path has one area, and an exception is never in the area it is an exception of
// by the same rule.
// Link: comity_domain_lookback
#include <algorithm>

#include "service/domain/lookback/areas.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using comity::domain::lookback::Areas;
  std::string_view rest = comity::fuzz::Text(data, size);
  const std::string_view file = comity::fuzz::TakeUntil(rest, '\0');
  const comity::domain::lookback::AreaRules rules = comity::domain::lookback::ParseMaintainers(file);
  comity::fuzz::Require(rules.rules.size() <= comity::domain::lookback::kMaxRules, "within its bounds");
  Areas areas(rules);
  std::vector<std::string_view> parts;
  for (int paths = 0; !rest.empty() && paths < 100; ++paths) {
    const std::string_view path = comity::fuzz::TakeUntil(rest, '\n');
    const std::string area = areas.name(areas.AreaOf(path));
    comity::domain::lookback::SplitPath(path, parts);
    const bool titled = std::any_of(rules.rules.begin(), rules.rules.end(), [&](const auto& rule) { return rule.area == area; });
    const bool matched = std::any_of(rules.rules.begin(), rules.rules.end(), [&](const auto& rule) {
      return rule.pattern.Matches(parts) &&
             (rule.except == nullptr ||
              std::none_of(rule.except->begin(), rule.except->end(), [&](const auto& except) { return except.Matches(parts); }));
    });
    comity::fuzz::Require(parts.empty() || !matched || titled, "where a rule matches, a section names the area");
  }
  return 0;
}
