// A recurrence rule, a line feed, its start: what it has within a window, and ever.
// Link: comity_ical
#include <cstdint>
#include <optional>

#include "plugins/ical/rule.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using comity::fuzz::Require;
  namespace ical = comity::ical;
  std::string_view rest = comity::fuzz::Text(data, size);
  const auto rule = ical::ParseRule(comity::fuzz::TakeUntil(rest, '\n'));
  if (!rule.ok()) return 0;
  const std::optional<ical::Moment> written = ical::ParseMoment(rest);
  const absl::CivilSecond start = written ? written->civil : absl::CivilSecond(2020, 2, 29, 10, 30, 15);
  for (const bool with_start : {false, true}) {
    const ical::RuleWindow windows[] = {{start, absl::CivilSecond(9000, 1, 1), with_start},
                                        {absl::CivilSecond(2026, 9, 1), absl::CivilSecond(2026, 10, 1), with_start}};
    for (const ical::RuleWindow& window : windows) {
      ical::Budget budget(ical::kMaxSteps);
      ical::RuleInstances instances(*rule, start, window, budget);
      std::optional<absl::CivilSecond> last;
      for (int i = 0; i < 1000; ++i) {
        const auto instance = instances.Next();
        if (!instance) break;
        Require(*instance >= start && *instance >= window.from && *instance < window.to, "instances are within the window");
        Require(!last || *instance > *last, "instances come in order, each once");
        last = instance;
      }
    }
  }
  return 0;
}
