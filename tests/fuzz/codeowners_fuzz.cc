// CODEOWNERS, then a NUL, then paths line by line: every path has one area, the same when asked again, and no name is long or broken over
// lines. Link: comity_domain_lookback
#include "service/domain/lookback/areas.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using comity::domain::lookback::Areas;
  std::string_view rest = comity::fuzz::Text(data, size);
  const std::string_view file = comity::fuzz::TakeUntil(rest, '\0');
  comity::domain::lookback::AreaRules rules = comity::domain::lookback::ParseCodeowners(file);
  comity::fuzz::Require(rules.rules.size() <= comity::domain::lookback::kMaxRules, "within its bounds");
  for (const auto& rule : rules.rules) {
    comity::fuzz::Require(rule.area.size() <= comity::domain::lookback::kMaxPatternBytes + 1 && rule.area.find('\n') == std::string::npos,
                          "a name");
  }
  Areas areas(rules), again(std::move(rules));
  for (int paths = 0; !rest.empty() && paths < 100; ++paths) {
    const std::string_view path = comity::fuzz::TakeUntil(rest, '\n');
    const std::string first = areas.name(areas.AreaOf(path));
    comity::fuzz::Require(!first.empty() && areas.name(areas.AreaOf(path)) == first, "asked twice, answered the same");
    comity::fuzz::Require(again.name(again.AreaOf(path)) == first, "made twice, answered the same");
  }
  return 0;
}
